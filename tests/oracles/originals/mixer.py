"""MLP-Mixer as huggingface/pytorch-image-models 8ef7380 (v1.0.28) computes it.

usage: python3 mixer.py TIMM-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import timm  # noqa: E402
from timm.models.mlp_mixer import MlpMixer  # noqa: E402

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402

SOURCE = "huggingface/pytorch-image-models 8ef7380 timm/models/mlp_mixer.py"
values, lists = Path(sys.argv[2]), Path(sys.argv[3])
for name in ("mixer_s16_224", "mixer_s32_224", "mixer_b16_224", "mixer_b32_224"):
    names(lists, name, timm.create_model(name), SOURCE)
measure(values / "mixer_s16_224.json", timm.create_model("mixer_s16_224", num_classes=10), SOURCE, 224)
model = MlpMixer(num_classes=10, img_size=96, patch_size=16, num_blocks=2, embed_dim=512)
measure(values / "mixer_s16_96-depth2.json", model, SOURCE + ", depth 2", 96)
starting(values / "mixer_s16_224.start.json", lambda: timm.create_model("mixer_s16_224"), SOURCE)
