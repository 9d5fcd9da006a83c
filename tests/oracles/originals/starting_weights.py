"""What a model starts with: of every parameter its first element, mean and deviation, right after manual_seed(0) and construction.

Used by the family scripts beside it; the JSON is read by tests/VitNotebooks.Tests/Models/Originals/StartingWeights.cs.
"""

import json

import torch


def start(path, build, source):
    torch.manual_seed(0)
    model = build()
    tensors = {}
    for name, parameter in model.named_parameters():
        x = parameter.detach().double()
        tensors[name] = [x.flatten()[0].item(), x.mean().item(), x.std(unbiased=False).item()]
    result = {"source": source, "libtorch": torch.__version__, "seed": 0}
    result["tensors"] = {name: [float(f"{v:.9g}") for v in values] for name, values in tensors.items()}
    with open(path, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
