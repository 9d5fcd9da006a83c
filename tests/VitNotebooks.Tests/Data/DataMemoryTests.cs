using System.Runtime.InteropServices;
using Shouldly;
using TorchSharp;
using VitNotebooks.Acceleration;
using VitNotebooks.Data;
using VitNotebooks.Oracles;
using VitNotebooks.Tests.Training;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Data;

/// <summary>Memory over 20 epochs. One batch that is kept an epoch would be above every limit here.</summary>
[Collection(Alone.Name)] // counts the process's tensors and its memory
public sealed partial class DataMemoryTests : IDisposable
{
    private const int Epochs = 20;
    private const int WarmUp = 4; // pools and buffers have their size by then
    private const long Allowed = 12L << 20; // a batch is 1.8 MB, and 16 epochs are measured

    private static readonly LoaderOptions s_options = new()
    {
        BatchSize = 64,
        Sampler = Sampler.Shuffle,
        Workers = 2,
        Prefetch = 2,
    };

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Epochs_OfFilesThroughALoader_KeepNothing()
    {
        using var loader = new Loader(
            Pictures(),
            Pipeline
                .Empty.RandomResizedCrop(48)
                .RandomHorizontalFlip()
                .ColorJitter(0.4, 0.4, 0.4)
                .Normalize([0.5f, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f])
                .RandomErasing(),
            s_options
        );
        ShouldKeepNothing(loader);
    }

    [Fact]
    public void Epochs_OnTheDevice_KeepNothing()
    {
        using var images = ImageTensors.Load(TestImages.Dataset(64, 48));
        using var loader = new BatchedLoader(
            images,
            Pipeline.Empty.RandomCrop(48, 4).RandomHorizontalFlip().ColorJitter(0.4, 0.4, 0.4, 0.1).RandomErasing(),
            s_options
        );
        ShouldKeepNothing(loader);
    }

    [Theory]
    [InlineData("tensor")]
    [InlineData("managed")]
    [InlineData("native")]
    public void Epochs_OfASourceThatKeepsSomething_AreFound(string kept)
    {
        using var images = ImageTensors.Load(TestImages.Dataset(64, 48));
        using var loader = new BatchedLoader(images, Pipeline.Empty, s_options);
        using var leaking = new Leaking(loader, kept);
        Should.Throw<ShouldAssertException>(() => ShouldKeepNothing(leaking));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Epoch_OfASlowConsumer_HoldsNoMoreBatchesThanPrefetchAllows(int prefetch)
    {
        using var loader = new Loader(
            TestImages.Dataset(200),
            Pipeline.Empty.CenterCrop(8),
            s_options with
            {
                BatchSize = 10,
                Prefetch = prefetch,
            }
        );
        // The one in hand, the one wanted next, and those ahead of it; each has images and labels, and its memory has them.
        var batches = prefetch + 2;
        var most = 4 * batches;
        var before = torch.Tensor.TotalCount;
        var first = true;
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            {
                if (first)
                {
                    SpinWait.SpinUntil(() => torch.Tensor.TotalCount - before >= most, TimeSpan.FromSeconds(30));
                    (torch.Tensor.TotalCount - before).ShouldBe(most);
                }
                first = false;
                (torch.Tensor.TotalCount - before).ShouldBeLessThanOrEqualTo(most);
            }
        }
        // The memory waits for the next epoch, no more of it than that.
        (torch.Tensor.TotalCount - before).ShouldBe(2 * batches);
        loader.Dispose();
        torch.Tensor.TotalCount.ShouldBe(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Epochs_OfTraining_KeepNoTensor(bool onDevice)
    {
        using TemporaryFolder folder = new();
        var epochs = new AtEpochs();
        var data = TinyTask.Data();
        TinyTask
            .Trainer(folder["run"], TinyTask.Recipe(epochs: Epochs))
            .On(onDevice ? data.OnDevice() : data)
            .OnProgress(epochs)
            .Fit();
        // Not the process's peak: that also has what the collector has not looked at yet. The runtime's compiler takes and gives back some MB.
        (var Tensors, var Managed, var Native, _) = epochs.Measured[WarmUp];
        epochs.Measured[Epochs].Tensors.ShouldBe(Tensors);
        (epochs.Measured[Epochs].Managed - Managed).ShouldBeLessThan(1 << 20);
        (epochs.Measured[Epochs].Native - Native).ShouldBeLessThan(Allowed);
    }

    // What is kept is kept in every window; the pages that the runtime and the allocators hold come once and go.
    private static void ShouldKeepNothing(IBatchSource source)
    {
        Run(source, 0, WarmUp);
        long resident = 0;
        for (var window = 0; window < 3; window++)
        {
            var warm = Now();
            var first = WarmUp + (window * (Epochs - WarmUp));
            Run(source, first, first + Epochs - WarmUp);
            var end = Now();
            end.Tensors.ShouldBe(warm.Tensors);
            (end.Managed - warm.Managed).ShouldBeLessThan(1 << 20);
            (end.Native - warm.Native).ShouldBeLessThan(Allowed);
            resident = end.Resident - warm.Resident;
            if (resident < Allowed)
            {
                return;
            }
        }
        resident.ShouldBeLessThan(Allowed);
    }

    private static void Run(IBatchSource source, int from, int behind)
    {
        for (var epoch = from; epoch < behind; epoch++)
        {
            foreach (var batch in source.Epoch(epoch))
            {
                batch.Dispose();
            }
        }
    }

    private static (long Tensors, long Managed, long Native, long Resident) Now()
    {
        // What other tests left to the collector goes away first: a finalizer only enqueues, and the next operation frees.
        long before;
        do
        {
            before = torch.Tensor.TotalCount;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            torch.zeros(1).Dispose();
        } while (torch.Tensor.TotalCount < before);
        Memory.Trim();
        var native = mallinfo2();
        return (
            torch.Tensor.TotalCount,
            GC.GetTotalMemory(forceFullCollection: true),
            (long)(native.InUse + native.MappedBytes),
            Environment.WorkingSet
        );
    }

    // What is kept may lie where something else was freed, which the resident memory does not show.
    [LibraryImport("libc")]
    private static partial MallInfo mallinfo2();

    /// <summary>struct mallinfo2 of glibc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint Mapped;
        public nuint MappedBytes;
        public nuint Unused;
        public nuint FastBytes;
        public nuint InUse;
        public nuint Free;
        public nuint Trimmable;
    }

    private ImageFolder Pictures()
    {
        for (var i = 0; i < 128; i++)
        {
            _folder.Write(
                TestImages.Gradient(96 + (i % 7), 72).ToJpeg(),
                "pictures",
                i % 2 == 0 ? "a" : "b",
                $"{i}.jpg"
            );
        }
        return new ImageFolder(_folder["pictures"]);
    }

    private sealed class AtEpochs : IProgress<TrainingProgress>
    {
        public Dictionary<int, (long Tensors, long Managed, long Native, long Resident)> Measured { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.History.Count is WarmUp or Epochs && !Measured.ContainsKey(value.History.Count))
            {
                Measured.Add(value.History.Count, Now());
            }
        }
    }

    /// <summary>Keeps as much as a batch every epoch.</summary>
    private sealed class Leaking(IBatchSource inner, string what) : IBatchSource
    {
        private readonly List<torch.Tensor> _tensors = [];
        private readonly List<byte[]> _managed = [];
        private readonly List<IntPtr> _native = [];

        public LoaderOptions Options => inner.Options;

        public int BatchesPerEpoch => inner.BatchesPerEpoch;

        public double WaitSeconds => inner.WaitSeconds;

        public long Skipped => inner.Skipped;

        public IReadOnlyList<BrokenImage> Broken => inner.Broken;

        public Action<TimeSpan>? Waiting { get; set; }

        public IEnumerable<Batch> Epoch(int epoch, int fromBatch = 0, CancellationToken cancellationToken = default)
        {
            foreach (var batch in inner.Epoch(epoch, fromBatch, cancellationToken))
            {
                var bytes = (int)batch.Images.numel() * sizeof(float);
                if (what == "tensor")
                {
                    _tensors.Add(batch.Images.clone());
                }
                else if (what == "managed")
                {
                    _managed.Add(new byte[bytes]);
                }
                else
                {
                    _native.Add(Touched(bytes));
                }
                yield return batch;
            }
        }

        private static unsafe IntPtr Touched(int bytes)
        {
            var memory = Marshal.AllocHGlobal(bytes);
            new Span<byte>((void*)memory, bytes).Fill(1);
            return memory;
        }

        public void Dispose()
        {
            _tensors.ForEach(t => t.Dispose());
            _native.ForEach(Marshal.FreeHGlobal);
        }
    }
}
