namespace VitNotebooks.Data;

/// <summary>CIFAR's python version: pickled dictionaries with <c>data</c>, a uint8 array <c>[N, 3072]</c> of planes, and lists of labels. Read without running anything.</summary>
internal static class CifarPython
{
    /// <summary>Reads files of equally many images.</summary>
    /// <inheritdoc cref="CifarBinary.Read"/>
    public static CifarRecords Read(
        string[] files,
        int perFile,
        CifarLabel[] labels,
        string set,
        string remedy,
        OpenOptions? options = null
    )
    {
        var records = new CifarRecords(files, perFile, labels.Length);
        for (var f = 0; f < files.Length; f++)
        {
            options?.Reading(files[f], 0, null);
            ReadFile(records, f, labels, set, remedy);
        }
        return records;
    }

    /// <summary>The names in a list of a meta file.</summary>
    public static string[] Names(string path, string key, int count, string remedy)
    {
        var meta = PickledBatch.Read(path);
        if (
            meta.GetValueOrDefault(key) is List<object?> list
            && list.Count == count
            && list.TrueForAll(name => name is string { Length: > 0 })
        )
        {
            return [.. list.Cast<string>()];
        }

        throw new DatasetFormatException(
            $"{path}: {key} {What(meta.GetValueOrDefault(key), meta.ContainsKey(key))}; expected a list of {count} names. {remedy}",
            path
        );
    }

    private static void ReadFile(CifarRecords records, int f, CifarLabel[] labels, string set, string remedy)
    {
        var path = records.Files[f];
        var batch = PickledBatch.Read(path);
        DatasetFormatException Fault(string what) =>
            new($"{path}: {what}. The file is damaged or is not {set}. {remedy}", path);

        if (batch.GetValueOrDefault("data") is not PickledArray { IsBytes: true, Shape.Length: 2 } data)
        {
            throw Fault(
                $"data {What(batch.GetValueOrDefault("data"), batch.ContainsKey("data"))}; expected a uint8 array [{records.PerFile}, {CifarRecords.PixelBytes}]"
            );
        }

        if (data.Shape[0] != records.PerFile || data.Shape[1] != CifarRecords.PixelBytes)
        {
            throw Fault(
                $"data is of shape [{string.Join(", ", data.Shape)}]; expected [{records.PerFile}, {CifarRecords.PixelBytes}]"
            );
        }

        var first = f * records.PerFile;
        for (var l = 0; l < labels.Length; l++)
        {
            var key = labels[l].Key;
            if (batch.GetValueOrDefault(key) is not List<object?> list || list.Count != records.PerFile)
            {
                throw Fault(
                    $"{key} {What(batch.GetValueOrDefault(key), batch.ContainsKey(key))}; expected a list of {records.PerFile} numbers"
                );
            }

            for (var i = 0; i < list.Count; i++)
            {
                if (list[i] is not long value || value < 0 || value >= labels[l].Classes)
                {
                    throw Fault(
                        $"record {i} has {labels[l].What} {list[i] ?? "None"}; expected 0..{labels[l].Classes - 1}"
                    );
                }

                records.Labels[l][first + i] = (byte)value;
            }
        }
        for (var i = 0; i < records.PerFile; i++)
        {
            records.SetPixels(first + i, data.Values.AsSpan(i * CifarRecords.PixelBytes, CifarRecords.PixelBytes));
        }
    }

    private static string What(object? value, bool isThere) =>
        value switch
        {
            null => isThere ? "is None" : "is missing",
            List<object?> list => $"is a list of {list.Count}",
            PickledArray { IsBytes: false } array =>
                $"is an array [{string.Join(", ", array.Shape)}] of another type than uint8",
            PickledArray array => $"is an array [{string.Join(", ", array.Shape)}]",
            _ => "is of another kind",
        };
}
