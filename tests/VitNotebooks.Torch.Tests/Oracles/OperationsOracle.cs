using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Oracles;

/// <summary>What tests/oracles/operations.py made of the table operations.txt, on the libtorch of the system's Python.</summary>
internal sealed class OperationsOracle
{
    private readonly byte[] _elements;

    public OperationsOracle()
    {
        var folder = Directory.CreateTempSubdirectory("vitnb-operations-").FullName;
        try
        {
            var path = Path.Combine(folder, "operations");
            PythonOracle.Run("operations.py", TimeSpan.FromMinutes(5), path);
            using var index = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
            _elements = File.ReadAllBytes(path + ".bin");
            Lines = [.. index.RootElement.EnumerateArray().Select(Line.Parse)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A line of the table in one variant, in the table's order.</summary>
    public IReadOnlyList<Line> Lines { get; }

    /// <summary>The table's text, by line number from 1.</summary>
    public static string[] Table { get; } = File.ReadAllLines(Path.Combine(PythonOracle.Folder, "operations.txt"));

    /// <summary>The elements of a tensor that Python wrote.</summary>
    public ReadOnlySpan<byte> Elements(Stored stored) =>
        _elements.AsSpan(stored.Offset, checked((int)(stored.Shape.TotalSize() * stored.DType.ElementSize())));

    /// <summary>A tensor that Python wrote.</summary>
    public Tensor Read(Stored stored)
    {
        var tensor = torch.empty(stored.Shape, dtype: stored.DType);
        Elements(stored).CopyTo(tensor.bytes);
        return tensor;
    }

    /// <summary>Where a tensor lies, and whether a gradient with respect to it is asked for.</summary>
    public sealed record Stored(ScalarType DType, long[] Shape, int Offset, bool WantsGradient)
    {
        public static Stored Parse(JsonElement entry) =>
            new(
                DTypeOf(entry[0].GetString()!),
                [.. entry[1].EnumerateArray().Select(e => e.GetInt64())],
                entry[2].GetInt32(),
                entry.GetArrayLength() > 3 && entry[3].GetBoolean()
            );
    }

    /// <summary>One line in one variant: the inputs, and what each name of the line made of them.</summary>
    public sealed record Line(
        int Number,
        string Section,
        string Variant,
        Stored[] Inputs,
        Dictionary<string, Outcome> Calls
    )
    {
        public static Line Parse(JsonElement entry) =>
            new(
                entry.GetProperty("line").GetInt32(),
                entry.GetProperty("section").GetString()!,
                entry.GetProperty("variant").GetString()!,
                [.. entry.GetProperty("inputs").EnumerateArray().Select(Stored.Parse)],
                entry
                    .GetProperty("calls")
                    .EnumerateObject()
                    .ToDictionary(p => p.Name, p => Outcome.Parse(p.Value), StringComparer.Ordinal)
            );
    }

    /// <summary>Values and gradients, or how Python refused.</summary>
    public sealed record Outcome(Stored[] Values, Stored?[]? Gradients, string? Refused, string? Error, string? Message)
    {
        public static Outcome Parse(JsonElement entry) =>
            new(
                entry.TryGetProperty("values", out var values) ? [.. values.EnumerateArray().Select(Stored.Parse)] : [],
                entry.TryGetProperty("gradients", out var gradients)
                    ?
                    [
                        .. gradients
                            .EnumerateArray()
                            .Select(g => g.ValueKind == JsonValueKind.Null ? null : Stored.Parse(g)),
                    ]
                    : null,
                Text(entry, "refused"),
                Text(entry, "error"),
                Text(entry, "message")
            );

        private static string? Text(JsonElement entry, string name) =>
            entry.TryGetProperty(name, out var text) ? text.GetString() : null;
    }

    private static ScalarType DTypeOf(string name) =>
        name switch
        {
            "uint8" => ScalarType.Byte,
            "complex64" => ScalarType.ComplexFloat32,
            "complex128" => ScalarType.ComplexFloat64,
            _ => Enum.Parse<ScalarType>(name, ignoreCase: true),
        };
}
