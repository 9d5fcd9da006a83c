using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class ASGD
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (lr, lambd, alpha) = (options.LearningRate!.Value, options.lambd!.Value, options.alpha!.Value);
        Aten.mul__Scalar(parameter, 1 - (lambd * state.eta));
        Aten.add__Tensor(parameter, grad, alpha: -state.eta);
        if (state.mu == 1)
        {
            Aten.copy_(state.ax!, parameter);
        }
        else
        {
            Aten.add__Tensor(state.ax!, Aten.sub_Tensor(parameter, state.ax!), alpha: state.mu);
        }
        state.eta = lr / Math.Pow(1 + (lambd * lr * state.step), alpha);
        state.mu = 1 / Math.Max(1, state.step - options.t0!.Value);
    }
}
