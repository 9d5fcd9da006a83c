using System.Buffers.Binary;
using System.Text;

namespace TorchSharp.Native;

/// <summary>What the loader must know of a shared library before it opens it: the build id, the libraries it needs, and
/// which symbols it defines or leaves to others. Reads the headers and the dynamic symbol table only.</summary>
internal sealed class ElfImage
{
    private readonly Dictionary<string, bool> _symbols = new(StringComparer.Ordinal);

    /// <summary>The GNU build id in hex, or null where the library carries none.</summary>
    public string? BuildId { get; private set; }

    /// <summary>DT_NEEDED: the sonames it wants loaded.</summary>
    public IReadOnlyList<string> Needed { get; private set; } = [];

    private ElfImage() { }

    /// <summary>True when the library wants this symbol from another one.</summary>
    public bool Imports(string symbol) => _symbols.TryGetValue(symbol, out var defined) && !defined;

    /// <summary>True when an exported symbol's name holds this text.</summary>
    public bool AnyExport(Func<string, bool> matches) => _symbols.Any(pair => pair.Value && matches(pair.Key));

    /// <summary>Reads a 64-bit little-endian ELF file.</summary>
    /// <exception cref="LibtorchException">The file is no such library.</exception>
    public static ElfImage Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = Take(file, 0, 64, path);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != 0x7F454C46 || header[4] != 2 || header[5] != 1)
        {
            throw new LibtorchException(
                $"{path} is no 64-bit ELF library; libtorch for Linux x86-64 or arm64 is needed."
            );
        }
        var image = new ElfImage();
        var sectionOffset = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(40));
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(58));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(60));
        var table = Take(file, sectionOffset, entrySize * count, path);
        for (var i = 0; i < count; i++)
        {
            var section = table.AsSpan(i * entrySize, entrySize);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(section[4..]);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(section[24..]);
            var size = BinaryPrimitives.ReadInt64LittleEndian(section[32..]);
            var link = BinaryPrimitives.ReadInt32LittleEndian(section[40..]);
            const uint note = 7,
                dynamic = 6,
                dynamicSymbols = 11;
            switch (type)
            {
                case note:
                    image.ReadNote(Take(file, offset, (int)size, path));
                    break;
                case dynamic:
                    image.Needed = ReadNeeded(
                        Take(file, offset, (int)size, path),
                        Linked(file, table, entrySize, link, path)
                    );
                    break;
                case dynamicSymbols:
                    image.ReadSymbols(Take(file, offset, (int)size, path), Linked(file, table, entrySize, link, path));
                    break;
            }
        }
        return image;
    }

    private static byte[] Linked(FileStream file, byte[] table, int entrySize, int index, string path)
    {
        var section = table.AsSpan(index * entrySize, entrySize);
        return Take(
            file,
            BinaryPrimitives.ReadInt64LittleEndian(section[24..]),
            (int)BinaryPrimitives.ReadInt64LittleEndian(section[32..]),
            path
        );
    }

    private static byte[] Take(FileStream file, long offset, int size, string path)
    {
        if (size < 0 || offset < 0 || offset + size > file.Length)
        {
            throw new LibtorchException($"{path} is truncated: {offset + size} bytes expected, {file.Length} found.");
        }
        var bytes = new byte[size];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private void ReadNote(ReadOnlySpan<byte> note)
    {
        while (note.Length >= 12)
        {
            var nameSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(note);
            var size = (int)BinaryPrimitives.ReadUInt32LittleEndian(note[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(note[8..]);
            var start = 12 + (nameSize + 3 & ~3);
            if (nameSize < 0 || size < 0 || start + size > note.Length)
            {
                return;
            }
            if (type == 3 && note.Slice(12, nameSize).StartsWith("GNU"u8))
            {
                BuildId = Convert.ToHexStringLower(note.Slice(start, size));
            }
            note = note[Math.Min(note.Length, start + (size + 3 & ~3))..];
        }
    }

    private static List<string> ReadNeeded(ReadOnlySpan<byte> entries, byte[] strings)
    {
        var needed = new List<string>();
        for (; entries.Length >= 16; entries = entries[16..])
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(entries) == 1)
            {
                needed.Add(Text(strings, (int)BinaryPrimitives.ReadInt64LittleEndian(entries[8..])));
            }
        }
        return needed;
    }

    private void ReadSymbols(ReadOnlySpan<byte> entries, byte[] strings)
    {
        for (; entries.Length >= 24; entries = entries[24..])
        {
            var name = (int)BinaryPrimitives.ReadUInt32LittleEndian(entries);
            if (name != 0)
            {
                _symbols[Text(strings, name)] = BinaryPrimitives.ReadUInt16LittleEndian(entries[6..]) != 0;
            }
        }
    }

    private static string Text(byte[] strings, int start) =>
        Encoding.ASCII.GetString(strings.AsSpan(start, strings.AsSpan(start).IndexOf((byte)0)));
}
