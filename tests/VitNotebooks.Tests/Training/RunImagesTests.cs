using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using VitNotebooks.Models;
using VitNotebooks.Oracles;
using VitNotebooks.Training;
using Xunit;

namespace VitNotebooks.Tests.Training;

/// <summary>Runs whose batches are made on the model's device.</summary>
[Collection(Alone.Name)]
public sealed class RunImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_OnDevice_OfCropsFlipsColoursAndErasing_TrainsToTheWeightsOfTheLoader()
    {
        var augmentation = Augmentation.CropFlip with
        {
            Policy = new ColorJitter(0.4, 0.4, 0.4, 0.1),
            Erasing = new RandomErasing(0.5),
        };
        var data = TinyTask.Data().Augment(augmentation);
        string[] hashes = [.. new[] { data, data.OnDevice() }.Select(WeightsAfter)];
        hashes[1].ShouldBe(hashes[0]);
        WeightsAfter(data.Augment(augmentation with { Policy = null }).OnDevice()).ShouldNotBe(hashes[0]);

        string WeightsAfter(VisionData images)
        {
            torch.manual_seed(3);
            using var model = TinyTask.Model();
            Trainer
                .For(model)
                .On(images)
                .With(TinyTask.Recipe(epochs: 2))
                .InFolder(_folder[Guid.NewGuid().ToString("N")])
                .Show(TrainingDisplay.None)
                .Fit();
            return StateHash.Of(model.state_dict());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // threads and device each do a part
    public async Task FitAsync_OnDeviceInterruptedInMidEpoch_EndsInTheSameBits(bool parted)
    {
        var data = TinyTask
            .Data()
            .Resize(20)
            .Augment(Augmentation.RandomResizedCropFlip with { Erasing = new RandomErasing(0.5) })
            .OnDevice();
        data = parted ? data with { TrainPipeline = Parted } : data;
        Trainer Run(string name) =>
            Trainer
                .For(() => (TinyTask.Config() with { ImageSize = 20 }).Build())
                .On(data)
                .With(TinyTask.Recipe())
                .InFolder(_folder[name])
                .Sample(new RepeatedAugmentationSampler(3, 16))
                .HandleCtrlC(false)
                .Show(TrainingDisplay.None);
        await Run("whole").FitAsync();
        var interruptions = 0;
        for (var done = false; !done; )
        {
            using CancellationTokenSource stop = new();
            try
            {
                await Run("broken").OnProgress(new StopWithinAnEpoch(stop)).FitAsync(stop.Token);
                done = true;
            }
            catch (TrainingInterruptedException)
            {
                (++interruptions).ShouldBeLessThan(100);
            }
        }
        interruptions.ShouldBeGreaterThanOrEqualTo(5);
        RunBytes.ShouldBeEqual(_folder["whole"], _folder["broken"]);
    }

    [Fact]
    public void Fit_OnDeviceWithAStepForSingleImages_NamesItBeforeAnythingIsRead()
    {
        var data = TinyTask.Data().Augment(Augmentation.VtsDrloc).OnDevice();
        data = data with { Train = new WatchedDataset(data.Train, _ => throw new InvalidOperationException("read")) };
        var e = Should.Throw<InvalidRecipeException>(() => TinyTask.Trainer(_folder["run"]).On(data).Fit());
        e.Message.ShouldContain("RandAugment");
        e.Message.ShouldContain("runs on single images only");
        Directory.Exists(_folder["run"]).ShouldBeFalse();
    }

    [Fact]
    public void Fit_OnDeviceWithinABudget_ReadsTheImagesOnce()
    {
        var reads = 0;
        var data = TinyTask.Data();
        data = data with { Train = new WatchedDataset(data.Train, _ => Interlocked.Increment(ref reads)) };
        var run = TinyTask.Trainer(_folder["run"]).On(data.OnDevice()).Fit(TimeSpan.FromSeconds(6));
        run.Status.ShouldBe(RunStatus.Completed);
        reads.ShouldBe(48 + 1); // the first one decides the size
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Testing_OfARunsLoading_KeepsThreadsAndPrefetchAndLeavesBrokenImagesOut(bool onDevice)
    {
        LoaderOptions loading = new()
        {
            BatchSize = 8,
            Sampler = Sampler.Shuffle,
            Seed = 3,
            Workers = 3,
            Prefetch = 0,
            DropLast = true,
            OnBroken = BrokenImagePolicy.Replace,
        };
        var data = TinyTask.Data();
        using RunImages images = new(onDevice ? data.OnDevice() : data, TorchSharp.torch.CPU, loading);
        using var training = images.Training();
        training.Options.ShouldBe(loading);
        using var testing = images.Testing(5);
        testing.Options.ShouldBe(
            new LoaderOptions
            {
                BatchSize = 5,
                Workers = 3,
                Prefetch = 0,
                OnBroken = BrokenImagePolicy.SkipAndCount,
            }
        );
    }

    [Fact]
    public void OnDevice_IsPartOfIdentityAndText()
    {
        var data = TinyTask.Data();
        data.OnDevice().Identity.ShouldBe(data.Identity + " | batches made on the model's device");
        data.OnDevice().ToString().ShouldContain("batches made on the model's device");
        data.OnDevice().Resize(32).Augment(Augmentation.Flip).IsOnDevice.ShouldBeTrue();
    }

    [Fact]
    public void Training_OfAChainThatResizes_NotesItOnceOnACpu()
    {
        var data = TinyTask.Data().Augment(Augmentation.CropFlip);
        Notes(data).ShouldBeEmpty();
        Notes(data.Resize(20)).ShouldHaveSingleItem().ShouldContain("Resize(20, bicubic) of whole batches");
        Notes(data with { TrainPipeline = Parted }).ShouldHaveSingleItem().ShouldContain("Resize(20, bicubic)");

        static List<string> Notes(VisionData data)
        {
            var notes = new List<string>();
            using var images = new RunImages(data.OnDevice(), torch.CPU, new LoaderOptions()) { Note = notes.Add };
            images.Training().Dispose();
            images.Training().Dispose();
            return [.. notes.Where(note => note.Contains("dense matrix products", StringComparison.Ordinal))];
        }
    }

    private static Pipeline Parted { get; } =
        Pipeline
            .Empty.RandomCrop(16, padding: 2)
            .RandAugment("rand-m9-mstd0.5-inc1")
            .Resize(20)
            .Normalize([0.5f, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f])
            .RandomErasing(0.5);

    // At the first report, which comes after the first update that is not an epoch's last.
    private sealed class StopWithinAnEpoch(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training && value.Step > 0 && value.Step < value.StepsPerEpoch)
            {
                stop.Cancel();
            }
        }
    }
}
