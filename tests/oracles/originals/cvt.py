"""CvT as microsoft/CvT f851e68 computes it, with timm 0.4.12 and einops 0.6.0.

usage: python3 cvt.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
Wants PyYAML and scipy.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
import torch.nn as nn

from authors import family
from measure import fill, measure, names, numbers, unit
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
CVT = family(folder, "cvt_13")
SOURCE = CVT.source


def build(variant, classes=1000, **changes):
    return CVT.build(variant, 384 if variant == "cvt_w24" else 224, classes, **changes)


class Positions(nn.Module):
    """Adds a parameter of its stage: their code of today has the names and the loader of positions, but not the sum."""

    def __init__(self, stage):
        super().__init__()
        object.__setattr__(self, "stage", stage)

    def forward(self, x):
        return x + self.stage.pos_embed


def add_positions(model, stages, sides):
    for i in stages:
        stage = getattr(model, f"stage{i}")
        tokens = sides[i] ** 2 + (stage.cls_token is not None)
        stage.pos_embed = nn.Parameter(torch.zeros(1, tokens, stage.embed_dim))
        stage.pos_drop = Positions(stage)
    return model


def undecayed(model):
    return CVT.groups(model)[1]["params"]


def resampled(path):
    """Writes what init_weights makes of the positions of the last stage at 128 pixels for 96."""
    small = dict(DEPTH=[1, 1, 1])
    source = add_positions(build("cvt_13", 10, **small), [2], [32, 16, 8])
    target = add_positions(build("cvt_13", 10, **small), [2], [24, 12, 6])
    fill(source)
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        torch.save(source.state_dict(), file.name)
        target.init_weights(file.name, ["*"], False)
    p = target.stage2.pos_embed.detach().double()
    tensors = {
        "stage2.pos_embed": numbers(torch.stack([p.norm(), (p * unit("resampled stage2.pos_embed", p.shape)).sum()]))
    }
    with open(path, "w") as file:
        json.dump({"source": SOURCE, "tensors": tensors}, file, separators=(",", ":"))
        file.write("\n")


for name in ("cvt_13", "cvt_21", "cvt_w24"):
    names(lists, name, build(name), SOURCE)
starting(values / "cvt_13.start.json", lambda: build("cvt_13"), SOURCE, undecayed)
resampled(values / "cvt_resampled.json")
still = dict(DROP_PATH_RATE=[0.0, 0.0, 0.0])
measure(values / "cvt_13.json", build("cvt_13", 10, **still), SOURCE, 224)
measure(values / "cvt_13_160.json", build("cvt_13", 10, **still), SOURCE, 160)
short = dict(still, DEPTH=[1, 1, 2])
for name, stages in (("first", [0]), ("last", [2]), ("every", [0, 1, 2])):
    model = add_positions(build("cvt_13", 10, **short), stages, [24, 12, 6])
    measure(values / f"cvt_96.pos_{name}.json", model, SOURCE, 96)
measure(values / "cvt_96.mean.json", build("cvt_13", 10, **short, CLS_TOKEN=[False] * 3, STRIDE_KV=[4, 2, 1]), SOURCE, 96)
