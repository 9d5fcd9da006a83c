using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Files;

/// <summary>A name that stands for a class and is never called by itself.</summary>
internal sealed record PickleType(string Name);

/// <summary>A function, or a class whose objects are made, that files may call.</summary>
internal sealed record PickleFunction(string Name, Func<PickleContext, object?[], object?> Body)
{
    public object? Invoke(PickleContext context, object?[] arguments)
    {
        try
        {
            return Body(context, arguments);
        }
        catch (Exception e) when (e is InvalidCastException or IndexOutOfRangeException or NullReferenceException)
        {
            throw new TensorFileException(
                $"{context.File}: '{Name}' is called with arguments that it does not take; the file is damaged.",
                e
            );
        }
    }
}

/// <summary>An object of a class without behaviour (argparse.Namespace): its fields by name.</summary>
internal sealed class PickledObject() : OrderedDictionary<object, object?>(PythonKeys.Comparer)
{
    public void SetFields(PickleContext context, object? state)
    {
        var fields =
            state as OrderedDictionary<object, object?>
            ?? throw context.Fault("the fields of an object are no dictionary; the file is damaged");
        foreach (var (name, value) in fields)
        {
            this[name] = value;
        }
    }
}

/// <summary>The closed list of Python names that a file may use. Each is data: none reaches a file, a process or an import.</summary>
internal static class PickleNames
{
    private static readonly Dictionary<string, object> s_names = Names();

    public static object? Find(string module, string name) => s_names.GetValueOrDefault($"{module}.{name}");

    /// <summary>What a value is, for messages.</summary>
    public static string Describe(object? value) =>
        value switch
        {
            null => "None",
            string => "text",
            bool => "truth value",
            long or BigInteger => "whole number",
            double => "number",
            byte[] => "row of bytes",
            object?[] => "tuple",
            List<object?> => "list",
            HashSet<object> => "set",
            OrderedDictionary<object, object?> => "dictionary",
            Tensor => "tensor",
            ScalarType => "element type",
            PickleFunction function => $"'{function.Name}'",
            PickleType type => $"'{type.Name}'",
            PickledStorageType storage => $"'{storage.Name}'",
            PickledStorage => "storage",
            NumpyType => "numpy element type",
            UnfinishedArray => "numpy array",
            _ => value.GetType().Name,
        };

    private static Dictionary<string, object> Names()
    {
        var names = new Dictionary<string, object>(StringComparer.Ordinal);
        void Function(Func<PickleContext, object?[], object?> body, params string[] spellings)
        {
            foreach (var name in spellings)
            {
                names.Add(name, new PickleFunction(name, body));
            }
        }

        Function((_, a) => Dictionary(a), "collections.OrderedDict", "builtins.dict", "__builtin__.dict");
        Function((c, _) => c.NewDictionary(), "collections.defaultdict");
        Function((_, _) => new PickledObject(), "argparse.Namespace", "types.SimpleNamespace");
        Function((_, a) => Set(a), "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset");
        Function((_, a) => new List<object?>(Items(a)), "builtins.list", "__builtin__.list");
        Function((_, a) => Items(a), "builtins.tuple", "__builtin__.tuple");
        Function((_, a) => new Complex(Real(a[0]), Real(a[1])), "builtins.complex", "__builtin__.complex");
        Function(
            (c, a) => Bytes(c, a),
            "builtins.bytearray",
            "__builtin__.bytearray",
            "builtins.bytes",
            "__builtin__.bytes",
            "_codecs.encode"
        );
        Function((c, a) => c.Call(a[0], []), "copyreg._reconstructor", "copy_reg._reconstructor");
        Function(
            (_, a) => string.Join('/', a.Cast<string>()).Replace("//", "/", StringComparison.Ordinal),
            "pathlib.PosixPath",
            "pathlib.PurePosixPath",
            "pathlib.Path",
            "pathlib.WindowsPath",
            "pathlib._local.PosixPath"
        );
        Function((c, a) => PickledNumpy.Dtype(c, a), "numpy.dtype");
        foreach (var module in new[] { "numpy.core", "numpy._core" })
        {
            Function((c, a) => PickledNumpy.Scalar(c, a), $"{module}.multiarray.scalar");
            Function((_, _) => new UnfinishedArray(), $"{module}.multiarray._reconstruct");
            Function((c, a) => PickledNumpy.FromBuffer(c, a), $"{module}.numeric._frombuffer");
        }
        foreach (
            var type in new[]
            {
                "builtins.object",
                "__builtin__.object",
                "numpy.ndarray",
                "torch.Tensor",
                "torch.nn.parameter.Parameter",
                "torch.nn.parameter.Buffer",
            }
        )
        {
            names.Add(type, new PickleType(type));
        }
        PickledTensors.AddTo(names, Function);
        return names;
    }

    /// <summary>The one argument as a row of values, or none.</summary>
    public static object?[] Items(object?[] arguments) =>
        arguments.Length == 0
            ? []
            : arguments[0] switch
            {
                List<object?> list => [.. list],
                object?[] tuple => tuple,
                HashSet<object> set => [.. set],
                _ => throw new InvalidCastException(),
            };

    private static HashSet<object> Set(object?[] arguments)
    {
        var set = new HashSet<object>(PythonKeys.Comparer);
        foreach (var item in Items(arguments))
        {
            set.Add(PythonKeys.IsKey(item) ? item! : throw new InvalidCastException());
        }
        return set;
    }

    private static OrderedDictionary<object, object?> Dictionary(object?[] arguments)
    {
        var dictionary = new OrderedDictionary<object, object?>(PythonKeys.Comparer);
        if (arguments is [OrderedDictionary<object, object?> given])
        {
            foreach (var (key, value) in given)
            {
                dictionary[key] = value;
            }
            return dictionary;
        }
        foreach (var item in Items(arguments))
        {
            var (key, value) = item switch
            {
                object?[] { Length: 2 } pair => (pair[0], pair[1]),
                List<object?> { Count: 2 } pair => (pair[0], pair[1]),
                _ => throw new InvalidCastException(),
            };
            dictionary[PythonKeys.IsKey(key) ? key! : throw new InvalidCastException()] = value;
        }
        return dictionary;
    }

    private static double Real(object? value) =>
        value switch
        {
            double d => d,
            long l => l,
            _ => throw new InvalidCastException(),
        };

    private static byte[] Bytes(PickleContext context, object?[] arguments) =>
        arguments switch
        {
            [] => [],
            [byte[] bytes] => bytes,
            [string text, "latin1" or "latin-1"] when text.All(c => c < 256) => [.. text.Select(c => (byte)c)],
            [string text, "utf-8" or "utf8"] => System.Text.Encoding.UTF8.GetBytes(text),
            _ => throw context.Fault("bytes are written in a way that is not known; save with pickle_protocol=2"),
        };
}
