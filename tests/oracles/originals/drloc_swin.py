"""Swin with the localization loss on every scale, as yhlleo/VTs-Drloc 6ac2c44 computes it, with timm 0.4.12.

usage: python3 drloc_swin.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
What stands for the logits is the loss of each scale, finest first; the pairs are those of manual_seed(PAIRS).
"""

import sys
from pathlib import Path

import torch

from authors import drloc, drloc_module
from measure import measure, names

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
drloc(folder)
SwinTransformer = drloc_module(folder, "models/swin.py").SwinTransformer
criterion = drloc_module(folder, "drloc/losses.py").relative_constraint_l1
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


names(lists, "swin_tiny_patch4_window7_224.multiscale", SwinTransformer(num_classes=1000, **TINY), SOURCE)
for variant, sizes, size in (
    ("swin_tiny_patch4_window7_224", dict(TINY, num_classes=10), 224),
    ("swin_mini_patch2_window4_32", MINI, 32),
):
    model = losses(SwinTransformer(drop_path_rate=0.0, **sizes))
    measure(values / f"{variant}.multiscale.json", model, SOURCE, size, train=False)
