using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class Adagrad
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var rate = options.LearningRate!.Value / (1 + ((state.step - 1) * options.lr_decay!.Value));
        Aten.addcmul_(state.sum!, grad, grad);
        var std = Aten.add__Scalar(Aten.sqrt(state.sum!), options.eps!.Value);
        Aten.addcdiv_(parameter, grad, std, value: -rate);
    }
}
