using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

public static partial class Checkpointing
{
    private static partial TResult Recomputed<TResult>(
        Func<Tensor[], TResult> function,
        Tensor[] inputs,
        bool preserveRandomState
    ) => RecomputedCall.Run(function, x => function(x), inputs, preserveRandomState);
}
