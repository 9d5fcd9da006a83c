using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VitNotebooks.Losses;

/// <summary>The auxiliary losses of a configuration, compared by value; a plain array in JSON.</summary>
[CollectionBuilder(typeof(LossList), nameof(Create))]
[JsonConverter(typeof(Converter))]
public sealed class LossList : IReadOnlyList<AuxiliaryLossOptions>, IEquatable<LossList>
{
    private readonly ImmutableArray<AuxiliaryLossOptions> _losses;

    private LossList(ImmutableArray<AuxiliaryLossOptions> losses) => _losses = losses;

    /// <summary>Makes one from its losses; what a collection expression calls.</summary>
    public static LossList Create(ReadOnlySpan<AuxiliaryLossOptions> losses) => new(losses.ToImmutableArray());

    /// <inheritdoc/>
    public int Count => _losses.Length;

    /// <inheritdoc/>
    public AuxiliaryLossOptions this[int index] => _losses[index];

    /// <inheritdoc/>
    public IEnumerator<AuxiliaryLossOptions> GetEnumerator() =>
        ((IEnumerable<AuxiliaryLossOptions>)_losses).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(LossList? other) => other is not null && _losses.AsSpan().SequenceEqual(other._losses.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LossList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var loss in _losses)
        {
            hash.Add(loss);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _losses)}]";

    private sealed class Converter : JsonConverter<LossList>
    {
        public override LossList Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var losses = JsonSerializer.Deserialize<AuxiliaryLossOptions?[]>(ref reader, options) ?? [];
            return Array.TrueForAll(losses, loss => loss is not null)
                ? Create(losses!)
                : throw new JsonException("A loss of the list is null.");
        }

        public override void Write(Utf8JsonWriter writer, LossList value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.ToArray(), options);
    }
}
