"""How an original model starts behind a seed, and which of its parameters the authors' optimizer leaves undecayed.

Used by the family scripts beside it; the JSON lies in tests/oracles/values/originals as VARIANT.start.json and is read by
tests/VitNotebooks.Tests/Models/Originals/StartingWeights.cs.
"""

import json

import torch

from measure import numbers, unit


def starting(path, build, source, undecayed=None, seed=0):
    """Writes first element, mean, deviation and projection of every parameter that build() makes behind manual_seed(seed).

    The projection weighs every element by a hash of its place, so that one in another place changes it. undecayed(model) gives the
    parameters without weight decay, of which those are written that are neither vectors nor end in ".bias": these two are undecayed
    in every family.
    """
    torch.set_num_threads(2)
    torch.manual_seed(seed)
    model = build()
    weights = {}
    for name, parameter in model.named_parameters():
        p = parameter.detach().double()
        projection = (p * unit("start " + name, p.shape)).sum()
        weights[name] = numbers(torch.stack([p.reshape(-1)[0], p.mean(), p.std(unbiased=False), projection]))
    result = {"source": source, "libtorch": torch.__version__, "seed": seed, "weights": weights}
    if undecayed is not None:
        free = {id(p) for p in undecayed(model)}
        plain = {n: p.dim() < 2 or n.endswith(".bias") for n, p in model.named_parameters()}
        assert all(id(p) in free for n, p in model.named_parameters() if plain[n])
        result["undecayed"] = [n for n, p in model.named_parameters() if id(p) in free and not plain[n]]
    with open(path, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")
