"""DeiT and DeiT III as facebookresearch/deit 7e160fe computes them, and ViT's representation layer in timm 0.4.12 (7096b52).

usage: python3 vit_deit.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from authors import checkouts
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
checkouts(folder, "deit", "timm-0.4.12")
import models  # noqa: E402
import models_v2  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

DEIT = "facebookresearch/deit 7e160fe models.py"
DEIT3 = "facebookresearch/deit 7e160fe models_v2.py"
TIMM = "huggingface/pytorch-image-models 7096b52 timm/models/vision_transformer.py"


class Mean(models.DistilledVisionTransformer):
    """Both classifiers' mean in training too, where the authors' code hands out both for their loss."""

    def forward(self, images):
        one, two = self.forward_features(images)
        return (self.head(one) + self.head_dist(two)) / 2


def distilled():
    return Mean(img_size=64, patch_size=16, embed_dim=96, depth=2, num_heads=3, num_classes=10)


def representation():
    return VisionTransformer(img_size=64, patch_size=8, embed_dim=64, depth=2, num_heads=4, num_classes=10, representation_size=48)


measure(values / "deit_distilled_64.json", distilled(), DEIT, 64)
measure(values / "deit3_tiny_patch16_224.json", models_v2.deit_tiny_patch16_LS(num_classes=10), DEIT3, 224)
measure(values / "deit3_tiny_patch16_96.json", models_v2.deit_tiny_patch16_LS(img_size=96, num_classes=10), DEIT3, 96)
measure(values / "vit_pre_logits_64.json", representation(), TIMM, 64)
starting(values / "deit_tiny_patch16_224.start.json", models.deit_tiny_patch16_224, DEIT)
starting(values / "deit_distilled_64.start.json", distilled, DEIT)
starting(values / "deit3_tiny_patch16_224.start.json", models_v2.deit_tiny_patch16_LS, DEIT3)
names(lists, "deit_small_distilled_patch16_224", models.deit_small_distilled_patch16_224(), DEIT)
names(lists, "deit3_small_patch16_224", models_v2.deit_small_patch16_LS(), DEIT3)
