using System.Reflection;
using System.Runtime.CompilerServices;

namespace TorchSharpApi;

/// <summary>
/// What one namespace of an assembly shows: the implementations of <c>VitNotebooks.Acceleration</c>, one a provider, must show the same.
/// Nothing of the assembly runs.
/// </summary>
public sealed class NamespaceSurface(Assembly assembly, string @namespace)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    private readonly Dictionary<string, Type> _types = assembly
        .GetExportedTypes()
        .Where(t => t.Namespace == @namespace)
        .ToDictionary(Signature.Name, StringComparer.Ordinal);

    /// <summary>How many types it shows.</summary>
    public int Count => _types.Count;

    /// <summary>What only one of two shows, each a sentence; empty when they show the same.</summary>
    /// <param name="name">What to call this one.</param>
    /// <param name="other">The other one.</param>
    /// <param name="otherName">What to call the other one.</param>
    public IReadOnlyList<string> Differences(string name, NamespaceSurface other, string otherName) =>
        [
            .. Alone(other).Select(line => $"{line}: only in {name}"),
            .. other.Alone(this).Select(line => $"{line}: only in {otherName}"),
        ];

    private IEnumerable<string> Alone(NamespaceSurface other)
    {
        foreach (var (name, type) in _types.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (!other._types.TryGetValue(name, out var counterpart))
            {
                yield return $"{name}, {Header(type)}";
                continue;
            }
            if (Header(type) != Header(counterpart))
            {
                yield return $"{name}, {Header(type)}";
            }

            var there = Lines(counterpart).ToHashSet(StringComparer.Ordinal);
            foreach (var line in Lines(type).Where(l => !there.Contains(l)))
            {
                yield return $"{name}, {line}";
            }
        }
    }

    private static IEnumerable<string> Lines(Type type) =>
        type.GetMembers(Declared).Where(m => m is not Type).Select(Line).OfType<string>().Order(StringComparer.Ordinal);

    private static string Header(Type type)
    {
        var kind = type is { IsClass: true, IsSealed: true, IsAbstract: false }
            ? "sealed class"
            : Comparison.Kind(type);
        var above = type.GetInterfaces().Select(Signature.Of).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && type.IsClass)
        {
            above.Insert(0, Signature.Of(parent));
        }

        var bases = above.Count == 0 ? "" : $" : {string.Join(", ", above)}";
        return $"{kind}{bases}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The member as the list of TorchSharp's surface spells it, with what that list leaves out and a caller meets.</summary>
    private static string? Line(MemberInfo member)
    {
        if (Signature.Of(member) is not { } line)
        {
            return null;
        }

        return member switch
        {
            MethodInfo m => line
                + Annotations(m.GetParameters().Append(m.ReturnParameter))
                + Constraints(m.GetGenericArguments()),
            ConstructorInfo c => line + Annotations(c.GetParameters()),
            PropertyInfo p => line + TupleNames(p) + Nullable(s_nullability.Create(p), ", null at times"),
            _ => line,
        };
    }

    private static string Annotations(IEnumerable<ParameterInfo> parameters) =>
        string.Concat(
            parameters.Select(p =>
                TupleNames(p) + Nullable(s_nullability.Create(p), $", {p.Name ?? "result"} null at times")
            )
        );

    private static string Nullable(NullabilityInfo info, string words) =>
        info.ReadState == NullabilityState.Nullable && info.Type is { IsValueType: false, IsGenericParameter: false }
            ? words
            : "";

    private static string TupleNames(ICustomAttributeProvider carrier) =>
        carrier.GetCustomAttributes(typeof(TupleElementNamesAttribute), false) is [TupleElementNamesAttribute names]
            ? $" ({string.Join(", ", names.TransformNames)})"
            : "";

    private static string Constraints(Type[] parameters) =>
        string.Concat(
            parameters
                .Where(p => p.IsGenericParameter)
                .Select(p => (p.Name, All: ConstraintsOf(p).ToList()))
                .Where(p => p.All.Count > 0)
                .Select(p => $" where {p.Name} : {string.Join(", ", p.All)}")
        );

    private static IEnumerable<string> ConstraintsOf(Type parameter)
    {
        var special = parameter.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        return parameter
            .GetGenericParameterConstraints()
            .Select(Signature.Of)
            .Concat(special == GenericParameterAttributes.None ? [] : [special.ToString()]);
    }
}
