using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>
    /// A tensor that a module trains. It shares the data's memory, is a leaf of the graph and belongs to no dispose scope.
    /// </summary>
    /// <remarks>As in TorchSharp the given tensor is taken over: it must not be used afterwards.</remarks>
    public sealed class Parameter : torch.Tensor
    {
        /// <param name="data">The initial values; taken over.</param>
        /// <param name="requires_grad">Whether gradients are computed for it.</param>
        public Parameter(torch.Tensor data, bool requires_grad = true)
            : base(TakeOver(data))
        {
            this.requires_grad = requires_grad;
            DetachFromDisposeScope();
        }

        /// <summary>Wraps a native leaf that the caller owns: a parameter that lives in a script.</summary>
        internal Parameter(IntPtr owned)
            : base(owned) => DetachFromDisposeScope();

        private static IntPtr TakeOver(torch.Tensor data)
        {
            ArgumentNullException.ThrowIfNull(data);
            using var leaf = Dispatch.Aten.detach(data);
            var handle = leaf.DecoupleFromNativeHandle();
            if (data is not Parameter)
            {
                data.Dispose();
            }
            return handle;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A parameter over the data of a tensor, which is taken over.</summary>
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
