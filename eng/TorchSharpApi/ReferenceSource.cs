using System.Text;
using System.Text.RegularExpressions;

namespace TorchSharpApi;

/// <summary>
/// C# that compiles to an assembly with the list's surface, whose members throw: enough to compile against where the package
/// is not at hand.
/// </summary>
public sealed partial class ReferenceSource(ApiList list)
{
    private const string Throw = "throw null;";

    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_ExclusiveOr"] = "^",
        ["op_OnesComplement"] = "~",
        ["op_LogicalNot"] = "!",
        ["op_UnaryNegation"] = "-",
        ["op_UnaryPlus"] = "+",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_True"] = "true",
        ["op_False"] = "false",
    };

    private readonly IReadOnlyDictionary<string, Unlisted> _notes = Unlisted.BuiltIn();
    private readonly StringBuilder _text = new();

    /// <summary>The whole source, one file.</summary>
    public string Write()
    {
        _text.Append(
            """
            // Made from the list of TorchSharp 0.107's public surface; every member throws.
            #nullable disable
            #pragma warning disable
            using System;
            using System.Collections;
            using System.Collections.Generic;
            using System.Globalization;
            using System.IO;
            using System.Numerics;
            using System.Reflection;
            using System.Threading;
            using System.Threading.Tasks;
            using TorchSharp;
            using TorchSharp.Modules;
            using TorchSharp.Utils;

            internal sealed class Unlisted;


            """
        );
        foreach (var space in list.Types.GroupBy(t => t.Namespace))
        {
            _text.Append($"namespace {space.Key}\n{{\n");
            foreach (var type in space.Where(t => Outer(t) is null))
            {
                Type(type);
            }

            _text.Append("}\n");
        }
        return Qualified(_text.ToString());
    }

    /// <summary>
    /// The list names a type nested in a generic one without the parameters, and the optimizers' common ParamGroup as each
    /// optimizer's own.
    /// </summary>
    private string Qualified(string source)
    {
        foreach (var nested in list.Types)
        {
            if (Outer(nested) is { } outer && outer.Name.EndsWith('>'))
            {
                source = source.Replace(
                    $"{Bare(outer.Name)}.{Own(nested.Name)}",
                    $"{outer.Name}.{Own(nested.Name)}",
                    StringComparison.Ordinal
                );
            }
        }
        return ParameterGroup().Replace(source, "TorchSharp.Modules.ParamGroup$1");
    }

    /// <summary>The type around a nested one. The list writes the outer type without its parameters.</summary>
    private ApiType? Outer(ApiType type)
    {
        var bare = Bare(type.Name);
        var dot = bare.LastIndexOf('.');
        if (dot < 0)
        {
            return null;
        }

        var candidates = list.Types.Where(t => t.Namespace == type.Namespace && Bare(t.Name) == bare[..dot]).ToList();
        // HookRemover is the generic HookableModule's; State is Adam's, which is the only one of its name.
        return candidates.Find(t => !t.Name.EndsWith('>')) ?? candidates.FirstOrDefault();
    }

    private static string Bare(string name) =>
        name.IndexOf('<', StringComparison.Ordinal) is >= 0 and var open ? name[..open] : name;

    private static string Own(string name)
    {
        var bare = Bare(name);
        return bare[(bare.LastIndexOf('.') + 1)..] + name[bare.Length..];
    }

    private void Type(ApiType type)
    {
        var members = type.Members.Select(ApiMember.Parse).ToList();
        if (type.Base == "MulticastDelegate")
        {
            var invoke = members.Find(m => m.Name == "Invoke")!;
            _text.Append($"public delegate {invoke.Type} {Own(type.Name)}({Parameters(invoke)});\n");
            return;
        }
        var notes = Unlisted.Of(_notes, type.Name);
        var inherited = Inherited(type).ToList();
        var bases = new List<string>();
        if (type.Base.Length > 0)
        {
            bases.Add(type.Base);
        }

        bases.AddRange(notes.Interfaces);
        if (type.Kind != "interface" && members.Exists(IsDispose) && !inherited.Exists(m => IsDispose(m.Member)))
        {
            bases.Add("IDisposable");
        }

        var elements = members.Find(m => m.Name == "GetEnumerator")?.Type["IEnumerator<".Length..^1];
        if (elements is not null)
        {
            bases.Add($"IEnumerable<{elements}>");
        }

        var partial = type.Kind == "enum" || type.Kind == "interface" ? "" : "partial ";
        var kind = type.Kind.Replace("class", $"{partial}class", StringComparison.Ordinal);
        _text.Append($"public {(type.Kind == "struct" ? "partial struct" : kind)} {Own(type.Name)}");
        if (bases.Count > 0)
        {
            _text.Append($" : {string.Join(", ", bases)}");
        }

        _text.Append($" {string.Join(' ', notes.Constraints)}\n{{\n");

        if (type.Kind.EndsWith("class", StringComparison.Ordinal) && type.Kind != "static class")
        {
            var above = list.Ancestry(type).Skip(1).Any() ? " : base((Unlisted)null)" : "";
            _text.Append($"internal {Simple(type)}(Unlisted _){above} {{ }}\n");
        }
        for (var i = 0; i < members.Count; i++)
        {
            // One line of the list stands there twice, with another parameter name.
            if (members[i].Kind == MemberKind.EnumValue || !members.Take(i).Any(m => m.Collides(members[i])))
            {
                Member(type, notes, members[i], inherited);
            }
        }
        foreach (var member in notes.Members)
        {
            _text.Append(member).Append('\n');
        }

        if (elements is not null)
        {
            _text.Append($"IEnumerator IEnumerable.GetEnumerator() => {Throw}\n");
        }

        foreach (var nested in list.Types.Where(t => t != type && t.Namespace == type.Namespace && Outer(t) == type))
        {
            Type(nested);
        }

        _text.Append("}\n");
    }

    private static bool IsDispose(ApiMember member) => member is { Name: "Dispose", Parameters.Count: 0 };

    private static string Simple(ApiType type) => Bare(Own(type.Name));

    private void Member(
        ApiType type,
        Unlisted notes,
        ApiMember member,
        List<(ApiMember Member, bool CanOverride)> inherited
    )
    {
        if (member.Kind == MemberKind.EnumValue)
        {
            _text.Append($"@{member.Name} = {member.Type},\n");
            return;
        }
        if (member.Kind == MemberKind.Constructor)
        {
            if (type.Kind == "struct" && member.Parameters.Count == 0)
            {
                return;
            }

            var above = list.Ancestry(type).Skip(1).Any() ? " : base((Unlisted)null)" : "";
            _text.Append($"public {Simple(type)}({Parameters(member)}){above} => {Throw}\n");
            return;
        }
        var access = type.Kind == "interface" ? "" : "public ";
        var returns = notes.Returns(member);
        if (member.Name.StartsWith("op_", StringComparison.Ordinal) && Operator(member) is { } head)
        {
            _text.Append($"public static {head}({Parameters(member)}) => {Throw}\n");
            return;
        }
        var isAbstract = notes.IsAbstract(member.Name);
        var modifier =
            member.IsStatic ? "static "
            : type.Kind is "interface" or "struct" ? ""
            : inherited.FirstOrDefault(i => i.Member.Collides(member)) is { Member: not null } above2
                ? above2.CanOverride && above2.Member.Type == member.Type ? "override "
                    : "new "
            : notes.IsOverride(member.Name) ? "override "
            : isAbstract ? "abstract "
            : notes.IsVirtual(member.Name) ? "virtual "
            : "";
        if (modifier == "override " && isAbstract)
        {
            modifier = "abstract override ";
        }

        var body =
            type.Kind == "interface" || modifier.Contains("abstract", StringComparison.Ordinal) ? ";" : $" => {Throw}";
        if (modifier == "override ")
        {
            returns = NamesOf(member, returns, type);
        }

        _text.Append(
            member.Kind switch
            {
                MemberKind.Field =>
                    $"public {(member.IsStatic ? "static readonly " : "")}{member.Type} @{member.Name};\n",
                MemberKind.Property => $"{access}{modifier}{returns} @{member.Name} {Accessors(member, body)}\n",
                MemberKind.Indexer =>
                    $"{access}{modifier}{returns} this[{Parameters(member)}] {Accessors(member, body)}\n",
                _ => $"{access}{modifier}{returns} @{member.Name}{TypeParameters(member)}({Parameters(member)}) "
                    + $"{(modifier.Contains("override", StringComparison.Ordinal) ? "" : string.Join(' ', notes.ConstraintsOf(member)))}{body}\n",
            }
        );
    }

    // An override names its tuples as the method that it overrides.
    private string NamesOf(ApiMember member, string returns, ApiType type) =>
        list.Ancestry(type)
            .Skip(1)
            .Select(t => Unlisted.Of(_notes, t.Name).Returns(member))
            .FirstOrDefault(r => r != returns)
        ?? returns;

    /// <summary>The members of all base classes, with the type arguments put in.</summary>
    private IEnumerable<(ApiMember Member, bool CanOverride)> Inherited(ApiType type)
    {
        var chain = list.Ancestry(type).ToList();
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < chain.Count; i++)
        {
            var given = Arguments(chain[i - 1].Base).Select(a => Put(a, arguments)).ToList();
            arguments = Arguments(chain[i].Name)
                .Zip(given)
                .ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
            var notes = Unlisted.Of(_notes, chain[i].Name);
            foreach (
                var line in chain[i]
                    .Members.Where(m =>
                        !m.StartsWith("static ", StringComparison.Ordinal)
                        && !m.StartsWith("new(", StringComparison.Ordinal)
                    )
            )
            {
                var member = ApiMember.Parse(Put(line, arguments));
                yield return (
                    member,
                    notes.IsAbstract(member.Name) || notes.IsVirtual(member.Name) || Overrides(chain, i, member)
                );
            }
        }
    }

    // What overrides a virtual member can itself be overridden.
    private bool Overrides(List<ApiType> chain, int at, ApiMember member) =>
        chain
            .Skip(at + 1)
            .Any(t => Unlisted.Of(_notes, t.Name) is var n && (n.IsAbstract(member.Name) || n.IsVirtual(member.Name)));

    private static IReadOnlyList<string> Arguments(string name) =>
        name.IndexOf('<', StringComparison.Ordinal) is >= 0 and var open
            ? Signature.SplitList(name[(open + 1)..^1])
            : [];

    private static string Put(string text, Dictionary<string, string> arguments) =>
        Word().Replace(text, m => arguments.GetValueOrDefault(m.Value, m.Value));

    private static string? Operator(ApiMember member) =>
        member.Name switch
        {
            "op_Implicit" => $"implicit operator {member.Type}",
            "op_Explicit" => $"explicit operator {member.Type}",
            var name when Operators.TryGetValue(name, out var symbol) => $"{member.Type} operator {symbol}",
            _ => null,
        };

    private static string Accessors(ApiMember member, string body)
    {
        var (get, set) = (
            member.Accessors.Contains("get;", StringComparison.Ordinal),
            member.Accessors.Contains("set;", StringComparison.Ordinal)
        );
        return $"{{ {(get ? "get" + body : "")} {(set ? "set" + body : "")} }}";
    }

    private static string TypeParameters(ApiMember member) =>
        member.TypeParameters.Count == 0 ? "" : $"<{string.Join(", ", member.TypeParameters)}>";

    private string Parameters(ApiMember member) => string.Join(", ", member.Parameters.Select(Parameter));

    private string Parameter(ApiParameter parameter)
    {
        var modifier = parameter.Modifier.Length > 0 ? parameter.Modifier + " " : "";
        var value = parameter.Default is null ? "" : $" = {Value(parameter)}";
        return $"{modifier}{parameter.Type} @{parameter.Name}{value}";
    }

    private static string Value(ApiParameter parameter)
    {
        var text = parameter.Default!;
        var type = parameter.Type.TrimEnd('?');
        return text is "null" or "true" or "false" or "default" || text[0] == '"' ? text
            : type == "Char" ? $"'{text}'"
            : type is "float" or "double" or "long" or "int" or "UInt64" ? $"({type})({text})"
            : char.IsLetter(text[0]) ? $"{type}.@{text}"
            : $"({type})({text})";
    }

    [GeneratedRegex(@"(?<=[(<,] ?)ParamGroup([ >,])")]
    private static partial Regex ParameterGroup();

    [GeneratedRegex(@"\b\w+\b")]
    private static partial Regex Word();
}
