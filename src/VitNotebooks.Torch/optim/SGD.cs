using TorchSharp.Dispatch;
using VitNotebooks.Acceleration;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class SGD
{
    static partial void CheckTogether(Options options)
    {
        if (options.nesterov == true && (options.momentum <= 0 || options.dampening != 0))
        {
            throw new ArgumentException(
                $"SGD: Nesterov's momentum needs a momentum above 0 and no dampening, got {options.momentum} and {options.dampening}.",
                nameof(options)
            );
        }
    }

    private void StepGroup(ParamGroup<Options> group)
    {
        var all = (IReadOnlyList<Parameter>)group.Parameters;
        var options = group.Options;
        var has = new byte[all.Count];
        FusedKernels.HasGradients(all, has);
        var parameters = all.Where((_, i) => has[i] != 0).ToArray();
        if (parameters.Length == 0)
        {
            return;
        }
        var numbers = new SgdNumbers(
            options.LearningRate!.Value,
            options.momentum!.Value,
            options.dampening!.Value,
            options.weight_decay!.Value,
            options.nesterov!.Value,
            options.maximize!.Value
        );
        Tensor[]? buffers = null;
        var fresh = new byte[parameters.Length];
        if (numbers.Momentum != 0)
        {
            buffers = new Tensor[parameters.Length];
            for (var i = 0; i < parameters.Length; i++)
            {
                buffers[i] = ((State)StateOf(parameters[i])).Buffer(out var isFresh);
                fresh[i] = isFresh ? (byte)1 : (byte)0;
            }
        }
        if (FusedKernels.Sgd(parameters, buffers, fresh, numbers))
        {
            return;
        }
        // One tensor of another kind must not slow down the rest.
        var rest = new List<int>();
        for (var i = 0; i < parameters.Length; i++)
        {
            Tensor[]? buffer = buffers is null ? null : [buffers[i]];
            if (!FusedKernels.Sgd([parameters[i]], buffer, fresh.AsSpan(i, 1), numbers))
            {
                rest.Add(i);
            }
        }
        if (rest.Count > 0)
        {
            using var scope = NewDisposeScope();
            OnLists(
                [.. rest.Select(i => parameters[i])],
                buffers is null ? null : [.. rest.Select(i => buffers[i])],
                [.. rest.Select(i => fresh[i] != 0)],
                numbers
            );
        }
    }

    private static void OnLists(Tensor[] parameters, Tensor[]? buffers, bool[] fresh, in SgdNumbers n)
    {
        Tensor[] grads = [.. parameters.Select(p => p.grad!)];
        if (n.Maximize)
        {
            grads = Aten._foreach_neg(grads);
        }
        if (n.WeightDecay != 0)
        {
            grads = Aten._foreach_add_List(grads, parameters, alpha: n.WeightDecay);
        }
        if (buffers is not null)
        {
            for (var i = 0; i < buffers.Length; i++)
            {
                if (fresh[i])
                {
                    Aten.copy_(buffers[i], grads[i]);
                }
            }
            Tensor[] old = [.. buffers.Where((_, i) => !fresh[i])];
            if (old.Length > 0)
            {
                Aten._foreach_mul__Scalar(old, n.Momentum);
                Aten._foreach_add__List(old, [.. grads.Where((_, i) => !fresh[i])], alpha: 1 - n.Dampening);
            }
            grads = n.Nesterov ? Aten._foreach_add_List(grads, buffers, alpha: n.Momentum) : buffers;
        }
        Aten._foreach_add__List(parameters, grads, alpha: -n.LearningRate);
    }

    public partial class State
    {
        internal Tensor Buffer(out bool fresh)
        {
            fresh = momentum_buffer is null;
            return momentum_buffer ??= Zeros();
        }
    }
}
