using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class RAdam
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (lr, beta1, beta2) = (options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value);
        Aten.mul__Scalar(state.exp_avg!, beta1);
        Aten.add__Tensor(state.exp_avg!, grad, alpha: 1 - beta1);
        Aten.mul__Scalar(state.exp_avg_sq!, beta2);
        Aten.addcmul_(state.exp_avg_sq!, grad, grad, value: 1 - beta2);

        var first = 1 - Math.Pow(beta1, state.step);
        var second = 1 - Math.Pow(beta2, state.step);
        // How many squares the second moment averages over, at most and by now.
        var most = (2 / (1 - beta2)) - 1;
        var now = most - (2 * state.step * Math.Pow(beta2, state.step) / second);
        if (now <= 5)
        {
            Aten.add__Tensor(parameter, state.exp_avg!, alpha: -lr / first);
            return;
        }
        var rectified = Math.Sqrt((now - 4) * (now - 2) * most / ((most - 4) * (most - 2) * now));
        var denominator = Aten.add__Scalar(Aten.sqrt(state.exp_avg_sq!), options.eps!.Value);
        Aten.addcdiv_(parameter, state.exp_avg!, denominator, value: -lr * rectified * Math.Sqrt(second) / first);
    }
}
