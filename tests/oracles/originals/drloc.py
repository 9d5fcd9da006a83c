"""CvT, ViT and the start of T2T-ViT as yhlleo/VTs-Drloc 6ac2c44 computes them, with timm 0.4.12 and einops 0.6.0.

usage: python3 drloc.py DRLOC-CHECKOUT TIMM-CHECKOUT EINOPS-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names. A stand-in takes the place of munch.
"""

import importlib.util
import sys
import types
from pathlib import Path


class Munch(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


sys.modules["munch"] = types.SimpleNamespace(Munch=Munch)
sys.path[:0] = sys.argv[1:4]


def module(path):
    """A file of the checkout without the package around it, which would import models that are not asked for."""
    loaded = importlib.util.spec_from_file_location(Path(path).stem + "_drloc", Path(sys.argv[1]) / path)
    result = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(result)
    return result


CvT, ViT, T2t = module("models/cvt.py").CvT, module("models/vit.py").ViT, module("models/t2t.py").T2t_vit_14
set_weight_decay = module("optimizer.py").set_weight_decay

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402

CVT_SOURCE = "yhlleo/VTs-Drloc 6ac2c44 models/cvt.py"
VIT_SOURCE = "yhlleo/VTs-Drloc 6ac2c44 models/vit.py"
T2T_SOURCE = "yhlleo/VTs-Drloc 6ac2c44 models/t2t.py"
BASE = dict(image_size=224, patch_size=16, dim=768, depth=12, heads=12, mlp_dim=3072, emb_dropout=0.0)


def logits(model):
    """The model as one that returns its logits, under the same names."""
    forward = model.forward
    model.forward = lambda images: forward(images)["sup"]
    return model


def undecayed(model):
    return set_weight_decay(model)[1]["params"]


values, lists = Path(sys.argv[4]), Path(sys.argv[5])
names(lists, "cvt_13.drloc", CvT(num_classes=1000), CVT_SOURCE)
names(lists, "cvt_13.drloc.l1", CvT(num_classes=1000, use_drloc=True, use_abs=True), CVT_SOURCE)
names(lists, "vit_base.drloc", ViT(num_classes=1000, **BASE), VIT_SOURCE)
names(lists, "vit_base.drloc.l1", ViT(num_classes=1000, use_drloc=True, use_abs=True, **BASE), VIT_SOURCE)
starting(
    values / "cvt_13.drloc.start.json", lambda: CvT(num_classes=1000, use_drloc=True, use_abs=True), CVT_SOURCE, undecayed
)
starting(
    values / "vit_base.drloc.start.json",
    lambda: ViT(num_classes=1000, use_drloc=True, use_abs=True, dropout=0.1, **BASE),
    VIT_SOURCE,
    undecayed,
)
starting(values / "t2t_vit_14.drloc.start.json", lambda: T2t(use_drloc=True, use_abs=True), T2T_SOURCE, undecayed)
for size in (224, 160):
    measure(values / f"cvt_13.drloc_{size}.json", logits(CvT(num_classes=10)), CVT_SOURCE, size)
measure(values / "vit_base.drloc_224.json", logits(ViT(num_classes=10, **BASE)), VIT_SOURCE, 224)
short = dict(BASE, image_size=96, dim=192, depth=3, heads=4, mlp_dim=768)
measure(values / "vit_custom.drloc_96.json", logits(ViT(num_classes=10, **short)), VIT_SOURCE, 96)
