using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VitNotebooks.Data.Codecs;

namespace VitNotebooks.Data;

/// <summary>
/// Images that stay in their tar files: the headers are read once, then any image by its place. Twenty bytes of memory an image; up to 64 tar files are
/// held open, more are opened for each image.
/// </summary>
public sealed class TarImages : IImageDataset
{
    private const int MostOpen = 64;
    private const int HeaderBytes = 512;
    private readonly string[] _tars;
    private readonly SafeFileHandle?[] _open;
    private readonly List<int> _tarOf = [];
    private readonly List<long> _offsets = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _labels = [];
    private readonly ConcurrentDictionary<int, BrokenImage> _broken = new();
    private readonly DecodeOptions _decode;
    private readonly Lazy<string> _identity;

    internal TarImages(string name, IReadOnlyList<string> classes, string[] tars, DecodeOptions? decode = null)
    {
        Name = name;
        Classes = classes;
        _tars = tars;
        _open = new SafeFileHandle?[tars.Length <= MostOpen ? tars.Length : 0];
        _decode = (decode ?? DecodeOptions.Default).Validated();
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
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Fill(index, 0, bytes.AsSpan(0, length));
            return decode(bytes.AsSpan(0, length), Source(index));
        }
        catch (ImageFileException e)
        {
            _broken[index] = new BrokenImage(Source(index), e.Message);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadFile(int index)
    {
        if (_decode.ChangesPixels)
            return null; // who decodes it himself would not see this dataset
        var bytes = new byte[_lengths[index]];
        Fill(index, 0, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public string Source(int index)
    {
        // The name stands in the header before the content; a longer one than 100 letters is cut there.
        Span<byte> name = stackalloc byte[100];
        Fill(index, -HeaderBytes, name);
        var end = name.IndexOf((byte)0);
        return $"{_tars[_tarOf[index]]}, {Encoding.UTF8.GetString(end < 0 ? name : name[..end])} at byte {_offsets[index]}";
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Count:N0} images in {_tars.Length:N0} tar files, {Classes.Count} classes"
        + (_broken.IsEmpty ? "" : $", {_broken.Count:N0} broken images met so far");

    /// <summary>Adds an image.</summary>
    /// <exception cref="DatasetFormatException">It is longer than an image may be.</exception>
    internal void Add(int tar, TarEntries entries, int entry, int label)
    {
        var length = entries.Lengths[entry];
        if (length > _decode.Limits.MaxFileBytes)
            throw new DatasetFormatException(
                $"{_tars[tar]}: the image at byte {entries.Offsets[entry]:N0} has {length:N0} bytes; the limit for an image file is {_decode.Limits.MaxFileBytes:N0}.",
                _tars[tar]
            );
        _tarOf.Add(tar);
        _offsets.Add(entries.Offsets[entry]);
        _lengths.Add(length);
        _labels.Add(label);
    }

    private void Fill(int index, long from, Span<byte> target)
    {
        var tar = _tarOf[index];
        if (_open.Length > 0)
        {
            var handle = _open[tar];
            if (handle is null)
            {
                var opened = Open(_tars[tar]);
                handle = Interlocked.CompareExchange(ref _open[tar], opened, null);
                if (handle is null)
                    handle = opened;
                else
                    opened.Dispose();
            }
            Fill(handle, tar, _offsets[index] + from, target);
            return;
        }
        using var once = Open(_tars[tar]);
        Fill(once, tar, _offsets[index] + from, target);
    }

    private void Fill(SafeFileHandle handle, int tar, long at, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(handle, target, at);
            if (read == 0)
                throw new DatasetFormatException(
                    $"{_tars[tar]} ends at byte {at:N0}, and {target.Length:N0} bytes of an image should follow; it became shorter since it was opened. Open the dataset again.",
                    _tars[tar]
                );
            at += read;
            target = target[read..];
        }
    }

    internal static SafeFileHandle Open(string tar) => File.OpenHandle(tar, options: FileOptions.RandomAccess);

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
