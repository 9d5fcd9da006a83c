using System.Globalization;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>Models in several safetensors files: <c>model.safetensors.index.json</c> says which tensor lies in which.</summary>
/// <remarks>The index is Hugging Face's: <c>{"metadata": {"total_size": 123}, "weight_map": {"NAME": "FILE"}}</c>.</remarks>
[BeyondTorchSharp]
public static class SafetensorsShards
{
    private const string Ending = ".index.json";
    private const long MostIndexBytes = SafetensorsHeader.MostHeaderBytes;

    /// <summary>Reads all tensors of all files to the CPU, in the caller's dispose scope.</summary>
    /// <param name="indexPath">The index; the files lie beside it.</param>
    /// <exception cref="TensorFileException">The index is damaged, or it and the files do not agree on the names.</exception>
    /// <exception cref="SafetensorsException">One of the files is damaged.</exception>
    public static Dictionary<string, Tensor> Load(string indexPath)
    {
        var map = ReadIndex(indexPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var shard in map.GroupBy(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, shard.Key);
            if (!File.Exists(path))
            {
                throw new TensorFileException(
                    $"{indexPath}: the file '{shard.Key}' that it names is not beside it; fetch all of them."
                );
            }
            using var file = SafetensorsFile.Open(path);
            var missing = shard.Where(name => !file.Contains(name)).ToList();
            var surplus = file.Names.Except(shard, StringComparer.Ordinal).ToList();
            if (missing.Count + surplus.Count > 0)
            {
                throw new TensorFileException(
                    $"{indexPath} and {shard.Key} do not agree: {Some("missing in the file", missing)}{Some("not in the index", surplus)}fetch both again."
                );
            }
            foreach (var name in shard)
            {
                tensors.Add(name, file.Read(name));
            }
        }
        foreach (var tensor in tensors.Values)
        {
            scope.MoveToOuter(tensor);
        }
        return tensors;
    }

    private static string Some(string what, List<string> names) =>
        names.Count == 0
            ? ""
            : $"{what} {names.Count} ({string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", ..." : "")}); ";

    private static Dictionary<string, string> ReadIndex(string indexPath)
    {
        TensorFileException Fault(string what, Exception? inner = null) =>
            inner is null ? new($"{indexPath}: {what}.") : new($"{indexPath}: {what}.", inner);

        using var source = ByteSource.Open(indexPath);
        if (source.Length > MostIndexBytes)
        {
            throw Fault($"the index has {source.Length} bytes, at most {MostIndexBytes} are read");
        }
        var json = new byte[source.Length];
        source.Read(0, json);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var weights)
                || weights.ValueKind != JsonValueKind.Object
            )
            {
                throw Fault("the index has no 'weight_map' of names and files");
            }
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in weights.EnumerateObject())
            {
                var file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                if (file.Length == 0 || file is "." or ".." || file.AsSpan().ContainsAny('/', '\\', '\0'))
                {
                    throw Fault(
                        $"tensor '{entry.Name}' lies in '{file}', expected the plain name of a file beside the index"
                    );
                }
                if (!map.TryAdd(entry.Name, file))
                {
                    throw Fault($"tensor '{entry.Name}' occurs twice");
                }
            }
            return map;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Fault($"the index is no JSON ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Writes tensors into files of at most so many bytes each, and the index beside them.</summary>
    /// <param name="indexPath">The index, for example <c>model.safetensors.index.json</c>; the files take its name with a number.</param>
    /// <param name="tensors">Names and tensors, distributed in this order.</param>
    /// <param name="mostBytes">The bytes of tensors a file; one tensor that is larger has a file of its own.</param>
    /// <param name="metadata">Text entries for each file.</param>
    /// <exception cref="ArgumentException">The path does not end in .safetensors.index.json.</exception>
    public static void Save(
        string indexPath,
        IReadOnlyDictionary<string, Tensor> tensors,
        long mostBytes = 5_000_000_000,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (!indexPath.EndsWith(".safetensors" + Ending, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The index is '{indexPath}', expected a name that ends in .safetensors{Ending}.",
                nameof(indexPath)
            );
        }
        var shards = new List<Dictionary<string, Tensor>>();
        var room = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var bytes = tensor.NumberOfElements * tensor.ElementSize;
            if (shards.Count == 0 || bytes > room)
            {
                shards.Add(new Dictionary<string, Tensor>(StringComparer.Ordinal));
                room = mostBytes;
            }
            shards[^1].Add(name, tensor);
            room -= bytes;
        }
        var stem = indexPath[..^(".safetensors" + Ending).Length];
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < shards.Count; i++)
        {
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"{stem}-{i + 1:D5}-of-{shards.Count:D5}.safetensors"
            );
            Safetensors.Save(path, shards[i], metadata);
            foreach (var name in shards[i].Keys)
            {
                map.Add(name, Path.GetFileName(path));
            }
        }
        WriteIndex(indexPath, map, tensors.Values.Sum(t => t.NumberOfElements * t.ElementSize));
    }

    private static void WriteIndex(string indexPath, Dictionary<string, string> map, long bytes) =>
        DurableFile.Write(
            indexPath,
            stream =>
            {
                using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
                writer.WriteStartObject();
                writer.WriteStartObject("metadata");
                writer.WriteNumber("total_size", bytes);
                writer.WriteEndObject();
                writer.WriteStartObject("weight_map");
                foreach (var (name, file) in map.OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(name, file);
                }
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        );
}
