namespace VitNotebooks.Data;

/// <summary>
/// A dataset ready for training: its splits, and what is done to an image before a model sees it. Immutable; each call returns a changed copy:
/// <c>Datasets.Open("cifar10").Subset(5000).Resize(64).Augment(Augmentation.CropFlip)</c>.
/// </summary>
public sealed record VisionData : IDisposable
{
    private readonly Pipeline? _trainPipeline;
    private readonly Pipeline? _testPipeline;
    private readonly IReadOnlyList<string> _notes = [];

    /// <summary>What tables call it.</summary>
    public required string Name { get; init; }

    /// <summary>Training images.</summary>
    public required IImageDataset Train { get; init; }

    /// <summary>Test images.</summary>
    public required IImageDataset Test { get; init; }

    /// <summary>Images to choose a model by, so that the test is read once; null without <see cref="HoldOut"/> or a folder val beside test.</summary>
    public IImageDataset? Validation { get; init; }

    /// <summary>What a model trained on this does to an image at test time.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>What training does to an image. Default: nothing more than at test time.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>Whether batches are made where the model computes, see <see cref="OnDevice"/>. Default false: threads make them.</summary>
    public bool IsOnDevice { get; init; }

    /// <summary>The training set's published mean and deviation; null if none is published.</summary>
    public ChannelStatistics? Statistics { get; init; }

    /// <summary>
    /// What a reader of its numbers must know, a sentence each: what the one who opened it found, and what its splits say of themselves (images that are not there,
    /// files that were left out). A run says them at its start and keeps them.
    /// </summary>
    public IReadOnlyList<string> Notes
    {
        get => [.. _notes.Concat(Splits.SelectMany(split => split.Remarks)).Distinct(StringComparer.Ordinal)];
        init => _notes = value;
    }

    /// <summary>Class names; a label is an index into them.</summary>
    public IReadOnlyList<string> Classes => Train.Classes;

    /// <summary>Side of the images that the model sees, in pixels.</summary>
    public int ImageSize => Preprocessing.ImageSize;

    /// <summary>From a training image to numbers. Set it to use a chain of your own.</summary>
    public Pipeline TrainPipeline
    {
        get => _trainPipeline ?? Augmentation.ToPipeline(Preprocessing);
        init => _trainPipeline = value;
    }

    /// <summary>From a test image to numbers; no randomness in it. Set it to use a chain of your own.</summary>
    public Pipeline TestPipeline
    {
        get => _testPipeline ?? Preprocessing.ToPipeline();
        init => _testPipeline = value;
    }

    /// <summary>Whether training shows images as the test does: no augmentation, and no pipeline of one's own.</summary>
    internal bool IsUnaugmented => _trainPipeline is null && Augmentation.ChangesNothing;

    /// <summary>Its splits: training, validation where there is one, test.</summary>
    internal IEnumerable<IImageDataset> Splits =>
        new[] { Train, Validation, Test }.Where(split => split is not null).Select(split => split!);

    /// <summary>
    /// Closes the files that its splits hold open (tar and TFRecord files, HDF5, packed sets), once nobody reads any more; without it the collector does. Copies made
    /// of it, by any call, have the same splits and are closed with it.
    /// </summary>
    public void Dispose()
    {
        foreach (var split in Splits)
        {
            (split as IDisposable)?.Dispose();
        }
    }

    /// <summary>All that decides the numbers a model sees: the splits' identities and both pipelines.</summary>
    public string Identity =>
        string.Join(
            " | ",
            new[]
            {
                $"train {Train.Identity}",
                Validation is null ? null : $"validation {Validation.Identity}",
                $"test {Test.Identity}",
                $"train pipeline {TrainPipeline}",
                $"test pipeline {TestPipeline}",
                IsOnDevice ? WhereMade : null,
            }.Where(part => part is not null)
        );

    /// <summary>
    /// Images of another size for the model. Above 32 px the shorter side goes to size / 0.875 at test time and the middle is cut out, as the localization
    /// paper's code does; at 32 px and below the image is taken whole.
    /// </summary>
    public VisionData Resize(int size) => Resize(size, Preprocessing.DefaultCropRatio(size));

    /// <summary>Images of another size, with a crop ratio of your choice: above 0, at most 1 (the image is taken whole).</summary>
    public VisionData Resize(int size, double cropRatio) =>
        Prepare(Preprocessing with { ImageSize = size, CropRatio = cropRatio }, nameof(Resize));

    /// <summary>As a model wants its images, e.g. <c>data.PreparedFor(model.Preprocessing)</c>: size, crop, mean and deviation of its weights.</summary>
    public VisionData PreparedFor(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Prepare(preprocessing, nameof(PreparedFor));
    }

    /// <summary>
    /// The images lie as one uint8 tensor where the model computes, and crop, resize, flip, erase, colour and normalize run on whole batches there: for sets of one
    /// image size that fit, as all the small ones do. What is drawn for an image is the same either way; resized pixels may differ by one level of 255, so this is
    /// part of <see cref="Identity"/>. A chain with steps that run on single images only, as RandAugment does, is parted where a resize stands behind the last of them:
    /// threads do the steps before it at the images' own size, and the device enlarges, normalizes and erases (<see cref="DeviceTailLoader"/>). Where none does, training
    /// refuses the chain and names the step. It is made for a GPU: a resize of a whole batch is two dense matrix products, which on two CPU cores takes over 8 times what the
    /// threads of a <see cref="Loader"/> take (<c>cifar_resize224</c> of benchmarks/race-data.sh). Crops and flips are copies.
    /// </summary>
    public VisionData OnDevice() => this with { IsOnDevice = true };

    /// <summary>Another augmentation.</summary>
    public VisionData Augment(Augmentation augmentation)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        ThrowIfOwnPipeline(nameof(Augment));
        return this with { Augmentation = augmentation };
    }

    /// <summary>The dataset's own mean and deviation instead of ImageNet's: the published ones, or measured on at most 10,000 training images.</summary>
    public VisionData Standard()
    {
        var own = Statistics ?? ChannelStatistics.Measure(Train);
        return Prepare(Preprocessing with { Mean = [.. own.Mean], Std = [.. own.Std] }, nameof(Standard));
    }

    /// <summary>
    /// Fewer images: so many of each class as can be had equally, chosen by the seed. The same seed and counts choose the same images always.
    /// </summary>
    /// <param name="train">Training images to keep.</param>
    /// <param name="test">Test images to keep; null keeps all.</param>
    /// <param name="seed">Chooses which.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there are.</exception>
    public VisionData Subset(int train, int? test = null, int seed = 0)
    {
        var fewer = this with { Train = Choose(Train, train, seed) };
        return test is { } count ? fewer with { Test = Choose(Test, count, seed) } : fewer;
    }

    /// <summary>
    /// Takes validation images out of the training split, equally many of each class, so that a model can be chosen without looking at the test.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is a validation split already.</exception>
    public VisionData HoldOut(int validationCount, int seed = 0)
    {
        if (Validation is not null)
        {
            throw new InvalidOperationException(
                $"{Name}: there is a validation split already ({Validation.Name}, {Validation.Count:N0} images); use it, or set Validation = null first."
            );
        }
        var (chosen, rest) = IndexedDataset.ChooseBalanced(Train, validationCount, seed, "HoldOut");
        return this with
        {
            Train = new IndexedDataset(Train, rest, $"without {validationCount} for validation, seed {seed}"),
            Validation = new IndexedDataset(Train, chosen, $"{validationCount} for validation, seed {seed}"),
        };
    }

    /// <summary>
    /// The validation images go to training, behind the others: for the last run, when everything is chosen. VTAB-1k's published numbers are of all 1,000.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no validation split.</exception>
    public VisionData JoinValidation() =>
        Validation is null
            ? throw new InvalidOperationException(
                $"{Name}: there is no validation split to join; the training split is all there is. Leave JoinValidation out."
            )
            : this with
            {
                Train = new JoinedDataset(Train, Validation),
                Validation = null,
            };

    /// <summary>
    /// What the training pipeline does: the first training images of each class in turn, as they lie in the dataset and after each step. As the last expression of a
    /// notebook's cell it draws itself.
    /// </summary>
    /// <param name="n">Images.</param>
    /// <param name="seed">Of the draws, as a run's.</param>
    /// <param name="epoch">Of the draws, from 0.</param>
    public DataPreview Preview(int n = 16, long seed = 0, int epoch = 0) =>
        DataPreview.Of(
            Name,
            TrainPipeline,
            [.. PreviewIndices(n).Select(i => (i, Sample(i, Train.Read(i))))],
            seed,
            epoch
        );

    /// <summary>The first training images of each class in turn, as they lie in the dataset, with label and class name.</summary>
    public IReadOnlyList<PreviewSample> PreviewSamples(int n) =>
        [.. PreviewIndices(n).Select(i => Sample(i, Train.Read(i)))];

    /// <summary>The same images after the training pipeline's image steps, as a model meets them in an epoch (before normalization).</summary>
    public IReadOnlyList<PreviewSample> PreviewAugmented(int n, long seed = 0, int epoch = 0) =>
        [
            .. PreviewIndices(n)
                .Select(i =>
                    Sample(i, TrainPipeline.Apply(Train.Read(i), new TorchRandom(TorchRandom.Mix(seed, epoch, i))))
                ),
        ];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Train.Count:N0} training, "
        + (Validation is null ? "" : $"{Validation.Count:N0} validation, ")
        + $"{Test.Count:N0} test images of {Classes.Count} classes, {ImageSize} px{(IsOnDevice ? $", {WhereMade}" : "")}\n  train {TrainPipeline}\n  test  {TestPipeline}"
        + string.Concat(Notes.Select(note => $"\n  note  {note}"));

    // The place is the training chain's; a test chain is done whole or from its resize on.
    private string WhereMade =>
        DeviceTailLoader.HeadOf(TrainPipeline) is int head and > 0
            ? $"training batches made on the model's device from {TrainPipeline.Transforms[head]} on"
            : "batches made on the model's device";

    private static IndexedDataset Choose(IImageDataset data, int count, int seed) =>
        new(
            data,
            IndexedDataset.ChooseBalanced(data, count, seed, "Subset").Chosen,
            $"{count} of {data.Count}, seed {seed}"
        );

    private PreviewSample Sample(int index, RgbImage image) =>
        new(image, Train.Label(index), Classes[Train.Label(index)]);

    private IEnumerable<int> PreviewIndices(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var byClass = new Queue<int>[Classes.Count];
        for (var c = 0; c < byClass.Length; c++)
        {
            byClass[c] = new Queue<int>();
        }
        var enough = (n / byClass.Length) + 1;
        for (var i = 0; i < Train.Count; i++)
        {
            var same = byClass[Train.Label(i)];
            if (same.Count < enough)
            {
                same.Enqueue(i);
            }
        }
        var order = new List<int>();
        for (var any = true; any && order.Count < n; )
        {
            any = false;
            foreach (var same in byClass)
            {
                if (order.Count < n && same.TryDequeue(out var index))
                {
                    order.Add(index);
                    any = true;
                }
            }
        }
        return order;
    }

    /// <summary>That a model whose weights came with a mean and a deviation gets images with others from here, as a sentence; null where it does not.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="wanted">What the model states; ImageNet's is what every model states that was never told.</param>
    internal string? OtherNormalization(string model, Preprocessing wanted)
    {
        var stated = wanted != Preprocessing.ImageNet(wanted.ImageSize);
        var same =
            wanted.Mean.AsSpan().SequenceEqual(Preprocessing.Mean)
            && wanted.Std.AsSpan().SequenceEqual(Preprocessing.Std);
        return !stated || same || _trainPipeline is not null || _testPipeline is not null
            ? null
            : $"{model} was trained on images of {wanted}, and {Name} gives {Preprocessing}. ";
    }

    private VisionData Prepare(Preprocessing preprocessing, string call)
    {
        ThrowIfOwnPipeline(call);
        _ = preprocessing.ToPipeline();
        return this with { Preprocessing = preprocessing };
    }

    private void ThrowIfOwnPipeline(string call)
    {
        if (_trainPipeline is not null || _testPipeline is not null)
        {
            throw new InvalidOperationException(
                $"{Name}.{call}: a pipeline of your own is set, and {call} would not change it; call {call} first and set the pipeline last."
            );
        }
    }
}

/// <summary>An image to look at.</summary>
/// <param name="Image">The pixels.</param>
/// <param name="Label">Index of its class.</param>
/// <param name="Class">Name of its class.</param>
public sealed record PreviewSample(RgbImage Image, int Label, string Class);
