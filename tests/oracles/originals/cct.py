"""CCT, CVT and ViT-Lite as SHI-Labs/Compact-Transformers cd11f09 computes them, with timm 0.4.12's registry.

usage: python3 cct.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from authors import family
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
SOURCE = family(folder, "cct_2_3x2_32").source
import src  # noqa: E402  of their checkout

VARIANTS = [f"cct_{v}" for v in ("2_3x2_32", "4_3x2_32", "6_3x1_32", "6_3x2_32", "7_3x1_32", "7_3x2_32")]
VARIANTS += ["cct_7_7x2_224", "cct_14_7x2_224", "cct_14_7x2_384"]
VARIANTS += [f"{kind}_{size}_4_32" for kind in ("cvt", "vit") for size in (2, 4, 6, 7)] + ["vit_7_4_32_sine"]
for name in VARIANTS:
    names(lists, name, getattr(src, name)(), f"{SOURCE}/{name[:3]}.py")

OFF = dict(attention_dropout=0.0, stochastic_depth=0.0)
for name, size, classes in (
    ("cct_7_3x1_32", 32, 10),
    ("cct_7_7x2_224", 112, 10),
    ("cct_7_7x2_224", 64, 10),
    ("cvt_2_4_32", 32, 10),
    ("cvt_2_4_32", 64, 10),
    ("vit_7_4_32", 32, 10),
):
    model = getattr(src, name)(img_size=size, num_classes=classes, **OFF)
    file = name if name.endswith(f"_{size}") else f"{name}-{size}"
    measure(values / f"{file}.json", model, f"{SOURCE}/{name[:3]}.py", size)

for name in ("cct_7_3x1_32", "vit_7_4_32", "vit_7_4_32_sine"):
    starting(values / f"{name}.start.json", getattr(src, name), f"{SOURCE}/{name[:3]}.py")
