"""ViT_P and ViT_C as facebookresearch/pycls 5719de6 computes them.

usage: python3 vit_pycls.py PYCLS-CHECKOUT IOPATH-CHECKOUT YACS-CHECKOUT FVCORE-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names. Needs simplejson, portalocker and tqdm.
"""

import sys
import types
from pathlib import Path

sys.path[:0] = sys.argv[1:5]
for name, members in {"aiofiles": {}, "submitit": {"helpers": types.SimpleNamespace(Checkpointable=object), "AutoExecutor": object}}.items():
    sys.modules.setdefault(name, types.ModuleType(name)).__dict__.update(members)  # parts of it that nothing here runs
from pycls.core.config import cfg, reset_cfg  # noqa: E402
from pycls.models.vit import ViT  # noqa: E402

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402

SOURCE = "facebookresearch/pycls 5719de6 pycls/models/vit.py"
values, lists = Path(sys.argv[5]), Path(sys.argv[6])
# Width, hidden width, heads, blocks, widths and strides of the stem without the last convolution.
SIZES = {
    "1gf": (192, 576, 3, 12, [24, 48, 96, 192], [2, 2, 2, 2]),
    "4gf": (384, 1152, 6, 12, [48, 96, 192, 384], [2, 2, 2, 2]),
    "18gf": (768, 3072, 12, 12, [64, 128, 128, 256, 256, 512], [2, 2, 1, 2, 1, 2]),
}


def build(kind, size, classes=1000, image=224):
    reset_cfg()
    width, hidden, heads, blocks, widths, strides = SIZES[size]
    cfg.TRAIN.IM_SIZE, cfg.MODEL.NUM_CLASSES, cfg.LN.EPS = image, classes, 1e-6
    vit = cfg.VIT
    vit.PATCH_SIZE, vit.HIDDEN_DIM, vit.MLP_DIM, vit.NUM_HEADS, vit.CLASSIFIER_TYPE = 16, width, hidden, heads, "token"
    vit.NUM_LAYERS = blocks - (kind == "c")
    if kind == "c":
        vit.STEM_TYPE, vit.C_STEM_DIMS, vit.C_STEM_STRIDES = "conv", widths + [width], strides + [1]
        vit.C_STEM_KERNELS = [3] * len(widths) + [1]
    return ViT()


for kind in "pc":
    for image in (224, 128):
        measure(values / f"vit{kind}_1gf_patch16_{image}.json", build(kind, "1gf", 10, image), SOURCE, image)
    starting(values / f"vit{kind}_1gf_patch16_224.start.json", lambda: build(kind, "1gf"), SOURCE)
    names(lists, f"vit{kind}_1gf_patch16_224", build(kind, "1gf"), SOURCE)
names(lists, "vitc_18gf_patch16_224", build("c", "18gf"), SOURCE)
