"""Swin as microsoft/Swin-Transformer f82860b computes it, with timm 0.4.12.

usage: python3 swin.py SWIN-CHECKOUT TIMM-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import torch

sys.path[:0] = [sys.argv[1], sys.argv[2]]
from models.swin_transformer import SwinTransformer  # noqa: E402
from optimizer import set_weight_decay  # noqa: E402
from utils import load_pretrained  # noqa: E402

from measure import fill, measure, names, numbers, unit  # noqa: E402
from starting import starting  # noqa: E402

SOURCE = "microsoft/Swin-Transformer f82860b models/swin_transformer.py"
VARIANTS = {
    "swin_tiny_patch4_window7_224": dict(embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24]),
    "swin_small_patch4_window7_224": dict(embed_dim=96, depths=[2, 2, 18, 2], num_heads=[3, 6, 12, 24]),
    "swin_base_patch4_window7_224": dict(embed_dim=128, depths=[2, 2, 18, 2], num_heads=[4, 8, 16, 32]),
    "swin_large_patch4_window7_224": dict(embed_dim=192, depths=[2, 2, 18, 2], num_heads=[6, 12, 24, 48]),
    "swin_base_patch4_window12_384": dict(
        embed_dim=128, depths=[2, 2, 18, 2], num_heads=[4, 8, 16, 32], window_size=12, img_size=384
    ),
}


def undecayed(model):
    return set_weight_decay(model, model.no_weight_decay(), model.no_weight_decay_keywords())[1]["params"]


def resampled(path):
    """Writes what load_pretrained makes of the tables and positions of window 7 at 56 pixels for window 4 at 32."""
    sizes = dict(embed_dim=24, depths=[2, 1], num_heads=[2, 4], ape=True, num_classes=10)
    source = SwinTransformer(img_size=56, window_size=7, **sizes)
    target = SwinTransformer(img_size=32, window_size=4, **sizes)
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


values, lists = Path(sys.argv[3]), Path(sys.argv[4])
for name, sizes in VARIANTS.items():
    names(lists, name, SwinTransformer(**sizes), SOURCE)
tiny = VARIANTS["swin_tiny_patch4_window7_224"]
names(lists, "swin_tiny_patch4_window4_128.ape", SwinTransformer(img_size=128, window_size=4, ape=True, **tiny), SOURCE)
starting(values / "swin_tiny_patch4_window7_224.start.json", lambda: SwinTransformer(**tiny), SOURCE, undecayed)
starting(
    values / "swin_tiny_patch4_window4_128.ape.start.json",
    lambda: SwinTransformer(img_size=128, window_size=4, ape=True, **tiny),
    SOURCE,
    undecayed,
)
resampled(values / "swin_resampled.json")
for size, options in ((224, {}), (128, dict(window_size=4, ape=True))):
    model = SwinTransformer(img_size=size, num_classes=10, drop_path_rate=0.0, **tiny, **options)
    suffix = ".ape" if "ape" in options else ""
    measure(values / f"swin_tiny_patch4_window{options.get('window_size', 7)}_{size}{suffix}.json", model, SOURCE, size)
