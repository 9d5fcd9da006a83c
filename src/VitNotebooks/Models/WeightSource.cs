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

    /// <summary>The type of the largest weight; null where there is none of real numbers.</summary>
    public ScalarType? Type { get; }

    /// <summary>The file; null for tensors in memory.</summary>
    public string? Path { get; private init; }

    /// <summary>What the file says of its model; null where it is none of this package's.</summary>
    public CheckpointMetadata? Own { get; private init; }

    /// <summary>Whether a tensor is a run's own beside the weights, which a model without such a tensor leaves out.</summary>
    public bool IsBesideWeights(string name) => Own is not null && CheckpointMetadata.IsBesideWeights(name);

    /// <summary>Tensors that are in memory already; they stay their owner's.</summary>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="own">What the file says that they were read from, where it is this package's.</param>
    public static WeightSource Of(IReadOnlyDictionary<string, Tensor> tensors, CheckpointMetadata? own = null)
    {
        var shapes = tensors.ToDictionary(t => t.Key, t => t.Value.shape, StringComparer.Ordinal);
        return new(
            shapes,
            name => tensors[name].alias(),
            Largest(shapes, name => tensors[name].dtype, own is not null),
            file: null
        )
        {
            Own = own,
        };
    }

    /// <summary>A safetensors file, the index of a model in several, or a file of Python's torch.save or numpy. All but the first are read
    /// whole, into the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entry">The entry of a .pth file to take, e.g. <c>state_dict_ema</c>; null looks for the weights.</param>
    /// <param name="needsEntry">Whether a .pth file without the entry is refused; otherwise the weights are looked for in it.</param>
    public static WeightSource Open(string path, string? entry = null, bool needsEntry = false)
    {
        if (path.EndsWith(".index.json", StringComparison.Ordinal))
        {
            return Read(path, Safetensors.Load(path));
        }

        if (!Safetensors.IsSafetensors(path))
        {
            return Read(path, PickledWeights.Read(path, entry, needsEntry));
        }

        var file = SafetensorsFile.Open(path);
        var own = CheckpointMetadata.In(path, file.Metadata);
        var shapes = file.Names.ToDictionary(name => name, name => file.Shape(name).ToArray(), StringComparer.Ordinal);
        return new(shapes, file.Read, Largest(shapes, file.Dtype, own is not null), file) { Path = path, Own = own };
    }

    private static WeightSource Read(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var source = Of(tensors);
        return new(source.Shapes, source._read, source.Type, file: null) { Path = path };
    }

    private static ScalarType? Largest(Dictionary<string, long[]> shapes, Func<string, ScalarType> type, bool isOwn) =>
        shapes
            .Where(t => is_floating_point(type(t.Key)) && !(isOwn && CheckpointMetadata.IsBesideWeights(t.Key)))
            .Select(t => (Type: type(t.Key), Elements: t.Value.Aggregate(1L, (product, length) => product * length)))
            .OrderByDescending(t => t.Elements)
            .Select(t => (ScalarType?)t.Type)
            .FirstOrDefault();

    /// <summary>The same tensors, where one that holds a tensor of every block along its first axis is as many as there are blocks.</summary>
    /// <param name="rule">How such tensors are named; null for none.</param>
    public WeightSource Unstacked(StackRule? rule)
    {
        var rows = new Dictionary<string, (string Stack, int Row)>(StringComparer.Ordinal);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (name, shape) in Shapes)
        {
            if (shape.Length > 0 && rule?.NameOf(name, 0) is not null)
            {
                for (var i = 0; i < shape[0]; i++)
                {
                    var own = rule.NameOf(name, i)!;
                    rows[own] = (name, i);
                    shapes[own] = shape[1..];
                }
            }
            else
            {
                shapes[name] = shape;
            }
        }

        return rows.Count == 0
            ? this
            : new(
                shapes,
                name => rows.TryGetValue(name, out var row) ? Row(_read(row.Stack), row.Row) : _read(name),
                Type,
                file: null // stays this source's
            )
            {
                Path = Path,
                Own = Own,
            };
    }

    private static Tensor Row(Tensor stack, int row)
    {
        using (stack)
        {
            return stack.select(0, row);
        }
    }

    /// <summary>A tensor, in the caller's scope.</summary>
    public Tensor Read(string name) => _read(name);

    public void Dispose() => _file?.Dispose();
}
