using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>PyTorch's names in its files: storages, element types, and the functions that put tensors together again.</summary>
/// <remarks>What the functions take: torch/_utils.py and torch/_tensor.py of PyTorch 0.4 to 2.11.</remarks>
internal static class PickledTensors
{
    private static readonly (string Name, ScalarType Type)[] s_storages =
    [
        ("DoubleStorage", ScalarType.Float64),
        ("FloatStorage", ScalarType.Float32),
        ("HalfStorage", ScalarType.Float16),
        ("BFloat16Storage", ScalarType.BFloat16),
        ("LongStorage", ScalarType.Int64),
        ("IntStorage", ScalarType.Int32),
        ("ShortStorage", ScalarType.Int16),
        ("CharStorage", ScalarType.Int8),
        ("ByteStorage", ScalarType.Byte),
        ("BoolStorage", ScalarType.Bool),
        ("ComplexFloatStorage", ScalarType.ComplexFloat32),
        ("ComplexDoubleStorage", ScalarType.ComplexFloat64),
    ];

    private static readonly (string Name, ScalarType Type)[] s_types =
    [
        ("float64", ScalarType.Float64),
        ("float32", ScalarType.Float32),
        ("float16", ScalarType.Float16),
        ("bfloat16", ScalarType.BFloat16),
        ("int64", ScalarType.Int64),
        ("int32", ScalarType.Int32),
        ("int16", ScalarType.Int16),
        ("int8", ScalarType.Int8),
        ("uint8", ScalarType.Byte),
        ("bool", ScalarType.Bool),
        ("complex64", ScalarType.ComplexFloat32),
        ("complex128", ScalarType.ComplexFloat64),
        ("float8_e5m2", ScalarTypes.Float8E5M2),
        ("float8_e4m3fn", ScalarTypes.Float8E4M3),
        ("float8_e5m2fnuz", ScalarTypes.Float8E5M2Fnuz),
        ("float8_e4m3fnuz", ScalarTypes.Float8E4M3Fnuz),
        ("uint16", ScalarTypes.UInt16),
        ("uint32", ScalarTypes.UInt32),
        ("uint64", ScalarTypes.UInt64),
    ];

    /// <summary>The class of the storages of an element type; null for types that only untyped storages hold.</summary>
    public static string? StorageName(ScalarType type) => s_storages.FirstOrDefault(s => s.Type == type).Name;

    /// <summary>Python's name of an element type, without "torch.".</summary>
    public static string TypeName(ScalarType type) => s_types.First(t => t.Type == type).Name;

    public static void AddTo(
        Dictionary<string, object> names,
        Action<Func<PickleContext, object?[], object?>, string[]> function
    )
    {
        foreach (var (name, type) in s_storages)
        {
            names.Add($"torch.{name}", new PickledStorageType($"torch.{name}", type));
            names.Add($"torch.cuda.{name}", new PickledStorageType($"torch.cuda.{name}", type));
        }
        foreach (
            var name in new[]
            {
                "torch.storage.UntypedStorage",
                "torch.storage._UntypedStorage",
                "torch.UntypedStorage",
            }
        )
        {
            names.Add(name, new PickledStorageType(name, null));
        }
        foreach (var (name, type) in s_types)
        {
            names.Add($"torch.{name}", type);
        }
        function((_, a) => new Size(Lengths(PickleNames.Items(a))), ["torch.Size"]);
        function(Device, ["torch.device"]);
        function((c, a) => Rebuild(c, a, false), ["torch._utils._rebuild_tensor"]);
        function((c, a) => Rebuild(c, a, (bool)a[4]!), ["torch._utils._rebuild_tensor_v2"]);
        function((c, a) => Rebuild(c, a, (bool)a[4]!, (ScalarType)a[6]!), ["torch._utils._rebuild_tensor_v3"]);
        function(Parameter, ["torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"]);
        function(FromType, ["torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type"]);
    }

    private static Tensor Rebuild(PickleContext context, object?[] a, bool requiresGrad, ScalarType? type = null)
    {
        var view = context.View((PickledStorage)a[0]!, (long)a[1]!, Lengths(a[2]), Lengths(a[3]), requiresGrad, type);
        // What comes last, since 1.13: whether the tensor shows its memory conjugated or negated.
        var metadata = a.Length > 6 ? a[^1] as OrderedDictionary<object, object?> : null;
        if (metadata is null || !metadata.Values.Contains(true))
        {
            return view;
        }
        bool Is(string flag) => metadata.TryGetValue(flag, out var value) && value is true;
        var plain = view.new_empty(view.shape);
        context.Tensors.Add(plain);
        // A legacy file's storages come after its tree.
        context.AfterStorages(() =>
        {
            using var quiet = no_grad();
            using var scope = NewDisposeScope();
            var shown = view.detach();
            shown = Is("conj") && is_complex(shown) ? shown.conj() : shown;
            plain.detach().copy_(Is("neg") ? shown.neg() : shown);
        });
        return plain.requires_grad_(view.requires_grad);
    }

    /// <summary>The data with the parameter's flag; a module registers what it loads as its own parameter.</summary>
    private static Tensor Parameter(PickleContext context, object?[] a)
    {
        var data = (Tensor)a[0]!;
        if ((bool)a[1]! && (is_floating_point(data) || is_complex(data)))
        {
            data.requires_grad = true;
        }
        return data;
    }

    /// <summary>A tensor of a class with attributes of its own: the class must be PyTorch's, the attributes are passed over.</summary>
    private static object? FromType(PickleContext context, object?[] a) =>
        a[1] is PickleType { Name: "torch.Tensor" or "torch.nn.parameter.Parameter" or "torch.nn.parameter.Buffer" }
            ? context.Call(a[0], (object?[])a[2]!)
            : throw new InvalidCastException();

    private static object Device(PickleContext context, object?[] a)
    {
        try
        {
            return a.Length == 1 ? new Device((string)a[0]!) : new Device((string)a[0]!, checked((int)(long)a[1]!));
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new TensorFileException(
                $"{context.File}: the file names a device that there is not ({e.Message}).",
                e
            );
        }
    }

    public static long[] Lengths(object? value) =>
        value switch
        {
            Size size => size.Shape,
            object?[] items => Array.ConvertAll(items, i => (long)i!),
            List<object?> items => [.. items.Select(i => (long)i!)],
            _ => throw new InvalidCastException(),
        };
}
