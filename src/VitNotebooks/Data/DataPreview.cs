namespace VitNotebooks.Data;

/// <summary>
/// What a pipeline does to some images, step by step: the images as they lie in the dataset, then after each step with what a run of that seed draws in that epoch.
/// It prints its steps, and a notebook draws it.
/// </summary>
/// <param name="Data">The dataset's name.</param>
/// <param name="Steps">The images before the first step, then after each.</param>
public sealed record DataPreview(string Data, IReadOnlyList<PreviewStep> Steps)
{
    /// <summary>What the first of <see cref="Steps"/> is called.</summary>
    public const string Original = "as in the dataset";

    /// <summary>The images as they lie in the dataset.</summary>
    public IReadOnlyList<PreviewSample> Before => Steps[0].Samples;

    /// <summary>The images as a model meets them, with mean and deviation undone.</summary>
    public IReadOnlyList<PreviewSample> After => Steps[^1].Samples;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Data}, {Before.Count} images\n"
        + string.Join('\n', Steps.Select(step => $"  {step.Name}: {Sizes(step.Samples)}"));

    /// <summary>Runs a pipeline and keeps what each step leaves.</summary>
    /// <param name="data">The dataset's name.</param>
    /// <param name="pipeline">The steps.</param>
    /// <param name="samples">Images with their places in the dataset, which decide what is drawn.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0.</param>
    internal static DataPreview Of(
        string data,
        Pipeline pipeline,
        IReadOnlyList<(int Index, PreviewSample Sample)> samples,
        long seed,
        int epoch
    )
    {
        string[] names =
        [
            Original,
            .. pipeline.Transforms.Select(t => t.Describe()),
            pipeline.Normalization.ToString(),
            .. pipeline.NormalizedTransforms.Select(t => t.Describe()),
        ];
        List<PreviewSample>[] steps = [.. names.Select(_ => new List<PreviewSample>())];
        var buffer = new PixelBuffer();
        foreach (var (index, sample) in samples)
        {
            var at = 0;
            void Keep(RgbImage image) => steps[at++].Add(sample with { Image = image });
            var random = new TorchRandom(TorchRandom.Mix(seed, epoch, index));
            Keep(sample.Image);
            buffer.Load(sample.Image);
            foreach (var transform in pipeline.Transforms)
            {
                transform.Apply(buffer, random);
                Keep(buffer.ToImage());
            }
            var (width, height) = (buffer.Width, buffer.Height);
            var planes = new float[3 * width * height];
            pipeline.Normalization.Write(buffer.Pixels, planes);
            Keep(pipeline.Normalization.Undo(planes, width, height));
            foreach (var transform in pipeline.NormalizedTransforms)
            {
                transform.Apply(planes, width, height, random);
                Keep(pipeline.Normalization.Undo(planes, width, height));
            }
        }
        return new DataPreview(data, [.. names.Select((name, i) => new PreviewStep(name, steps[i]))]);
    }

    private static string Sizes(IReadOnlyList<PreviewSample> samples)
    {
        string[] sizes =
        [
            .. samples.Select(s => $"{s.Image.Width} x {s.Image.Height}").Distinct(StringComparer.Ordinal),
        ];
        return sizes.Length <= 3 ? string.Join(", ", sizes) : $"{sizes.Length} sizes";
    }
}

/// <summary>Images after one step of a pipeline.</summary>
/// <param name="Name">The step with its settings, as the pipeline prints it.</param>
/// <param name="Samples">The images with their classes.</param>
public sealed record PreviewStep(string Name, IReadOnlyList<PreviewSample> Samples);
