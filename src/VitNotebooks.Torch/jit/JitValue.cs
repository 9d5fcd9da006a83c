using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Native;

/// <summary>What a <see cref="JitValue"/> holds; numbers as in Native/jit.cpp.</summary>
internal enum JitKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    Complex,
    Device,
    List,
    Tuple,
    Dict,
}

/// <summary>One value of a script: 16 bytes, mirrored by <c>struct JitValue</c> in Native/jit.cpp.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct JitValue
{
    [FieldOffset(0)]
    public JitKind Kind;

    [FieldOffset(4)]
    public int Length;

    [FieldOffset(8)]
    public long Integer;

    [FieldOffset(8)]
    public double Real;

    [FieldOffset(8)]
    public IntPtr Pointer;
}

/// <summary>The arguments of one call in native memory, which is freed at the end.</summary>
internal sealed unsafe class JitArguments : IDisposable
{
    private const int Deepest = 90;
    private readonly List<IntPtr> _blocks = [];
    private readonly object?[] _kept;

    public JitArguments(object?[] values, string method)
    {
        _kept = values;
        Count = values.Length;
        Values = Row(Count);
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                Values[i] = Encode(values[i], method, 0);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public JitValue* Values { get; }

    public int Count { get; }

    private JitValue* Row(int count)
    {
        var row = (JitValue*)NativeMemory.AllocZeroed((nuint)Math.Max(count, 1), (nuint)sizeof(JitValue));
        _blocks.Add((IntPtr)row);
        return row;
    }

    private JitValue Encode(object? value, string method, int depth)
    {
        if (depth > Deepest)
        {
            throw new ArgumentException($"{method}: a value is nested deeper than {Deepest}, or contains itself.");
        }
        switch (value)
        {
            case null:
                return default;
            case torch.Tensor tensor:
                return new JitValue { Kind = JitKind.Tensor, Pointer = tensor.Borrow() };
            case bool b:
                return new JitValue { Kind = JitKind.Bool, Integer = b ? 1 : 0 };
            case double or float or Half or BFloat16:
                return new JitValue
                {
                    Kind = JitKind.Double,
                    Real =
                        value is BFloat16 brain ? brain.ToSingle()
                        : value is Half half ? (double)half
                        : Convert.ToDouble(value, null),
                };
            case sbyte or byte or short or ushort or int or uint or long:
                return new JitValue { Kind = JitKind.Int, Integer = Convert.ToInt64(value, null) };
            case torch.ScalarType type:
                return new JitValue { Kind = JitKind.Int, Integer = (long)type };
            case Scalar scalar:
                return scalar.IsComplex ? Encode(scalar.Complex, method, depth)
                    : scalar.IsBoolean ? Encode(scalar.Integer != 0, method, depth)
                    : scalar.IsIntegral ? Encode(scalar.Integer, method, depth)
                    : Encode(scalar.Real, method, depth);
            case Complex complex:
                var parts = (double*)NativeMemory.Alloc(2 * sizeof(double));
                _blocks.Add((IntPtr)parts);
                (parts[0], parts[1]) = (complex.Real, complex.Imaginary);
                return new JitValue { Kind = JitKind.Complex, Pointer = (IntPtr)parts };
            case torch.Device device:
                return new JitValue
                {
                    Kind = JitKind.Device,
                    Length = (int)device.type,
                    Integer = device.index,
                };
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                var copy = (byte*)NativeMemory.Alloc((nuint)utf8.Length + 1);
                _blocks.Add((IntPtr)copy);
                utf8.CopyTo(new Span<byte>(copy, utf8.Length));
                return new JitValue
                {
                    Kind = JitKind.String,
                    Length = utf8.Length,
                    Pointer = (IntPtr)copy,
                };
            case ITuple tuple:
                return Items(
                    JitKind.Tuple,
                    [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
                    method,
                    depth
                );
            case IDictionary dictionary:
                var pairs = new List<object?>();
                foreach (DictionaryEntry entry in dictionary)
                {
                    pairs.Add(entry.Key);
                    pairs.Add(entry.Value);
                }
                return Items(JitKind.Dict, pairs, method, depth);
            case IEnumerable items:
                return Items(JitKind.List, [.. items.Cast<object?>()], method, depth);
            default:
                throw new ArgumentException(
                    $"{method}: a {value.GetType().Name} cannot go into a script; expected tensors, numbers, texts, devices, tuples, lists, dictionaries or null."
                );
        }
    }

    private JitValue Items(JitKind kind, List<object?> items, string method, int depth)
    {
        var row = Row(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            row[i] = Encode(items[i], method, depth + 1);
        }
        return new JitValue
        {
            Kind = kind,
            Length = items.Count,
            Pointer = (IntPtr)row,
        };
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.Free((void*)block);
        }
        _blocks.Clear();
        GC.KeepAlive(_kept);
    }
}
