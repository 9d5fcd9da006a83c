using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.RegularExpressions;
using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>One way to write an operation in C#: an overload of a method, a property, or a function of a class.</summary>
internal sealed record OperationForm(MethodInfo Method, string Text, Func<Tensor[], object?> Call);

/// <summary>All overloads that take the arguments of a line of tests/oracles/operations.txt.</summary>
internal static partial class OperationForms
{
    /// <summary>The classes whose public methods the table is to cover, by the table's sections.</summary>
    public static readonly Dictionary<string, Type[]> Classes = new(StringComparer.Ordinal)
    {
        ["torch"] = [typeof(Tensor), typeof(torch)],
        ["linalg"] = [typeof(linalg)],
        ["fft"] = [typeof(fft)],
        ["special"] = [typeof(special)],
        ["functional"] = [typeof(nn.functional)],
    };

    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The public methods and properties of a class, but for what C# itself makes.</summary>
    public static IEnumerable<MethodInfo> Members(Type type) =>
        type.GetMethods(Everything).Where(m => !m.Name.StartsWith("op_", StringComparison.Ordinal));

    /// <summary>The overloads of a name that take these arguments.</summary>
    /// <param name="section">A section of the table.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="arguments">The arguments as the table writes them.</param>
    public static List<OperationForm> Find(string section, string name, IReadOnlyList<string> arguments)
    {
        var forms = new List<OperationForm>();
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var only = dot < 0 ? null : name[..dot];
        name = name[(dot + 1)..];
        foreach (var type in Classes[section].Where(type => only is null || type.Name == only))
        {
            foreach (var method in Members(type).Where(m => m.Name == name || m.Name == "get_" + name))
            {
                if (method is { IsStatic: true, Name: ['g', 'e', 't', '_', ..] } || method.ReturnType == typeof(void))
                {
                    continue;
                }

                var closed = method.IsGenericMethodDefinition ? null : Bind(method, name, arguments);
                if (closed is not null)
                {
                    forms.Add(closed);
                }
            }
        }
        return forms;
    }

    [GeneratedRegex(@"^([npuijkbcsxoy])\d*\*?$")]
    private static partial Regex TensorLetter { get; }

    /// <summary>Splits a list of arguments at the commas that stand in no bracket and no quotation.</summary>
    public static List<string> Split(string text)
    {
        var parts = new List<string>();
        var (depth, start, quoted) = (0, 0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\'')
            {
                quoted = !quoted;
            }
            else if (quoted)
            {
                continue;
            }
            else if (text[at] is '[' or '(')
            {
                depth++;
            }
            else if (text[at] is ']' or ')')
            {
                depth--;
            }
            else if (text[at] == ',' && depth == 0)
            {
                parts.Add(text[start..at].Trim());
                start = at + 1;
            }
        }
        if (text[start..].Trim() is { Length: > 0 } last)
        {
            parts.Add(last);
        }

        return parts;
    }

    private static OperationForm? Bind(MethodInfo method, string name, IReadOnlyList<string> arguments)
    {
        var inputs = Expression.Parameter(typeof(Tensor[]), "inputs");
        var reader = new Reader(inputs, clonesFirst: name.EndsWith('_') && name != "fft_");
        var given = new Queue<string>(arguments);
        Expression? target = null;
        if (!method.IsStatic)
        {
            if (!given.TryDequeue(out var first) || !TensorLetter.IsMatch(first))
            {
                return null;
            }

            target = reader.Tensor();
        }
        var parameters = method.GetParameters();
        var values = new List<Expression>();
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.IsOut)
            {
                return null;
            }

            string? text = null;
            if (given.TryPeek(out var next) && NameOf(next) is null)
            {
                text = given.Dequeue();
            }
            else if (given.FirstOrDefault(g => NameOf(g) == parameter.Name) is { } named)
            {
                text = named[(parameter.Name!.Length + 1)..];
                given = new(given.Where(g => g != named));
            }
            Expression? value;
            if (text is not null)
            {
                value = reader.Read(text, parameter.ParameterType);
            }
            else if (parameter.IsOptional)
            {
                value = Default(parameter);
            }
            else
            {
                return null;
            }

            if (value is null)
            {
                return null;
            }

            values.Add(value);
        }
        if (given.Count > 0)
        {
            return null;
        }

        var call = Expression.Call(target, method, values);
        var lambda = Expression.Lambda<Func<Tensor[], object?>>(Expression.Convert(call, typeof(object)), inputs);
        return new(method, Signature(method), lambda.Compile());
    }

    /// <summary>A method as a reader of a report wants it.</summary>
    public static string Signature(MethodInfo method) =>
        $"{method.DeclaringType!.Name}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => Short(p.ParameterType)))})";

    private static string Short(Type type) =>
        type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(",", type.GetGenericArguments().Select(Short))}>"
            : type.Name;

    private static string? NameOf(string argument) =>
        argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        && argument[..at].All(c => char.IsLetter(c) || c == '_')
            ? argument[..at]
            : null;

    private static Expression Default(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.DefaultValue is not { } value || value == DBNull.Value)
        {
            return Expression.Default(type);
        }

        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var constant = Expression.Constant(bare.IsEnum ? Enum.ToObject(bare, value) : value, bare);
        return bare == type ? constant : Expression.Convert(constant, type);
    }

    /// <summary>Turns the table's words into what a parameter wants; null where they do not fit.</summary>
    private sealed class Reader(ParameterExpression inputs, bool clonesFirst)
    {
        private static readonly MethodInfo s_clone = typeof(Tensor).GetMethod(nameof(torch.Tensor.clone), [])!;
        private int _next;

        public Expression Tensor()
        {
            Expression element = Expression.ArrayIndex(inputs, Expression.Constant(_next));
            return _next++ == 0 && clonesFirst ? Expression.Call(element, s_clone) : element;
        }

        public Expression? Read(string text, Type type)
        {
            if (Nullable.GetUnderlyingType(type) is { } bare)
            {
                if (text == "None")
                {
                    return Expression.Default(type);
                }

                return Read(text, bare) is { } value ? Expression.Convert(value, type) : null;
            }
            if (TensorLetter.IsMatch(text))
            {
                return type == typeof(Tensor) ? Tensor() : null;
            }

            if (text.StartsWith('['))
            {
                return List(Split(text[1..^1]), type);
            }

            if (text == "None")
            {
                return type.IsValueType ? null : Expression.Default(type);
            }

            if (text.StartsWith('\''))
            {
                return Quoted(text[1..^1], type);
            }

            if (text is "True" or "False")
            {
                return Constant(text == "True", type);
            }

            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                return Number(whole, type);
            }

            if (double.TryParse(text, CultureInfo.InvariantCulture, out var real))
            {
                if (type == typeof(double) || type == typeof(float))
                {
                    return Expression.Convert(Expression.Constant(real), type);
                }

                return type == typeof(Scalar) ? Constant(real, type) : null;
            }
            return type == typeof(ScalarType)
                ? Expression.Constant(Enum.Parse<ScalarType>(text, ignoreCase: true))
                : null;
        }

        private static Expression? Constant<T>(T value, Type type) =>
            type == typeof(T) ? Expression.Constant(value)
            : type == typeof(Scalar) ? Expression.Convert(Expression.Constant(value), typeof(Scalar))
            : null;

        private static Expression? Number(long value, Type type) =>
            type == typeof(long) || type == typeof(int) || type == typeof(double) || type == typeof(float)
                ? Expression.Convert(Expression.Constant(value), type)
            : type == typeof(Scalar) ? Expression.Convert(Expression.Constant(value), typeof(Scalar))
            : null;

        private static Expression? Quoted(string text, Type type)
        {
            if (type == typeof(string))
            {
                return Expression.Constant(text);
            }

            if (type == typeof(char))
            {
                return text.Length == 1 ? Expression.Constant(text[0]) : null;
            }

            if (type == typeof(Device))
            {
                return null;
            }

            return type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out var value)
                ? Expression.Constant(value, type)
                : null;
        }

        private Expression? List(List<string> parts, Type type)
        {
            if (type.IsGenericType && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
            {
                var types = type.GetGenericArguments();
                if (types.Length != parts.Count)
                {
                    return null;
                }

                var items = types.Select((t, i) => Read(parts[i], t)).ToArray();
                return items.Contains(null) ? null : Expression.New(type.GetConstructor(types)!, items!);
            }
            if (type == typeof(Size))
            {
                return List(parts, typeof(long[])) is { } sizes
                    ? Expression.New(typeof(Size).GetConstructor([typeof(long[])])!, sizes)
                    : null;
            }

            var element =
                type.IsArray ? type.GetElementType()!
                : type.IsGenericType && type.GetGenericArguments().Length == 1 ? type.GetGenericArguments()[0]
                : null;
            if (element is null || element.IsArray || type.GetGenericArguments().Length > 1)
            {
                return null;
            }

            var kept = _next;
            var values = parts.Select(part => Read(part, element)).ToArray();
            if (values.Contains(null))
            {
                _next = kept;
                return null;
            }
            Expression array = Expression.NewArrayInit(element, values!);
            if (type.IsArray)
            {
                return array;
            }

            if (type.IsAssignableFrom(array.Type))
            {
                return Expression.Convert(array, type);
            }

            var convert = type.GetMethod("op_Implicit", [array.Type]);
            return convert is null ? null : Expression.Call(convert, array);
        }
    }
}
