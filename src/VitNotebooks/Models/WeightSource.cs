using TorchSharp;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>Named tensors that weights come from: shapes at once, elements one tensor at a time.</summary>
internal sealed class WeightSource : IDisposable
{
    private readonly Func<string, Tensor> _read;
    private readonly IDisposable? _file;

    private WeightSource(
        IReadOnlyDictionary<string, long[]> shapes,
        Func<string, Tensor> read,
        ScalarType? type,
        IDisposable? file
    ) => (Shapes, _read, Type, _file) = (shapes, read, type, file);

    /// <summary>The tensors' shapes by name.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>The type of the largest tensor; null where there is none.</summary>
    public ScalarType? Type { get; }

    /// <summary>Tensors that are in memory already; they stay their owner's.</summary>
    public static WeightSource Of(IReadOnlyDictionary<string, Tensor> tensors) =>
        new(
            tensors.ToDictionary(t => t.Key, t => t.Value.shape, StringComparer.Ordinal),
            name => tensors[name].alias(),
            tensors.Count == 0 ? null : tensors.Values.MaxBy(t => t.numel())!.dtype,
            file: null
        );

    /// <summary>A safetensors file, the index of a model in several, or a file of Python's torch.save or numpy. All but the first are read
    /// whole, into the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">The entry of a .pth file to take where it has it, e.g. <c>state_dict_ema</c>; null looks for the weights.</param>
    public static WeightSource Open(string path, string? entry = null)
    {
        if (path.EndsWith(".index.json", StringComparison.Ordinal))
            return Of(Safetensors.Load(path));
        if (!Safetensors.IsSafetensors(path))
            return Of(PickledWeights.Read(path, entry));
        var file = SafetensorsFile.Open(path);
        var shapes = file.Names.ToDictionary(name => name, name => file.Shape(name).ToArray(), StringComparer.Ordinal);
        var largest = file.Names.MaxBy(name => shapes[name].Aggregate(1L, (product, length) => product * length));
        return new(shapes, file.Read, largest is null ? null : file.Dtype(largest), file);
    }

    /// <summary>The same tensors, where one that holds a tensor of every block along its first axis is as many as there are blocks.</summary>
    /// <param name="rule">How such tensors are named; null for none.</param>
    public WeightSource Unstacked(StackRule? rule)
    {
        var rows = new Dictionary<string, (string Stack, int Row)>(StringComparer.Ordinal);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (name, shape) in Shapes)
            if (shape.Length > 0 && rule?.NameOf(name, 0) is not null)
                for (var i = 0; i < shape[0]; i++)
                {
                    var own = rule.NameOf(name, i)!;
                    rows[own] = (name, i);
                    shapes[own] = shape[1..];
                }
            else
                shapes[name] = shape;
        return rows.Count == 0
            ? this
            : new(
                shapes,
                name => rows.TryGetValue(name, out var row) ? Row(_read(row.Stack), row.Row) : _read(name),
                Type,
                file: null // stays this source's
            );
    }

    private static Tensor Row(Tensor stack, int row)
    {
        using (stack)
            return stack.select(0, row);
    }

    /// <summary>A tensor, in the caller's scope.</summary>
    public Tensor Read(string name) => _read(name);

    public void Dispose() => _file?.Dispose();
}
