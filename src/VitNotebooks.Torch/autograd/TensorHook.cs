using TorchSharp.Dispatch;

namespace TorchSharp;

/// <summary>A function that sees, and may replace, the gradient of one tensor: see <see cref="torch.Tensor.register_hook(Func{torch.Tensor, torch.Tensor})"/>.</summary>
[BeyondTorchSharp]
public sealed unsafe class TensorHook : ICallback, IDisposable
{
    private readonly Func<torch.Tensor, torch.Tensor?> _hook;
    private readonly WeakReference<torch.Tensor> _tensor;
    private volatile bool _removed;
    private uint _position;

    internal TensorHook(torch.Tensor tensor, Func<torch.Tensor, torch.Tensor?> hook)
    {
        Callbacks.Require();
        (_hook, _tensor) = (hook, new(tensor));
        uint position;
        Callbacks.Functions.Check(
            Callbacks.Functions.RegisterHook(tensor.Borrow(), Callbacks.HandleFor(this), &position),
            "register_hook"
        );
        _position = position;
        GC.KeepAlive(tensor);
    }

    /// <summary>Takes the hook off; a second call does nothing.</summary>
    public void remove()
    {
        if (_removed)
        {
            return;
        }
        _removed = true;
        // Where the tensor lives on only in the graph, the hook stays there and does nothing.
        if (_tensor.TryGetTarget(out var tensor) && !tensor.IsInvalid)
        {
            Callbacks.Functions.Check(Callbacks.Functions.RemoveHook(tensor.Borrow(), _position), "remove_hook");
            GC.KeepAlive(tensor);
        }
    }

    /// <inheritdoc cref="remove"/>
    public void Dispose() => remove();

    internal torch.Tensor? Run(torch.Tensor gradient) => _removed ? null : _hook(gradient);

    void ICallback.Released() => _removed = true;
}

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Calls a function with the gradient of this tensor whenever one is computed. What it returns takes the gradient's
        /// place; null leaves it. It must not change the gradient in place. It runs in a dispose scope of its own: what it
        /// keeps it detaches. An exception it throws comes out of <c>backward</c> as it is.</summary>
        /// <exception cref="TorchException">The tensor does not require a gradient.</exception>
        [BeyondTorchSharp]
        public TensorHook register_hook(Func<Tensor, Tensor?> hook)
        {
            ArgumentNullException.ThrowIfNull(hook);
            return new TensorHook(this, hook);
        }
    }
}
