using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// What TorchSharp lacks for a training step: an average of weights in one pass, and clipping that never waits for the device.
/// (<c>torch.optim.AdamW</c> and <c>SGD</c> are fused by themselves.)
/// </summary>
/// <remarks>On TorchSharp, which takes no kernels of ours, plain operations do the same, tensor by tensor.</remarks>
[BeyondTorchSharp]
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
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var list = parameters as IReadOnlyList<Parameter> ?? [.. parameters];
        var norm = zeros([], dtype: ScalarType.Float32, device: CPU);
        if (FusedKernels.Clip(list, maxNorm, norm))
        {
            return scope.MoveToOuter(norm);
        }
        var grads = list.Select(p => p.grad).OfType<Tensor>().ToList();
        if (grads.Count == 0)
        {
            return scope.MoveToOuter(norm);
        }
        // In single precision at least, on one device: the gradients may be of several kinds.
        var device = grads[0].device;
        var norms = grads.ConvertAll(g =>
            linalg.vector_norm(g.to(Wide(g.dtype)), 2.0).to(ScalarType.Float64).to(device)
        );
        norm = linalg.vector_norm(stack(norms), 2.0);
        var coefficient = norm.add(1e-6).reciprocal().mul(maxNorm).clamp(max: 1.0);
        foreach (var grad in grads)
        {
            grad.mul_(coefficient.to(grad.device));
        }
        norm = norm.to(ScalarType.Float32);
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
        using var _ = no_grad();
        // Counters and masks among the buffers must not keep the rest from the kernel.
        var real = Enumerable.Range(0, averages.Count).Where(i => averages[i].is_floating_point()).ToArray();
        var done = FusedKernels.Lerp([.. real.Select(i => averages[i])], [.. real.Select(i => sources[i])], 1 - decay);
        for (var i = 0; i < averages.Count; i++)
        {
            if (!averages[i].is_floating_point())
            {
                averages[i].copy_(sources[i]);
            }
            else if (!done && !FusedKernels.Lerp([averages[i]], [sources[i]], 1 - decay))
            {
                using var scope = NewDisposeScope();
                FusedKernels.LerpPlainly(
                    averages[i],
                    sources[i].to(averages[i].dtype).to(averages[i].device),
                    1 - decay
                );
            }
        }
    }

    private static ScalarType Wide(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : type;
}
