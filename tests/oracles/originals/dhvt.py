"""DHVT as ArieSeirack/DHVT a86feda computes it, with timm 0.4.12 and einops 0.6.0.

usage: python3 dhvt.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
SyncBatchNorm, which runs on CUDA alone, is BatchNorm2d there, which has the same names and, in one process, the same numbers.
"""

import sys
from pathlib import Path

import torch

from authors import family
from measure import measure, names
from starting import starting


class Gelu(torch.nn.Module):
    """libtorch 1.13 leaves the gradient of a contiguous GELU unwritten where the gradient that comes in is strided."""

    def forward(self, x):
        y = torch.nn.functional.gelu(x)
        if y.requires_grad:
            y.register_hook(lambda gradient: gradient.contiguous())
        return y


torch.nn.GELU = Gelu
folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
DHVT = family(folder, "dhvt_tiny_cifar_patch4")
SOURCE = DHVT.source

for name, size, classes in (
    ("dhvt_tiny_cifar_patch4", 32, 100),
    ("dhvt_small_cifar_patch2", 32, 100),
    ("dhvt_tiny_imagenet_patch16", 224, 1000),
):
    names(lists, name, DHVT.build(name, size, classes), SOURCE)

measure(values / "dhvt_tiny_cifar_patch4.json", DHVT.build("dhvt_tiny_cifar_patch4", 32, 10), SOURCE, 32)
for name, size in (("dhvt_small_cifar_patch2", 32), ("dhvt_tiny_imagenet_patch16", 112), ("dhvt_tiny_imagenet_patch16", 64)):
    model = DHVT.build(name, size, 10, depth=2)
    measure(values / f"{name}-{size}-depth2.json", model, SOURCE + ", depth 2", size)
starting(values / "dhvt_tiny_cifar_patch4.start.json", lambda: DHVT.build("dhvt_tiny_cifar_patch4", 32, 100), SOURCE)
