"""Kernels of a patch embedding for another patch, after FlexiViT (arXiv 2212.08013): google-research/big_vision
big_vision/models/proj/flexi/vit.py, as huggingface/pytorch-image-models v1.0.28 (8ef7380) has it for PyTorch, with big_vision's
bilinear resizing without antialiasing.

usage: python3 vit_patches.py FOLDER VALUES
FOLDER holds the checkouts that authors.py lists; VALUES is tests/oracles/values/originals.
"""

import json
import sys
from pathlib import Path

from authors import checkouts
from measure import numbers, unit

checkouts(sys.argv[1], "timm-new")
from timm.layers.patch_embed import resample_patch_embed_old  # noqa: E402

SOURCE = "huggingface/pytorch-image-models 8ef7380 timm/layers/patch_embed.py resample_patch_embed_old"
kernels = unit("patches", (2, 3, 4, 4)).float()
resampled = {
    str(side): numbers(resample_patch_embed_old(kernels, [side, side], interpolation="bilinear", antialias=False))
    for side in (8, 6, 2)
}
with open(Path(sys.argv[2]) / "vit_patches.json", "w") as file:
    json.dump({"source": SOURCE, "resampled": resampled}, file, separators=(",", ":"))
    file.write("\n")
