"""Swin as microsoft/Swin-Transformer f82860b computes it, with timm 0.4.12.

usage: python3 swin.py SWIN-CHECKOUT TIMM-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

sys.path[:0] = [sys.argv[1], sys.argv[2]]
from models.swin_transformer import SwinTransformer  # noqa: E402

from measure import measure, names  # noqa: E402

SOURCE = "microsoft/Swin-Transformer f82860b models/swin_transformer.py"
VARIANTS = {
    "swin_tiny_patch4_window7_224": dict(embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24]),
    "swin_small_patch4_window7_224": dict(embed_dim=96, depths=[2, 2, 18, 2], num_heads=[3, 6, 12, 24]),
    "swin_base_patch4_window7_224": dict(embed_dim=128, depths=[2, 2, 18, 2], num_heads=[4, 8, 16, 32]),
}

values, lists = Path(sys.argv[3]), Path(sys.argv[4])
for name, sizes in VARIANTS.items():
    names(lists, name, SwinTransformer(**sizes), SOURCE)
tiny = VARIANTS["swin_tiny_patch4_window7_224"]
for size in (224,):
    model = SwinTransformer(img_size=size, num_classes=10, drop_path_rate=0.0, **tiny)
    measure(values / f"swin_tiny_patch4_window7_{size}.json", model, SOURCE, size)
