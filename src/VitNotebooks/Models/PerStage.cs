using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VitNotebooks.Models;

/// <summary>One whole number a stage, compared by value; printed as <c>2-2-6-2</c>, a plain array in JSON.</summary>
[CollectionBuilder(typeof(PerStage), nameof(Create))]
[JsonConverter(typeof(Converter))]
public sealed class PerStage : IReadOnlyList<int>, IEquatable<PerStage>
{
    private readonly ImmutableArray<int> _values;

    private PerStage(ImmutableArray<int> values) => _values = values;

    /// <summary>Makes one from its numbers; what a collection expression calls.</summary>
    public static PerStage Create(ReadOnlySpan<int> values) => new(values.ToImmutableArray());

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public int this[int index] => _values[index];

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_values).GetEnumerator();

    /// <summary>Its numbers, none of them above a limit.</summary>
    internal PerStage AtMost(int most) => new([.. _values.Select(value => Math.Min(value, most))]);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(PerStage? other) => other is not null && _values.AsSpan().SequenceEqual(other._values.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PerStage);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same numbers.</summary>
    public static bool operator ==(PerStage? left, PerStage? right) =>
        left is null ? right is null : left.Equals(right);

    /// <summary>Whether a number differs.</summary>
    public static bool operator !=(PerStage? left, PerStage? right) => !(left == right);

    /// <inheritdoc/>
    public override string ToString() => string.Join('-', _values);

    private sealed class Converter : JsonConverter<PerStage>
    {
        public override PerStage Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Create(JsonSerializer.Deserialize<int[]>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, PerStage value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var number in value)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
        }
    }
}
