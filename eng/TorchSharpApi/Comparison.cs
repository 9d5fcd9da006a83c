using System.Reflection;
using System.Reflection.Emit;

namespace TorchSharpApi;

/// <summary>Our public surface in namespace TorchSharp beside the list's: what disagrees, and what is missing.</summary>
public sealed class Comparison
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const BindingFlags Inherited =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;

    private readonly ApiList _list;
    private readonly Dictionary<string, Type> _ours;

    /// <summary>Reads the assembly's public types; nothing of it runs.</summary>
    public Comparison(ApiList list, Assembly assembly)
    {
        _list = list;
        _ours = assembly
            .GetExportedTypes()
            .Where(t =>
                t.Namespace is "TorchSharp" || t.Namespace?.StartsWith("TorchSharp.", StringComparison.Ordinal) == true
            )
            .Where(t => !IsBeyond(t))
            .ToDictionary(t => $"{t.Namespace}|{Signature.Name(t)}", StringComparer.Ordinal);
    }

    /// <summary>What we show that the list has not, or has otherwise; each a sentence. Empty when all is well.</summary>
    public IReadOnlyList<string> Mismatches() =>
        [.. _ours.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(Mismatches)];

    /// <summary>The members of a type of the list that we have not, as the list spells them.</summary>
    public IReadOnlyList<string> Missing(ApiType type)
    {
        if (!_ours.TryGetValue(type.FullName, out var ours))
        {
            return type.Members;
        }

        var present = ours.GetMembers(Inherited)
            .Concat(ours.IsInterface ? ours.GetInterfaces().SelectMany(i => i.GetMembers(Inherited)) : [])
            .Where(m => !IsStub(m))
            .Select(Signature.Of)
            .ToHashSet(StringComparer.Ordinal);
        return [.. type.Members.Where(m => !present.Contains(m))];
    }

    private IEnumerable<string> Mismatches(KeyValuePair<string, Type> entry)
    {
        var (key, ours) = entry;
        var name = key.Replace("|", ".", StringComparison.Ordinal);
        if (_list.Types.FirstOrDefault(t => t.FullName == key) is not { } listed)
        {
            yield return $"{name}: no such type in the list";
            yield break;
        }
        var own = listed.Members.Select(m => (Line: m, Member: ApiMember.Parse(m))).ToList();
        // Nobody outside can make a class that shows no constructor: there "abstract" changes nothing.
        if (
            Kind(ours) != listed.Kind
            && !(Kind(ours) == $"abstract {listed.Kind}" && !own.Exists(o => o.Member.Name == "new"))
        )
        {
            yield return $"{name}: ours is '{Kind(ours)}', the list's '{listed.Kind}'";
        }

        if (Base(ours) != listed.Base)
        {
            yield return $"{name}: ours derives from '{Base(ours)}', the list's from '{listed.Base}'";
        }

        var inherited = _list.Ancestry(listed).Skip(1).SelectMany(t => t.Members).ToHashSet(StringComparer.Ordinal);
        foreach (
            var member in ours.GetMembers(Declared).Where(m => m is not Type && !IsBeyond(m) && !IsOutsideOfList(m))
        )
        {
            if (Signature.Of(member) is not { } line || own.Exists(o => o.Line == line))
            {
                continue;
            }

            var parsed = ApiMember.Parse(line);
            var near = own.Where(o => o.Member.Name == parsed.Name).ToList();
            // What the list declares further up may be declared again here, unless the list does so too, with other names.
            if (
                !near.Exists(o => o.Member.Collides(parsed))
                && (inherited.Contains(line) || near.Count == 0 && IsOverride(member))
            )
            {
                continue;
            }

            yield return near.Count == 0
                ? $"{name}: {line}: not in the list"
                : $"{name}: {line}: the list has {string.Join(" / ", near.Take(4).Select(o => o.Line))}";
        }
    }

    internal static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : "class";

    /// <summary>The base class, past those that are ours alone.</summary>
    private static string Base(Type type)
    {
        if (type.IsValueType || type.IsInterface)
        {
            return "";
        }

        var parent = type.BaseType;
        while (parent is not null && IsBeyond(parent))
        {
            parent = parent.BaseType;
        }

        return parent is null || parent == typeof(object) ? "" : Signature.Of(parent);
    }

    private static bool IsBeyond(MemberInfo member) =>
        member.IsDefined(typeof(TorchSharp.BeyondTorchSharpAttribute), false)
        || member.DeclaringType is { } outer && IsBeyond(outer);

    /// <summary>The list carries no ToString and no GetHashCode, and an enum's value__ is the runtime's.</summary>
    private static bool IsOutsideOfList(MemberInfo member) =>
        member.Name is "ToString" or "GetHashCode" or "value__"
        || member is MethodInfo { Name: "Equals" } equals
            && equals.GetBaseDefinition().DeclaringType is { } origin
            && (origin == typeof(object) || origin == typeof(ValueType));

    private static bool IsOverride(MemberInfo member) =>
        member switch
        {
            MethodInfo method => method.GetBaseDefinition() != method,
            PropertyInfo property => property.GetAccessors(true)[0] is var accessor
                && accessor.GetBaseDefinition() != accessor,
            _ => false,
        };

    /// <summary>A body that only throws NotImplementedException (with or without a message) is no member.</summary>
    private static bool IsStub(MemberInfo member)
    {
        if (member is PropertyInfo property)
        {
            member = property.GetAccessors()[0];
        }

        if (
            member is not MethodBase { ContainsGenericParameters: false } method
            || method.GetMethodBody()?.GetILAsByteArray() is not { } code
        )
        {
            return false;
        }

        var at = code.Length > 0 && code[0] == OpCodes.Nop.Value ? 1 : 0;
        if (code.Length > at && code[at] == OpCodes.Ldstr.Value)
        {
            at += 5;
        }

        return code.Length >= at + 6
            && code[at] == OpCodes.Newobj.Value
            && code[at + 5] == OpCodes.Throw.Value
            && method.Module.ResolveMethod(BitConverter.ToInt32(code, at + 1))?.DeclaringType
                == typeof(NotImplementedException);
    }
}
