using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace VitNotebooks.Data;

/// <summary>
/// MATLAB's files of version 5 (<c>save -v6</c> and <c>-v7</c>, scipy's <c>savemat</c>): numbers, texts, cell arrays and structures, plain or compressed, of both
/// byte orders. Sparse and complex arrays, objects and functions are refused by name. A variable that is not asked for is passed over.
/// </summary>
/// <remarks>Format: "MAT-File Format", The MathWorks, R2019a, Level 5. Memory is taken only for what the file can hold: a compressed
/// variable claims at most 1,032 times its bytes, zlib's limit.</remarks>
public static class MatFile
{
    /// <summary>Reads variables.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Which; null for all. Each must be there.</param>
    /// <param name="mostBytes">No variable may take more memory, its cells and fields together.</param>
    /// <exception cref="DatasetNotFoundException">No such file.</exception>
    /// <exception cref="DatasetFormatException">The file is damaged, of another version, lacks a variable, or holds one that is refused.</exception>
    public static IReadOnlyDictionary<string, MatArray> Read(
        string path,
        IReadOnlyList<string>? names = null,
        long mostBytes = 2L << 30
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DatasetNotFoundException($"{path}: no such file; expected a MATLAB file there.");
        }

        using var file = File.OpenRead(path);
        return new Reader(path, file, names, mostBytes).Run();
    }

    private sealed class Reader(string path, FileStream file, IReadOnlyList<string>? names, long mostBytes)
    {
        private const int HeaderBytes = 128;
        private const int MatrixType = 14;
        private const int CompressedType = 15;
        private const int HighestRatio = 1032;
        private const int MostDimensions = 32;
        private const int MostName = 1024;
        private const int MostFields = 1024;
        private const int MostFieldName = 64;
        private const int MostDepth = 16;
        private const int BytesOfArray = 128;
        private readonly Dictionary<string, MatArray> _found = new(StringComparer.Ordinal);
        private readonly long _length = file.Length;
        private bool _bigEndian;
        private long _taken;

        public Dictionary<string, MatArray> Run()
        {
            ReadHeader();
            Span<byte> tag = stackalloc byte[8];
            for (long at = HeaderBytes; at < _length && !HasAll(); )
            {
                if (_length - at < 8)
                {
                    throw Fault($"it ends at byte {_length:N0} in the middle of a variable's head; it is truncated");
                }

                file.Position = at;
                file.ReadExactly(tag);
                var type = Int(tag);
                var bytes = (uint)Int(tag[4..]);
                if (type is not (MatrixType or CompressedType))
                {
                    throw Fault(
                        $"at byte {at:N0} is an element of type {type}; expected a variable (14, or 15 compressed)"
                    );
                }

                if (bytes > _length - at - 8)
                {
                    throw Fault(
                        $"at byte {at:N0} is a variable of {bytes:N0} bytes, and {_length - at - 8:N0} are left; it is truncated"
                    );
                }

                ReadVariable(at + 8, bytes, type == CompressedType);
                at += 8 + bytes;
            }
            foreach (var name in names ?? [])
            {
                if (!_found.ContainsKey(name))
                {
                    throw Fault($"there is no variable '{name}' in it");
                }
            }
            return _found;
        }

        private bool HasAll() => names is not null && names.All(_found.ContainsKey);

        private void ReadHeader()
        {
            var header = new byte[HeaderBytes];
            var read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
            if (header.AsSpan(0, read).StartsWith("MATLAB 7.3"u8))
            {
                throw Fault("it was saved with -v7.3 (HDF5); save it with -v7");
            }

            if (read < HeaderBytes)
            {
                throw Fault($"it has {read} bytes; expected a head of {HeaderBytes}");
            }

            _bigEndian = (header[126], header[127]) switch
            {
                ((byte)'I', (byte)'M') => false,
                ((byte)'M', (byte)'I') => true,
                _ => throw Fault(
                    $"bytes 126 and 127 are {Convert.ToHexString(header.AsSpan(126))}; expected 494D or 4D49, the mark of MATLAB's version 5"
                ),
            };
            var version = _bigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(124))
                : BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(124));
            if (version != 0x0100)
            {
                throw Fault($"it is of version 0x{version:X4}; expected 0x0100 (save it with -v7)");
            }
        }

        private void ReadVariable(long at, long bytes, bool compressed)
        {
            using var part = new Part(file, at, bytes);
            if (!compressed)
            {
                ReadMatrix(part, bytes, at);
                return;
            }
            // What asks for a dictionary that no MATLAB file has, the decompressor reports as a fault of the disk.
            Span<byte> head = stackalloc byte[2];
            if (
                bytes < 2
                || RandomAccess.Read(file.SafeFileHandle, head, at) < 2
                || (head[0] & 0xF) != 8
                || (head[1] & 0x20) != 0
            )
            {
                throw Fault(
                    $"the compressed variable at byte {at:N0} begins with {Convert.ToHexString(head)}; expected zlib's head without a dictionary, e.g. 789C"
                );
            }

            try
            {
                using var plain = new ZLibStream(part, CompressionMode.Decompress);
                Span<byte> tag = stackalloc byte[8];
                Fill(plain, tag, at);
                long claimed = (uint)Int(tag[4..]);
                if (Int(tag) != MatrixType)
                {
                    throw Fault(
                        $"the compressed element at byte {at:N0} is of type {Int(tag)}; expected a variable (14)"
                    );
                }

                if (claimed > bytes * HighestRatio)
                {
                    throw Fault(
                        $"the variable at byte {at:N0} claims {claimed:N0} bytes out of {bytes:N0} compressed ones, more than can be"
                    );
                }

                if (ReadMatrix(plain, claimed, at))
                {
                    // To the end, where the check sum is compared.
                    Span<byte> rest = stackalloc byte[64];
                    if (plain.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) == rest.Length)
                    {
                        throw Fault($"the variable at byte {at:N0} is longer than it says");
                    }
                }
            }
            catch (InvalidDataException e)
            {
                throw Fault($"the compressed variable at byte {at:N0} is damaged ({e.Message.TrimEnd('.')})");
            }
        }

        /// <summary>Reads one variable, or passes it over; false when it did.</summary>
        private bool ReadMatrix(Stream stream, long bytes, long at)
        {
            var left = bytes;
            var head = ReadHead(stream, ref left, at);
            if (names is not null && !names.Contains(head.Name))
            {
                return false;
            }

            _taken = 0;
            var array = ReadBody(stream, ref left, at, head, 0);
            if (!_found.TryAdd(head.Name, array))
            {
                throw Fault($"variable '{head.Name}' is there twice");
            }

            return true;
        }

        /// <summary>What stands before an array's values.</summary>
        private Head ReadHead(Stream stream, ref long left, long at)
        {
            var (flagsType, flags) = Element(stream, ref left, at, 8, "the flags");
            if (flagsType != (int)MatStorage.UInt32 || flags.Length != 8)
            {
                throw Fault($"the variable at byte {at:N0} does not begin with its flags");
            }

            var (sizesType, sizes) = Element(stream, ref left, at, 4 * MostDimensions, "the sizes");
            if (sizesType != (int)MatStorage.Int32 || sizes.Length < 8 || sizes.Length % 4 != 0)
            {
                throw Fault($"the variable at byte {at:N0} has no sizes");
            }

            var (nameType, nameBytes) = Element(stream, ref left, at, MostName, "the name");
            if (nameType is not ((int)MatStorage.Int8 or (int)MatStorage.UInt8 or (int)MatStorage.Utf8))
            {
                throw Fault($"the variable at byte {at:N0} has no name");
            }

            return new Head(Encoding.UTF8.GetString(nameBytes), Int(flags), sizes);
        }

        private MatArray ReadBody(Stream stream, ref long left, long at, Head head, int depth)
        {
            var kind = ClassOf(head.Name, head.Flags);
            var dimensions = new int[head.Sizes.Length / 4];
            Int128 count = 1;
            for (var d = 0; d < dimensions.Length; d++)
            {
                dimensions[d] = Int(head.Sizes.AsSpan(4 * d));
                if (dimensions[d] < 0)
                {
                    throw Fault($"variable '{head.Name}' has the size {dimensions[d]}");
                }

                count = Int128.Min(count * dimensions[d], long.MaxValue);
            }
            return kind switch
            {
                MatClass.Cell => ReadParts(stream, ref left, at, head.Name, kind, dimensions, count, null, depth),
                MatClass.Structure => ReadStructure(stream, ref left, at, head.Name, dimensions, count, depth),
                _ => ReadValues(stream, ref left, at, head.Name, kind, dimensions, count),
            };
        }

        private MatArray ReadStructure(
            Stream stream,
            ref long left,
            long at,
            string name,
            int[] dimensions,
            Int128 count,
            int depth
        )
        {
            var (lengthType, length) = Element(stream, ref left, at, 4, "the length of the field names");
            var each = lengthType == (int)MatStorage.Int32 && length.Length == 4 ? Int(length) : 0;
            var (namesType, text) = Element(stream, ref left, at, MostFields * MostFieldName, "the field names");
            if (
                each is < 1 or > MostFieldName
                || namesType is not ((int)MatStorage.Int8 or (int)MatStorage.UInt8)
                || text.Length % each != 0
            )
            {
                throw Fault($"structure '{name}' has no names of its fields");
            }

            var fields = new string[text.Length / each];
            for (var f = 0; f < fields.Length; f++)
            {
                var field = text.AsSpan(f * each, each);
                var end = field.IndexOf((byte)0);
                fields[f] = Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
            }
            return ReadParts(stream, ref left, at, name, MatClass.Structure, dimensions, count, fields, depth);
        }

        /// <summary>The cells of a cell array (no fields), or the fields of a structure's records, record after record.</summary>
        private MatArray ReadParts(
            Stream stream,
            ref long left,
            long at,
            string name,
            MatClass kind,
            int[] dimensions,
            Int128 count,
            string[]? fields,
            int depth
        )
        {
            if (depth == MostDepth)
            {
                throw Fault($"'{name}' holds arrays in arrays, more than {MostDepth} deep");
            }

            var parts = count * (fields?.Length ?? 1);
            // Each has a tag of 8 bytes at least. A structure without fields takes no bytes, however many records it says.
            if (parts > left / 8 || count > int.MaxValue)
            {
                throw Fault(
                    $"'{name}' of sizes [{string.Join(", ", dimensions)}] claims {parts} arrays, and {left:N0} bytes are left; it is truncated"
                );
            }

            Take(name, (long)parts * BytesOfArray);
            var read = new MatArray[(int)parts];
            for (var i = 0; i < read.Length; i++)
            {
                var inner = fields is null
                    ? $"{name}{{{i + 1}}}"
                    : $"{name}({(i / fields.Length) + 1}).{fields[i % fields.Length]}";
                read[i] = ReadPart(stream, ref left, at, inner, depth + 1);
            }
            return new MatArray(path, name, kind, dimensions, fields ?? [], read);
        }

        private MatArray ReadPart(Stream stream, ref long left, long at, string name, int depth)
        {
            var (type, length, small) = Tag(stream, ref left, at);
            if (type != MatrixType || small is not null)
            {
                throw Fault($"'{name}' is an element of type {type}; expected an array (14)");
            }

            if (length > left)
            {
                throw Fault($"'{name}' claims {length:N0} bytes, and {left:N0} are left; it is truncated");
            }

            left -= length;
            // MATLAB writes an empty array so.
            if (length == 0)
            {
                return new MatArray(path, name, MatClass.Double, [0, 0], MatStorage.Double, []);
            }

            var array = ReadBody(stream, ref length, at, ReadHead(stream, ref length, at) with { Name = name }, depth);
            // Padding.
            Span<byte> rest = stackalloc byte[64];
            while (length > 0)
            {
                var step = (int)Math.Min(length, rest.Length);
                Fill(stream, rest[..step], at);
                length -= step;
            }
            return array;
        }

        private void Take(string name, long bytes)
        {
            _taken += bytes;
            if (_taken > mostBytes)
            {
                throw Fault($"'{name}' and what is with it take {_taken:N0} bytes; the limit is {mostBytes:N0}");
            }
        }

        private MatArray ReadValues(
            Stream stream,
            ref long left,
            long at,
            string name,
            MatClass kind,
            int[] dimensions,
            Int128 count
        )
        {
            var (type, length, small) = Tag(stream, ref left, at);
            if (!Enum.IsDefined((MatStorage)type) || (kind != MatClass.Char && type >= (int)MatStorage.Utf8))
            {
                throw Fault($"the values of '{name}' are of type {type}; expected numbers");
            }

            var storage = (MatStorage)type;
            var width = MatStorages.Width(storage);
            var isFree = storage == MatStorage.Utf8; // letters of more than a byte
            if (length % width != 0 || (isFree ? length < count : count * width != length))
            {
                throw Fault(
                    $"'{name}' of sizes [{string.Join(", ", dimensions)}] has {length:N0} bytes of values; expected {count * width}"
                );
            }

            if (length > mostBytes || length > Array.MaxLength)
            {
                throw Fault(
                    $"'{name}' has {length:N0} bytes of values; the limit is {Math.Min(mostBytes, Array.MaxLength):N0}"
                );
            }

            if (length > left && small is null)
            {
                throw Fault($"'{name}' claims {length:N0} bytes of values, and {left:N0} are left; it is truncated");
            }

            Take(name, length);
            var data = small ?? new byte[length];
            if (small is null)
            {
                Fill(stream, data, at);
                left -= length;
            }
            if (_bigEndian)
            {
                MatStorages.Swap(data, width);
            }

            return new MatArray(path, name, kind, dimensions, storage, data);
        }

        private MatClass ClassOf(string name, int flags)
        {
            var number = flags & 0xFF;
            var what = number switch
            {
                3 => "an object",
                5 => "a sparse array",
                16 => "a function",
                17 => "an object",
                _ when !Enum.IsDefined((MatClass)number) => $"of the unknown class {number}",
                _ when (flags & 0x0800) != 0 => "an array of complex numbers",
                _ => null,
            };
            return what is null
                ? (MatClass)number
                : throw Fault(
                    $"variable '{name}' is {what}, which is not read; read are real numbers, texts, cell arrays and structures"
                );
        }

        /// <summary>A short element: its type and bytes; what pads it is passed over.</summary>
        private (int Type, byte[] Bytes) Element(Stream stream, ref long left, long at, int most, string what)
        {
            var (type, length, small) = Tag(stream, ref left, at);
            if (small is not null)
            {
                return (type, small);
            }

            if (length > most || length > left)
            {
                throw Fault(
                    $"{what} of the variable at byte {at:N0} claim {length:N0} bytes; expected at most {Math.Min(most, left):N0}"
                );
            }

            var bytes = new byte[length];
            Fill(stream, bytes, at);
            var pad = (int)Math.Min((8 - (length % 8)) % 8, left - length);
            Span<byte> padding = stackalloc byte[8];
            Fill(stream, padding[..pad], at);
            left -= length + pad;
            return (type, bytes);
        }

        /// <summary>An element's head; of up to four bytes the value stands in it.</summary>
        private (int Type, long Length, byte[]? Small) Tag(Stream stream, ref long left, long at)
        {
            Span<byte> tag = stackalloc byte[8];
            if (left < 8)
            {
                throw Fault($"the variable at byte {at:N0} ends in the middle of an element; it is truncated");
            }

            Fill(stream, tag, at);
            left -= 8;
            var first = (uint)Int(tag);
            var smallLength = (int)(first >> 16);
            if (smallLength == 0)
            {
                return ((int)first, (uint)Int(tag[4..]), null);
            }

            return smallLength <= 4
                ? ((int)(first & 0xFFFF), smallLength, tag.Slice(4, smallLength).ToArray())
                : throw Fault(
                    $"the variable at byte {at:N0} has a short element of {smallLength} bytes; expected at most 4"
                );
        }

        private void Fill(Stream stream, Span<byte> target, long at)
        {
            if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            {
                throw Fault(
                    $"the variable at byte {at:N0} ends {target.Length:N0} bytes or fewer early; it is truncated"
                );
            }
        }

        private int Int(ReadOnlySpan<byte> bytes) =>
            _bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);

        private DatasetFormatException Fault(string what) => new($"{path}: {what}. Fetch the file again.", path);
    }

    /// <summary>What stands before an array's values.</summary>
    /// <param name="Name">Its name; within a cell array or a structure there is none in the file.</param>
    /// <param name="Flags">The class, and whether the numbers are complex.</param>
    /// <param name="Sizes">As the file holds them, four bytes each.</param>
    private sealed record Head(string Name, int Flags, byte[] Sizes);

    /// <summary>A stretch of a file as a stream.</summary>
    private sealed class Part(FileStream file, long start, long length) : Stream
    {
        private long _at;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, length - _at);
            var read = wanted == 0 ? 0 : RandomAccess.Read(file.SafeFileHandle, buffer[..wanted], start + _at);
            _at += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
