"""The dtype that each operation has under Python's CPU autocast to bfloat16, on the libtorch at hand.

usage: python3 autocast.py      one line of JSON: {"name": "bfloat16" | "float32" | "float64" | "refused: reason"}
The names are those of the table in tests/VitNotebooks.Torch.Tests/Acceleration/AutocastTests.cs.
"""

import json

import torch
import torch.nn.functional as F


def real(*shape):
    return torch.randn(*shape)


def half(*shape):
    return torch.randn(*shape).bfloat16()


LABELS = torch.tensor([1, 0, 3])

OPERATIONS = {
    "linear": lambda: F.linear(real(3, 4), real(5, 4), real(5)),
    "matmul": lambda: real(3, 4).matmul(real(4, 2)),
    "mm": lambda: real(3, 4).mm(real(4, 2)),
    "bmm": lambda: real(2, 3, 4).bmm(real(2, 4, 2)),
    "addmm": lambda: torch.addmm(real(3, 2), real(3, 4), real(4, 2)),
    "baddbmm": lambda: real(2, 3, 2).baddbmm(real(2, 3, 4), real(2, 4, 2)),
    "conv1d": lambda: F.conv1d(real(1, 2, 8), real(3, 2, 3)),
    "conv2d": lambda: F.conv2d(real(1, 2, 8, 8), real(3, 2, 3, 3)),
    "scaled_dot_product_attention": lambda: F.scaled_dot_product_attention(
        real(1, 2, 3, 4), real(1, 2, 3, 4), real(1, 2, 3, 4)
    ),
    "layer_norm of bfloat16": lambda: F.layer_norm(half(3, 4), (4,), real(4), real(4)),
    "layer_norm of float32": lambda: F.layer_norm(real(3, 4), (4,), real(4), real(4)),
    "group_norm of bfloat16": lambda: F.group_norm(half(3, 4), 2, real(4), real(4)),
    "softmax of bfloat16": lambda: F.softmax(half(3, 4), -1),
    "softmax of float32": lambda: F.softmax(real(3, 4), -1),
    "softmax into float32": lambda: F.softmax(half(3, 4), -1, dtype=torch.float32),
    "gelu of bfloat16": lambda: F.gelu(half(3, 4)),
    "relu of bfloat16": lambda: F.relu(half(3, 4)),
    "add of both": lambda: half(3, 4) + real(3, 4),
    "mul of both": lambda: half(3, 4) * real(4),
    "cat of both": lambda: torch.cat([half(3, 4), real(3, 4)]),
    "cat of bfloat16": lambda: torch.cat([half(3, 4), half(3, 4)]),
    "stack of both": lambda: torch.stack([half(3, 4), real(3, 4)]),
    "mean of bfloat16": lambda: half(3, 4).mean(),
    "cross_entropy": lambda: F.cross_entropy(half(3, 4), LABELS),
    "nll_loss": lambda: F.nll_loss(half(3, 4), LABELS),
    "mse_loss": lambda: F.mse_loss(half(3, 4), half(3, 4)),
    "l1_loss": lambda: F.l1_loss(half(3, 4), half(3, 4)),
    "smooth_l1_loss": lambda: F.smooth_l1_loss(half(3, 4), half(3, 4)),
    "kl_div": lambda: F.kl_div(half(3, 4), half(3, 4)),
    "binary_cross_entropy_with_logits": lambda: F.binary_cross_entropy_with_logits(half(3, 4), half(3, 4)),
    "prod": lambda: half(3, 4).prod(),
    "cdist": lambda: torch.cdist(half(3, 4), half(2, 4)),
    "doubles": lambda: F.linear(real(3, 4).double(), real(5, 4).double()),
}


def main():
    results = {}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for name, operation in OPERATIONS.items():
            try:
                results[name] = str(operation().dtype).removeprefix("torch.")
            except (RuntimeError, AttributeError) as error:
                results[name] = f"refused: {str(error).splitlines()[0]}"
    print(json.dumps(results))


if __name__ == "__main__":
    main()
