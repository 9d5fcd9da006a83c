using System.Text;

namespace VitNotebooks.Data;

/// <summary>
/// A feature of a tf.train.Example: bytes (where they begin and end in the record), or whole numbers. Of a list of several only the count is kept beside the first.
/// </summary>
/// <param name="Count">How many values it has.</param>
/// <param name="Bytes">The first value, where they are bytes.</param>
/// <param name="Number">The first value, where they are whole numbers.</param>
internal readonly record struct TfFeature(int Count, Range? Bytes, long? Number);

/// <summary>
/// A tf.train.Example, read straight from Protocol Buffers' bytes: message 1 (features) with entries 1, each a name (1) and a feature (2), which is a list of bytes (1), of floats (2) or of
/// whole numbers (3). Unknown fields are passed over, as the format demands; of a field that is there twice the last counts.
/// </summary>
internal static class TfExample
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    /// <summary>The features of a record; null where it is no Example.</summary>
    public static Dictionary<string, TfFeature>? Parse(ReadOnlySpan<byte> record)
    {
        var features = new Dictionary<string, TfFeature>(StringComparer.Ordinal);
        var example = new Fields(record, 0);
        while (example.Next())
        {
            if (example is not { Number: 1, Kind: Delimited })
            {
                continue;
            }

            var map = example.Inside();
            while (map.Next())
            {
                if (map is { Number: 1, Kind: Delimited } && !Entry(map.Inside(), features))
                {
                    return null;
                }
            }
            if (map.IsBroken)
            {
                return null;
            }
        }
        return example.IsBroken ? null : features;
    }

    private static bool Entry(Fields entry, Dictionary<string, TfFeature> features)
    {
        var name = "";
        TfFeature? feature = null;
        while (entry.Next())
        {
            if (entry is { Number: 1, Kind: Delimited })
            {
                name = Encoding.UTF8.GetString(entry.Value);
            }
            else if (entry is { Number: 2, Kind: Delimited })
            {
                feature = Feature(entry.Inside());
                if (feature is null)
                {
                    return false;
                }
            }
        }
        if (feature is { } found)
        {
            features[name] = found;
        }

        return !entry.IsBroken;
    }

    private static TfFeature? Feature(Fields lists)
    {
        var feature = default(TfFeature);
        while (lists.Next())
        {
            if (lists.Kind != Delimited || lists.Number is not (1 or 3))
            {
                continue;
            }

            var isBytes = lists.Number == 1;
            feature = default;
            var values = lists.Inside();
            while (values.Next())
            {
                if (values.Number != 1)
                {
                    continue;
                }

                if (isBytes && values.Kind == Delimited)
                {
                    feature = new TfFeature(feature.Count + 1, feature.Bytes ?? values.Place, null);
                }
                else if (!isBytes && values.Kind == Varint)
                {
                    feature = new TfFeature(feature.Count + 1, null, feature.Number ?? (long)values.Whole);
                }
                else if (!isBytes && values.Kind == Delimited)
                {
                    // Packed: numbers one after another.
                    var packed = values.Inside();
                    while (packed.NextNumber())
                    {
                        feature = new TfFeature(feature.Count + 1, null, feature.Number ?? (long)packed.Whole);
                    }

                    if (packed.IsBroken)
                    {
                        return null;
                    }
                }
            }
            if (values.IsBroken)
            {
                return null;
            }
        }
        return lists.IsBroken ? null : feature;
    }

    /// <summary>The fields of a message, one after another.</summary>
    private ref struct Fields(ReadOnlySpan<byte> message, int start)
    {
        private readonly ReadOnlySpan<byte> _message = message;
        private int _at;

        /// <summary>The field's number.</summary>
        public int Number { get; private set; }

        /// <summary>How it is stored.</summary>
        public int Kind { get; private set; }

        /// <summary>Its number, where it is one.</summary>
        public ulong Whole { get; private set; }

        /// <summary>Its bytes, where it has some.</summary>
        public ReadOnlySpan<byte> Value { get; private set; }

        /// <summary>Where its bytes lie in the record.</summary>
        public Range Place { get; private set; }

        /// <summary>Whether the message breaks off or holds what Protocol Buffers do not.</summary>
        public bool IsBroken { get; private set; }

        /// <summary>The message that the field is.</summary>
        public readonly Fields Inside() => new(Value, Place.Start.Value);

        /// <summary>Goes to the next field; false at the end, and where the message is broken.</summary>
        public bool Next()
        {
            if (!NextNumber())
            {
                return false;
            }

            (Number, Kind) = ((int)Math.Min(Whole >> 3, int.MaxValue), (int)(Whole & 7));
            return Kind switch
            {
                Varint => _at < _message.Length ? NextNumber() : Break(),
                Fixed64 => Take(8),
                Fixed32 => Take(4),
                Delimited => _at < _message.Length && NextNumber() ? Take(Whole) : Break(),
                _ => Break(),
            };
        }

        /// <summary>Reads a number of seven bits a byte; false at the end.</summary>
        public bool NextNumber()
        {
            if (IsBroken || _at == _message.Length)
            {
                return false;
            }

            Whole = 0;
            for (var shift = 0; shift < 70; shift += 7)
            {
                if (_at == _message.Length)
                {
                    return Break();
                }

                var part = _message[_at++];
                Whole |= shift < 64 ? (ulong)(part & 0x7F) << shift : 0;
                if ((part & 0x80) == 0)
                {
                    return true;
                }
            }
            return Break();
        }

        private bool Take(ulong length)
        {
            if (length > (ulong)(_message.Length - _at))
            {
                return Break();
            }

            Value = _message.Slice(_at, (int)length);
            Place = new Range(start + _at, start + _at + (int)length);
            _at += (int)length;
            return true;
        }

        private bool Break()
        {
            IsBroken = true;
            return false;
        }
    }
}
