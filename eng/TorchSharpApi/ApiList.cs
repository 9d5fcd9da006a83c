namespace TorchSharpApi;

/// <summary>The list of TorchSharp 0.107's public surface, as types by name.</summary>
public sealed class ApiList
{
    private readonly Dictionary<string, ApiType> _types;

    private ApiList(IEnumerable<ApiType> types) => _types = types.ToDictionary(t => t.FullName, StringComparer.Ordinal);

    /// <summary>All types, in the list's order.</summary>
    public IReadOnlyCollection<ApiType> Types => _types.Values;

    /// <summary>The list that is built into this program.</summary>
    public static ApiList BuiltIn()
    {
        using var stream = typeof(ApiList).Assembly.GetManifestResourceStream("torchsharp-api.txt")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd().Split('\n'));
    }

    /// <summary>Reads the list: a line at the margin opens a type, an indented line is a member of it.</summary>
    public static ApiList Parse(IEnumerable<string> lines)
    {
        var types = new List<ApiType>();
        var members = new List<string>();
        foreach (var line in lines.Select(l => l.TrimEnd()))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == ' ')
            {
                members.Add(line.Trim());
                continue;
            }
            members = [];
            types.Add(Header(line, members));
        }
        return new ApiList(types);
    }

    /// <summary>The type of that name, or null.</summary>
    public ApiType? Find(string @namespace, string name) => _types.GetValueOrDefault($"{@namespace}|{name}");

    /// <summary>A type and its base classes as far as the list has them, nearest first.</summary>
    public IEnumerable<ApiType> Ancestry(ApiType type)
    {
        for (var at = type; at is not null; at = Definition(at.Base))
        {
            yield return at;
        }
    }

    /// <summary>The listed definition of a type that is named with or without arguments, or null.</summary>
    private ApiType? Definition(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        var open = name.IndexOf('<', StringComparison.Ordinal);
        var (bare, arity) = open < 0 ? (name, 0) : (name[..open], Signature.SplitList(name[(open + 1)..^1]).Count);
        return Types.FirstOrDefault(t => Matches(t.Name, bare, arity));
    }

    private static bool Matches(string listed, string bare, int arity)
    {
        var open = listed.IndexOf('<', StringComparison.Ordinal);
        return open < 0
            ? arity == 0 && listed == bare
            : listed[..open] == bare && Signature.SplitList(listed[(open + 1)..^1]).Count == arity;
    }

    private static ApiType Header(string line, List<string> members)
    {
        var bar = line.IndexOf(" | ", StringComparison.Ordinal);
        var rest = line[(bar + 3)..];
        var colon = rest.IndexOf(" : ", StringComparison.Ordinal);
        var (declared, parent) = colon < 0 ? (rest, "") : (rest[..colon], rest[(colon + 3)..]);
        string[] kinds = ["abstract class", "static class", "class", "struct", "enum", "interface"];
        var kind =
            kinds.FirstOrDefault(k => declared.StartsWith(k + " ", StringComparison.Ordinal))
            ?? throw new FormatException($"The API list has a type of no known kind: '{line}'.");
        return new ApiType(line[..bar], kind, declared[(kind.Length + 1)..], parent, members);
    }
}
