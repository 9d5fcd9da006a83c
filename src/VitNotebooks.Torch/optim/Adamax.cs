using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class Adamax
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (beta1, beta2) = (options.beta1!.Value, options.beta2!.Value);
        Aten.mul__Scalar(state.exp_avg!, beta1);
        Aten.add__Tensor(state.exp_avg!, grad, alpha: 1 - beta1);
        Aten.mul__Scalar(state.exp_inf!, beta2);
        var size = Aten.add__Scalar(Aten.abs(grad), options.eps!.Value);
        Aten.maximum_out(state.exp_inf!, size, state.exp_inf!);
        var rate = options.LearningRate!.Value / (1 - Math.Pow(beta1, state.step));
        Aten.addcdiv_(parameter, state.exp_avg!, state.exp_inf!, value: -rate);
    }
}
