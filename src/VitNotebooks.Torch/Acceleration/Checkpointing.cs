using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Activation checkpointing: runs a part of a model without keeping what its backward needs, and runs it a second time when
/// backward comes to it. Memory for activations shrinks to the part's inputs, for about a third more time in training.
/// </summary>
/// <remarks>
/// The results and gradients are those of the plain call, bit for bit: the graph is the same, only what its nodes saved is made again, with
/// the random numbers and the autocast state of the first run. Chen et al., "Training Deep Nets with Sublinear Memory Cost" (arXiv:1604.06174).
/// The part must do the same both times. Statistics that it updates, batch norm's for one, it updates twice. Only tensors among its
/// arguments are inputs; others that it reads (parameters) must not change between forward and backward.
/// TorchSharp has no way to make what a node saved again: there the part is called plainly and keeps its activations, which one line
/// on standard error says, the first time.
/// </remarks>
[BeyondTorchSharp]
public static partial class Checkpointing
{
    /// <summary>A module, or any function, of one tensor.</summary>
    /// <param name="function">What to run.</param>
    /// <param name="input">Its input; it may need no gradient.</param>
    /// <param name="preserveRandomState">Whether the second run draws the same random numbers; false saves two copies of the generator's state.</param>
    public static TResult Run<TResult>(Func<Tensor, TResult> function, Tensor input, bool preserveRandomState = true)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(x => function(x[0]), [input], preserveRandomState);
    }

    /// <inheritdoc cref="Run{TResult}(Func{Tensor, TResult}, Tensor, bool)"/>
    public static TResult Run<TResult>(nn.Module<Tensor, TResult> module, Tensor input, bool preserveRandomState = true)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Run(x => module.call(x[0]), [input], preserveRandomState);
    }

    /// <summary>The same with two inputs.</summary>
    public static TResult Run<TResult>(
        Func<Tensor, Tensor, TResult> function,
        Tensor input1,
        Tensor input2,
        bool preserveRandomState = true
    )
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(x => function(x[0], x[1]), [input1, input2], preserveRandomState);
    }

    /// <summary>The same with any number of inputs.</summary>
    public static TResult Run<TResult>(
        Func<Tensor[], TResult> function,
        Tensor[] inputs,
        bool preserveRandomState = true
    )
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null)
            {
                throw new ArgumentException($"Checkpointing: input {i} is null; expected a tensor.", nameof(inputs));
            }
        }
        return is_grad_enabled() ? Recomputed(function, inputs, preserveRandomState) : function(inputs);
    }

    /// <summary>The call, whose backward may repeat it.</summary>
    private static partial TResult Recomputed<TResult>(
        Func<Tensor[], TResult> function,
        Tensor[] inputs,
        bool preserveRandomState
    );
}
