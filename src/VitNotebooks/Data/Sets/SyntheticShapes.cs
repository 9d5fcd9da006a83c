using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// The embedded dataset: ten figures, all of the same area, turned by up to 30 degrees, mirrored or not, at a random place and size, in random colours and textures (the
/// figure always lighter than its ground), with crumbs and noise. Only shape and layout decide: tee, angle, cross and bars are the same two bars in four
/// relations. It is made from a seed, the same bytes on every machine, and stands for no benchmark.
/// </summary>
public sealed class SyntheticShapes : IImageDataset
{
    /// <summary>Version of the generator; another version makes other images.</summary>
    public const int GeneratorVersion = 1;

    private const long MostCachedBytes = 128L << 20;
    private readonly ShapesOptions _options;
    private readonly string _split;
    private readonly byte[]?[] _cache;

    private SyntheticShapes(ShapesOptions options, bool train)
    {
        _options = options;
        _split = train ? "train" : "test";
        Count = train ? options.Train : options.Test;
        var cached = (long)Count * options.Size * options.Size * 3 <= MostCachedBytes;
        _cache = new byte[]?[cached ? Count : 0];
    }

    /// <inheritdoc/>
    public string Name => $"shapes{_options.Size}/{_split}";

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>disc, ring, square, triangle, star, cross, tee, angle, bars, checker.</summary>
    public IReadOnlyList<string> Classes => ShapeFigure.Names;

    /// <inheritdoc/>
    public string Identity =>
        FormattableString.Invariant($"{Name} generator {GeneratorVersion}, {Count} images, seed {_options.Seed}");

    /// <summary>The dataset with its usual preprocessing; images are painted when they are first read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side below 32 px, or no images.</exception>
    public static VisionData Open(ShapesOptions? options = null)
    {
        options ??= new ShapesOptions();
        var (train, test) = Splits(options);
        return new VisionData
        {
            Name = $"shapes{options.Size}",
            Train = train,
            Test = test,
            Preprocessing = Preprocessing.ImageNet(options.Size) with { CropRatio = 1.0 },
        };
    }

    /// <summary>Both splits.</summary>
    public static (SyntheticShapes Train, SyntheticShapes Test) Splits(ShapesOptions? options = null)
    {
        options ??= new ShapesOptions();
        options.Check();
        return (new SyntheticShapes(options, train: true), new SyntheticShapes(options, train: false));
    }

    /// <summary>
    /// Writes the dataset in CIFAR-10's binary layout, with a layout.json that gives its counts; <see cref="Cifar10"/> reads it back.
    /// </summary>
    /// <param name="folder">Made if needed; files of these names are overwritten.</param>
    /// <param name="options">Size must be 32 and the number of training images a multiple of 5.</param>
    public static void WriteCifar(string folder, ShapesOptions? options = null)
    {
        options ??= new ShapesOptions();
        if (options.Size != 32)
        {
            throw new ArgumentException(
                $"SyntheticShapes.WriteCifar: size {options.Size}; CIFAR-10's layout holds 32 x 32 only. Use WritePngFolders.",
                nameof(options)
            );
        }
        var (train, test) = Splits(options);
        Cifar10.Write(folder, train, test, $"shapes32-seed{options.Seed.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Writes the dataset as PNG files: <c>train/CLASS/00042.png</c> and <c>val/CLASS/..</c>, the number being the index.</summary>
    public static void WritePngFolders(string folder, ShapesOptions? options = null)
    {
        options ??= new ShapesOptions();
        var (train, test) = Splits(options);
        foreach (var (split, name) in new[] { (train, "train"), (test, "val") })
        {
            foreach (var c in split.Classes)
            {
                Directory.CreateDirectory(Path.Combine(folder, name, c));
            }
            Parallel.For(
                0,
                split.Count,
                i =>
                {
                    var file = i.ToString("D5", CultureInfo.InvariantCulture) + ".png";
                    split.Read(i).Save(Path.Combine(folder, name, split.Classes[split.Label(i)], file));
                }
            );
        }
    }

    /// <summary>Index modulo 10, so that any stretch of the dataset holds all classes equally.</summary>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return index % Classes.Count;
    }

    /// <inheritdoc/>
    public RgbImage Read(int index)
    {
        var pixels = new byte[_options.Size * _options.Size * 3];
        PixelsInto(index, pixels);
        return new RgbImage(_options.Size, _options.Size, pixels);
    }

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        PixelsInto(index, buffer.Reset(_options.Size, _options.Size));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images of {_options.Size} x {_options.Size}, {Classes.Count} classes, made from seed {_options.Seed}";

    private void PixelsInto(int index, Span<byte> target)
    {
        var label = Label(index);
        if (_cache.Length > 0 && _cache[index] is { } known)
        {
            known.CopyTo(target);
            return;
        }
        long stream = string.Equals(_split, "train", StringComparison.Ordinal) ? 1 : 2;
        ShapePainter.Paint(label, _options.Size, TorchRandom.Mix(_options.Seed, stream, index), target);
        if (_cache.Length > 0)
        {
            // Two threads may paint the same image at once; they paint the same bytes.
            _cache[index] = target.ToArray();
        }
    }
}

/// <summary>Size and seed of the embedded dataset.</summary>
public sealed record ShapesOptions
{
    /// <summary>Side of the images in pixels, at least 32. Default 32.</summary>
    public int Size { get; init; } = 32;

    /// <summary>Training images. Default 5,000.</summary>
    public int Train { get; init; } = 5_000;

    /// <summary>Test images. Default 1,000.</summary>
    public int Test { get; init; } = 1_000;

    /// <summary>Another seed gives other images of the same kind.</summary>
    public long Seed { get; init; }

    internal void Check()
    {
        if (Size is < 32 or > 4096)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Size),
                Size,
                $"shapes: size {Size}; expected 32..4096 px, e.g. shapes32 or shapes224 (below 32 the figures cannot be told apart)."
            );
        }
        if (Train < 1 || Test < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Train),
                Train,
                $"shapes: {Train} training and {Test} test images; expected at least 1 of each."
            );
        }
    }
}
