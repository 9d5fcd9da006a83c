using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace VitNotebooks.Fuzzing;

/// <summary>A plain reading of a pickle: what Python's pickletools says the opcodes do, without a look at what is damaged.</summary>
/// <param name="bytes">The file.</param>
/// <param name="at">Where the pickle begins.</param>
/// <param name="persistent">What a reference to something outside the pickle stands for.</param>
internal sealed class PlainPickle(byte[] bytes, int at, Func<object?, object?> persistent)
{
    private static readonly object s_mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Where the next byte is.</summary>
    public int At => at;

    public object? Run()
    {
        for (byte code; (code = bytes[at++]) != (byte)'.'; )
        {
            Step(code);
        }

        return Pop();
    }

    private void Step(byte code)
    {
        switch ((char)code)
        {
            case '\x80':
                at++;
                break;
            case '\x95':
                at += 8;
                break;
            case '(':
                Push(s_mark);
                break;
            case '0':
                _stack.RemoveAt(_stack.Count - 1);
                break;
            case '1':
                Group();
                break;
            case '2':
                Push(_stack[^1]);
                break;
            case 'a':
                Append([Pop()]);
                break;
            case 'e':
                Append(Group());
                break;
            case 's':
                Fill((PlainDictionary)_stack[^3]!, Many(2));
                break;
            case 'u':
                var pairs = Group();
                Fill((PlainDictionary)_stack[^1]!, pairs);
                break;
            case '\x90':
                Group();
                break;
            case 'b':
                var state = Pop();
                PlainTorch.Build(_stack[^1], state);
                break;
            case 'g' or 'h' or 'j':
                Push(_memo[Place(code, 'g', 'h')]);
                break;
            case 'p' or 'q' or 'r':
                _memo[Place(code, 'p', 'q')] = _stack[^1];
                break;
            case '\x94':
                _memo[_memo.Count] = _stack[^1];
                break;
            default:
                Push(Named(code));
                break;
        }
    }

    private object? Named(byte code)
    {
        switch ((char)code)
        {
            case 'c':
                return new PlainName($"{Line()}.{Line()}");
            case '\x93':
                var name = Many(2);
                return new PlainName($"{name[0]}.{name[1]}");
            case 'i':
                var type = new PlainName($"{Line()}.{Line()}");
                return PlainTorch.Call(type, Group());
            case 'o':
                var parts = Group();
                return PlainTorch.Call(parts[0], parts[1..]);
            case 'P':
                return persistent(Line());
            case 'Q':
                return persistent(Pop());
            case 'R' or '\x81' or '\x92':
                var named = code == 0x92 ? Pop() : null; // arguments by name: there are none
                var arguments = (object?[])Pop()!;
                return named is null or PlainDictionary { Entries.Count: 0 }
                    ? PlainTorch.Call(Pop(), arguments)
                    : throw new InvalidDataException("Arguments are given by name.");
            default:
                return Value(code);
        }
    }

    private object? Value(byte code) =>
        (char)code switch
        {
            'N' => null,
            '\x88' => true,
            '\x89' => false,
            'I' => Line() switch
            {
                "00" => false,
                "01" => true,
                var digits => Whole(BigInteger.Parse(digits, CultureInfo.InvariantCulture)),
            },
            'J' => (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
            'K' => (long)Take(1)[0],
            'M' => (long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
            'L' => Whole(BigInteger.Parse(Line().TrimEnd('L'), CultureInfo.InvariantCulture)),
            '\x8a' => Whole(new BigInteger(Take(Length(1)))),
            '\x8b' => Whole(new BigInteger(Take(Length(4)))),
            'F' => double.Parse(Line(), CultureInfo.InvariantCulture),
            'G' => BinaryPrimitives.ReadDoubleBigEndian(Take(8)),
            'S' => Line() is var quoted && quoted.Contains('\\') ? new PlainOther("escaped text") : quoted[1..^1],
            'V' => Line() is var escaped && escaped.Contains('\\') ? new PlainOther("escaped text") : escaped,
            'T' => TextOrBytes(Take(Length(4))),
            'U' => TextOrBytes(Take(Length(1))),
            'X' => Encoding.UTF8.GetString(Take(Length(4))),
            '\x8c' => Encoding.UTF8.GetString(Take(Length(1))),
            '\x8d' => Encoding.UTF8.GetString(Take(Length(8))),
            'B' => Take(Length(4)).ToArray(),
            'C' => Take(Length(1)).ToArray(),
            '\x8e' or '\x96' => Take(Length(8)).ToArray(),
            ']' => new List<object?>(),
            'l' => Group().ToList(),
            ')' => Array.Empty<object?>(),
            't' => Group(),
            '\x85' => Many(1),
            '\x86' => Many(2),
            '\x87' => Many(3),
            '}' => new PlainDictionary(false),
            'd' => Fill(new PlainDictionary(false), Group()),
            '\x8f' => new PlainOther("set"),
            '\x91' => Group() is not null ? new PlainOther("set") : null,
            _ => throw new InvalidDataException($"0x{code:x2} is no opcode."),
        };

    private void Push(object? value) => _stack.Add(value);

    private object? Pop()
    {
        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] Many(int count)
    {
        var values = _stack[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] Group()
    {
        var values = Many(_stack.Count - 1 - _stack.FindLastIndex(value => ReferenceEquals(value, s_mark)));
        Pop();
        return values;
    }

    // What is appended to another kind of thing is lost here, and what the reader makes of it is not compared.
    private void Append(object?[] items) => (_stack[^1] as List<object?>)?.AddRange(items);

    private static PlainDictionary Fill(PlainDictionary dictionary, object?[] pairs)
    {
        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Entries[KeyText(pairs[i])] = pairs[i + 1];
        }

        return dictionary;
    }

    /// <summary>The text of a key, the same for keys that Python takes for one: 1, 1.0 and True.</summary>
    public static string KeyText(object? key) =>
        key switch
        {
            bool truth => truth ? "1" : "0",
            long or BigInteger => Convert.ToString(key, CultureInfo.InvariantCulture)!,
            double real when Math.Floor(real) == real && Math.Abs(real) < 1L << 62 => KeyText((long)real),
            double real => "f" + real.ToString("R", CultureInfo.InvariantCulture),
            string text => "s" + text,
            byte[] raw => "b" + Convert.ToHexString(raw),
            object?[] tuple => $"({string.Join(",", tuple.Select(KeyText))})",
            _ => Unknown,
        };

    /// <summary>The text of a key of another kind.</summary>
    public const string Unknown = "?";

    private static object Whole(BigInteger number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : number;

    private static object TextOrBytes(ReadOnlySpan<byte> raw)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            return raw.ToArray();
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        at += count;
        return bytes.AsSpan(at - count, count);
    }

    private int Length(int width) => checked((int)Number(width));

    private long Number(int width)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        Take(width).CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    private string Line()
    {
        var begin = at;
        while (bytes[at] != (byte)'\n')
        {
            at++;
        }

        return Encoding.UTF8.GetString(bytes, begin, at++ - begin);
    }

    private long Place(byte code, char asLine, char asByte) =>
        code == asLine ? long.Parse(Line(), CultureInfo.InvariantCulture) : Number(code == asByte ? 1 : 4);
}
