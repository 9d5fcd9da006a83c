using System.Text;
using static TorchSharp.torch;

namespace VitNotebooks.Fuzzing;

/// <summary>A storage that a pickle refers to: its type, null for bytes, and where its bytes are.</summary>
internal sealed record PlainStorage(ScalarType? Type, Func<byte[]> Memory, long Offset);

/// <summary>numpy.dtype.</summary>
internal sealed class PlainDtype(string code)
{
    public string Code { get; set; } = code;
}

/// <summary>A numpy array, whose elements come with its state.</summary>
internal sealed class PlainArray
{
    public PlainTensor? Tensor { get; set; }
}

/// <summary>What the names in PyTorch's files stand for, as far as tensors and what holds them go.</summary>
internal static class PlainTorch
{
    private static readonly string[] s_types =
    [
        "uint8 Byte",
        "int8 Char",
        "int16 Short",
        "int32 Int",
        "int64 Long",
        "float16 Half",
        "float32 Float",
        "float64 Double",
        "complex32 ComplexHalf",
        "complex64 ComplexFloat",
        "complex128 ComplexDouble",
        "bool Bool",
        "qint8 QInt8",
        "quint8 QUInt8",
        "qint32 QInt32",
        "bfloat16 BFloat16",
    ];

    /// <summary>The type of the elements of <c>torch.FloatStorage</c> or <c>torch.cuda.FloatStorage</c>; null for storages of bytes.</summary>
    public static ScalarType? StorageType(object? type)
    {
        var name = ((PlainName)type!).Name.Split('.')[^1].Replace("Storage", "", StringComparison.Ordinal);
        var at = System.Array.FindIndex(s_types, pair => pair.Split(' ')[1] == name);
        return at < 0 ? null : (ScalarType)at;
    }

    private static ScalarType Dtype(object? type)
    {
        var name = ((PlainName)type!).Name;
        var at = System.Array.FindIndex(s_types, pair => $"torch.{pair.Split(' ')[0]}" == name);
        return (ScalarType)(
            at >= 0
                ? at
                : name switch
                {
                    "torch.float8_e5m2" => 23,
                    "torch.float8_e4m3fn" => 24,
                    "torch.float8_e5m2fnuz" => 25,
                    "torch.float8_e4m3fnuz" => 26,
                    "torch.uint16" => 27,
                    "torch.uint32" => 28,
                    "torch.uint64" => 29,
                    _ => throw new InvalidDataException($"{name} is no type."),
                }
        );
    }

    /// <summary>What comes of calling a name.</summary>
    public static object? Call(object? callee, object?[] arguments)
    {
        var name = ((PlainName)callee!).Name;
        switch (name[(name.LastIndexOf('.') + 1)..])
        {
            case "_rebuild_tensor" or "_rebuild_tensor_v2":
                return Tensor(arguments, null);
            case "_rebuild_tensor_v3":
                return Tensor(arguments, Dtype(arguments[6]));
            case "_rebuild_parameter" or "_rebuild_parameter_with_state":
                return arguments[0];
            case "_rebuild_from_type_v2" or "_rebuild_from_type":
                return Call(arguments[0], (object?[])arguments[2]!);
            case "OrderedDict" or "dict":
                return Dictionary(arguments);
            case "defaultdict":
                return new PlainDictionary(false);
            case "Namespace" or "SimpleNamespace":
                return new PlainDictionary(true);
            case "list":
                return Items(arguments).ToList();
            case "tuple":
                return Items(arguments);
            case "_reconstructor":
                return Call(arguments[0], []);
            case "dtype" when arguments[0] is string code:
                return new PlainDtype(code);
            case "_reconstruct":
                return new PlainArray();
            case "_frombuffer":
                var fortran = (string)arguments[3]! == "F";
                return new PlainArray { Tensor = Array(arguments[1], arguments[2], arguments[0], fortran) };
            case "encode" or "bytes" or "bytearray":
                return Bytes(arguments);
            default:
                return new PlainOther(name);
        }
    }

    /// <summary>Gives an object its state.</summary>
    public static void Build(object? target, object? state)
    {
        switch (target)
        {
            case PlainDictionary { IsObject: true } fields:
                foreach (var (name, value) in ((PlainDictionary)state!).Entries)
                {
                    fields.Entries[name] = value;
                }

                break;
            case PlainDtype dtype:
                dtype.Code =
                    ((string)((object?[])state!)[1]! == ">" ? ">" : "<") + dtype.Code.TrimStart('<', '>', '|', '=');
                break;
            case PlainArray { Tensor: null } array:
                var parts = (object?[])state!;
                array.Tensor = Array(parts[2], parts[1], parts[4], (bool)parts[3]!);
                break;
        }
    }

    private static PlainTensor Array(object? dtype, object? shape, object? elements, bool fortran) =>
        PlainNumpy.Array(
            ((PlainDtype)dtype!).Code,
            Lengths(shape),
            elements as byte[] ?? Encoding.UTF8.GetBytes((string)elements!),
            fortran
        );

    private static PlainTensor Tensor(object?[] arguments, ScalarType? given)
    {
        var storage = (PlainStorage)arguments[0]!;
        var type = given ?? storage.Type ?? throw new InvalidDataException("A storage of bytes has no type.");
        var metadata = arguments.Length > 6 ? arguments[^1] as PlainDictionary : null;
        return new(
            type,
            Lengths(arguments[2]),
            Lengths(arguments[3]),
            storage.Offset + ((long)arguments[1]! * PlainTensor.WidthOf(type)),
            storage.Memory
        )
        {
            Conjugate = metadata?.Entries.GetValueOrDefault("sconj") is true,
        };
    }

    private static long[] Lengths(object? value) =>
        value switch
        {
            PlainOther => throw new InvalidDataException(
                "Lengths are made in a way that this reading does not follow."
            ),
            _ => [.. ((IEnumerable<object?>)value!).Select(length => (long)length!)],
        };

    /// <summary>Bytes are written as such, or as a text in which every letter stands for one.</summary>
    private static object Bytes(object?[] arguments) =>
        arguments switch
        {
            [] => System.Array.Empty<byte>(),
            [byte[] bytes] => bytes,
            [string text, string coding] => Encoding.GetEncoding(coding).GetBytes(text),
            _ => new PlainOther("bytes"),
        };

    private static object?[] Items(object?[] arguments) => arguments is [IEnumerable<object?> items] ? [.. items] : [];

    private static PlainDictionary Dictionary(object?[] arguments)
    {
        var made = new PlainDictionary(false);
        if (arguments is [PlainDictionary given])
        {
            foreach (var (key, value) in given.Entries)
            {
                made.Entries[key] = value;
            }
        }
        else
        {
            foreach (var item in Items(arguments))
            {
                object?[] pair = [.. (IEnumerable<object?>)item!];
                made.Entries[PlainPickle.KeyText(pair[0])] = pair[1];
            }
        }

        return made;
    }
}
