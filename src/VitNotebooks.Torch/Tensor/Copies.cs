using TorchSharp.Dispatch;

namespace TorchSharp;

// Copies, and the graph left behind.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone() => Aten.clone(this);

        public Tensor detach() => Aten.detach(this);

        public Tensor detach_() => Aten.detach_(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.copy_(this, source, nonBlocking);

        public Tensor fill_(Scalar value) => Aten.fill__Scalar(this, value);

        public Tensor zero_() => Aten.zero_(this);

        public Tensor alias() => Aten.alias(this);

        public Tensor set_(Tensor source) => Aten.set__source_Tensor(this, source);

        public Tensor resolve_conj() => Aten.resolve_conj(this);

        public Tensor resolve_neg() => Aten.resolve_neg(this);
    }
}
