using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// Images that stay where they lie in larger files (tar, TFRecord): any is read by its place. Twenty bytes of memory an image; up to 64 files are held open, more are opened for
/// each image.
/// </summary>
public abstract class StoredImages : IImageDataset, IDisposable
{
    private const int MostOpen = 64;
    private readonly string[] _files;
    private readonly SafeFileHandle?[] _open;
    private volatile bool _isClosed;
    private readonly List<int> _fileOf = [];
    private readonly List<long> _offsets = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _labels = [];
    private readonly BrokenSoFar _broken = new();
    private readonly DecodeOptions _decode;
    private readonly Lazy<string> _identity;

    private protected StoredImages(string name, IReadOnlyList<string> classes, string[] files, OpenOptions? options)
    {
        Name = name;
        Classes = classes;
        _files = files;
        _open = new SafeFileHandle?[files.Length <= MostOpen ? files.Length : 0];
        _decode = (options ?? OpenOptions.Default).Decode.Validated();
        _identity = new Lazy<string>(ComputeIdentity);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _offsets.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>
    /// Name and SHA-256 of the images' lengths, labels and contents; above 2 GiB, of the first and last 4 KiB of each image, and then it says
    /// <c>sha256-of-ends</c>. Computed when first asked for.
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
    public void ReadInto(int index, PixelBuffer buffer) =>
        Decode(
            index,
            (bytes, source) =>
            {
                ImageCodecs.Decode(bytes, source, _decode, buffer);
                return true;
            }
        );

    /// <inheritdoc/>
    public CropBox ReadPart(
        int index,
        Func<int, int, CropBox> choose,
        (int Width, int Height) size,
        PixelBuffer buffer
    ) => Decode(index, (bytes, source) => ImageCodecs.DecodeRegion(bytes, source, choose, size, _decode, buffer));

    private delegate T Decoding<T>(ReadOnlySpan<byte> bytes, string source);

    private T Decode<T>(int index, Decoding<T> decode)
    {
        var length = _lengths[index];
        var source = Source(index);
        byte[] bytes = [];
        try
        {
            // Before memory is taken for it; one such image is broken, and the others are not.
            _decode.Limits.CheckFile(length, source);
            bytes = ArrayPool<byte>.Shared.Rent(length);
            Fill(index, 0, bytes.AsSpan(0, length));
            return decode(bytes.AsSpan(0, length), source);
        }
        catch (ImageFileException e)
        {
            _broken.Add(index, source, e.Message);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes); // nothing is kept of an empty one
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(int index)
    {
        if (_decode.ChangesPixels)
        {
            return null; // who decodes it himself would not see this dataset
        }

        _decode.Limits.CheckFile(_lengths[index], Source(index));
        var bytes = new byte[_lengths[index]];
        Fill(index, 0, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public abstract string Source(int index);

    /// <summary>Images, files and classes, and the broken images met so far.</summary>
    public override string ToString() =>
        $"{Name}: {Count:N0} images in {_files.Length:N0} {Kind}, {Classes.Count} classes" + _broken;

    /// <summary>Closes the files that are held open, once nobody reads any more; without it the collector does. Nothing can be read afterwards.</summary>
    public void Dispose()
    {
        _isClosed = true;
        foreach (var file in _open)
        {
            file?.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>What the files are called.</summary>
    private protected abstract string Kind { get; }

    /// <summary>Where an image lies.</summary>
    private protected (string File, long Offset) Place(int index) => (_files[_fileOf[index]], _offsets[index]);

    /// <summary>Adds an image.</summary>
    /// <param name="file">Which of the files.</param>
    /// <param name="offset">Its first byte there.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="label">Its class.</param>
    private protected void Add(int file, long offset, int length, int label)
    {
        _fileOf.Add(file);
        _offsets.Add(offset);
        _lengths.Add(length);
        _labels.Add(label);
    }

    /// <summary>Fills the target with bytes that begin so many after an image's first one.</summary>
    private protected void Fill(int index, long from, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var file = _fileOf[index];
        if (_open.Length > 0)
        {
            var handle = _open[file];
            if (handle is null)
            {
                var opened = Open(_files[file]);
                handle = Interlocked.CompareExchange(ref _open[file], opened, null);
                if (handle is null)
                {
                    handle = opened;
                }
                else
                {
                    opened.Dispose();
                }
                if (_isClosed)
                {
                    handle.Dispose(); // closed in between, when this file was not yet there
                }
            }
            Fill(handle, file, _offsets[index] + from, target);
            return;
        }
        using var once = Open(_files[file]);
        Fill(once, file, _offsets[index] + from, target);
    }

    private void Fill(SafeFileHandle handle, int file, long at, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(handle, target, at);
            if (read == 0)
            {
                throw new DatasetFormatException(
                    $"{_files[file]} ends at byte {at:N0}, and {target.Length:N0} bytes of an image should follow; it became shorter since it was opened. Open the dataset again.",
                    _files[file]
                );
            }

            at += read;
            target = target[read..];
        }
    }

    /// <summary>Opens a file for reads in any order.</summary>
    internal static SafeFileHandle Open(string file) => File.OpenHandle(file, options: FileOptions.RandomAccess);

    private string ComputeIdentity()
    {
        var whole = _lengths.Sum(length => (long)length) <= ImageFileDataset.HashedWhole;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var ends = new byte[8192];
        for (var i = 0; i < Count; i++)
        {
            hash.AppendData(BitConverter.GetBytes(_lengths[i]));
            hash.AppendData(BitConverter.GetBytes(_labels[i]));
            if (whole || _lengths[i] <= ends.Length)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(_lengths[i]);
                Fill(i, 0, bytes.AsSpan(0, _lengths[i]));
                hash.AppendData(bytes.AsSpan(0, _lengths[i]));
                ArrayPool<byte>.Shared.Return(bytes);
                continue;
            }
            Fill(i, 0, ends.AsSpan(0, ends.Length / 2));
            Fill(i, _lengths[i] - (ends.Length / 2), ends.AsSpan(ends.Length / 2));
            hash.AppendData(ends);
        }
        return $"{Name} {Count} images{_decode.IdentityRemarks} {(whole ? "sha256" : "sha256-of-ends")}:{Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}";
    }
}
