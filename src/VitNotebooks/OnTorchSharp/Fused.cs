using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>Clipping and averages of weights from TorchSharp's plain ops, one call a tensor.</summary>
public static class Fused
{
    /// <summary>
    /// Scales the gradients so that their common 2-norm is at most <paramref name="maxNorm"/>, as <c>clip_grad_norm_</c> does, but
    /// leaves norm and coefficient on the device.
    /// </summary>
    /// <param name="parameters">All parameters; those without a gradient are skipped.</param>
    /// <param name="maxNorm">Above 0.</param>
    /// <returns>The norm before, a scalar on the gradients' device; reading it waits for the device.</returns>
    public static Tensor ClipGradNorm(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "ClipGradNorm: maxNorm must be above 0.");
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(p => p.grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0)
        {
            return scope.MoveToOuter(zeros([], dtype: ScalarType.Float32));
        }
        var norms = gradients.Select(g => linalg.vector_norm(g, 2.0)).ToList();
        var norm = linalg.vector_norm(stack(norms), 2.0);
        var coefficient = (norm + 1e-6).reciprocal().mul(maxNorm).clamp(max: 1.0);
        foreach (var gradient in gradients)
        {
            gradient.mul_(coefficient);
        }
        return scope.MoveToOuter(norm);
    }

    /// <summary>Moves each average towards its source: average = decay average + (1 - decay) source.</summary>
    /// <param name="averages">The averages, changed in place.</param>
    /// <param name="sources">The current values, as many and of the same shapes.</param>
    /// <param name="decay">How much of the average stays, 0..1.</param>
    public static void Ema(IReadOnlyList<Tensor> averages, IReadOnlyList<Tensor> sources, double decay)
    {
        ArgumentNullException.ThrowIfNull(averages);
        ArgumentNullException.ThrowIfNull(sources);
        if (averages.Count != sources.Count)
        {
            throw new ArgumentException(
                $"Ema: {averages.Count} averages and {sources.Count} sources; expected as many.",
                nameof(sources)
            );
        }
        if (decay is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "Ema: decay must be within 0 and 1.");
        }
        using var noGrad = no_grad();
        for (var i = 0; i < averages.Count; i++)
        {
            if (averages[i].is_floating_point())
            {
                averages[i].lerp_(sources[i], 1 - decay);
            }
            else
            {
                averages[i].copy_(sources[i]);
            }
        }
    }
}
