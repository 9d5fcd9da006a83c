namespace VitNotebooks.Data;

/// <summary>CIFAR's binary version: records of one label byte (CIFAR-10) or two (CIFAR-100: coarse, fine) and 3,072 bytes of pixels, planes red, green, blue.</summary>
internal static class CifarBinary
{
    private const int Block = 100;

    /// <summary>Reads files of equal length.</summary>
    /// <param name="files">The files.</param>
    /// <param name="perFile">Records that each must have.</param>
    /// <param name="labels">A record's labels, in order.</param>
    /// <param name="set">The dataset's name, for messages.</param>
    /// <param name="remedy">What to do about a damaged file.</param>
    /// <param name="options">Who hears which file is read, and what stops it.</param>
    /// <exception cref="DatasetFormatException">A file has a wrong size, or a record a label out of range.</exception>
    public static CifarRecords Read(
        string[] files,
        int perFile,
        CifarLabel[] labels,
        string set,
        string remedy,
        OpenOptions? options = null
    )
    {
        var recordBytes = labels.Length + CifarRecords.PixelBytes;
        foreach (var path in files)
        {
            CheckSize(path, perFile, recordBytes, remedy);
        }
        var records = new CifarRecords(files, perFile, labels.Length);
        var block = new byte[recordBytes * Block];
        var index = 0;
        foreach (var path in files)
        {
            using var file = File.OpenRead(path);
            options?.Reading(path, 0, file.Length);
            for (var record = 0; record < perFile; )
            {
                var count = Math.Min(Block, perFile - record);
                file.ReadExactly(block, 0, count * recordBytes);
                for (var i = 0; i < count; i++, record++, index++)
                {
                    ReadOnlySpan<byte> bytes = block.AsSpan(i * recordBytes, recordBytes);
                    for (var l = 0; l < labels.Length; l++)
                    {
                        if (bytes[l] >= labels[l].Classes)
                        {
                            throw new DatasetFormatException(
                                $"{path}: record {record} (offset {(long)record * recordBytes:N0}) has {labels[l].What} {bytes[l]}; expected 0..{labels[l].Classes - 1}. "
                                    + $"The file is damaged or is not {set}. {remedy}",
                                path
                            );
                        }
                        records.Labels[l][index] = bytes[l];
                    }
                    records.SetPixels(index, bytes[labels.Length..]);
                }
            }
        }
        return records;
    }

    /// <summary>Writes records of CIFAR-10's form.</summary>
    public static void Write(string path, IImageDataset data, int first, int count)
    {
        var record = new byte[1 + CifarRecords.PixelBytes];
        var plane = CifarRecords.Side * CifarRecords.Side;
        var buffer = new PixelBuffer();
        using var file = File.Create(path);
        for (var i = first; i < first + count; i++)
        {
            data.ReadInto(i, buffer);
            if (buffer.Width != CifarRecords.Side || buffer.Height != CifarRecords.Side)
            {
                throw new ArgumentException(
                    $"{data.Source(i)} is {buffer.Width} x {buffer.Height}; CIFAR-10's layout holds 32 x 32 only."
                );
            }
            record[0] = (byte)data.Label(i);
            ReadOnlySpan<byte> pixels = buffer.Pixels;
            for (var p = 0; p < plane; p++)
            {
                record[1 + p] = pixels[3 * p];
                record[1 + plane + p] = pixels[(3 * p) + 1];
                record[1 + (2 * plane) + p] = pixels[(3 * p) + 2];
            }
            file.Write(record);
        }
    }

    private static void CheckSize(string path, int perFile, int recordBytes, string remedy)
    {
        var length = new FileInfo(path).Length;
        var expected = (long)perFile * recordBytes;
        if (length == expected)
        {
            return;
        }
        var found =
            length < expected
                ? $"it is truncated: it ends in record {length / recordBytes:N0}, {expected - length:N0} bytes early"
                : $"it is oversized: {length - expected:N0} bytes follow the last record";
        throw new DatasetFormatException(
            $"{path}: {length:N0} bytes; expected {expected:N0} = {perFile:N0} records of {recordBytes:N0} bytes; {found}. {remedy}",
            path
        );
    }
}
