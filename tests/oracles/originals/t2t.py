"""T2T-ViT as yitu-opensource/T2T-ViT 0f63dc9 computes it, with timm 0.4.12.

usage: python3 t2t.py T2T-CHECKOUT TIMM-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

sys.path[:0] = [sys.argv[1], sys.argv[2]]
from models import t2t_vit  # noqa: E402
from torch import nn  # noqa: E402

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402

SOURCE = "yitu-opensource/T2T-ViT 0f63dc9 models/t2t_vit.py"
VARIANTS = [f"t2t_vit_{layers}" for layers in (7, 10, 12, 14, 19, 24)] + [f"t2t_vit_t_{layers}" for layers in (14, 19, 24)]

values, lists = Path(sys.argv[3]), Path(sys.argv[4])
for name in VARIANTS:
    names(lists, name, getattr(t2t_vit, name)(), SOURCE)


def plain(model):
    """Without the performers' dropout, which no argument reaches."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


for size in (224, 160):
    measure(values / f"t2t_vit_7_{size}.json", plain(t2t_vit.t2t_vit_7(img_size=size, num_classes=10)), SOURCE, size)
shallow = t2t_vit.T2T_ViT(
    img_size=128, tokens_type="transformer", num_classes=10, embed_dim=384, depth=2, num_heads=6, mlp_ratio=3.0
)
measure(values / "t2t_vit_t_2_128.json", shallow, SOURCE, 128)
for name in ("t2t_vit_7", "t2t_vit_t_14"):
    starting(values / f"{name}.start.json", getattr(t2t_vit, name), SOURCE)
