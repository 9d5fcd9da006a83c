using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

public static partial class Checkpointing
{
    private static readonly Notice s_notice = new(
        "VitNotebooks: Checkpointing is not in TorchSharp, so that a checkpointed part keeps its activations as any other; "
            + $"to have it, {Notice.Remedy}."
    );

    private static partial TResult Recomputed<TResult>(
        Func<Tensor[], TResult> function,
        Tensor[] inputs,
        bool preserveRandomState
    )
    {
        s_notice.Say();
        return function(inputs);
    }
}
