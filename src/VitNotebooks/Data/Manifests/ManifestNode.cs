using System.Text.Json;
using System.Text.RegularExpressions;

namespace VitNotebooks.Data.Manifests;

/// <summary>
/// A JSON object that is read member by member: what is missing, of another kind or out of range goes to the list of faults, and so does, at the
/// end, a member that nobody asked for.
/// </summary>
internal sealed class ManifestNode
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly List<string> _faults;

    public ManifestNode(JsonElement element, string path, List<string> faults)
    {
        _path = path;
        _faults = faults;
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{Where("")} is {Kind(element)}; expected an object");
            return;
        }
        foreach (var member in element.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
            {
                faults.Add($"{Where(member.Name)} is there twice");
            }
        }
    }

    /// <summary>Whether the member is there.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>A place and a sentence for the list of faults.</summary>
    public void Fault(string name, string what) => _faults.Add($"{Where(name)} {what}");

    /// <summary>A text that must be there.</summary>
    public string Text(string name, Regex? form = null, string? expected = null)
    {
        if (Member(name) is null)
        {
            Fault(name, "is missing");
            return "";
        }
        return OptionalText(name, form, expected) ?? "";
    }

    /// <summary>A text, or null where the member is not there.</summary>
    public string? OptionalText(string name, Regex? form = null, string? expected = null)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
        {
            Fault(name, $"is {Kind(value)}; expected a text");
            return null;
        }
        var text = value.GetString()!;
        if (form is null || form.IsMatch(text))
        {
            return text;
        }

        Fault(name, $"is '{Excerpt.Of(text)}'; expected {expected}");
        return null;
    }

    /// <summary>A whole number in a range, or null where the member is not there.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }

        Fault(name, $"is {Excerpt.Of(value.GetRawText())}; expected a whole number, {least:N0} to {most:N0}");
        return null;
    }

    /// <summary>A truth value; false where the member is not there.</summary>
    public bool Truth(string name)
    {
        if (Member(name) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault(name, $"is {Kind(value)}; expected true or false");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A list of texts; empty where the member is not there.</summary>
    public IReadOnlyList<string> Texts(string name, Regex? form = null, string? expected = null)
    {
        var texts = new List<string>();
        foreach (var (value, at) in Items(name))
        {
            if (value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
            {
                Fault(at, $"is {Kind(value)}; expected a text");
            }
            else if (form is not null && !form.IsMatch(value.GetString()!))
            {
                Fault(at, $"is '{Excerpt.Of(value.GetString()!)}'; expected {expected}");
            }
            else
            {
                texts.Add(value.GetString()!);
            }
        }
        return texts;
    }

    /// <summary>Numbers; empty where the member is not there.</summary>
    public IReadOnlyList<float> Numbers(string name, int count, float above, float most)
    {
        var numbers = new List<float>();
        foreach (var (value, at) in Items(name))
        {
            if (
                value.ValueKind == JsonValueKind.Number
                && value.TryGetSingle(out var number)
                && number > above
                && number <= most
            )
            {
                numbers.Add(number);
            }
            else
            {
                Fault(at, $"is {Excerpt.Of(value.GetRawText())}; expected a number above {above} and at most {most}");
            }
        }
        if (numbers.Count != count)
        {
            Fault(name, $"holds {numbers.Count} numbers; expected {count}");
        }

        return numbers;
    }

    /// <summary>The objects of a list; none where the member is not there.</summary>
    public IEnumerable<ManifestNode> Nodes(string name) =>
        Items(name).Select(item => new ManifestNode(item.Value, Where(item.At), _faults)).ToList();

    /// <summary>An object; null where the member is not there.</summary>
    public ManifestNode? Node(string name) =>
        Member(name) is { } value ? new ManifestNode(value, Where(name), _faults) : null;

    /// <summary>The members of an object whose names are free, e.g. the splits.</summary>
    public IEnumerable<(string Name, ManifestNode Node)> Named(string name)
    {
        if (Member(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Fault(name, $"is {Kind(value)}; expected an object");
            return [];
        }
        return
        [
            .. value
                .EnumerateObject()
                .Select(m => (m.Name, new ManifestNode(m.Value, $"{Where(name)}.{m.Name}", _faults))),
        ];
    }

    /// <summary>Every member that was not asked for is a fault.</summary>
    public void Close()
    {
        foreach (var name in _members.Keys.Where(name => !_asked.Contains(name)))
        {
            Fault(name, $"is not known; known are {string.Join(", ", _asked)}");
        }
    }

    private JsonElement? Member(string name)
    {
        _asked.Add(name);
        return _members.TryGetValue(name, out var value) ? value : null;
    }

    private List<(JsonElement Value, string At)> Items(string name)
    {
        if (Member(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray().Select((item, i) => (item, $"{name}[{i}]"))];
        }

        Fault(name, $"is {Kind(value)}; expected a list");
        return [];
    }

    private string Where(string name) =>
        (_path.Length, name.Length) switch
        {
            (0, 0) => "the manifest",
            (0, _) => name,
            (_, 0) => _path,
            _ => $"{_path}.{name}",
        };

    private static string Kind(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => string.IsNullOrWhiteSpace(value.GetString()) ? "an empty text" : "a text",
            JsonValueKind.Number => $"the number {Excerpt.Of(value.GetRawText())}",
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            JsonValueKind.Null => "null",
            _ => value.GetRawText(),
        };
}
