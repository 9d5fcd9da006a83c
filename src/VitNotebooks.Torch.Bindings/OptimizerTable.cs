using System;
using System.Collections.Generic;
using System.Linq;

namespace VitNotebooks.Torch.Bindings;

/// <summary>One block of <c>optimizers.txt</c>, whose head explains the lines.</summary>
internal sealed class OptimizerTable
{
    public sealed class Option
    {
        public Option(string type, string name, string value, string range)
        {
            Type = type;
            Name = name;
            Default = value;
            Range = range;
        }

        public string Type { get; }
        public string Name { get; }
        public string Default { get; }

        /// <summary>For example <c>[0, 1)</c>; empty for a bool.</summary>
        public string Range { get; }
    }

    public sealed class Field
    {
        public Field(string type, string name, string start, string? condition)
        {
            Type = type;
            Name = name;
            Start = start;
            Condition = condition;
        }

        public string Type { get; }
        public string Name { get; }

        /// <summary>A number or an option; empty for zero.</summary>
        public string Start { get; }

        /// <summary>Null: always there; <c>never</c>: not before the first step.</summary>
        public string? Condition { get; }

        public bool IsTensor => Type == "Tensor";
    }

    private OptimizerTable(string name, string summary)
    {
        Name = name;
        Summary = summary;
    }

    public string Name { get; }
    public string Summary { get; }

    /// <summary>Constructor with parameters, with groups, function, ParamGroup; <c>-</c> for none.</summary>
    public string[] Rates { get; private set; } = [];
    public string RateName { get; private set; } = "lr";
    public List<Option> Options { get; } = [];
    public List<Field> State { get; } = [];
    public IReadOnlyList<Option> GroupOptions { get; private set; } = [];
    public IReadOnlyList<Option> FileOptions { get; private set; } = [];
    public bool Fused { get; private set; }
    public bool AnyGroup { get; private set; }
    public string ParametersName { get; private set; } = "parameters";

    public bool HasBetas => Has("beta1") && Has("beta2");
    public bool HasMomentum => Has("momentum");

    public bool Has(string option) => Options.Any(o => o.Name == option);

    public static IReadOnlyList<OptimizerTable> Parse(string text)
    {
        var tables = new List<OptimizerTable>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            if (line[0] != ' ')
            {
                var colon = line.IndexOf(':');
                tables.Add(new OptimizerTable(line.Substring(0, colon), line.Substring(colon + 1).Trim()));
                continue;
            }
            tables[tables.Count - 1].Add(line.Trim());
        }
        foreach (var table in tables)
        {
            table.GroupOptions = table.GroupOptions.Count == 0 ? table.Options : table.GroupOptions;
            table.FileOptions = table.FileOptions.Count == 0 ? table.Options : table.FileOptions;
        }
        return tables;
    }

    private void Add(string line)
    {
        var words = line.Split(' ');
        var rest = line.Substring(words[0].Length).Trim();
        switch (words[0])
        {
            case "lr":
                Rates = [.. words.Skip(1).Take(4)];
                RateName = words.Length > 5 ? words[5] : "lr";
                break;
            case "double":
            case "bool":
                // double eps = 1e-8 [0, ]
                var range = rest.IndexOfAny(['[', '(']);
                Options.Add(new Option(words[0], words[1], words[3], range < 0 ? "" : rest.Substring(range)));
                break;
            case "group":
                GroupOptions = Named(rest);
                break;
            case "file":
                FileOptions = Named(rest);
                break;
            case "state":
                var when = rest.IndexOf(" when ", StringComparison.Ordinal);
                var condition = when < 0 ? null : rest.Substring(when + 6);
                var start = words.Length > 4 && words[3] == "=" ? words[4] : "";
                State.Add(new Field(words[1], words[2], start, condition));
                break;
            case "fused":
                Fused = true;
                break;
            case "any-group":
                AnyGroup = true;
                break;
            case "named":
                ParametersName = rest;
                break;
            default:
                throw new FormatException($"optimizers.txt, {Name}: '{line}' begins with no word that is known.");
        }
    }

    private IReadOnlyList<Option> Named(string names) =>
        [.. names.Split(',').Select(n => Options.Single(o => o.Name == n.Trim()))];
}
