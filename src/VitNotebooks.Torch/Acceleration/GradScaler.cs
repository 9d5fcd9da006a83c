using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>
/// Scales the loss so that float16 gradients do not vanish, and leaves out the steps whose gradients overflowed (Micikevicius et
/// al., arXiv 1710.03740). Bfloat16 has float32's range and needs none.
/// </summary>
/// <example><code>scaler.Scale(loss).backward();
/// scaler.Unscale(optimizer);            // only where gradients are looked at or clipped
/// scaler.Step(optimizer);
/// scaler.Update();</code></example>
/// <remarks>Scale, growth counter and the flag of overflow stay on the device; <see cref="Step"/> alone waits for it, for one
/// number, as Python's does. It is the same on TorchSharp, where it finds float32 gradients, since there is no autocast: their
/// steps are those without it.</remarks>
[BeyondTorchSharp]
public sealed class GradScaler : IDisposable
{
    private readonly Dictionary<optim.Optimizer, Tensor> _found = [];
    private readonly HashSet<optim.Optimizer> _stepped = [];
    private readonly double _growthFactor,
        _backoffFactor;
    private readonly int _growthInterval;
    private readonly Tensor _scale,
        _tracker;

    /// <param name="device">Where the loss lies.</param>
    /// <param name="initialScale">The first scale.</param>
    /// <param name="growthFactor">By what it grows, above 1.</param>
    /// <param name="backoffFactor">By what it shrinks after an overflow, within 0 and 1.</param>
    /// <param name="growthInterval">After how many steps without overflow it grows.</param>
    /// <param name="enabled">Without, every call does the plain thing.</param>
    public GradScaler(
        Device? device = null,
        double initialScale = 65536,
        double growthFactor = 2,
        double backoffFactor = 0.5,
        int growthInterval = 2000,
        bool enabled = true
    )
    {
        if (!(initialScale > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(initialScale),
                initialScale,
                "GradScaler: expected a scale above 0."
            );
        }
        if (!(growthFactor > 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(growthFactor),
                growthFactor,
                "GradScaler: expected a factor above 1."
            );
        }
        if (backoffFactor is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(backoffFactor),
                backoffFactor,
                "GradScaler: expected a factor between 0 and 1."
            );
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(growthInterval, 1);
        (_growthFactor, _backoffFactor, _growthInterval, Enabled) = (
            growthFactor,
            backoffFactor,
            growthInterval,
            enabled
        );
        using var _ = no_grad();
        var target = InitializeDevice(device);
        _scale = full([], initialScale, ScalarType.Float32, target).DetachFromDisposeScope();
        _tracker = full([], 0, ScalarType.Int32, target).DetachFromDisposeScope();
    }

    /// <summary>Whether it scales at all.</summary>
    public bool Enabled { get; }

    /// <summary>The scale; reading it waits for the device.</summary>
    public double CurrentScale
    {
        get => Enabled ? _scale.item<float>() : 1;
        set => _scale.fill_(value);
    }

    /// <summary>Steps without overflow since the scale last changed; reading it waits for the device.</summary>
    public int GrowthTracker
    {
        get => _tracker.item<int>();
        set => _tracker.fill_(value);
    }

    /// <summary>The loss, or any output, times the scale.</summary>
    public Tensor Scale(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return Enabled ? loss.mul(_scale) : loss;
    }

    /// <summary>Divides the gradients of the optimizer's parameters by the scale and notes, on the device, whether one is not finite.</summary>
    /// <exception cref="InvalidOperationException">Twice between two calls of <see cref="Update"/>, after <see cref="Step"/>, or a float16 gradient.</exception>
    public void Unscale(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!Enabled)
        {
            return;
        }
        if (_stepped.Contains(optimizer))
        {
            throw new InvalidOperationException("GradScaler: Unscale comes before Step; call Update after each step.");
        }
        if (_found.ContainsKey(optimizer))
        {
            throw new InvalidOperationException(
                "GradScaler: these gradients are unscaled already; call Update before the next Unscale."
            );
        }
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var inverse = _scale.reciprocal();
        var total = full([], 0, ScalarType.Float32, _scale.device);
        foreach (var parameter in optimizer.parameters())
        {
            using var grad = parameter.grad;
            if (grad is null)
            {
                continue;
            }
            if (grad.dtype == ScalarType.Float16)
            {
                throw new InvalidOperationException(
                    "GradScaler: a gradient is float16, which cannot be unscaled without loss; keep the parameters float32 and let autocast make the shorter copies."
                );
            }
            grad.mul_(inverse);
            using var zeros = grad.mul(0); // not a number wherever the gradient is not finite
            using var sum = zeros.sum(ScalarType.Float32);
            total.add_(sum.device_type == total.device_type ? sum : sum.to(total.device));
        }
        _found[optimizer] = total.isnan().DetachFromDisposeScope();
    }

    /// <summary>One step of the optimizer, unless a gradient is not finite; unscales first where that has not happened.</summary>
    /// <returns>Whether the step was taken.</returns>
    /// <exception cref="InvalidOperationException">Twice between two calls of <see cref="Update"/>.</exception>
    public bool Step(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!Enabled)
        {
            optimizer.step()?.Dispose();
            return true;
        }
        if (_stepped.Contains(optimizer))
        {
            throw new InvalidOperationException("GradScaler: Step was called already; call Update after each step.");
        }
        if (!_found.ContainsKey(optimizer))
        {
            Unscale(optimizer);
        }
        _stepped.Add(optimizer);
        if (_found[optimizer].item<bool>())
        {
            return false;
        }
        optimizer.step()?.Dispose();
        return true;
    }

    /// <summary>Shrinks the scale after an overflow, grows it after enough steps without; waits for nothing.</summary>
    /// <exception cref="InvalidOperationException">Nothing was unscaled since the last call.</exception>
    public void Update()
    {
        if (!Enabled)
        {
            return;
        }
        if (_found.Count == 0)
        {
            throw new InvalidOperationException("GradScaler: Update needs a Step or an Unscale before it.");
        }
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var found = full([], false, ScalarType.Bool, _scale.device);
        foreach (var flag in _found.Values)
        {
            found = found.logical_or(flag);
            flag.Dispose();
        }
        var zero = full([], 0, ScalarType.Int32, _scale.device);
        var steps = where(found, zero, _tracker.add(1));
        var grown = _scale.mul(_growthFactor);
        var grows = steps.eq(_growthInterval);
        var larger = where(grows.logical_and(grown.isfinite()), grown, _scale);
        _scale.copy_(where(found, _scale.mul(_backoffFactor), larger));
        _tracker.copy_(where(grows, zero, steps));
        _found.Clear();
        _stepped.Clear();
    }

    /// <summary>Frees what lies on the device.</summary>
    public void Dispose()
    {
        foreach (var flag in _found.Values)
        {
            flag.Dispose();
        }
        _found.Clear();
        _scale.Dispose();
        _tracker.Dispose();
    }
}
