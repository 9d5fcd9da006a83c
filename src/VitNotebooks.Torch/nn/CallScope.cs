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
        new TensorWalk<Mover>(new Mover(scope)).Visit(result);
        return result;
    }

    private readonly struct Mover(DisposeScope scope) : ITensorVisitor
    {
        public void Visit(torch.Tensor tensor) => scope.MoveToOuter(tensor);

        public void Visit(torch.nn.utils.rnn.PackedSequence sequence) => scope.MoveToOuter(sequence);
    }
}
