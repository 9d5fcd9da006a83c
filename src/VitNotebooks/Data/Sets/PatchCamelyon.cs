using System.Security.Cryptography;

namespace VitNotebooks.Data;

/// <summary>
/// PatchCamelyon (Veeling et al. 2018, arXiv 1806.03962): 96 x 96 patches of lymph nodes, labelled 1 where the middle 32 x 32 hold tumour. A split is two HDF5 files, <c>x</c> of bytes
/// <c>[N, 96, 96, 3]</c> and <c>y</c> <c>[N, 1, 1, 1]</c>. Images stay in the file (7 GB of the training split) and are read by their place.
/// </summary>
public sealed class PatchCamelyon : IImageDataset, IDisposable
{
    private const int Side = 96;
    private const int MostImages = 100_000_000;
    private const int Sample = 4096;
    private const int SampleStep = 1 << 20;
    private const string Remedy = "Fetch the set again: vitnb data get patch-camelyon.";
    private static readonly string[] s_classes = ["no tumour", "tumour"];
    private readonly Hdf5File _file;
    private readonly Hdf5Array _images;
    private readonly byte[] _labels;
    private readonly BrokenSoFar _broken = new();
    private readonly Lazy<string> _identity;

    private PatchCamelyon(string name, Hdf5File file, Hdf5Array images, byte[] labels)
    {
        Name = name;
        _file = file;
        _images = images;
        _labels = labels;
        _identity = new Lazy<string>(ComputeIdentity);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => s_classes;

    /// <summary>
    /// Name and SHA-256 of the labels and of the images' file; of a file over 2 GiB, of 4 KiB at each MiB and of its length, and then it says <c>sha256-of-samples</c>. Computed when
    /// first asked for.
    /// </summary>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => _broken.List;

    /// <summary>Opens a split: reads its labels and where its images lie.</summary>
    /// <param name="imagesPath">The file with <c>x</c>.</param>
    /// <param name="labelsPath">The file with <c>y</c>.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="options">Who hears which file is read, and what stops it.</param>
    /// <exception cref="DatasetNotFoundException">A file is missing.</exception>
    /// <exception cref="DatasetFormatException">A file is damaged, of other sizes, or a label is neither 0 nor 1.</exception>
    public static PatchCamelyon Open(string imagesPath, string labelsPath, string name, OpenOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        foreach (var path in new[] { imagesPath, labelsPath })
        {
            if (!File.Exists(path))
            {
                throw new DatasetNotFoundException(
                    $"{path} is missing{(File.Exists(path + ".gz") ? ", and its .gz file is there: unpack it" : "")}. {Remedy}"
                );
            }
        }
        (options ?? OpenOptions.Default).Reading(labelsPath, 0, new FileInfo(labelsPath).Length);
        byte[] labels;
        using (var file = new Hdf5File(labelsPath, Remedy))
        {
            var y = file.Array("y");
            if (y.Shape is not [_, 1, 1, 1] || y.Shape[0] is < 1 or > MostImages)
            {
                throw y.Fault($"is {y}; expected labels [N, 1, 1, 1]");
            }

            labels = [.. y.Integers(0, 1).Select(label => (byte)label)];
        }
        var opened = new Hdf5File(imagesPath, Remedy);
        try
        {
            var x = opened.Array("x");
            if (x.ElementBytes != 1 || x.IsSigned || x.Shape is not [_, Side, Side, 3])
            {
                throw x.Fault($"is {x}; expected bytes [N, {Side}, {Side}, 3]");
            }

            if (x.Shape[0] != labels.Length)
            {
                throw x.Fault(
                    $"has {x.Shape[0]:N0} images, and there are {labels.Length:N0} labels in {labelsPath}; expected as many"
                );
            }

            return new PatchCamelyon(name, opened, x, labels);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Says so where the file is in chunks of several images: one of them then costs all.</summary>
    public IReadOnlyList<string> Remarks =>
        _images.RowsAtOnce > 1
            ?
            [
                $"{Name}: an image is unpacked with {_images.RowsAtOnce - 1:N0} others, as its file has them together; vitnb data pack makes a file of which each is read alone.",
            ]
            : [];

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Read(int index)
    {
        var buffer = new PixelBuffer();
        ReadInto(index, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void ReadInto(int index, PixelBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        try
        {
            _images.ReadRows(index, buffer.Reset(Side, Side));
        }
        catch (DatasetFormatException e)
        {
            var broken = new BrokenImageException(e.Message, Source(index));
            _broken.Add(index, Source(index), e.Message);
            throw broken;
        }
    }

    /// <inheritdoc/>
    public string Source(int index) => $"{_file.FilePath}, image {index}";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images of {Side} x {Side}, {s_classes.Length} classes{_broken}";

    /// <summary>Closes the images' file, once nobody reads any more; without it the collector does. Nothing can be read afterwards.</summary>
    public void Dispose() => _file.Dispose();

    private string ComputeIdentity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_labels);
        hash.AppendData(BitConverter.GetBytes(_file.Length));
        var whole = _file.Length <= ImageFileDataset.HashedWhole;
        var piece = new byte[whole ? SampleStep : Sample];
        for (long at = 0; at < _file.Length; at += SampleStep)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, _file.Length - at));
            _file.Read(at, part);
            hash.AppendData(part);
        }
        return $"{Name} {(whole ? "sha256" : "sha256-of-samples")}:{Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
    }
}
