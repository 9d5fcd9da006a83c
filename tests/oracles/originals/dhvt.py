"""DHVT as ArieSeirack/DHVT a86feda computes it, with timm 0.4.12 and einops 0.6.0.

usage: python3 dhvt.py DHVT-CHECKOUT TIMM-CHECKOUT EINOPS-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names. SyncBatchNorm, which runs on CUDA alone, becomes
BatchNorm2d, which has the same names and, in one process, the same numbers; a module that only measures is a stand-in.
"""

import contextlib
import io
import sys
import types
from pathlib import Path

import torch

sys.modules["torchprofile"] = types.SimpleNamespace(profile_macs=None)
torch.nn.SyncBatchNorm = torch.nn.BatchNorm2d
sys.path[:0] = sys.argv[1:4]
import vision_transformer  # noqa: E402

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402



class Gelu(torch.nn.Module):
    """libtorch 1.13 leaves the gradient of a contiguous GELU unwritten where the gradient that comes in is strided."""

    def forward(self, x):
        y = torch.nn.functional.gelu(x)
        if y.requires_grad:
            y.register_hook(lambda gradient: gradient.contiguous())
        return y


torch.nn.GELU = Gelu
SOURCE = "ArieSeirack/DHVT a86feda vision_transformer.py"
values, lists = Path(sys.argv[4]), Path(sys.argv[5])


def build(name, **options):
    with contextlib.redirect_stdout(io.StringIO()):  # their entry points print the model
        return getattr(vision_transformer, name)(**options)


for name, classes in (
    ("dhvt_tiny_cifar_patch4", 100),
    ("dhvt_small_cifar_patch2", 100),
    ("dhvt_tiny_imagenet_patch16", 1000),
):
    names(lists, name, build(name, num_classes=classes), SOURCE)

measure(values / "dhvt_tiny_cifar_patch4.json", build("dhvt_tiny_cifar_patch4", num_classes=10), SOURCE, 32)
for name, size in (("dhvt_small_cifar_patch2", 32), ("dhvt_tiny_imagenet_patch16", 112), ("dhvt_tiny_imagenet_patch16", 64)):
    model = build(name, num_classes=10, img_size=size, depth=2)
    measure(values / f"{name}-{size}-depth2.json", model, SOURCE + ", depth 2", size)
starting(values / "dhvt_tiny_cifar_patch4.start.json", lambda: build("dhvt_tiny_cifar_patch4", num_classes=100), SOURCE)
