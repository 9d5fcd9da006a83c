"""Swin with the localization loss on every scale, as yhlleo/VTs-Drloc 6ac2c44 computes it, with timm 0.4.12.

usage: python3 drloc_swin.py DRLOC-CHECKOUT TIMM-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names. A stand-in takes the place of munch.
What stands for the logits is the loss of each scale, finest first; the pairs are those of manual_seed(PAIRS).
"""

import importlib.util
import sys
import types
from pathlib import Path

import torch


class Munch(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


sys.modules["munch"] = types.SimpleNamespace(Munch=Munch)
sys.path[:0] = [sys.argv[1], sys.argv[2]]


def module(path):
    """A file of the checkout without the package around it, which would import models that are not asked for."""
    loaded = importlib.util.spec_from_file_location(Path(path).stem + "_drloc", Path(sys.argv[1]) / path)
    result = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(result)
    return result


SwinTransformer = module("models/swin.py").SwinTransformer
criterion = module("drloc/losses.py").relative_constraint_l1

from measure import measure, names  # noqa: E402

SOURCE = "yhlleo/VTs-Drloc 6ac2c44 models/swin.py"
PAIRS = 11
LOCALIZED = dict(use_drloc=True, use_multiscale=True, drloc_mode="l1", use_abs=True, sample_size=64)
TINY = dict(embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24], **LOCALIZED)
MINI = dict(
    img_size=32, patch_size=2, embed_dim=32, depths=[2, 4], num_heads=[2, 4], window_size=4, num_classes=10, **LOCALIZED
)


def losses(model):
    """The model as one that returns the losses of its scales, under the same names."""
    forward = model.forward

    def of_scales(images):
        torch.manual_seed(PAIRS)
        outs = forward(images)
        return torch.stack([criterion(offsets, said) for offsets, said in zip(outs.deltaxy, outs.drloc)])

    model.forward = of_scales
    return model


values, lists = Path(sys.argv[3]), Path(sys.argv[4])
names(lists, "swin_tiny_patch4_window7_224.multiscale", SwinTransformer(num_classes=1000, **TINY), SOURCE)
for variant, sizes, size in (
    ("swin_tiny_patch4_window7_224", dict(TINY, num_classes=10), 224),
    ("swin_mini_patch2_window4_32", MINI, 32),
):
    model = losses(SwinTransformer(drop_path_rate=0.0, **sizes))
    measure(values / f"{variant}.multiscale.json", model, SOURCE, size, train=False)
