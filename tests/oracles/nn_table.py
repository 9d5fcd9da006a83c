"""Outputs and gradients of the cases of a table by Python's PyTorch, as JSON: {variant: {case: {name: [values]}}}.

The variant "rounded" is no test of its own: the weights and inputs of "bfloat16", computed in float32. It says how far Python's own
bfloat16 is from what it rounds.

usage: python3 nn_table.py CASES.json
CASES.json: [{"name", "make": a module or null, "call": an expression of m and x, "shapes"}], written by
tests/VitNotebooks.Torch.Tests/nn/OracleTable.cs, which runs the same cases after the same seed: the module first, then its
inputs with randn. The loss is the sum of the output times a fixed ramp. A case that Python refuses has {"error": type}.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F  # noqa: F401 (for the expressions)
from torch import nn  # noqa: F401
from torch.nn.utils import rnn  # noqa: F401


def flat(*outputs):
    """All tensors of nested outputs one after the other; for calls that return several."""
    found = []
    for output in outputs:
        found += [output.flatten()] if isinstance(output, torch.Tensor) else [flat(*output)]
    return torch.cat([t.to(found[0].dtype) for t in found])


def values(tensor):
    return [v if math.isfinite(v) else str(v) for v in tensor.detach().double().flatten().tolist()]


def typed(thing, variant):
    if variant in ("float64", "bfloat16"):
        return thing.to(getattr(torch, variant))
    return thing.to(torch.bfloat16).to(torch.float32) if variant == "rounded" else thing


def inputs_of(shapes, variant):
    leaves, given = [], []
    for shape in shapes:
        if variant == "empty":
            shape = [0, *shape[1:]]
        leaf = torch.randn([*shape, 2] if variant == "noncontiguous" else shape)
        leaf = typed(leaf, variant)
        leaves.append(leaf.requires_grad_())
        given.append(leaf.select(-1, 1) if variant == "noncontiguous" else leaf)
    return leaves, given


def run(case, variant):
    torch.manual_seed(7)
    module = eval(case["make"]) if case["make"] else None
    if module is not None:
        typed(module, variant)
        module.train(variant != "eval")
    leaves, given = inputs_of(case["shapes"], variant)
    output = eval("lambda m, x: " + case["call"])(module, given)
    ramp = torch.arange(output.numel(), dtype=torch.float32).reshape(output.shape) / max(1, output.numel())
    if output.requires_grad:
        (output * ramp.to(output.dtype)).sum().backward()
    result = {"output": values(output), "shape": list(output.shape)}
    for i, x in enumerate(leaves):
        if x.grad is not None:
            result[f"input{i}.grad"] = values(x.grad)
    for key, parameter in module.named_parameters() if module is not None else []:
        if parameter.grad is not None:
            result[key + ".grad"] = values(parameter.grad.to_dense() if parameter.grad.is_sparse else parameter.grad)
    for key, buffer in module.named_buffers() if module is not None else []:
        result[key] = values(buffer)
    if module is not None:
        result["state"] = list(module.state_dict())
    return result


def attempt(case, variant):
    try:
        return run(case, variant)
    except Exception as fault:
        return {"error": f"{type(fault).__name__}: {fault}"[:200]}


with open(sys.argv[1]) as file:
    table = json.load(file)
names = ["float32", "float64", "bfloat16", "rounded", "noncontiguous", "empty", "eval"]
print(json.dumps({v: {c["name"]: attempt(c, v) for c in table if v != "eval" or c["make"]} for v in names}))
