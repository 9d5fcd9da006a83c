using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Data;

/// <summary>The steps of a pipeline, all or its last ones, that run on whole batches on one device; normalization and what follows it are among them.</summary>
internal sealed class BatchedSteps : IDisposable
{
    // A tensor's bytes are more than one span holds; so many numbers are not.
    private const int MostAtOnce = 1 << 27;

    private readonly (IBatchedTransform Step, int Width, int Height)[] _steps;
    private readonly IBatchedNormalizedTransform[] _normalized;
    private readonly Normalize _normalization;
    private readonly Tensor _mean;
    private readonly Tensor _std;
    private readonly Tensor _unit;

    /// <param name="pipeline">The whole chain.</param>
    /// <param name="first">The first step on the image that is among them; all from there on are <see cref="IBatchedTransform"/>.</param>
    /// <param name="width">Columns of every image that comes in.</param>
    /// <param name="height">Rows of every image that comes in.</param>
    /// <param name="device">Where they run.</param>
    public BatchedSteps(Pipeline pipeline, int first, int width, int height, Device device)
    {
        (Width, Height) = (width, height);
        var steps = new List<(IBatchedTransform, int, int)>();
        foreach (var step in pipeline.Transforms.Skip(first).Cast<IBatchedTransform>())
        {
            steps.Add((step, Width, Height));
            (Width, Height) = step.SizeOf(Width, Height);
        }
        _steps = [.. steps];
        _normalized = [.. pipeline.NormalizedTransforms.Cast<IBatchedNormalizedTransform>()];
        _normalization = pipeline.Normalization;
        Draws = _steps.Sum(s => s.Step.Draws);
        _mean = Channels(_normalization.Mean, device);
        _std = Channels(_normalization.Std, device);
        // A division by a number is a product with its inverse on CUDA, and by a tensor it is a division.
        _unit = Channels([255, 255, 255], device);
    }

    /// <summary>Columns of the result.</summary>
    public int Width { get; }

    /// <summary>Rows of the result.</summary>
    public int Height { get; }

    /// <summary>How many numbers they draw for an image, those of boxes apart.</summary>
    public int Draws { get; }

    /// <summary>Those that resample, by their names: matrix products, which a GPU makes in no time.</summary>
    public IReadOnlyList<string> Resampling =>
        [
            .. _steps
                .Where(s => Resamples(s.Step) && !s.Step.MovesPixels(s.Width, s.Height))
                .Select(s => ((Transform)s.Step).Describe()),
        ];

    /// <summary>Whether a step makes pixels between pixels.</summary>
    public static bool Resamples(object step) => step is Resize or ResizeTo or RandomResizedCrop;

    /// <summary>Draws for one image.</summary>
    /// <param name="random">Its own generator.</param>
    /// <param name="drawn"><see cref="Draws"/> numbers to fill.</param>
    /// <param name="patches">Takes the image's boxes.</param>
    public void Draw(TorchRandom random, Span<float> drawn, BatchPatches patches)
    {
        var at = 0;
        foreach (var (step, width, height) in _steps)
        {
            step.Draw(random, width, height, drawn.Slice(at, step.Draws));
            at += step.Draws;
        }
        patches.Next();
        foreach (var step in _normalized)
        {
            step.Draw(random, Width, Height, patches);
        }
    }

    /// <summary>Runs them; what they make belongs to the caller's scope.</summary>
    /// <param name="images">uint8 <c>[B, 3, H, W]</c> on the device.</param>
    /// <param name="drawn">float32 <c>[B, Draws]</c> on the device.</param>
    /// <param name="patches">The boxes of all images.</param>
    /// <returns>float32 <c>[B, 3, H', W']</c>, a tensor of its own.</returns>
    public Tensor Apply(Tensor images, Tensor drawn, BatchPatches patches)
    {
        var at = 0;
        foreach (var (step, width, height) in _steps)
        {
            if (images.dtype == uint8 && !step.MovesPixels(width, height))
            {
                images = images.to(float32);
            }
            images = step.Apply(images, drawn.narrow(1, at, step.Draws));
            at += step.Draws;
        }
        images = Normalized(images);
        patches.Write(images);
        return images;
    }

    /// <summary>Frees what it holds on the device.</summary>
    public void Dispose()
    {
        _mean.Dispose();
        _std.Dispose();
        _unit.Dispose();
    }

    // On the CPU bytes become numbers in one pass, as a loader's do; a device's memory is fast enough for three.
    private Tensor Normalized(Tensor images)
    {
        if (images.device_type != DeviceType.CPU)
        {
            return images.to(float32).div(_unit).sub_(_mean).div_(_std);
        }
        var planes = images.to(uint8).contiguous();
        var result = empty([planes.shape[0], 3, Height, Width], dtype: float32);
        var size = 3 * Height * Width;
        var perBlock = Math.Max(1, MostAtOnce / size);
        for (var from = 0; from < (int)planes.shape[0]; from += perBlock)
        {
            var count = Math.Min(perBlock, (int)planes.shape[0] - from);
            using var block = planes.narrow(0, from, count);
            using var numbers = result.narrow(0, from, count);
            var bytes = block.bytes;
            var written = MemoryMarshal.Cast<byte, float>(numbers.bytes);
            for (var i = 0; i < count; i++)
            {
                _normalization.WritePlanes(bytes.Slice(i * size, size), written.Slice(i * size, size));
            }
        }
        return result;
    }

    private static Tensor Channels(IReadOnlyList<float> values, Device device)
    {
        using var scope = NewDisposeScope();
        var result = tensor(values.ToArray()).view(1, 3, 1, 1).to(device);
        return result.MoveToOuterDisposeScope().DetachFromDisposeScope();
    }
}
