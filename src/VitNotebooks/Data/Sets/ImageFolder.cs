using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// A folder with one folder a class, JPEG and PNG files anywhere below: torchvision's ImageFolder. Classes and files are in ordinal
/// order of their names (so "10" stands before "2"), which is the order that published weights assume. Files with a picture's ending are all counted,
/// whatever their content; a file of another ending is no image and is counted in <see cref="IgnoredFiles"/>.
/// </summary>
public sealed class ImageFolder : IImageDataset
{
    private static readonly HashSet<string> Endings = new(
        [".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly List<string> _files = [];
    private readonly List<int> _labels = [];
    private readonly ConcurrentDictionary<int, BrokenImage> _broken = new();
    private readonly DecodeLimits _limits;
    private readonly Lazy<string> _identity;

    /// <summary>Up to so many bytes in all files together, every byte of them is part of the identity.</summary>
    internal const long HashedWhole = 2L << 30;

    private const int HashedEnd = 4096;

    /// <summary>Lists a folder; no image is read.</summary>
    /// <param name="folder">The folder of class folders.</param>
    /// <param name="classes">Class names in index order, if another split decides them; a class folder that is not among them is an error.</param>
    /// <param name="limits">Limits for each image.</param>
    /// <param name="name">What tables call it; default: the folder's name.</param>
    /// <exception cref="DatasetNotFoundException">No such folder.</exception>
    /// <exception cref="DatasetFormatException">No class folder, a class without images, or an unknown class.</exception>
    public ImageFolder(
        string folder,
        IReadOnlyList<string>? classes = null,
        DecodeLimits? limits = null,
        string? name = null
    )
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetNotFoundException(
                $"{Path.GetFullPath(folder)}: no such folder; expected one folder a class in it, with JPEG or PNG files."
            );
        }
        Folder = Path.GetFullPath(folder);
        Name = name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        _limits = limits ?? DecodeLimits.Default;
        string[] found =
        [
            .. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal),
        ];
        if (found.Length == 0)
        {
            throw new DatasetFormatException(
                $"{Folder}: no class folders; expected e.g. {Path.Combine(Folder, "cat", "1.jpg")}, one folder a class.",
                Folder
            );
        }
        Classes = classes ?? found;
        foreach (string className in found)
        {
            AddClass(className);
        }
        _identity = new Lazy<string>(ComputeIdentity);
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Files without a picture's ending, which were left out.</summary>
    public int IgnoredFiles { get; private set; }

    /// <summary>
    /// Name and SHA-256 of all relative paths, file lengths and contents, so that a replaced image is another identity; computed
    /// once, when first asked for (about a second a gigabyte). In a folder of more than 2 GiB only the first and the last 4 KiB of
    /// each file are hashed beside paths and lengths, and the identity then says <c>sha256-of-ends</c>.
    /// </summary>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => [.. _broken.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

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
        string path = _files[index];
        try
        {
            ImageCodecs.ReadFile(path, _limits, buffer);
        }
        catch (ImageFileException e)
        {
            _broken[index] = new BrokenImage(path, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(int index)
    {
        string path = _files[index];
        _limits.CheckFile(new FileInfo(path).Length, path);
        return File.ReadAllBytes(path);
    }

    /// <inheritdoc/>
    public string Source(int index) => _files[index];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images, {Classes.Count} classes"
        + (IgnoredFiles > 0 ? $", {IgnoredFiles:N0} files that are no images left out" : "")
        + (_broken.IsEmpty ? "" : $", {_broken.Count:N0} broken images met so far");

    private void AddClass(string name)
    {
        int label = -1;
        for (int i = 0; i < Classes.Count && label < 0; i++)
        {
            label = string.Equals(Classes[i], name, StringComparison.Ordinal) ? i : -1;
        }
        string folder = Path.Combine(Folder, name);
        if (label < 0)
        {
            throw new DatasetFormatException(
                $"{folder}: a class that the training split does not have; expected one of its {Classes.Count} "
                    + $"({string.Join(", ", Classes.Take(5))}{(Classes.Count > 5 ? ", .." : "")}). Rename the folder or take it out.",
                folder
            );
        }
        int before = _files.Count;
        var folders = new List<string> { folder };
        folders.AddRange(Directory.GetDirectories(folder, "*", SearchOption.AllDirectories));
        foreach (string each in folders.Order(StringComparer.Ordinal))
        {
            foreach (string file in Directory.GetFiles(each).Order(StringComparer.Ordinal))
            {
                if (Endings.Contains(Path.GetExtension(file)))
                {
                    _files.Add(file);
                    _labels.Add(label);
                }
                else
                {
                    IgnoredFiles++;
                }
            }
        }
        if (_files.Count == before)
        {
            throw new DatasetFormatException(
                $"{folder}: a class without images; expected at least one .jpg, .jpeg or .png file. Add images or remove the folder.",
                folder
            );
        }
    }

    private string ComputeIdentity()
    {
        (string hash, bool whole) = ContentHash(HashedWhole);
        return $"{Name} {Count} files {(whole ? "sha256" : "sha256-of-ends")}:{hash}";
    }

    /// <summary>Files are hashed beside each other, and their hashes then in order.</summary>
    internal (string Hash, bool Whole) ContentHash(long mostBytes)
    {
        long[] lengths = [.. _files.Select(f => new FileInfo(f).Length)];
        bool whole = lengths.Sum() <= mostBytes;
        byte[][] contents = new byte[_files.Count][];
        Parallel.For(0, _files.Count, i => contents[i] = whole ? HashOf(_files[i]) : HashOfEnds(_files[i], lengths[i]));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < _files.Count; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(Folder, _files[i])}\0{lengths[i]}\n"));
            hash.AppendData(contents[i]);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset())[..32], whole);
    }

    private static byte[] HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return SHA256.HashData(stream);
    }

    private static byte[] HashOfEnds(string file, long length)
    {
        Span<byte> ends = stackalloc byte[2 * HashedEnd];
        using var handle = File.OpenHandle(file);
        int first = RandomAccess.Read(handle, ends[..HashedEnd], 0);
        int last = RandomAccess.Read(handle, ends[first..][..HashedEnd], Math.Max(length - HashedEnd, 0));
        return SHA256.HashData(ends[..(first + last)]);
    }
}
