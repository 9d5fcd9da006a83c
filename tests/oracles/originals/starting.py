"""How an original model starts, and which of its parameters the authors' optimizer leaves undecayed.

Used by the family scripts beside it; the JSON is read by tests/VitNotebooks.Tests/Models/Originals/SeededStart.cs.
"""

import json

import torch

from measure import numbers


def starting(path, build, source, undecayed=None):
    """Writes first element, mean and deviation of every parameter, drawn behind manual_seed(0).

    build makes the model; undecayed(model) gives the parameters without weight decay, of which those are written that are neither
    vectors nor end in ".bias": these two are undecayed in every family.
    """
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = build()
    first = {}
    for name, parameter in model.named_parameters():
        p = parameter.detach().double().reshape(-1)
        first[name] = numbers(torch.stack([p[0], p.mean(), p.std(unbiased=False)]))
    result = {"source": source, "libtorch": torch.__version__, "parameters": first}
    if undecayed is not None:
        free = {id(p) for p in undecayed(model)}
        plain = {n: p.dim() < 2 or n.endswith(".bias") for n, p in model.named_parameters()}
        assert all(id(p) in free for n, p in model.named_parameters() if plain[n])
        result["undecayed"] = [n for n, p in model.named_parameters() if id(p) in free and not plain[n]]
    with open(path, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
