"""Functions with a backward of their own and a hook, as FunctionTests writes them: values and gradients as JSON."""
import json

import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * 3 * x * x


class ScaledProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, scale, b):
        ctx.save_for_backward(a, b)
        ctx.scale = scale
        result = a * b * scale
        indices = result.argmax(0)
        ctx.mark_non_differentiable(indices)
        return result, indices, a + b

    @staticmethod
    def backward(ctx, product, _, total):
        a, b = ctx.saved_tensors
        return product * b * ctx.scale + total, None, product * a * ctx.scale + total


torch.manual_seed(0)
a = torch.randn(5, dtype=torch.float64, requires_grad=True)
b = torch.randn(5, dtype=torch.float64, requires_grad=True)
hooked = Cube.apply(a)
hooked.register_hook(lambda g: g * 2)
results = ScaledProduct.apply(hooked, 0.5, b)
loss = (results[0] * results[0]).sum() + results[2].sum()
loss.backward()
print(json.dumps({
    "a": a.tolist(), "b": b.tolist(), "loss": loss.item(), "grad_a": a.grad.tolist(), "grad_b": b.grad.tolist(),
}))
