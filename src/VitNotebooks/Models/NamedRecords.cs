using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VitNotebooks.Models;

/// <summary>
/// The records of an open family in JSON: each is written with a member that names its type, and types may join at any time,
/// so that a notebook's own record is stored and read like one of ours.
/// </summary>
/// <param name="member">The member that names the type, e.g. <c>family</c>.</param>
/// <param name="what">What such a record is, e.g. <c>model family</c>.</param>
/// <param name="register">The call that adds a type, without its arguments, e.g. <c>ModelFamilies.Register</c>.</param>
internal sealed class NamedRecords<TBase>(string member, string what, string register) : JsonConverter<TBase>
    where TBase : class
{
    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<string, Type> _types = ImmutableSortedDictionary.Create<string, Type>(
        StringComparer.Ordinal
    );
    private ImmutableDictionary<Type, string> _names = ImmutableDictionary<Type, string>.Empty;

    public IReadOnlyDictionary<string, Type> Types => _types;

    // A cell that runs again makes a new type of the same name, which takes the place of the old one for reading; records of
    // the old one can still be written.
    public void Add<T>(string name)
        where T : TBase
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (_gate)
        {
            if (_types.TryGetValue(name, out var known) && known.Name != typeof(T).Name)
            {
                throw new ArgumentException(
                    $"The {what} '{name}' is {known.Name} already; register {typeof(T).Name} under another name.",
                    nameof(name)
                );
            }

            if (_names.TryGetValue(typeof(T), out var other) && other != name)
            {
                throw new ArgumentException(
                    $"{typeof(T).Name} is the {what} '{other}' already; a second name '{name}' would give one model two identities.",
                    nameof(name)
                );
            }

            _types = _types.SetItem(name, typeof(T));
            _names = _names.SetItem(typeof(T), name);
        }
    }

    public override TBase? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonNode.Parse(ref reader) is not JsonObject record)
        {
            throw new JsonException($"A {what} is an object with the member '{member}'.");
        }

        if (record[member] is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            throw new JsonException($"The member '{member}', which names the {what}, is missing.");
        }

        if (!_types.TryGetValue(name, out var type))
        {
            throw new JsonException(
                $"The {what} '{name}' is unknown in this process, which knows {string.Join(", ", _types.Keys)}. "
                    + $"Define its record and call {register}<TheRecord>(\"{name}\") first."
            );
        }

        record.Remove(member);
        return (TBase?)record.Deserialize(type, options);
    }

    public override void Write(Utf8JsonWriter writer, TBase value, JsonSerializerOptions options)
    {
        var type = value.GetType();
        if (!_names.TryGetValue(type, out var name))
        {
            throw new InvalidOperationException(
                $"{type.Name} cannot be stored, because nothing names it: call {register}<{type.Name}>(\"...\") once, "
                    + $"with a {what} other than {string.Join(", ", _types.Keys)}."
            );
        }

        var record = JsonSerializer.SerializeToNode(value, type, options)!.AsObject();
        record.Insert(0, member, name);
        record.WriteTo(writer, options);
    }
}
