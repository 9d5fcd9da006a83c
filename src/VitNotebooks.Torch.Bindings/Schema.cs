using System;
using System.Collections.Generic;

namespace VitNotebooks.Torch.Bindings;

/// <summary>One argument of an operator's schema.</summary>
internal sealed class SchemaArgument
{
    public SchemaArgument(string type, string name, string? fallback) => (Type, Name, Default) = (type, name, fallback);

    /// <summary>The type without its alias annotation: <c>Tensor?[]</c>, <c>int[2]</c> as <c>int[]</c>.</summary>
    public string Type { get; }

    public string Name { get; }

    /// <summary>The default as written, or null.</summary>
    public string? Default { get; }
}

/// <summary>An operator's schema: <c>aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c>.</summary>
internal sealed class Schema
{
    private Schema(string text, string name, List<SchemaArgument> arguments, List<string> returns, bool inPlace) =>
        (Text, Name, Arguments, Returns, InPlace) = (text, name, arguments, returns, inPlace);

    public string Text { get; }

    /// <summary>Name with overload, as a C# method name: <c>add_Tensor</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<SchemaArgument> Arguments { get; }

    public IReadOnlyList<string> Returns { get; }

    /// <summary>It writes its first argument and returns it.</summary>
    public bool InPlace { get; }

    /// <exception cref="FormatException">The line is no schema; the message says where.</exception>
    public static Schema Parse(string line)
    {
        var open = line.IndexOf('(');
        var arrow = line.LastIndexOf("-> ", StringComparison.Ordinal);
        if (!line.StartsWith("aten::", StringComparison.Ordinal) || open < 0 || arrow < open)
        {
            throw new FormatException($"'{line}' is no schema; expected aten::name(arguments) -> returns.");
        }
        // "-> *" also stands inside alias annotations: the last arrow after the argument list's end is the right one.
        var close = Matching(line, open);
        arrow = line.IndexOf("->", close, StringComparison.Ordinal);
        var name = line.Substring(6, open - 6).Replace('.', '_');
        var arguments = new List<SchemaArgument>();
        var selfIsWritten = false;
        foreach (var part in Split(line.Substring(open + 1, close - open - 1)))
        {
            if (part == "*")
            {
                continue;
            }
            var written = part.IndexOf('!') >= 0;
            var clean = WithoutAliases(part);
            var equals = clean.IndexOf('=');
            var fallback = equals < 0 ? null : clean.Substring(equals + 1).Trim();
            var declaration = (equals < 0 ? clean : clean.Substring(0, equals)).Trim();
            var space = declaration.LastIndexOf(' ');
            if (space < 0)
            {
                throw new FormatException($"'{line}': argument '{part}' has no name.");
            }
            selfIsWritten |= written && arguments.Count == 0;
            arguments.Add(
                new SchemaArgument(
                    WithoutSizes(declaration.Substring(0, space)),
                    declaration.Substring(space + 1),
                    fallback
                )
            );
        }
        var returns = new List<string>();
        var result = WithoutAliases(line.Substring(arrow + 2).Trim());
        if (result.StartsWith("(", StringComparison.Ordinal))
        {
            foreach (var part in Split(result.Substring(1, result.Length - 2)))
            {
                returns.Add(part.Split(' ')[0]);
            }
        }
        else
        {
            returns.Add(result.Split(' ')[0]);
        }
        var inPlace = selfIsWritten && returns.Count == 1 && returns[0] == "Tensor";
        return new Schema(line, name, arguments, returns, inPlace);
    }

    private static int Matching(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth +=
                text[i] == '(' ? 1
                : text[i] == ')' ? -1
                : 0;
            if (depth == 0)
            {
                return i;
            }
        }
        throw new FormatException($"'{text}' has an unclosed parenthesis.");
    }

    private static IEnumerable<string> Split(string list)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                var part = list.Substring(start, i - start).Trim();
                if (part.Length > 0)
                {
                    yield return part;
                }
                start = i + 1;
            }
            else
            {
                depth +=
                    list[i] is '(' or '[' ? 1
                    : list[i] is ')' or ']' ? -1
                    : 0;
            }
        }
    }

    /// <summary>Drops <c>(a!)</c>, <c>(a -> *)</c> and the like behind types.</summary>
    private static string WithoutAliases(string text)
    {
        for (var from = 0; ; )
        {
            var open = text.IndexOf("Tensor(", from, StringComparison.Ordinal);
            if (open < 0)
            {
                return text;
            }
            var close = text.IndexOf(')', open);
            text = text.Remove(open + 6, close - open - 5);
            from = open + 6;
        }
    }

    private static string WithoutSizes(string type)
    {
        var open = type.IndexOf('[');
        var close = type.IndexOf(']');
        return open >= 0 && close > open + 1 ? type.Remove(open + 1, close - open - 1) : type;
    }
}
