"""LV-ViT as zihangJiang/TokenLabeling 9dbfd59 computes it, with timm 0.4.12: classes, cells, MixToken and its boxes.

usage: python3 lvvit.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import importlib
import json
import sys
from pathlib import Path
from unittest import mock

import numpy

from authors import family
from measure import measure, names, unit
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
SOURCE = family(folder, "lvvit_t").source
lvvit = importlib.import_module("tlt.models.lvvit")
SIZES = {"lvvit_t": 224, "lvvit_s": 224, "lvvit_m": 224, "lvvit_l": 448}


def drawn(share, row, column):
    """numpy's draws of a box, replaced by given ones."""
    return mock.patch.multiple(
        numpy.random, beta=mock.Mock(return_value=share), randint=mock.Mock(side_effect=[row, column] * 8)
    )


class Labeled(lvvit.LV_ViT):
    """Trains on one number for both heads: the logits of the classes and a fixed mixture of those of the cells."""

    def forward(self, x):
        out = super().forward(x)
        if not isinstance(out, tuple):
            return out
        classes, cells, _ = out
        return classes + (cells * unit("cells", tuple(cells.shape)).float()).sum(1)


for name, size in SIZES.items():
    names(lists, name, getattr(lvvit, name)(img_size=size), SOURCE)
starting(values / "lvvit_t.start.json", lvvit.lvvit_t, SOURCE)

tiny = dict(embed_dim=240, num_heads=4, mlp_ratio=3.0, p_emb="4_2", return_dense=True, mix_token=True, num_classes=10)
with drawn(0.6, 4, 11):
    measure(values / "lvvit_t_224.json", Labeled(img_size=224, depth=12, skip_lam=1.0, **tiny), SOURCE, 224)
with drawn(0.3, 1, 2):
    measure(values / "lvvit_t_3_96.json", Labeled(img_size=96, depth=3, skip_lam=2.0, **tiny), SOURCE, 96)
plain = lvvit.LV_ViT(
    img_size=64, embed_dim=96, depth=2, num_heads=3, mlp_ratio=3.0, p_emb="4_2_128", skip_lam=3.0, num_classes=10
)
measure(values / "lvvit_plain_2_64.json", plain, SOURCE, 64)

boxes = []
for rows, columns in ((14, 14), (8, 8), (24, 24), (5, 9)):
    for share in (0.0, 0.05, 0.27, 0.5, 0.73, 0.9, 0.97, 0.999):
        for row, column in ((0, 0), (rows - 1, columns // 2), (rows // 2, columns // 3), (1, columns - 1)):
            with drawn(None, row, column):
                box = lvvit.rand_bbox((2, 3, rows, columns), share)
            boxes.append([rows, columns, share, row, column, *(int(side) for side in box)])
with open(values / "mix_token.json", "w") as file:
    json.dump({"source": f"{SOURCE} rand_bbox: rows, columns, share, row, column, top, left, bottom, right", "boxes": boxes}, file)
    file.write("\n")
