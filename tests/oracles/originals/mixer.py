"""MLP-Mixer as huggingface/pytorch-image-models 8ef7380 (v1.0.28) computes it.

usage: python3 mixer.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from authors import family
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
TIMM = family(folder, "mixer_s16_224")
SOURCE = f"{TIMM.source} timm/models/mlp_mixer.py"
for name in ("mixer_s16_224", "mixer_s32_224", "mixer_b16_224", "mixer_b32_224"):
    names(lists, name, TIMM.build(name, 224, 1000), SOURCE)
measure(values / "mixer_s16_224.json", TIMM.build("mixer_s16_224", 224, 10), SOURCE, 224)
model = TIMM.build("mixer_s16_96", 96, 10, patch_size=16, num_blocks=2, embed_dim=512)
measure(values / "mixer_s16_96-depth2.json", model, SOURCE + ", depth 2", 96)
starting(values / "mixer_s16_224.start.json", lambda: TIMM.build("mixer_s16_224", 224, 1000), SOURCE)
