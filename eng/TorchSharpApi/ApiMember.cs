namespace TorchSharpApi;

/// <summary>What a line of the list declares.</summary>
public enum MemberKind
{
    Constructor,
    Method,
    Property,
    Indexer,
    Field,
    EnumValue,
}

/// <summary>A parameter: <c>params long[] dims</c>, <c>bool keepdim = false</c>.</summary>
/// <param name="Modifier"><c>this</c>, <c>params</c>, <c>out</c>, <c>ref</c>, <c>in</c> or empty.</param>
/// <param name="Type">As the list spells it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Default">The default's text, or null where the argument must be given.</param>
public sealed record ApiParameter(string Modifier, string Type, string Name, string? Default);

/// <summary>A line of the list, taken apart.</summary>
/// <param name="Type">What it returns or holds; an enum value's number; empty for a constructor.</param>
/// <param name="TypeParameters">Of a generic method.</param>
/// <param name="Accessors"><c>get;</c> and <c>set;</c> of a property or indexer.</param>
public sealed record ApiMember(
    MemberKind Kind,
    bool IsStatic,
    string Type,
    string Name,
    IReadOnlyList<string> TypeParameters,
    IReadOnlyList<ApiParameter> Parameters,
    string Accessors
)
{
    private static readonly string[] Modifiers = ["this", "params", "out", "ref", "in"];

    /// <summary>Reads a line: <c>static torch.Tensor amin(torch.Tensor input, ReadOnlySpan&lt;long&gt; dims, bool keepdim = false)</c>.</summary>
    public static ApiMember Parse(string line)
    {
        if (line.StartsWith("new(", StringComparison.Ordinal))
        {
            return new ApiMember(MemberKind.Constructor, false, "", "new", [], ParseParameters(line[4..^1]), "");
        }

        var isStatic = line.StartsWith("static ", StringComparison.Ordinal);
        var text = isStatic ? line[7..] : line;

        var space = OutsideOfBrackets(text, ' ', 0);
        var (type, rest) = (text[..space], text[(space + 1)..]);
        if (rest.StartsWith("= ", StringComparison.Ordinal))
        {
            return new ApiMember(MemberKind.EnumValue, true, rest[2..], type, [], [], "");
        }

        var accessors = "";
        if (rest.EndsWith('}'))
        {
            var brace = rest.LastIndexOf('{');
            (accessors, rest) = (rest[(brace + 1)..^1].Trim(), rest[..brace].Trim());
        }
        if (rest.StartsWith("this[", StringComparison.Ordinal))
        {
            return new ApiMember(
                MemberKind.Indexer,
                isStatic,
                type,
                "this",
                [],
                ParseParameters(rest[5..^1]),
                accessors
            );
        }

        if (accessors.Length > 0)
        {
            return new ApiMember(MemberKind.Property, isStatic, type, rest, [], [], accessors);
        }

        if (!rest.EndsWith(')'))
        {
            return new ApiMember(MemberKind.Field, isStatic, type, rest, [], [], "");
        }

        var parenthesis = OutsideOfBrackets(rest, '(', 0);
        var name = rest[..parenthesis];
        IReadOnlyList<string> typeParameters = [];
        if (name.IndexOf('<', StringComparison.Ordinal) is >= 0 and var open)
        {
            (name, typeParameters) = (name[..open], Signature.SplitList(name[(open + 1)..^1]));
        }

        return new ApiMember(
            MemberKind.Method,
            isStatic,
            type,
            name,
            typeParameters,
            ParseParameters(rest[(parenthesis + 1)..^1]),
            ""
        );
    }

    /// <summary>Whether two members would hide or override each other: same name, same parameter types.</summary>
    public bool Collides(ApiMember other) =>
        Name == other.Name
        && TypeParameters.Count == other.TypeParameters.Count
        && Parameters.Select(Passed).SequenceEqual(other.Parameters.Select(Passed), StringComparer.Ordinal)
        && (!Name.StartsWith("op_", StringComparison.Ordinal) || Type == other.Type);

    private static string Passed(ApiParameter parameter) =>
        parameter.Modifier is "ref" or "out" or "in" ? $"ref {parameter.Type}" : parameter.Type;

    private static List<ApiParameter> ParseParameters(string text) => [.. Signature.SplitList(text).Select(Parameter)];

    private static ApiParameter Parameter(string text)
    {
        var equals = text.IndexOf(" = ", StringComparison.Ordinal);
        var (declared, value) = equals < 0 ? (text, null) : (text[..equals], text[(equals + 3)..]);
        var modifier = Modifiers.FirstOrDefault(m => declared.StartsWith(m + " ", StringComparison.Ordinal)) ?? "";
        if (modifier.Length > 0)
        {
            declared = declared[(modifier.Length + 1)..];
        }

        var name = declared.LastIndexOf(' ');
        return new ApiParameter(modifier, declared[..name], declared[(name + 1)..], value);
    }

    private static int OutsideOfBrackets(string text, char wanted, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (depth == 0 && text[i] == wanted)
            {
                return i;
            }

            if (text[i] is '(' or '<' or '[')
            {
                depth++;
            }
            else if (text[i] is ')' or '>' or ']')
            {
                depth--;
            }
        }
        throw new FormatException($"The API list has a member that cannot be read: '{text}'.");
    }
}
