using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace TorchSharp.Native;

/// <summary>A list, tuple or dictionary (keys and values in turn) that a script returned, before it takes a .NET type.</summary>
internal sealed record JitItems(JitKind Kind, object?[] Values);

/// <summary>Turns what a script returned into .NET values: those that the caller asks for by type, or those that fit best.</summary>
internal static class JitResult
{
    /// <summary>Takes a native value over: its tensors are in the thread's current scope. The rest is freed by the caller.</summary>
    public static unsafe object? Take(ref JitValue value)
    {
        switch (value.Kind)
        {
            case JitKind.None:
                return null;
            case JitKind.Tensor:
                value.Kind = JitKind.None;
                return torch.Tensor.Adopt(value.Pointer);
            case JitKind.Int:
                return value.Integer;
            case JitKind.Double:
                return value.Real;
            case JitKind.Bool:
                return value.Integer != 0;
            case JitKind.String:
                return Encoding.UTF8.GetString((byte*)value.Pointer, value.Length);
            case JitKind.Complex:
                return new Complex(((double*)value.Pointer)[0], ((double*)value.Pointer)[1]);
            case JitKind.Device:
                return new torch.Device((DeviceType)value.Length, (int)value.Integer);
            default:
                var items = new object?[value.Length];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Take(ref ((JitValue*)value.Pointer)[i]);
                }
                return new JitItems(value.Kind, items);
        }
    }

    /// <summary>The value as the type that the caller wants.</summary>
    /// <exception cref="InvalidCastException">It is of another kind.</exception>
    public static TResult To<TResult>(object? value, string method)
    {
        try
        {
            return (TResult)To(value, typeof(TResult))!;
        }
        catch (Exception e)
            when (e is InvalidCastException or NullReferenceException or OverflowException or FormatException)
        {
            throw new InvalidCastException(
                $"{method} returned {Describe(value)}, which is no {Name(typeof(TResult))}; ask for another type, or for object.",
                e
            );
        }
    }

    private static object? To(object? value, Type type)
    {
        if (type == typeof(object))
        {
            return Natural(value);
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return value is null ? null : To(value, underlying);
        }
        if (value is null)
        {
            return type.IsValueType ? throw new InvalidCastException() : null;
        }
        if (value is JitItems items)
        {
            return ToItems(items, type);
        }
        if (type == typeof(Scalar))
        {
            return ToScalar(value);
        }
        return type.IsInstanceOfType(value)
            ? value
            : value switch
            {
                long when type.IsPrimitive && type != typeof(bool) => Convert.ChangeType(
                    value,
                    type,
                    CultureInfo.InvariantCulture
                ),
                double when type == typeof(float) => (float)(double)value,
                _ => throw new InvalidCastException(),
            };
    }

    private static Scalar ToScalar(object value) =>
        value switch
        {
            long number => number,
            double number => number,
            bool truth => truth,
            Complex complex => complex,
            _ => throw new InvalidCastException(),
        };

    private static object ToItems(JitItems items, Type type)
    {
        if (typeof(ITuple).IsAssignableFrom(type))
        {
            var types = type.GetGenericArguments();
            if (items.Kind == JitKind.Dict || types.Length != items.Values.Length)
            {
                throw new InvalidCastException();
            }
            var parts = items.Values.Zip(types, To).ToArray();
            return Activator.CreateInstance(type, parts)!;
        }
        if (items.Kind == JitKind.Dict)
        {
            var kinds =
                type.IsGenericType && type.GetGenericArguments() is { Length: 2 } both
                    ? both
                    : throw new InvalidCastException();
            var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(kinds))!;
            for (var i = 0; i < items.Values.Length; i += 2)
            {
                dictionary.Add(To(items.Values[i], kinds[0])!, To(items.Values[i + 1], kinds[1]));
            }
            return type.IsInstanceOfType(dictionary) ? dictionary : throw new InvalidCastException();
        }
        var element =
            type.GetElementType()
            ?? (
                type.IsGenericType && type.GetGenericArguments() is [var only] ? only : throw new InvalidCastException()
            );
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (var item in items.Values)
        {
            list.Add(To(item, element));
        }
        if (!type.IsArray)
        {
            return type.IsInstanceOfType(list) ? list : throw new InvalidCastException();
        }
        var array = Array.CreateInstance(element, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    /// <summary>Lists become arrays of their items' type, tuples value tuples, dictionaries dictionaries with keys of one type.</summary>
    private static object? Natural(object? value)
    {
        if (value is not JitItems items)
        {
            return value;
        }
        var values = Array.ConvertAll(items.Values, Natural);
        switch (items.Kind)
        {
            case JitKind.Tuple:
                return values.Length is 0 or > 7
                    ? values
                    : Activator.CreateInstance(
                        TupleType(values.Length)
                            .MakeGenericType(
                                Array.ConvertAll(values, v => v?.GetType() is { } t ? Public(t) : typeof(object))
                            ),
                        values
                    );
            case JitKind.Dict:
                var keys = Common(values.Where((_, i) => i % 2 == 0));
                var results = Common(values.Where((_, i) => i % 2 == 1));
                var dictionary = (IDictionary)
                    Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(keys, results))!;
                for (var i = 0; i < values.Length; i += 2)
                {
                    dictionary.Add(values[i]!, values[i + 1]);
                }
                return dictionary;
            default:
                var array = Array.CreateInstance(Common(values), values.Length);
                values.CopyTo(array, 0);
                return array;
        }
    }

    private static Type Common(IEnumerable<object?> values)
    {
        var types = values.Select(v => v is null ? typeof(object) : Public(v.GetType())).Distinct().ToList();
        return types.Count == 1 ? types[0] : typeof(object);
    }

    private static Type Public(Type type) => typeof(torch.Tensor).IsAssignableFrom(type) ? typeof(torch.Tensor) : type;

    private static Type TupleType(int length) =>
        length switch
        {
            1 => typeof(ValueTuple<>),
            2 => typeof(ValueTuple<,>),
            3 => typeof(ValueTuple<,,>),
            4 => typeof(ValueTuple<,,,>),
            5 => typeof(ValueTuple<,,,,>),
            6 => typeof(ValueTuple<,,,,,>),
            _ => typeof(ValueTuple<,,,,,,>),
        };

    private static string Describe(object? value) =>
        value switch
        {
            null => "None",
            JitItems { Kind: JitKind.Dict } items => $"a dictionary of {items.Values.Length / 2}",
            JitItems items => $"a {items.Kind.ToString().ToLowerInvariant()} of {items.Values.Length}",
            _ => $"a {value.GetType().Name}",
        };

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
