using System.Security.Cryptography;
using System.Text;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>Labelled image files, one a sample, decoded when they are read. A million of them take about 100 MB.</summary>
public abstract class ImageFileDataset : IImageDataset
{
    /// <summary>Up to so many bytes in all files together, every byte of them is part of the identity.</summary>
    internal const long HashedWhole = 2L << 30;

    private const int HashedEnd = 4096;

    // Most files share their folder with a thousand others.
    private readonly List<string> _folders = [];
    private readonly List<int> _folderOf = [];
    private readonly List<string> _names = [];
    private readonly List<int> _labels = [];
    private readonly BrokenSoFar _broken = new();
    private readonly DecodeOptions _decode;
    private readonly Lazy<string> _identity;

    private protected ImageFileDataset(string folder, string? name, IReadOnlyList<string> classes, OpenOptions? options)
    {
        Folder = Path.GetFullPath(folder);
        Name = name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        Classes = classes;
        _decode = (options ?? OpenOptions.Default).Decode.Validated();
        _identity = new Lazy<string>(ComputeIdentity);
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _names.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>
    /// Name and SHA-256 of all relative paths, file lengths and contents, so that a replaced image is another identity; computed
    /// once, when first asked for (about a second a gigabyte). In a folder of more than 2 GiB only the first and the last 4 KiB of
    /// each file are hashed beside paths and lengths, and the identity then says <c>sha256-of-ends</c>.
    /// </summary>
    public string Identity => _identity.Value;

    /// <inheritdoc/>
    public IReadOnlyList<BrokenImage> Broken => _broken.List;

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
        var path = Source(index);
        try
        {
            ImageCodecs.ReadFile(path, _decode, buffer);
        }
        catch (ImageFileException e)
        {
            _broken.Add(index, path, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public CropBox ReadPart(int index, Func<int, int, CropBox> choose, (int Width, int Height) size, PixelBuffer buffer)
    {
        var path = Source(index);
        try
        {
            return ImageCodecs.ReadPart(path, choose, size, _decode, buffer);
        }
        catch (ImageFileException e)
        {
            _broken.Add(index, path, e.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Null too where the options make another image of the file than everybody else: who decodes it himself would not see this dataset.</remarks>
    public byte[]? ReadFile(int index)
    {
        if (_decode.ChangesPixels)
        {
            return null;
        }
        var path = Source(index);
        _decode.Limits.CheckFile(new FileInfo(path).Length, path);
        return File.ReadAllBytes(path);
    }

    /// <inheritdoc/>
    public string Source(int index) => Path.Combine(_folders[_folderOf[index]], _names[index]);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images, {Classes.Count} classes{(Remark is null ? "" : $"; {Remark}")}" + _broken;

    /// <inheritdoc/>
    public virtual int Listed => Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => Remark is null ? [] : [$"{Name}: {Remark}."];

    /// <summary>What else is to be said of it, a sentence without its end; null for nothing.</summary>
    private protected virtual string? Remark => null;

    /// <summary>What is part of the identity beside the files.</summary>
    private protected virtual string IdentityRemarks() => "";

    /// <summary>A folder, and its number for <see cref="AddFile"/>.</summary>
    private protected int AddFolder(string folder)
    {
        _folders.Add(folder);
        return _folders.Count - 1;
    }

    /// <summary>A file of a folder.</summary>
    private protected void AddFile(int folder, string name, int label)
    {
        _folderOf.Add(folder);
        _names.Add(name);
        _labels.Add(label);
    }

    private string ComputeIdentity()
    {
        var (hash, whole) = ContentHash(HashedWhole);
        return $"{Name} {Count} files{IdentityRemarks()}{_decode.IdentityRemarks} {(whole ? "sha256" : "sha256-of-ends")}:{hash}";
    }

    /// <summary>Files are hashed beside each other, and their hashes then in order, with their labels where a folder does not say them.</summary>
    internal (string Hash, bool Whole) ContentHash(long mostBytes)
    {
        string[] files = [.. Enumerable.Range(0, Count).Select(Source)];
        long[] lengths = [.. files.Select(f => new FileInfo(f).Length)];
        var whole = lengths.Sum() <= mostBytes;
        var contents = new byte[files.Length][];
        Parallel.For(0, files.Length, i => contents[i] = whole ? HashOf(files[i]) : HashOfEnds(files[i], lengths[i]));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < files.Length; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(Folder, files[i])}\0{lengths[i]}\n"));
            hash.AppendData(contents[i]);
            HashLabel(hash, _labels[i]);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset())[..32], whole);
    }

    /// <summary>A label that the path does not imply is hashed too.</summary>
    private protected virtual void HashLabel(IncrementalHash hash, int label) =>
        hash.AppendData(BitConverter.GetBytes(label));

    private static byte[] HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return SHA256.HashData(stream);
    }

    private static byte[] HashOfEnds(string file, long length)
    {
        Span<byte> ends = stackalloc byte[2 * HashedEnd];
        using var handle = File.OpenHandle(file);
        var first = RandomAccess.Read(handle, ends[..HashedEnd], 0);
        var last = RandomAccess.Read(handle, ends[first..][..HashedEnd], Math.Max(length - HashedEnd, 0));
        return SHA256.HashData(ends[..(first + last)]);
    }
}
