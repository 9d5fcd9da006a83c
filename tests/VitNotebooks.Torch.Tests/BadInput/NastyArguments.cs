using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests.BadInput;

/// <summary>Arguments of every type, drawn so that about half of the calls get far and the others are wrong early.</summary>
internal sealed class NastyArguments(Random random)
{
    private static readonly long[] s_usual = [0, 1, 2, 3, -1, 4, -2];
    private static readonly long[] s_wild =
    [
        long.MaxValue,
        long.MinValue,
        int.MaxValue,
        int.MinValue,
        1L << 32,
        1L << 40,
        1L << 62,
        -5,
        7,
        99,
        65536,
    ];
    private static readonly double[] s_reals =
    [
        0,
        1,
        0.5,
        -1,
        2,
        1e-5,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        1e308,
        -0.5,
        1e18,
    ];
    private static readonly string[] s_words =
    [
        "mean",
        "none",
        "sum",
        "ij,jk->ik",
        "",
        "fro",
        "nuc",
        "floor",
        "cpu",
        "xpu:99",
        "L",
        "linear",
        "bilinear",
        "prod",
        "Ω\0x",
        "i->",
        "reflect",
        "tanh",
    ];

    /// <summary>A value for a parameter of that type; a span's is the array behind it.</summary>
    public object? Draw(Type type, bool optional)
    {
        if (Nullable.GetUnderlyingType(type) is { } bare)
        {
            return random.Next(3) == 0 ? null : Draw(bare, optional: true);
        }

        if (type == typeof(Tensor))
        {
            return optional && random.Next(2) == 0 ? null : Tensor();
        }

        if (type == typeof(long))
        {
            return Whole();
        }

        if (type == typeof(int))
        {
            return unchecked((int)Whole());
        }

        if (type == typeof(double))
        {
            return Real();
        }

        if (type == typeof(float))
        {
            return (float)Real();
        }

        if (type == typeof(bool))
        {
            return random.Next(2) == 0;
        }

        if (type == typeof(char))
        {
            return "LUx\0"[random.Next(4)];
        }

        if (type == typeof(string))
        {
            return random.Next(8) == 0 ? null : s_words[random.Next(s_words.Length)];
        }

        if (type == typeof(Scalar))
        {
            return random.Next(12) == 0 ? null : AnyScalar();
        }

        if (type == typeof(TorchSharp.Dispatch.ScalarValue))
        {
            return (TorchSharp.Dispatch.ScalarValue)AnyScalar();
        }

        if (type == typeof(Complex))
        {
            return new Complex(Real(), Real());
        }

        if (type == typeof(Device))
        {
            return random.Next(6) switch
            {
                0 => null,
                1 => META,
                2 => new Device(DeviceType.CUDA, 3),
                _ => CPU,
            };
        }

        if (type == typeof(Generator))
        {
            return null;
        }

        if (type == typeof(Size))
        {
            return new Size(Wholes());
        }

        if (type == typeof(TensorIndex))
        {
            return Place();
        }

        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return random.Next(20) == 0 ? Enum.ToObject(type, 99) : values.GetValue(random.Next(values.Length));
        }
        if (type == typeof(ScalarType))
        {
            return float32;
        }

        if (type.IsArray && type.GetArrayRank() == 1)
        {
            return List(type.GetElementType()!, optional);
        }

        if (type.IsGenericType && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            return Activator.CreateInstance(type, [.. type.GetGenericArguments().Select(t => Draw(t, false))]);
        }

        if (
            type.IsGenericType
            && type.GetGenericArguments() is [var element]
            && type.IsAssignableFrom(element.MakeArrayType())
        )
        {
            return List(element, optional);
        }

        if (type == typeof(Array))
        {
            return random.Next(3) switch
            {
                0 => null,
                1 => new float[] { 1, 2 },
                _ => new int[2, 0],
            };
        }

        return type.IsValueType ? Activator.CreateInstance(type) : null;
    }

    /// <summary>Short text of an argument, for the record.</summary>
    public static string Show(object? value) =>
        value switch
        {
            null => "null",
            Tensor { IsInvalid: true } => "disposed",
            Tensor t =>
                $"{t.dtype}[{string.Join(",", t.shape)}]{(t.is_sparse ? "sparse" : "")}{(t.is_meta ? "meta" : "")}{(t.is_sparse || t.is_contiguous() ? "" : "strided")}",
            string text => $"\"{text}\"",
            Array { Rank: 1 } list => $"[{string.Join(",", list.Cast<object?>().Select(Show))}]",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "?",
        };

    private long Whole() =>
        random.Next(4) == 0 ? s_wild[random.Next(s_wild.Length)] : s_usual[random.Next(s_usual.Length)];

    private long[] Wholes() =>
        [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(3) == 0 ? Whole() : random.Next(1, 4))];

    private double Real() => s_reals[random.Next(s_reals.Length)];

    private Scalar AnyScalar() =>
        random.Next(5) switch
        {
            0 => (Scalar)Whole(),
            1 => (Scalar)new Complex(1, 2),
            2 => (Scalar)true,
            _ => (Scalar)Real(),
        };

    private TensorIndex Place() =>
        random.Next(6) switch
        {
            0 => TensorIndex.Ellipsis,
            1 => TensorIndex.Single(Whole()),
            2 => TensorIndex.Slice(Whole(), Whole(), Whole()),
            3 => TensorIndex.Null,
            4 => TensorIndex.Bool(false),
            _ => TensorIndex.Tensor(Tensor() ?? torch.tensor(0L)),
        };

    private Array? List(Type element, bool optional)
    {
        if (random.Next(optional ? 3 : 16) == 0)
        {
            return null;
        }

        if (element == typeof(long))
        {
            return Wholes();
        }

        var list = Array.CreateInstance(element, random.Next(10) == 0 ? 0 : random.Next(1, 4));
        for (var i = 0; i < list.Length; i++)
        {
            list.SetValue(Draw(element, false), i);
        }

        return list;
    }

    private Tensor? Tensor()
    {
        switch (random.Next(28))
        {
            case 0:
                return null;
            case 1:
                var gone = torch.ones(2);
                gone.Dispose();
                return gone;
            case 2:
                return torch.zeros(0);
            case 3:
                return torch.tensor(1.5f);
            case 4:
                return torch.tensor(new[] { 99L, -99, long.MaxValue, long.MinValue });
            case 5:
                return torch.zeros(new long[] { 2, 3 }, device: META);
            case 6:
                return torch.eye(3).to_sparse();
            case 7:
                return torch.zeros(new long[] { 0, 4 });
            case 8:
                return torch.full(new long[] { 3, 4 }, double.NaN);
            case 9:
                return torch.zeros(1).expand(100, 100);
            case 10:
                return torch.ones(3, 4, dtype: complex128);
            case 11:
                return torch.ones(2, 3, dtype: bfloat16);
            case 12:
                return torch.ones(3, 4) > 0;
            case 13:
                return torch.randn(4, 4, dtype: float64);
            case 14:
                return torch.tensor(new[] { 0, 1, -1 });
            case 15:
                return torch.ones(new long[] { 2 }, dtype: uint8);
            case 16:
                return torch.randint(0, 2, new long[] { 3, 4 });
            case 17:
                return torch.tensor(0L);
            case 18:
                return torch.randn(3, 4).t();
            case 19:
                return torch.randn(3, 4).requires_grad_();
            case 20:
                return torch.randn(4);
            case 21:
                return torch.randn(2, 3, 4);
            case 22:
                return torch.randn(2, 3, 6, 6);
            case 23:
                return torch.randint(0, 3, new long[] { 4 });
            case 24:
                return torch.randn(new long[] { 2, 3, 4, 4, 4 });
            default:
                return torch.randn(3, 4);
        }
    }
}
