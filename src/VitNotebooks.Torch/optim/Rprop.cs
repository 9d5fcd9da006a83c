using TorchSharp.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public partial class Rprop
{
    private static partial void Update(Parameter parameter, Tensor grad, State state, Options options)
    {
        var agreement = Aten.mul_Tensor(grad, state.prev!);
        var same = Aten.gt_Scalar(agreement, 0);
        var turned = Aten.lt_Scalar(agreement, 0);
        var factor = Aten.ones_like(agreement);
        Aten.masked_fill__Scalar(factor, same, options.etaplus!.Value);
        Aten.masked_fill__Scalar(factor, turned, options.etaminus!.Value);
        Aten.mul__Tensor(state.step_size!, factor);
        Aten.clamp_(state.step_size!, min: options.min_step!.Value, max: options.max_step!.Value);
        // Where the sign has turned, this step is left out.
        Aten.copy_(state.prev!, grad);
        Aten.masked_fill__Scalar(state.prev!, turned, 0);
        Aten.addcmul_(parameter, Aten.sign(state.prev!), state.step_size!, value: -1);
    }
}
