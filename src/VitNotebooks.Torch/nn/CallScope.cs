using System.Collections;
using System.Runtime.CompilerServices;
using VitNotebooks.Acceleration;

namespace TorchSharp;

/// <summary>
/// What <c>Module.call</c> does at its end: hands the tensors of the result to the scope around the call, so that the call's
/// own scope frees every intermediate that autograd does not hold.
/// </summary>
internal static class CallScope
{
    /// <summary>Moves the tensors of a result out of the scope; those that are not in it (an input, a parameter) stay where they are.</summary>
    public static TResult Leave<TResult>(DisposeScope scope, TResult result)
    {
        Move(scope, result);
        return result;
    }

    private static void Move(DisposeScope scope, object? value)
    {
        switch (value)
        {
            case null or string:
                break;
            case torch.Tensor tensor:
                scope.MoveToOuter(tensor);
                break;
            case torch.nn.utils.rnn.PackedSequence packed:
                scope.MoveToOuter(packed);
                break;
            case IMoveTensors owner:
                foreach (var tensor in owner.OwnedTensors)
                {
                    scope.MoveToOuter(tensor);
                }
                break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                {
                    Move(scope, tuple[i]);
                }
                break;
            case IDictionary dictionary:
                Move(scope, dictionary.Values);
                break;
            // Numbers in bulk hold no tensors.
            case Array array when array.GetType().GetElementType()!.IsPrimitive:
                break;
            case ICollection or IEnumerable<torch.Tensor>:
                foreach (var item in (IEnumerable)value)
                {
                    Move(scope, item);
                }
                break;
        }
    }
}
