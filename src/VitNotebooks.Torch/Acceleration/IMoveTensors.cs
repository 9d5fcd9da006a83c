using TorchSharp;

namespace VitNotebooks.Acceleration;

/// <summary>
/// A result of <c>forward</c> that holds tensors. <c>Module.call</c> closes a scope around <c>forward</c> and hands only the
/// result's tensors on; through this interface it learns which they are.
/// </summary>
[BeyondTorchSharp]
public interface IMoveTensors
{
    /// <summary>Every tensor that must outlive the call.</summary>
    IEnumerable<torch.Tensor> OwnedTensors { get; }
}
