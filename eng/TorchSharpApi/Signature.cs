using System.Globalization;
using System.Reflection;

namespace TorchSharpApi;

/// <summary>Spells reflected types and members exactly as the list does, so that two signatures are equal as strings.</summary>
public static class Signature
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    /// <summary>A type as it stands in a signature: <c>IList&lt;torch.Tensor&gt;</c>, <c>(long, long)?</c>.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (type.IsPointer)
        {
            return Of(type.GetElementType()!) + "*";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner) + "?";
        }

        if (type.IsGenericType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) != false)
        {
            if (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
            {
                return $"({string.Join(", ", type.GetGenericArguments().Select(Of))})";
            }
        }
        return Name(type);
    }

    /// <summary>A type's name with its enclosing types, without its namespace: <c>torch.nn.Module&lt;T, TResult&gt;</c>.</summary>
    public static string Name(Type type)
    {
        var bare = type.Name.Split('`')[0];
        var all = type.GetGenericArguments();
        // A nested type repeats the parameters of the type around it: the list names only its own.
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        if (all.Length > inherited)
        {
            bare += $"<{string.Join(", ", all.Skip(inherited).Select(Of))}>";
        }

        if (type.DeclaringType is not { } outer || type.IsGenericParameter)
        {
            return bare;
        }

        var around = Name(outer);
        var open = around.IndexOf('<', StringComparison.Ordinal);
        return $"{(open < 0 ? around : around[..open])}.{bare}";
    }

    /// <summary>A member as a line of the list, or null for what the list does not carry (accessors, compiler-made).</summary>
    public static string? Of(MemberInfo member) =>
        member switch
        {
            ConstructorInfo { IsStatic: false } constructor => $"new({Parameters(constructor)})",
            MethodInfo { IsSpecialName: true } method when !IsOperator(method) => null,
            MethodInfo method =>
                $"{Static(method.IsStatic)}{Of(method.ReturnType)} {method.Name}{TypeParameters(method)}({Parameters(method)})",
            PropertyInfo property => Property(property),
            FieldInfo { IsSpecialName: true } => null,
            FieldInfo { DeclaringType.IsEnum: true } value =>
                $"{value.Name} = {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
            FieldInfo field => $"{Static(field.IsStatic)}{Of(field.FieldType)} {field.Name}",
            _ => null,
        };

    /// <summary>Splits at the commas that are outside of brackets.</summary>
    public static IReadOnlyList<string> SplitList(string text)
    {
        var parts = new List<string>();
        var (depth, start, quoted) = (0, 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                quoted = !quoted;
            }

            if (quoted)
            {
                continue;
            }

            depth +=
                text[i] is '<' or '(' or '[' ? 1
                : text[i] is '>' or ')' or ']' ? -1
                : 0;
            if (text[i] != ',' || depth != 0)
            {
                continue;
            }

            parts.Add(text[start..i].Trim());
            start = i + 1;
        }
        if (text[start..].Trim() is { Length: > 0 } last)
        {
            parts.Add(last);
        }

        return parts;
    }

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string TypeParameters(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string? Property(PropertyInfo property)
    {
        var (get, set) = (property.GetGetMethod(), property.GetSetMethod());
        if (get is null && set is null)
        {
            return null;
        }

        var accessors = (get is null ? "" : "get; ") + (set is null ? "" : "set; ");
        var index = property.GetIndexParameters();
        var name =
            index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(p => Parameter(p, false)))}]";
        return $"{Static((get ?? set)!.IsStatic)}{Of(property.PropertyType)} {name} {{ {accessors}}}";
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false);
        return string.Join(", ", method.GetParameters().Select((p, i) => Parameter(p, isExtension && i == 0)));
    }

    private static string Parameter(ParameterInfo parameter, bool isThis)
    {
        var modifier =
            isThis ? "this "
            : parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        var value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{modifier}{Of(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var isNullable = !parameter.ParameterType.IsValueType || type != parameter.ParameterType;
        return parameter.RawDefaultValue switch
        {
            null => isNullable || type.IsGenericParameter ? "null" : "default",
            { } value when type.IsEnum => Enum.ToObject(type, value).ToString()!,
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString()!,
        };
    }
}
