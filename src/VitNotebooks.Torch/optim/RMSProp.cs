using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class RMSProp
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (lr, alpha, momentum) = (options.LearningRate!.Value, options.alpha!.Value, options.momentum!.Value);
        Aten.mul__Scalar(state.square_avg!, alpha);
        Aten.addcmul_(state.square_avg!, grad, grad, value: 1 - alpha);
        var square = state.square_avg!;
        if (options.centered == true)
        {
            var mean = state.Mean();
            Aten.mul__Scalar(mean, alpha);
            Aten.add__Tensor(mean, grad, alpha: 1 - alpha);
            square = Aten.addcmul(square, mean, mean, value: -1);
        }
        var root = Aten.add__Scalar(Aten.sqrt(square), options.eps!.Value);
        if (momentum == 0)
        {
            Aten.addcdiv_(parameter, grad, root, value: -lr);
            return;
        }
        var buffer = state.Buffer();
        Aten.mul__Scalar(buffer, momentum);
        Aten.addcdiv_(buffer, grad, root);
        Aten.add__Tensor(parameter, buffer, alpha: -lr);
    }

    public partial class State
    {
        // A schedule, or an option set later, may ask for them only after the beginning.
        internal Tensor Buffer() => momentum_buffer ??= Zeros();

        internal Tensor Mean() => grad_avg ??= Zeros();
    }
}
