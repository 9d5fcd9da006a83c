"""The dense relative localization loss (arXiv 2106.03746), written literally from its formulas, one pair at a time.

usage: python3 drloc_reference.py FOLDER
For sides 7 and 14 and batches of 1 and 4 it writes FOLDER/kSIDE_bBATCH.safetensors: map, head weights (layers.N.*, two hidden
layers; the one-hidden-layer head uses one.N.*), the pairs P and Q of seed SIDE + BATCH, and for the forms "compat" and "fixed" the
loss and its gradients with respect to the map and to the head. Read by tests/VitNotebooks.Tests/Losses/RelativeLocalizationLossTests.cs.
"""

import os
import sys

import torch

from safetensors_writer import write

CHANNELS, PAIRS, WIDTH = 6, 64, 512


def linear(x, weight, bias):
    return weight @ x + bias


def head(z, weights, hidden):
    """hidden layers with ReLU, then two numbers: the offsets in rows and in columns"""
    for layer in range(hidden):
        z = linear(z, weights[f"{2 * layer}.weight"], weights[f"{2 * layer}.bias"])
        z = torch.where(z > 0, z, torch.zeros_like(z))
    return linear(z, weights[f"{2 * hidden}.weight"], weights[f"{2 * hidden}.bias"])


def loss(features, p, q, weights, hidden, fraction, pair_norm):
    batch, _, side, _ = features.shape
    total, terms = 0.0, 0
    for b in range(batch):
        for j in range(PAIRS):
            i0, j0 = int(p[b, j, 0]), int(p[b, j, 1])  # row, column
            i1, j1 = int(q[b, j, 0]), int(q[b, j, 1])
            prediction = head(torch.cat([features[b, :, i0, j0], features[b, :, i1, j1]]), weights, hidden)
            for axis, offset in enumerate((abs(i0 - i1), abs(j0 - j1))):
                target = offset / side if fraction else float(offset)
                total = total + abs(prediction[axis] - target)
                terms += 1
    # compat: mean over images, pairs and coordinates; fixed: L1 norm of a pair, mean over images and pairs
    return total / (batch * PAIRS) if pair_norm else total / terms


def parameters(hidden):
    tensors, width = {}, 2 * CHANNELS
    for layer in range(hidden):
        tensors[f"{2 * layer}.weight"] = 0.3 * torch.randn(WIDTH, width) / width**0.5
        tensors[f"{2 * layer}.bias"] = 0.1 * torch.randn(WIDTH)
        width = WIDTH
    tensors[f"{2 * hidden}.weight"] = torch.randn(2, width) / width**0.5
    tensors[f"{2 * hidden}.bias"] = torch.randn(2)
    return {name: tensor.requires_grad_() for name, tensor in tensors.items()}


for side in (7, 14):
    for batch in (1, 4):
        torch.manual_seed(1000 * side + batch)
        features = torch.randn(batch, CHANNELS, side, side).requires_grad_()
        heads = {"layers": parameters(2), "one": parameters(1)}

        torch.manual_seed(side + batch)
        p = torch.randint(side, size=(batch, PAIRS, 2))
        q = torch.randint(side, size=(batch, PAIRS, 2))

        out = {"map": features, "P": p, "Q": q}
        for name, weights in heads.items():
            out.update({f"{name}.{n}": w for n, w in weights.items()})
        for form, name, hidden, fixed in (("compat", "layers", 2, False), ("fixed", "one", 1, True)):
            value = loss(features, p, q, heads[name], hidden, fixed, fixed)
            inputs = [features, *heads[name].values()]
            gradients = torch.autograd.grad(value, inputs)
            out[f"{form}.loss"] = value.reshape(1)
            out[f"{form}.grad.map"] = gradients[0]
            for (n, _), gradient in zip(heads[name].items(), gradients[1:]):
                out[f"{form}.grad.{n}"] = gradient
        write(os.path.join(sys.argv[1], f"k{side}_b{batch}.safetensors"), out)
