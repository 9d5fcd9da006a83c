using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class NAdam
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (lr, beta1, beta2) = (options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value);
        double Mu(long step) => beta1 * (1 - (0.5 * Math.Pow(0.96, step * options.momentum_decay!.Value)));
        var (mu, next) = (Mu(state.step), Mu(state.step + 1));
        state.mu_product *= mu;

        Aten.mul__Scalar(state.exp_avg!, beta1);
        Aten.add__Tensor(state.exp_avg!, grad, alpha: 1 - beta1);
        Aten.mul__Scalar(state.exp_avg_sq!, beta2);
        Aten.addcmul_(state.exp_avg_sq!, grad, grad, value: 1 - beta2);

        var denominator = Aten.div_Scalar(state.exp_avg_sq!, 1 - Math.Pow(beta2, state.step));
        Aten.add__Scalar(Aten.sqrt_(denominator), options.eps!.Value);
        Aten.addcdiv_(parameter, grad, denominator, value: -lr * (1 - mu) / (1 - state.mu_product));
        Aten.addcdiv_(parameter, state.exp_avg!, denominator, value: -lr * next / (1 - (state.mu_product * next)));
    }
}
