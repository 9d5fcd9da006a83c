"""CvT, ViT and the start of T2T-ViT as yhlleo/VTs-Drloc 6ac2c44 computes them, with timm 0.4.12 and einops 0.6.0.

usage: python3 drloc.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from authors import drloc, drloc_module
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
drloc(folder)
CvT, ViT = drloc_module(folder, "models/cvt.py").CvT, drloc_module(folder, "models/vit.py").ViT
T2t = drloc_module(folder, "models/t2t.py").T2t_vit_14
set_weight_decay = drloc_module(folder, "optimizer.py").set_weight_decay

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
