using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VitNotebooks.Data;

/// <summary>What MATLAB calls the class of an array's values.</summary>
public enum MatClass
{
    /// <summary>Arrays of any kind, each of its own sizes.</summary>
    Cell = 1,

    /// <summary>Records with named fields, each field an array.</summary>
    Structure = 2,

    /// <summary>Text, 16 bits a letter.</summary>
    Char = 4,

    /// <summary>64-bit numbers; a file may hold whole ones in fewer bytes.</summary>
    Double = 6,

    /// <summary>32-bit numbers.</summary>
    Single = 7,

    /// <summary>Whole numbers, -128..127.</summary>
    Int8 = 8,

    /// <summary>Whole numbers, 0..255; also truth values.</summary>
    UInt8 = 9,

    /// <summary>Whole numbers of 16 bits.</summary>
    Int16 = 10,

    /// <summary>Whole numbers of 16 bits without sign.</summary>
    UInt16 = 11,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32 = 12,

    /// <summary>Whole numbers of 32 bits without sign.</summary>
    UInt32 = 13,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64 = 14,

    /// <summary>Whole numbers of 64 bits without sign.</summary>
    UInt64 = 15,
}

/// <summary>An array of a MATLAB file: values in column-major order, the first dimension running fastest.</summary>
public sealed class MatArray
{
    private readonly MatStorage _storage;
    private readonly byte[] _data = [];

    // Of a cell array its cells; of a structure array the fields of its first record, then of its second.
    private readonly MatArray[] _parts = [];

    internal MatArray(string file, string name, MatClass kind, int[] dimensions, MatStorage storage, byte[] data)
    {
        File = file;
        Name = name;
        Class = kind;
        Dimensions = dimensions;
        _storage = storage;
        _data = data;
        Count = data.Length / MatStorages.Width(storage);
    }

    internal MatArray(
        string file,
        string name,
        MatClass kind,
        int[] dimensions,
        IReadOnlyList<string> fields,
        MatArray[] parts
    )
    {
        File = file;
        Name = name;
        Class = kind;
        Dimensions = dimensions;
        Fields = fields;
        _parts = parts;
        Count = dimensions.Aggregate(1, (product, size) => product * size);
    }

    /// <summary>The file it comes from.</summary>
    public string File { get; }

    /// <summary>The variable's name.</summary>
    public string Name { get; }

    /// <summary>What its values are.</summary>
    public MatClass Class { get; }

    /// <summary>Its sizes, two at least.</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>Number of values, of cells, or of records.</summary>
    public int Count { get; }

    /// <summary>The names of a structure's fields, in the file's order; of all else none.</summary>
    public IReadOnlyList<string> Fields { get; } = [];

    /// <summary>A value, by its place in column-major order.</summary>
    /// <exception cref="InvalidOperationException">It is a cell array or a structure.</exception>
    public double this[int index]
    {
        get
        {
            if (Class is MatClass.Cell or MatClass.Structure)
            {
                throw new InvalidOperationException(
                    $"{File}: {Name} is {What} and holds no numbers; ask for {(Class == MatClass.Cell ? "Cell" : "Field")} instead."
                );
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var at = _data.AsSpan(index * MatStorages.Width(_storage));
            return _storage switch
            {
                MatStorage.Int8 => (sbyte)at[0],
                MatStorage.UInt8 or MatStorage.Utf8 => at[0],
                MatStorage.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                MatStorage.UInt16 or MatStorage.Utf16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                MatStorage.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                MatStorage.UInt32 or MatStorage.Utf32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                MatStorage.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
                MatStorage.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(at),
                MatStorage.Single => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }
    }

    /// <summary>A cell, by its place in column-major order.</summary>
    /// <exception cref="DatasetFormatException">It is no cell array.</exception>
    public MatArray Cell(int index)
    {
        Require(MatClass.Cell, "a cell array");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _parts[index];
    }

    /// <summary>A field of a record, by the record's place in column-major order.</summary>
    /// <exception cref="DatasetFormatException">It is no structure, or has no such field.</exception>
    public MatArray Field(int index, string field)
    {
        Require(MatClass.Structure, "a structure");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        for (var f = 0; f < Fields.Count; f++)
        {
            if (Fields[f] == field)
            {
                return _parts[(index * Fields.Count) + f];
            }
        }
        throw new DatasetFormatException(
            $"{File}: {Name} has no field '{field}'; it has {string.Join(", ", Fields.DefaultIfEmpty("none"))}. The file is damaged or another one.",
            File
        );
    }

    /// <summary>All cells, in column-major order.</summary>
    /// <exception cref="DatasetFormatException">It is no cell array.</exception>
    public IReadOnlyList<MatArray> Cells()
    {
        Require(MatClass.Cell, "a cell array");
        return _parts;
    }

    /// <summary>The texts of a cell array.</summary>
    /// <exception cref="DatasetFormatException">It is no cell array, or a cell is no text.</exception>
    public string[] Texts() => [.. Cells().Select(cell => cell.Line())];

    /// <summary>The text, of a char array of one line.</summary>
    /// <exception cref="DatasetFormatException">It is of another class, or has several lines.</exception>
    public string Line()
    {
        Require(MatClass.Char, "a text");
        return Dimensions[0] <= 1
            ? Text()
            : throw new DatasetFormatException(
                $"{File}: {Name} has {Dimensions[0]} lines; expected a text of one. The file is damaged or another one.",
                File
            );
    }

    /// <summary>The one value, as a whole number of a range.</summary>
    /// <exception cref="DatasetFormatException">There are more or none, or it is a fraction or out of range.</exception>
    public int Integer(int least, int most) =>
        Class is not (MatClass.Cell or MatClass.Structure) && Count == 1
            ? Integers(least, most)[0]
            : throw new DatasetFormatException(
                $"{File}: {Name} is {What} [{string.Join(", ", Dimensions)}]; expected one number, {least} to {most}. The file is damaged or another one.",
                File
            );

    /// <summary>All values as whole numbers of a range.</summary>
    /// <exception cref="DatasetFormatException">It holds no numbers, or one is a fraction or out of range; the message says which.</exception>
    public int[] Integers(int least, int most)
    {
        if (Class is MatClass.Cell or MatClass.Structure)
        {
            throw new DatasetFormatException(
                $"{File}: {Name} is {What}; expected numbers, {least} to {most}. The file is damaged or another one.",
                File
            );
        }

        var numbers = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            var value = this[i];
            if (!(value >= least && value <= most) || Math.Floor(value) != value)
            {
                throw new DatasetFormatException(
                    FormattableString.Invariant(
                        $"{File}: {Name}({i + 1}) is {value}; expected a whole number, {least} to {most}. The file is damaged or another one."
                    ),
                    File
                );
            }

            numbers[i] = (int)value;
        }
        return numbers;
    }

    /// <summary>The bytes themselves, of an array of class uint8; they are the array's own and may be changed by who has it.</summary>
    /// <exception cref="DatasetFormatException">It is of another class.</exception>
    internal byte[] Bytes() =>
        Class == MatClass.UInt8 && _storage == MatStorage.UInt8
            ? _data
            : throw new DatasetFormatException(
                $"{File}: {Name} is of class {Class.ToString().ToLowerInvariant()}; expected uint8. The file is damaged or another one.",
                File
            );

    /// <summary>The letters of a char array; its rows one a line.</summary>
    /// <exception cref="InvalidOperationException">It is of another class.</exception>
    public string Text()
    {
        if (Class != MatClass.Char)
        {
            throw new InvalidOperationException(
                $"{File}: {Name} is {Class.ToString().ToLowerInvariant()} and no text."
            );
        }

        if (_storage == MatStorage.Utf8 && Dimensions[0] <= 1)
        {
            return Encoding.UTF8.GetString(_data);
        }

        var rows = Math.Max(Dimensions[0], 1);
        var text = new StringBuilder(Count + rows);
        for (var row = 0; row < rows; row++)
        {
            if (row > 0)
            {
                text.Append('\n');
            }

            for (var i = row; i < Count; i += rows)
            {
                text.Append((char)this[i]);
            }
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Class.ToString().ToLowerInvariant()} [{string.Join(", ", Dimensions)}]"
        + (Fields.Count > 0 ? $" with {string.Join(", ", Fields)}" : "");

    private string What =>
        Class switch
        {
            MatClass.Cell => "a cell array",
            MatClass.Structure => "a structure",
            MatClass.Char => "a text",
            _ => $"of class {Class.ToString().ToLowerInvariant()}",
        };

    private void Require(MatClass kind, string what)
    {
        if (Class != kind)
        {
            throw new DatasetFormatException(
                $"{File}: {Name} is {What}; expected {what}. The file is damaged or another one.",
                File
            );
        }
    }
}

/// <summary>How a file holds numbers (the "mi" types of the format).</summary>
internal enum MatStorage
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Utf8 = 16,
    Utf16 = 17,
    Utf32 = 18,
}

internal static class MatStorages
{
    public static int Width(MatStorage storage) =>
        storage switch
        {
            MatStorage.Int8 or MatStorage.UInt8 or MatStorage.Utf8 => 1,
            MatStorage.Int16 or MatStorage.UInt16 or MatStorage.Utf16 => 2,
            MatStorage.Int32 or MatStorage.UInt32 or MatStorage.Single or MatStorage.Utf32 => 4,
            _ => 8,
        };

    /// <summary>Turns big-endian values into little-endian ones, in place.</summary>
    public static void Swap(byte[] data, int width)
    {
        switch (width)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(data.AsSpan());
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(data.AsSpan());
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
