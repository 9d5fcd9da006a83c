using System.Globalization;
using System.Numerics;

namespace VitNotebooks.Files;

/// <summary>
/// Reads a pickle without running anything: of Python's names it knows a closed list (<see cref="PickleNames"/>) and refuses every other.
/// </summary>
/// <remarks>
/// The opcodes are those of Python's pickletools, protocols 0 to 5. Values become: None null, int long or
/// <see cref="BigInteger"/>, float double, str string, bytes and bytearray byte[], complex <see cref="Complex"/>, list
/// List&lt;object?&gt;, tuple object?[], dict OrderedDictionary&lt;object, object?&gt;, set HashSet&lt;object&gt;, tensors tensors.
/// </remarks>
internal sealed class PickleMachine(PickleBytes bytes, PickleContext context)
{
    private const int MostDigits = 4300; // Python's own limit on numbers in decimal
    private static readonly object s_mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _nextMemo;

    private TensorFileException Fault(string what) => bytes.Fault(what);

    /// <summary>Runs to the pickle's end and returns its value.</summary>
    /// <exception cref="TensorFileException">It is damaged, or names something that is not on the list.</exception>
    public object? Run()
    {
        while (true)
        {
            var code = bytes.Byte();
            if (code == '.')
            {
                return Pop();
            }
            Step(code);
        }
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                var protocol = bytes.Byte();
                if (protocol > 5)
                {
                    throw Fault(
                        $"the pickle is of protocol {protocol}, known are 0 to 5; save it with pickle_protocol=2"
                    );
                }
                break;
            case 0x95: // FRAME
                _ = bytes.I64();
                break;
            case (byte)'(':
                _stack.Add(s_mark);
                break;
            case (byte)'0':
                _ = PopAny();
                break;
            case (byte)'1':
                _ = PopMark();
                break;
            case (byte)'2':
                _stack.Add(Top());
                break;
            case (byte)'a':
            case (byte)'e':
            case (byte)'s':
            case (byte)'u':
            case 0x90:
            case (byte)'b':
                Change(code);
                break;
            case (byte)'g':
                Recall(Number(bytes.Line()));
                break;
            case (byte)'h':
                Recall(bytes.Byte());
                break;
            case (byte)'j':
                Recall(bytes.U32());
                break;
            case (byte)'p':
                Remember(Number(bytes.Line()));
                break;
            case (byte)'q':
                Remember(bytes.Byte());
                break;
            case (byte)'r':
                Remember(bytes.U32());
                break;
            case 0x94:
                Remember(_nextMemo);
                break;
            default:
                _stack.Add(IsNaming(code) ? Name(code) : Value(code));
                break;
        }
    }

    private static bool IsNaming(byte code) =>
        code is (byte)'c' or 0x93 or (byte)'R' or 0x81 or 0x92 or (byte)'i' or (byte)'o' or (byte)'P' or (byte)'Q';

    /// <summary>The opcodes that push a plain value.</summary>
    private object? Value(byte code) =>
        code switch
        {
            (byte)'N' => null,
            0x88 => true,
            0x89 => false,
            (byte)'I' => Integer(bytes.Line()),
            (byte)'J' => (long)bytes.I32(),
            (byte)'K' => (long)bytes.Byte(),
            (byte)'M' => (long)bytes.U16(),
            (byte)'L' => Long(bytes.Line().TrimEnd('L')),
            0x8a => Long(bytes.Bytes(bytes.Byte())),
            0x8b => Long(bytes.Bytes(bytes.I32())),
            (byte)'F' => double.TryParse(bytes.Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                ? real
                : throw Fault("a number is not written as one; the file is damaged"),
            (byte)'G' => bytes.Double(),
            (byte)'S' => Quoted(bytes.Line()),
            (byte)'T' => bytes.OldString(bytes.I32()),
            (byte)'U' => bytes.OldString(bytes.Byte()),
            (byte)'V' => Escaped(bytes.Line()),
            (byte)'X' => bytes.Text(bytes.U32()),
            0x8c => bytes.Text(bytes.Byte()),
            0x8d => bytes.Text(bytes.Length64()),
            (byte)'B' => bytes.Bytes(bytes.U32()),
            (byte)'C' => bytes.Bytes(bytes.Byte()),
            0x8e or 0x96 => bytes.Bytes(bytes.Length64()),
            (byte)']' => new List<object?>(),
            (byte)'l' => new List<object?>(PopMark()),
            (byte)')' => Array.Empty<object?>(),
            (byte)'t' => PopMark(),
            0x85 => PopMany(1),
            0x86 => PopMany(2),
            0x87 => PopMany(3),
            (byte)'}' => context.NewDictionary(),
            (byte)'d' => FillDictionary(context.NewDictionary(), PopMark()),
            0x8f => new HashSet<object>(PythonKeys.Comparer),
            0x91 => FillSet(new HashSet<object>(PythonKeys.Comparer), PopMark()),
            0x82 or 0x83 or 0x84 => throw Fault(
                "the pickle uses a registered extension code, which means nothing outside of the program that wrote it"
            ),
            0x97 or 0x98 => throw Fault("the pickle keeps buffers outside of the file; save it with pickle_protocol=2"),
            _ => throw Fault($"0x{code:x2} is no opcode of a pickle; the file is damaged or no pickle"),
        };

    /// <summary>The opcodes that name something of Python's or of the file's.</summary>
    private object? Name(byte code)
    {
        switch (code)
        {
            case (byte)'c':
                var module = bytes.Line();
                return context.Find(module, bytes.Line());
            case 0x93:
                var name = Pop() as string;
                var space = Pop() as string;
                return name is null || space is null
                    ? throw Fault("a name is no text; the file is damaged")
                    : context.Find(space, name);
            case (byte)'i':
                var owner = bytes.Line();
                var type = context.Find(owner, bytes.Line());
                return context.Call(type, PopMark());
            case (byte)'o':
                var parts = PopMark();
                return parts.Length == 0
                    ? throw Fault("an object has no class; the file is damaged")
                    : context.Call(parts[0], parts[1..]);
            case (byte)'P':
                return context.Persistent(bytes.Line());
            case (byte)'Q':
                return context.Persistent(Pop());
            case 0x92:
                var keywords = Pop() as OrderedDictionary<object, object?>;
                if (keywords is not { Count: 0 })
                {
                    throw Fault("an object is made with named arguments, which no known one takes");
                }
                goto default;
            default: // R, NEWOBJ
                var arguments =
                    Pop() as object?[] ?? throw Fault("the arguments of a call are no tuple; the file is damaged");
                return context.Call(Pop(), arguments);
        }
    }

    /// <summary>The opcodes that change the object on top of the stack.</summary>
    private void Change(byte code)
    {
        switch (code)
        {
            case (byte)'a':
                var item = Pop();
                List().Add(item);
                break;
            case (byte)'e':
                var items = PopMark();
                List().AddRange(items);
                break;
            case (byte)'s':
                var pair = PopMany(2);
                FillDictionary(Dictionary(), pair);
                break;
            case (byte)'u':
                var pairs = PopMark();
                FillDictionary(Dictionary(), pairs);
                break;
            case 0x90:
                var members = PopMark();
                FillSet(
                    Top() as HashSet<object> ?? throw Fault("members are added to what is no set; the file is damaged"),
                    members
                );
                break;
            default:
                var state = Pop();
                var built = context.Build(Top(), state);
                if (!ReferenceEquals(built, Top()))
                {
                    Replace(Top(), built);
                }
                break;
        }
    }

    /// <summary>An array is complete only once its state is there; whoever was handed the empty one before gets the complete one.</summary>
    private void Replace(object? before, object? after)
    {
        _stack[^1] = after;
        if (before is UnfinishedArray unfinished)
        {
            foreach (var key in unfinished.MemoKeys)
            {
                _memo[key] = after;
            }
        }
    }

    private void Remember(long key)
    {
        var value = Top();
        _memo[key] = value;
        _nextMemo = _memo.Count;
        (value as UnfinishedArray)?.MemoKeys.Add(key);
    }

    private void Recall(long key) =>
        _stack.Add(
            _memo.TryGetValue(key, out var value)
                ? value
                : throw Fault($"the pickle refers back to value {key}, which it never stored; the file is damaged")
        );

    private object? Top() =>
        _stack.Count > 0 && !ReferenceEquals(_stack[^1], s_mark)
            ? _stack[^1]
            : throw Fault("the pickle takes a value that is not there; the file is damaged");

    private object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object? PopAny()
    {
        if (_stack.Count == 0)
        {
            throw Fault("the pickle takes a value that is not there; the file is damaged");
        }
        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }
        return values;
    }

    private object?[] PopMark()
    {
        var mark = _stack.FindLastIndex(v => ReferenceEquals(v, s_mark));
        if (mark < 0)
        {
            throw Fault("the pickle closes a group that it never opened; the file is damaged");
        }
        var values = _stack.GetRange(mark + 1, _stack.Count - mark - 1).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private List<object?> List() =>
        Top() as List<object?> ?? throw Fault("an item is added to what is no list; the file is damaged");

    private OrderedDictionary<object, object?> Dictionary() =>
        Top() as OrderedDictionary<object, object?>
        ?? throw Fault("an entry is added to what is no dictionary; the file is damaged");

    private OrderedDictionary<object, object?> FillDictionary(
        OrderedDictionary<object, object?> dictionary,
        object?[] pairs
    )
    {
        if (pairs.Length % 2 != 0)
        {
            throw Fault("a dictionary has a key without a value; the file is damaged");
        }
        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary[Key(pairs[i])] = pairs[i + 1];
        }
        return dictionary;
    }

    private HashSet<object> FillSet(HashSet<object> set, object?[] members)
    {
        foreach (var member in members)
        {
            set.Add(Key(member));
        }
        return set;
    }

    private object Key(object? value) =>
        PythonKeys.IsKey(value)
            ? value!
            : throw Fault(
                $"a key of a dictionary or set is a {PickleNames.Describe(value)}; read are texts, numbers, bytes and tuples of such"
            );

    private long Number(string line) =>
        long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault("a number is not written as one; the file is damaged");

    private object Integer(string line) =>
        line switch
        {
            "00" => false,
            "01" => true,
            _ => Long(line),
        };

    private object Long(string digits) =>
        digits.Length > MostDigits
        || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? throw Fault($"a whole number is not written as one of at most {MostDigits} digits; the file is damaged")
            : Short(number);

    private static object Long(byte[] twosComplement) => Short(new BigInteger(twosComplement));

    private static object Short(BigInteger number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : number;

    private object Quoted(string line) =>
        line.Length >= 2 && line[0] == line[^1] && line[0] is '"' or '\''
            ? Escaped(line[1..^1])
            : throw Fault("a text lacks its quotes; the file is damaged");

    /// <summary>Undoes Python's escapes in protocol 0.</summary>
    private string Escaped(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            var kind = text[++i];
            var digits = kind switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            if (digits == 0)
            {
                plain.Append(
                    kind switch
                    {
                        'n' => "\n",
                        't' => "\t",
                        'r' => "\r",
                        '0' => "\0",
                        '\\' or '\'' or '"' => kind.ToString(),
                        _ => "\\" + kind,
                    }
                );
                continue;
            }
            if (
                i + digits >= text.Length
                || !int.TryParse(
                    text.AsSpan(i + 1, digits),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var value
                )
                || value is < 0 or > 0x10FFFF or (>= 0xD800 and <= 0xDFFF)
            )
            {
                throw Fault("a text holds an escape that stands for no letter; the file is damaged");
            }
            plain.Append(char.ConvertFromUtf32(value));
            i += digits;
        }
        return plain.ToString();
    }
}
