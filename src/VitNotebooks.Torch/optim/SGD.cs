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
        for (var i = 0; i < parameters.Length; i++)
        {
            Tensor[]? buffer = buffers is null ? null : [buffers[i]];
            if (!FusedKernels.Sgd([parameters[i]], buffer, fresh.AsSpan(i, 1), numbers))
            {
                using var scope = NewDisposeScope();
                Plain(parameters[i], buffers?[i], fresh[i] != 0, numbers);
            }
        }
    }

    private static void Plain(Parameter parameter, Tensor? buffer, bool fresh, in SgdNumbers n)
    {
        var grad = parameter.grad!;
        if (n.Maximize)
        {
            grad = Aten.neg(grad);
        }
        if (n.WeightDecay != 0)
        {
            grad = Aten.add_Tensor(grad, parameter, alpha: n.WeightDecay);
        }
        if (buffer is not null)
        {
            if (fresh)
            {
                Aten.copy_(buffer, grad);
            }
            else
            {
                Aten.mul__Scalar(buffer, n.Momentum);
                Aten.add__Tensor(buffer, grad, alpha: 1 - n.Dampening);
            }
            grad = n.Nesterov ? Aten.add_Tensor(grad, buffer, alpha: n.Momentum) : buffer;
        }
        Aten.add__Tensor(parameter, grad, alpha: -n.LearningRate);
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
