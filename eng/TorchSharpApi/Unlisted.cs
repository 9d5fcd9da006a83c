namespace TorchSharpApi;

/// <summary>What a compiler needs to know of a type beside its lines in the list; see torchsharp-0.107-unlisted.txt.</summary>
public sealed class Unlisted
{
    private static readonly Unlisted Nothing = new();

    private readonly HashSet<string> _virtual = new(StringComparer.Ordinal);
    private readonly HashSet<string> _abstract = new(StringComparer.Ordinal);
    private readonly HashSet<string> _override = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _returns = new(StringComparer.Ordinal);
    private readonly List<(string Method, string Parameter, string Constraint)> _methodConstraints = [];

    /// <summary>Interfaces after the base class.</summary>
    public List<string> Interfaces { get; } = [];

    /// <summary>Constraints of the type itself, as C#.</summary>
    public List<string> Constraints { get; } = [];

    /// <summary>Members that the list does not show, as C#.</summary>
    public List<string> Members { get; } = [];

    /// <summary>All notes, by the type's name.</summary>
    public static IReadOnlyDictionary<string, Unlisted> BuiltIn()
    {
        using var stream = typeof(Unlisted).Assembly.GetManifestResourceStream("torchsharp-unlisted.txt")!;
        using var reader = new StreamReader(stream);
        var notes = new Dictionary<string, Unlisted>(StringComparer.Ordinal);
        Unlisted? open = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] != ' ')
            {
                notes.Add(line.Trim(), open = new Unlisted());
            }
            else
            {
                open!.Add(line.Trim());
            }
        }
        return notes;
    }

    /// <summary>The notes on a type; empty ones where there are none.</summary>
    public static Unlisted Of(IReadOnlyDictionary<string, Unlisted> notes, string type) =>
        notes.GetValueOrDefault(type, Nothing);

    public bool IsAbstract(string member) => _abstract.Contains(member);

    /// <summary>Whether it overrides a member of a type that is not in the list.</summary>
    public bool IsOverride(string member) => _override.Contains(member);

    public bool IsVirtual(string member) => _virtual.Contains("*") || _virtual.Contains(member);

    /// <summary>The result with the names of its tuple's elements.</summary>
    public string Returns(ApiMember member) =>
        _returns.TryGetValue(member.Name, out var named) && WithoutNames(named) == member.Type ? named : member.Type;

    /// <summary>The constraints of a generic method, as C#.</summary>
    public IEnumerable<string> ConstraintsOf(ApiMember member) =>
        from c in _methodConstraints
        where c.Method == "*" || c.Method == member.Name
        where member.TypeParameters.Contains(c.Parameter, StringComparer.Ordinal)
        select $"where {c.Parameter} : {c.Constraint}";

    private void Add(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (word, rest) = (line[..space], line[(space + 1)..]);
        switch (word)
        {
            case ":":
                Interfaces.Add(rest);
                break;
            case "+":
                Members.Add(rest);
                break;
            case "virtual":
                _virtual.UnionWith(rest.Split(' '));
                break;
            case "abstract":
                _abstract.UnionWith(rest.Split(' '));
                break;
            case "override":
                _override.UnionWith(rest.Split(' '));
                break;
            case "returns":
                _returns.Add(
                    rest[..rest.IndexOf(' ', StringComparison.Ordinal)],
                    rest[(rest.IndexOf(' ', StringComparison.Ordinal) + 1)..]
                );
                break;
            case "where":
                var parts = rest.Split(" : ");
                var names = parts[0].Split(' ');
                if (names.Length == 1)
                {
                    Constraints.Add($"where {rest}");
                }
                else
                {
                    _methodConstraints.Add((names[0], names[1], parts[1]));
                }

                break;
            default:
                throw new FormatException($"torchsharp-0.107-unlisted.txt: '{line}' begins with no known word.");
        }
    }

    // "(string name, Parameter parameter)" is "(string, Parameter)" to the list.
    private static string WithoutNames(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.LastIndexOf(')');
        var elements = Signature.SplitList(type[(open + 1)..close]).Select(e => e[..e.LastIndexOf(' ')]);
        return $"{type[..(open + 1)]}{string.Join(", ", elements)}{type[close..]}";
    }
}
