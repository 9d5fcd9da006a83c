"""What an original model starts with: norm and projection of every parameter as its constructor leaves it behind a seed.

Used by the family scripts beside it; the JSON lies in tests/oracles/values/originals as VARIANT-start.json and is read by
tests/VitNotebooks.Tests/Models/StartingWeightsTests.cs.
"""

import json

import torch

from measure import numbers, unit


def start(path, build, source, seed=0):
    """Writes the starting weights of build(), called behind torch.manual_seed(seed)."""
    torch.manual_seed(seed)
    model = build()
    weights = {}
    for name, parameter in model.named_parameters():
        value = parameter.detach().double()
        weights[name] = numbers(torch.stack([value.norm(), (value * unit("start " + name, value.shape)).sum()]))
    with open(path, "w") as file:
        json.dump({"source": source, "libtorch": torch.__version__, "seed": seed, "weights": weights}, file, separators=(",", ":"))
        file.write("\n")
