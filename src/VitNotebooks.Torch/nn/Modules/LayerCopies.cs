using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>What transformers are stacked from: layers that all start with the values of one that was given, as PyTorch's do.</summary>
internal static class LayerCopies
{
    /// <param name="layer">The layer to copy; it stays its owner's.</param>
    /// <param name="count">How many copies.</param>
    /// <param name="make">Makes a layer of the same configuration.</param>
    public static ModuleList<T> Of<T>(T layer, long count, Func<T> make)
        where T : Module
    {
        if (count <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "A stack of layers needs at least one.");
        }
        var state = layer.state_dict();
        // Drawing the copies' own initial values, only to overwrite them, must not move the user's generator.
        using var generator = Generator.Default.get_state().DetachFromDisposeScope();
        var layers = new List<T>();
        for (var i = 0L; i < count; i++)
        {
            var copy = make();
            copy._to(state.Values.First(), non_blocking: false);
            copy.load_state_dict(state);
            layers.Add(copy);
        }
        Generator.Default.set_state(generator);
        return new ModuleList<T>([.. layers]);
    }

    /// <summary>Runs what each step makes of the output before; an output is let go as soon as the next step has used it.</summary>
    public static Tensor Chain<T>(IEnumerable<T> layers, Tensor input, Func<T, Tensor, Tensor> step)
    {
        var scope = DisposeScope.Current;
        var x = input;
        foreach (var layer in layers)
        {
            var next = step(layer, x);
            if (!ReferenceEquals(x, input) && x.Scope == scope)
            {
                x.Dispose();
            }
            x = next;
        }
        return x;
    }
}
