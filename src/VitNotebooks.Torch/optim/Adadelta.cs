using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class Adadelta
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var (rho, eps) = (options.rho!.Value, options.eps!.Value);
        Aten.mul__Scalar(state.square_avg!, rho);
        Aten.addcmul_(state.square_avg!, grad, grad, value: 1 - rho);
        var std = Aten.sqrt_(Aten.add_Scalar(state.square_avg!, eps));
        var delta = Aten.sqrt_(Aten.add_Scalar(state.acc_delta!, eps));
        Aten.div__Tensor(delta, std);
        Aten.mul__Tensor(delta, grad);
        Aten.mul__Scalar(state.acc_delta!, rho);
        Aten.addcmul_(state.acc_delta!, delta, delta, value: 1 - rho);
        Aten.add__Tensor(parameter, delta, alpha: -options.LearningRate!.Value);
    }
}
