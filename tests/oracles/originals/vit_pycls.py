"""ViT_P and ViT_C as facebookresearch/pycls 5719de6 computes them.

usage: python3 vit_pycls.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names. Needs simplejson,
portalocker and tqdm. The stems S1 to S4 of the paper's table 3 are none that the code's configuration can say: authors.py puts its own
patchify2d in the place of their last convolution but one, and the rest is theirs.
"""

import sys
from pathlib import Path

from authors import family
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
PYCLS = family(folder, "vitp_1gf_patch16_224")

for kind in "pc":
    name = f"vit{kind}_1gf_patch16_224"
    for image in (224, 128):
        measure(values / f"vit{kind}_1gf_patch16_{image}.json", PYCLS.build(name, image, 10), PYCLS.source, image)
    starting(values / f"{name}.start.json", lambda: PYCLS.build(name, 224, 1000), PYCLS.source)
    names(lists, name, PYCLS.build(name, 224, 1000), PYCLS.source)
names(lists, "vitc_18gf_patch16_224", PYCLS.build("vitc_18gf_patch16_224", 224, 1000), PYCLS.source)
for stem in ("s1", "s2", "s3", "s4"):
    model = PYCLS.build(f"vitc_4gf_{stem}_patch16_224", 64, 10, depth=1)
    measure(values / f"vitc_4gf_{stem}_64-depth1.json", model, PYCLS.source + ", stem of table 3, depth 1", 64)
