using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using VitNotebooks.Layers;
using static TorchSharp.torch;

namespace VitNotebooks.Models;

/// <summary>
/// A stem, an attention, a block or a head that its user wrote: a name in the configuration, and in this process a function that
/// makes the module. A configuration that was stored is built again where a part of the same name has been defined.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed record ModelPart
{
    private static readonly ConcurrentDictionary<string, Func<PartPlace, nn.Module<Tensor, Tensor>>> Known = new(
        StringComparer.Ordinal
    );

    private static readonly ConditionalWeakTable<nn.Module, string> Modules = [];

    private readonly Func<PartPlace, nn.Module<Tensor, Tensor>>? _create;

    private ModelPart(string name, Func<PartPlace, nn.Module<Tensor, Tensor>>? create = null)
    {
        Name = name;
        _create = create;
    }

    /// <summary>The part's name.</summary>
    public string Name { get; }

    /// <summary>Names of the parts that this process knows.</summary>
    public static IReadOnlyList<string> All => [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Makes a part known. Stored configurations take the newest definition of a name, as of a cell that runs again; a part in
    /// hand stays what it is.</summary>
    /// <param name="name">Its name in configurations and checkpoints.</param>
    /// <param name="create">Makes the module for a place; called once a place.</param>
    public static ModelPart Define(string name, Func<PartPlace, nn.Module<Tensor, Tensor>> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        Known[name] = create;
        return new ModelPart(name, create);
    }

    /// <summary>The part of a stored configuration.</summary>
    /// <param name="name">A name that <see cref="Define"/> was given, in this process or in another.</param>
    public static ModelPart Named(string name) => new(name);

    /// <summary>Why the part cannot be made here; null when it can.</summary>
    public string? Fault =>
        _create is not null || Known.ContainsKey(Name)
            ? null
            : $"the part '{Name}' is not defined in this process, which knows {(Known.IsEmpty ? "none" : string.Join(", ", All))}; "
                + $"run the cell that defines it, or call ModelPart.Define(\"{Name}\", ...).";

    /// <summary>Makes the module for a place; when it runs, it refuses to hand on what does not fit there.</summary>
    /// <exception cref="InvalidOperationException">The part is not defined here, or its function gave nothing.</exception>
    public nn.Module<Tensor, Tensor> Create(PartPlace place)
    {
        if (Fault is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        var module =
            (_create ?? Known[Name])(place)
            ?? throw new InvalidOperationException(
                $"The part '{Name}' made no module for {place.Path}; its function returned null."
            );
        Modules.AddOrUpdate(module, Name);
        module.register_forward_hook((_, input, output) => Fitting(place, input, output));
        return module;
    }

    // Torch would say only that two sizes differ, and that later.
    private Tensor Fitting(PartPlace place, Tensor input, Tensor output)
    {
        var (batch, shape, wanted) = (input.shape[0], output.shape, place.Output);
        var fits = shape.Length == wanted.Count && shape[0] == batch;
        for (var i = 1; fits && i < shape.Length; i++)
        {
            fits = shape[i] == wanted[i];
        }

        return fits
            ? output
            : throw new InvalidOperationException(
                $"The part '{Name}' gave [{string.Join(", ", shape)}] in {place.Path}, where [{string.Join(", ", [batch, .. wanted.Skip(1)])}] fits; "
                    + $"its input was [{string.Join(", ", input.shape)}]. Change what its forward returns."
            );
    }

    /// <summary>Whether a module was made by a part: its starting weights are its own.</summary>
    internal static bool Made(nn.Module module) => Modules.TryGetValue(module, out _);

    /// <summary>Whether a module's class is neither this package's nor the torch layer's.</summary>
    internal static bool IsOfTheUser(nn.Module module) =>
        module.GetType().Assembly is var home
        && home != typeof(VisionModel).Assembly
        && home != typeof(nn.Module).Assembly;

    /// <summary>Whether both have the same name, which is all of a part that is stored.</summary>
    public bool Equals(ModelPart? other) => string.Equals(Name, other?.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private sealed class Converter : JsonConverter<ModelPart>
    {
        public override ModelPart Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("A part of a model is a name."));

        public override void Write(Utf8JsonWriter writer, ModelPart value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}

/// <summary>Where a part goes, and what it has to fit.</summary>
/// <param name="Path">Name of the place in the model, e.g. <c>blocks.3.attn</c>.</param>
/// <param name="Config">The whole configuration.</param>
/// <param name="Input">Shape of its input for a batch of one: an image for a stem, <c>[1, N, C]</c> for a block or an attention,
/// <c>[1, C]</c> for a head.</param>
/// <param name="Output">Shape of its output for a batch of one.</param>
public sealed record PartPlace(string Path, ModelConfig Config, IReadOnlyList<long> Input, IReadOnlyList<long> Output)
{
    /// <summary>Number of the block that the place is or belongs to, from 0.</summary>
    public int Block { get; init; }

    /// <summary>Number of blocks of the model.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Heads of the attention in this place; 1 where there is none.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>Drop path probability of this place.</summary>
    public double DropPath { get; init; }

    /// <summary>How the tokens lie, <c>[1, N, C]</c> of a block or an attention: what convolutions and relative positions ask for. Those that come out, for a
    /// stem; null for a head.</summary>
    public TokenGrid? Grid { get; init; }

    /// <summary>Width of a token or of the features that come in.</summary>
    public int Width => (int)Input[^1];
}
