using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace VitNotebooks.Data;

/// <summary>
/// The two files in which dSprites is published, of one content: an .npz archive with imgs.npy and latents_classes.npy, and an .hdf5 file with <c>imgs</c> and <c>latents/classes</c>.
/// Images are bytes <c>[N, 64, 64]</c> of 0 and 1, factors whole numbers <c>[N, 6]</c>. Both are read piece by piece: unpacked the images have 3 GB.
/// </summary>
internal static partial class DSpritesFile
{
    private const string Stem = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64";
    private const int Factors = 6;
    private const int Pixels = DSprites.Side * DSprites.Side;
    private const int MostImages = 4_000_000;
    private const int MostBlockBytes = 1 << 30;
    private const int NpyHead = 10;
    private const int BadPlace = unchecked((int)0x80131620); // an IOException of .NET's own, such as a place before the beginning; a disk's fault has another number
    private const int Told = 1024; // images between two words of how far it is
    private const int MostPacked = 1100;
    private const string Remedy = "Fetch the set again: vitnb data get dsprites.";

    private static ReadOnlySpan<byte> NpyMagic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The file in a folder; the .hdf5 one where both are there, as VTAB takes it.</summary>
    /// <exception cref="DatasetNotFoundException">Neither is there.</exception>
    public static string Find(string folder) =>
        Place(folder)
        ?? throw new DatasetNotFoundException(
            $"Neither {Stem}.hdf5 nor {Stem}.npz is in {Path.GetFullPath(folder)}. {Remedy}"
        );

    /// <summary>The file in a folder; null where neither is there.</summary>
    public static string? Place(string folder) =>
        new[] { ".hdf5", ".npz" }.Select(ending => Path.Combine(folder, Stem + ending)).FirstOrDefault(File.Exists);

    /// <summary>Reads images at a bit a pixel, the first pixel lowest, and the factors.</summary>
    /// <exception cref="DatasetFormatException">The file is damaged, of other sizes, or a pixel is neither 0 nor 1.</exception>
    public static (byte[] Bits, int[] Factors) Read(string path, OpenOptions? options = null) =>
        path.EndsWith(".npz", StringComparison.Ordinal)
            ? ReadNpz(path, options ?? OpenOptions.Default)
            : ReadHdf5(path, options ?? OpenOptions.Default);

    /// <summary>That the file is wrong.</summary>
    public static DatasetFormatException Fault(string path, string what) => new($"{path}: {what}. {Remedy}", path);

    private static (byte[] Bits, int[] Factors) ReadHdf5(string path, OpenOptions options)
    {
        using var file = new Hdf5File(path, Remedy);
        var images = file.Array("imgs");
        var classes = file.Array("latents/classes");
        if (
            images.ElementBytes != 1
            || images.Shape is not [var count, DSprites.Side, DSprites.Side]
            || count is < 1 or > MostImages
        )
        {
            throw images.Fault($"is {images}; expected bytes [N, {DSprites.Side}, {DSprites.Side}]");
        }

        if (classes.Shape is not [var rows, Factors] || rows != count)
        {
            throw classes.Fault($"is {classes}; expected [{count}, {Factors}]");
        }

        // Deflate packs 1,032 bytes into one at most; and of more rows at once every chunk would be unpacked several times.
        if (count * Pixels / MostPacked > file.Length || images.RowsAtOnce > MostBlockBytes / Pixels)
        {
            throw images.Fault(
                $"is {images} in chunks of {images.RowsAtOnce:N0} images; expected no more than a file of {file.Length:N0} bytes can hold, and at most {MostBlockBytes / Pixels:N0} a chunk"
            );
        }

        var bits = new byte[count * DSprites.ImageBytes];
        var atOnce = (int)Math.Min(Math.Max(images.RowsAtOnce, 256), Math.Min(count, MostBlockBytes / Pixels));
        var block = new byte[atOnce * Pixels];
        for (long row = 0; row < count; row += atOnce)
        {
            options.Reading(path, row * Pixels, count * Pixels);
            var part = block.AsSpan(0, (int)Math.Min(atOnce, count - row) * Pixels);
            images.ReadRows(row, part);
            Pack(path, part, bits.AsSpan((int)row * DSprites.ImageBytes), row);
        }
        return (bits, classes.Integers(0, byte.MaxValue));
    }

    private static (byte[] Bits, int[] Factors) ReadNpz(string path, OpenOptions options)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            using var images = new NpyEntry(zip, path, "imgs.npy");
            if (
                images.Type is not ("|u1" or "|b1" or "|i1")
                || images.Shape is not [var count, DSprites.Side, DSprites.Side]
                || count is < 1 or > MostImages
            )
            {
                throw Fault(path, $"imgs.npy is {images}; expected bytes [N, {DSprites.Side}, {DSprites.Side}]");
            }

            using var classes = new NpyEntry(zip, path, "latents_classes.npy");
            if (classes.Type != "<i8" || classes.Shape is not [var rows, Factors] || rows != count)
            {
                throw Fault(path, $"latents_classes.npy is {classes}; expected <i8 [{count}, {Factors}]");
            }
            // Deflate packs 1,032 bytes into one at most.
            if (count * Pixels / MostPacked > new FileInfo(path).Length)
            {
                throw Fault(path, $"imgs.npy claims {count:N0} images, more than the file can hold");
            }

            var bits = new byte[count * DSprites.ImageBytes];
            var image = new byte[Pixels];
            for (var i = 0; i < count; i++)
            {
                if (i % Told == 0)
                {
                    options.Reading(path, (long)i * Pixels, count * Pixels);
                }

                images.Read(image);
                Pack(path, image, bits.AsSpan(i * DSprites.ImageBytes), i);
            }
            images.End();
            var factors = new int[count * Factors];
            var number = new byte[8];
            for (var i = 0; i < factors.Length; i++)
            {
                classes.Read(number);
                factors[i] = BinaryPrimitives.ReadInt64LittleEndian(number) is >= 0 and <= byte.MaxValue and var factor
                    ? (int)factor
                    : throw Fault(
                        path,
                        $"latents_classes.npy has {BinaryPrimitives.ReadInt64LittleEndian(number)} as number {i:N0}; expected 0 to {byte.MaxValue}"
                    );
            }
            classes.End();
            return (bits, factors);
        }
        catch (EndOfStreamException)
        {
            throw Fault(path, "an array in it is shorter than its head says; it is truncated");
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or NotSupportedException
                        or ArgumentException
                        or IOException { HResult: BadPlace }
            )
        {
            throw Fault(path, $"it is no zip archive, or damaged ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})");
        }
    }

    private static void Pack(string path, ReadOnlySpan<byte> pixels, Span<byte> bits, long first)
    {
        if (pixels.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var at)
        {
            throw Fault(path, $"image {first + (at / Pixels)} has a pixel of {pixels[at]}; expected 0 and 1");
        }

        for (var i = 0; i < pixels.Length / 8; i++)
        {
            // Eight bytes of 0 and 1: the product brings each one's bit into the highest byte.
            bits[i] = (byte)((BinaryPrimitives.ReadUInt64LittleEndian(pixels[(i * 8)..]) * 0x0102040810204080UL) >> 56);
        }
    }

    /// <summary>An array in an archive, read once from the beginning to the end; its check sum is compared then.</summary>
    private sealed class NpyEntry : IDisposable
    {
        private readonly Stream _stream;
        private readonly string _path;
        private readonly string _name;
        private readonly uint _expected;
        private uint _sum;

        public NpyEntry(ZipArchive zip, string path, string name)
        {
            (_path, _name) = (path, name);
            var entry = zip.GetEntry(name) ?? throw Fault(path, $"it has no {name}");
            _expected = entry.Crc32;
            _stream = new BufferedStream(entry.Open(), 1 << 16);
            (Type, Shape) = Head();
        }

        public string Type { get; }

        public long[] Shape { get; }

        public void Read(Span<byte> target)
        {
            _stream.ReadExactly(target);
            _sum = Crc32.Of(target, _sum);
        }

        public void End()
        {
            if (_stream.ReadByte() >= 0)
            {
                throw Fault(_path, $"{_name} is longer than its head says");
            }

            if (_sum != _expected)
            {
                throw Fault(_path, $"the check sum of {_name} is {_sum:x8}; expected {_expected:x8}");
            }
        }

        public override string ToString() => $"{Type} [{string.Join(", ", Shape)}]";

        public void Dispose() => _stream.Dispose();

        // numpy's format 1.0 to 3.0: magic, version, the length of a Python dictionary, and that.
        private (string Type, long[] Shape) Head()
        {
            var start = new byte[NpyHead];
            Read(start);
            if (!start.AsSpan().StartsWith(NpyMagic) || start[6] is < 1 or > 3)
            {
                throw Fault(_path, $"{_name} is no array that numpy wrote");
            }

            if (start[6] > 1)
            {
                var high = new byte[2];
                Read(high);
                if (high[0] != 0 || high[1] != 0)
                {
                    throw Fault(_path, $"{_name} has a head of over {ushort.MaxValue:N0} bytes");
                }
            }
            var text = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))];
            Read(text);
            var head = Encoding.Latin1.GetString(text);
            var (type, shape) = (TypeIn().Match(head), ShapeIn().Match(head));
            if (!type.Success || !shape.Success || !head.Contains("'fortran_order': False", StringComparison.Ordinal))
            {
                throw Fault(_path, $"the head of {_name} is not that of an array in C's order");
            }

            return (
                type.Groups[1].Value,
                [
                    .. shape
                        .Groups[1]
                        .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                        .Select(size => long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture)),
                ]
            );
        }
    }

    [GeneratedRegex("'descr': '([^']{1,16})'", RegexOptions.CultureInvariant)]
    private static partial Regex TypeIn();

    [GeneratedRegex(@"'shape': \(((?:[0-9]{1,12}, ?)*[0-9]{0,12})\)", RegexOptions.CultureInvariant)]
    private static partial Regex ShapeIn();
}
