using System.Globalization;

namespace VitNotebooks.Data;

/// <summary>
/// A policy as timm writes it: a name, then sections of letters and a number, joined by dashes. It collects what is wrong with all sections, so that one
/// sentence names everything.
/// </summary>
internal sealed class PolicyText
{
    private readonly List<string> _faults = [];
    private readonly Dictionary<string, string> _sections = new(StringComparer.Ordinal);
    private readonly string _config;
    private readonly string _kind;

    public PolicyText(string config, string kind, params string[] names)
    {
        (_config, _kind) = (config, kind);
        var parts = config.Split('-');
        Name = parts[0];
        if (!names.Contains(Name, StringComparer.Ordinal))
        {
            _faults.Add($"it begins with \"{Name}\", expected {string.Join(", ", names)}");
        }
        foreach (var part in parts.Skip(1))
        {
            var digits = part.AsSpan().IndexOfAnyInRange('0', '9');
            if (digits < 1)
            {
                _faults.Add($"section \"{part}\" is not letters and a number");
            }
            else if (!_sections.TryAdd(part[..digits], part[digits..]))
            {
                _faults.Add($"section {part[..digits]} is there twice");
            }
        }
    }

    /// <summary>What stands before the first dash.</summary>
    public string Name { get; }

    public double Take(string key, double otherwise)
    {
        if (!_sections.Remove(key, out var text))
        {
            return otherwise;
        }
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }
        _faults.Add($"{key} is \"{text}\", expected a number");
        return otherwise;
    }

    public int TakeWhole(string key, int otherwise)
    {
        if (!_sections.Remove(key, out var text))
        {
            return otherwise;
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }
        _faults.Add($"{key} is \"{text}\", expected a whole number");
        return otherwise;
    }

    public bool TakeOn(string key)
    {
        if (!_sections.Remove(key, out var text))
        {
            return false;
        }
        if (text != "1")
        {
            // bool("0") is True in Python.
            _faults.Add($"{key} is \"{text}\", which timm reads as on; write {key}1, or leave it out for off");
        }
        return true;
    }

    /// <summary>Throws if anything was wrong, is left over, or is out of the transform's ranges.</summary>
    public void Finish(Transform parsed, string known)
    {
        _faults.AddRange(_sections.Select(s => $"section {s.Key}{s.Value} is not known, expected {known}"));
        _faults.AddRange(parsed.Faults());
        if (_faults.Count > 0)
        {
            throw new ArgumentException($"{_kind} \"{_config}\": {string.Join("; ", _faults)}.");
        }
    }
}
