using TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Whether dropout drops and batch normalization uses the batch's own statistics.</summary>
            public virtual bool training { get; private set; } = true;

            /// <summary>Turns training mode on or off, here and below.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var module in _modules.Values)
                {
                    module.train(train);
                }
            }

            /// <summary>Turns training mode off.</summary>
            public virtual void eval() => train(false);

            /// <summary>Calls the function for every module below this one, children first, and then for this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                ArgumentNullException.ThrowIfNull(fn);
                foreach (var module in _modules.Values)
                {
                    module.apply(fn);
                }
                fn(this);
                return this;
            }

            /// <summary>Forgets the gradients of all parameters, or fills them with zeros.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null)
                    {
                        continue;
                    }
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        using var _ = new GradMode(false);
                        Aten.zero_(grad);
                    }
                }
            }

            /// <summary>Moves and converts like the given tensor.</summary>
            public Module _to(Tensor other, bool non_blocking) => Move(other.device, other.dtype, non_blocking);

            /// <summary>
            /// Moves every parameter, its gradient and every buffer; whole numbers keep their type. The tensors stay the same
            /// objects, so that fields and optimizers that hold them need not be told.
            /// </summary>
            internal Module Move(Device? device, ScalarType? dtype, bool non_blocking)
            {
                if (dtype is { } type && !IsReal(type))
                {
                    throw new ArgumentException(
                        $"{_name}.to: a module's element type must be floating point or complex, got {type}; convert the input instead.",
                        nameof(dtype)
                    );
                }
                using var _ = new GradMode(false);
                using var scope = NewDisposeScope();
                foreach (var parameter in parameters())
                {
                    MoveTensor(parameter, device, dtype, non_blocking);
                    using var grad = parameter.grad;
                    if (grad is not null)
                    {
                        MoveTensor(grad, device, dtype, non_blocking);
                    }
                }
                foreach (var buffer in buffers())
                {
                    MoveTensor(buffer, device, dtype, non_blocking);
                }
                return this;
            }

            private static void MoveTensor(Tensor tensor, Device? device, ScalarType? dtype, bool non_blocking)
            {
                var target = dtype is { } type && IsReal(tensor.dtype) ? type : tensor.dtype;
                if (target == tensor.dtype && (device is null || SameDevice(device, tensor.device)))
                {
                    return;
                }
                using var moved = Aten.to_dtype_layout(
                    tensor,
                    dtype: target,
                    device: device ?? tensor.device,
                    non_blocking: non_blocking
                );
                tensor.SetData(moved);
            }

            private static bool SameDevice(Device wanted, Device given) =>
                wanted.type == given.type && (wanted.type == DeviceType.CPU || wanted.index == given.index);

            private static bool IsReal(ScalarType type) =>
                type
                    is ScalarType.Float16
                        or ScalarType.BFloat16
                        or ScalarType.Float32
                        or ScalarType.Float64
                        or ScalarType.ComplexFloat32
                        or ScalarType.ComplexFloat64;
        }
    }
}
