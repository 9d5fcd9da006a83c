using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using TorchSharp;
using VitNotebooks.Files;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.io_;

/// <summary>One line that says all of a value; tests/oracles/files.py writes the same of Python's values.</summary>
internal static class FileDescriptions
{
    public static string Describe(object? value) =>
        value switch
        {
            null => "None",
            bool b => b ? "True" : "False",
            Tensor tensor => OfTensor(tensor),
            Size size => $"Size[{string.Join(", ", size)}]",
            Device device => device.index < 0
                ? $"device({device.type.ToString().ToLowerInvariant()})"
                : $"device({device.type.ToString().ToLowerInvariant()}:{device.index})",
            ScalarType type => $"dtype({PickledTensors.TypeName(type)})",
            long or BigInteger => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            double real => Real(real),
            Complex complex => $"c({Real(complex.Real)},{Real(complex.Imaginary)})",
            string text => "s" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
            byte[] bytes => "b" + Convert.ToHexStringLower(bytes),
            OrderedDictionary<object, object?> dictionary => Join(
                "{",
                dictionary.Select(e => Describe(e.Key) + ":" + Describe(e.Value)),
                "}"
            ),
            HashSet<object> set => Join("set(", set.Select(Describe).Order(StringComparer.Ordinal), ")"),
            List<object?> list => Join("[", list.Select(Describe), "]"),
            object?[] tuple => Join("(", tuple.Select(Describe), ")"),
            _ => throw new ArgumentException(value.GetType().Name),
        };

    public static string Describe(IReadOnlyDictionary<string, Tensor> tensors) =>
        Join("{", tensors.Select(e => Describe(e.Key) + ":" + Describe(e.Value)), "}");

    private static string Join(string open, IEnumerable<string> items, string close) =>
        open + string.Join(",", items) + close;

    private static string Real(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return "f" + Convert.ToHexStringLower(bytes);
    }

    private static string OfTensor(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var bytes = tensor.detach().contiguous().bytes;
        return $"T({PickledTensors.TypeName(tensor.dtype)} [{string.Join(", ", tensor.shape)}] {Convert.ToHexStringLower(bytes)}{(tensor.requires_grad ? " grad" : "")})";
    }
}
