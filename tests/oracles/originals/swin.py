"""Swin as microsoft/Swin-Transformer f82860b computes it, with timm 0.4.12.

usage: python3 swin.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import torch

from authors import family
from measure import fill, measure, names, numbers, unit
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
SWIN = family(folder, "swin_tiny_patch4_window7_224")
from utils import load_pretrained  # noqa: E402  of their checkout

SOURCE = "microsoft/Swin-Transformer f82860b models/swin_transformer.py"
TINY, POSITIONS = "swin_tiny_patch4_window7_224", "swin_tiny_patch4_window4_128.ape"


def build(name, classes=1000, **changes):
    return SWIN.build(name, int(name.removesuffix(".ape").split("_")[-1]), classes, **changes)


def undecayed(model):
    return SWIN.groups(model)[1]["params"]


def resampled(path):
    """Writes what load_pretrained makes of the tables and positions of window 7 at 56 pixels for window 4 at 32."""
    sizes = dict(embed_dim=24, depths=[2, 1], num_heads=[2, 4])
    source = build("swin_short_patch4_window7_56.ape", 10, **sizes)
    target = build("swin_short_patch4_window4_32.ape", 10, **sizes)
    fill(source)
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        torch.save({"model": source.state_dict()}, file.name)
        load_pretrained(SimpleNamespace(MODEL=SimpleNamespace(PRETRAINED=file.name)), target, logging.getLogger())
    tensors = {
        n: numbers(torch.stack([p.double().norm(), (p.double() * unit("resampled " + n, p.shape)).sum()]))
        for n, p in target.named_parameters()
        if n.endswith(("relative_position_bias_table", "absolute_pos_embed"))
    }
    with open(path, "w") as file:
        json.dump({"source": "microsoft/Swin-Transformer f82860b utils.py", "tensors": tensors}, file, separators=(",", ":"))
        file.write("\n")


for size in ("tiny", "small", "base", "large"):
    names(lists, f"swin_{size}_patch4_window7_224", build(f"swin_{size}_patch4_window7_224"), SOURCE)
for name in ("swin_base_patch4_window12_384", POSITIONS):
    names(lists, name, build(name), SOURCE)
for name in (TINY, POSITIONS):
    starting(values / f"{name}.start.json", lambda: build(name), SOURCE, undecayed)
    measure(values / f"{name}.json", build(name, 10, drop_path_rate=0.0), SOURCE, 224 if name == TINY else 128)
resampled(values / "swin_resampled.json")
