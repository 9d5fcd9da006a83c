using System.Globalization;
using System.Text;

namespace VitNotebooks.Files;

/// <summary>Reads a dictionary written as Python source, as far as numpy's headers go: texts, whole numbers, True, False, tuples and lists.</summary>
internal ref struct PythonLiteral
{
    private const int Deepest = 16;
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private bool _bad;

    private PythonLiteral(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The entries; null when the text is no such dictionary or names a key twice.</summary>
    public static Dictionary<string, object?>? ReadDictionary(string text)
    {
        var reader = new PythonLiteral(text);
        var fields = reader.Dictionary();
        reader.Skip();
        return reader._bad || reader._at != text.Length ? null : fields;
    }

    private Dictionary<string, object?> Dictionary()
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        Expect('{');
        while (!_bad && !Take('}'))
        {
            var key = Value(0) as string;
            Expect(':');
            var value = Value(0);
            if (_bad || key is null || !fields.TryAdd(key, value))
            {
                _bad = true;
                break;
            }
            if (!Take(','))
            {
                Expect('}');
                break;
            }
        }
        return fields;
    }

    private object? Value(int depth)
    {
        Skip();
        if (_bad || depth > Deepest || _at >= _text.Length)
        {
            _bad = true;
            return null;
        }
        switch (_text[_at])
        {
            case '\'' or '"':
                return Text(_text[_at++]);
            case '(':
                return Items(')', depth).ToArray();
            case '[':
                return Items(']', depth);
            default:
                if (Word("True") || Word("False"))
                {
                    return _text[_at - 1] == 'e' && _text[_at - 2] == 'u';
                }
                return Number();
        }
    }

    private List<object?> Items(char close, int depth)
    {
        _at++;
        var items = new List<object?>();
        while (!_bad && !Take(close))
        {
            items.Add(Value(depth + 1));
            if (!Take(','))
            {
                Expect(close);
                break;
            }
        }
        return items;
    }

    private string Text(char quote)
    {
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            // Escapes occur in the field names of records, which are refused anyway.
            text.Append(_text[_at++]);
        }
        _bad |= _at >= _text.Length;
        _at++;
        return text.ToString();
    }

    private object? Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_at == start && _text[_at] == '-')))
        {
            _at++;
        }
        var digits = _text[start.._at];
        // Python 2 wrote 10L.
        if (_at < _text.Length && _text[_at] == 'L')
        {
            _at++;
        }
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }
        _bad = true;
        return null;
    }

    private bool Word(string word)
    {
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }
        _at += word.Length;
        return true;
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Take(char wanted)
    {
        Skip();
        if (_at < _text.Length && _text[_at] == wanted)
        {
            _at++;
            return true;
        }
        return false;
    }

    private void Expect(char wanted) => _bad |= !Take(wanted);
}
