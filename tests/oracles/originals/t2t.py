"""T2T-ViT as yitu-opensource/T2T-ViT 0f63dc9 computes it, with timm 0.4.12.

usage: python3 t2t.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from torch import nn

from authors import family
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
T2T = family(folder, "t2t_vit_7")
VARIANTS = [f"t2t_vit_{layers}" for layers in (7, 10, 12, 14, 19, 24)] + [f"t2t_vit_t_{layers}" for layers in (14, 19, 24)]

for name in VARIANTS:
    names(lists, name, T2T.build(name, 224, 1000), T2T.source)


def plain(model):
    """Without the performers' dropout, which no argument reaches."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


for size in (224, 160):
    measure(values / f"t2t_vit_7_{size}.json", plain(T2T.build("t2t_vit_7", size, 10)), T2T.source, size)
shallow = T2T.build("t2t_vit_t_2", 128, 10, tokens_type="transformer", embed_dim=384, depth=2, num_heads=6, mlp_ratio=3.0)
measure(values / "t2t_vit_t_2_128.json", shallow, T2T.source, 128)
for name in ("t2t_vit_7", "t2t_vit_t_14"):
    starting(values / f"{name}.start.json", lambda: T2T.build(name, 224, 1000), T2T.source)
