"""What Python makes of index expressions: values and gradients of reads, what writes leave behind.

usage: python3 indexing.py CASES.json     [{"name": .., "shape": [..], "python": "x[1, ..., 2]", "write": false}, ..]
x is arange(numel).view(shape) in fp64. A read gives its value and the gradient of (value * weights).sum() at x, with weights
-2, -1, 0, 1, 2, 3, 4, -2 ..; a write, e.g. "x[1] = 5", gives x after it. Read by
tests/VitNotebooks.Torch.Tests/Tensor/IndexingOracleTests.cs.
"""

import json
import sys

import torch


def plain(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


def one(case):
    x = torch.arange(torch.Size(case["shape"]).numel(), dtype=torch.float64).view(case["shape"])
    names = {"torch": torch, "x": x}
    try:
        if case["write"]:
            exec(case["python"], names)  # noqa: S102: our own table
            return {"value": plain(x)}
        leaf = names["x"] = x.clone().requires_grad_()
        value = eval(case["python"], names)  # noqa: S307: our own table
        weights = (torch.arange(1, value.numel() + 1) % 7 - 2).to(torch.float64).view(value.shape)
        (value * weights).sum().backward()
        return {"value": plain(value), "gradient": plain(leaf.grad)}
    except Exception as error:  # noqa: BLE001: the other side must refuse as well
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0]}"}


with open(sys.argv[1]) as file:
    print(json.dumps([one(case) for case in json.load(file)]))
