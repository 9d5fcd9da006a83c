"""ViT as huggingface/pytorch-image-models v1.0.28 (8ef7380) computes it, and what its loader makes of big_vision's weights.

usage: python3 vit_timm.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy
import torch

from authors import checkouts
from measure import measure, names, numbers, unit, value
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
checkouts(folder, "timm-new")
import timm  # noqa: E402
from timm.layers import resample_abs_pos_embed  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

SOURCE = "huggingface/pytorch-image-models 8ef7380 timm/models/vision_transformer.py"
SMALL = dict(patch_size=8, embed_dim=64, depth=2, num_heads=4, num_classes=10)

# Each option in one small model at least, and one official size whole, at two image sizes.
MODELS = {
    "vit_options": dict(pre_norm=True, init_values=0.1, qkv_bias=False, no_embed_class=True),
    "vit_gap": dict(class_token=False, global_pool="avg", fc_norm=False, mlp_ratio=3.5),
    "vit_map": dict(class_token=False, global_pool="map", act_layer="gelu_tanh"),
}

for size in (224, 160):
    model = timm.create_model("vit_tiny_patch16_224", num_classes=10, img_size=size)
    measure(values / f"vit_tiny_patch16_{size}.json", model, SOURCE, size)
for name, options in MODELS.items():
    measure(values / f"{name}_64.json", VisionTransformer(img_size=64, **SMALL, **options), SOURCE, 64)
    starting(values / f"{name}_64.start.json", lambda: VisionTransformer(img_size=64, **SMALL, **options), SOURCE)
starting(values / "vit_tiny_patch16_224.start.json", lambda: timm.create_model("vit_tiny_patch16_224"), SOURCE)

for name in ("tiny_patch16_224", "base_patch32_224", "large_patch16_384", "gigantic_patch14_224"):
    names(lists, f"vit_{name}", timm.create_model(f"vit_{name}", device="meta"), SOURCE)
gap = dict(patch_size=16, embed_dim=768, depth=12, num_heads=12, class_token=False, global_pool="avg", fc_norm=False)
names(lists, "vit_base_patch16_gap_224", VisionTransformer(**gap, device="meta"), SOURCE)
so400m = timm.create_model("vit_so400m_patch14_siglip_224", num_classes=1000, device="meta")
names(lists, "vit_so400m_patch14_map_224", so400m, SOURCE)

# Positions of one grid for another.
positions = unit("positions", (1, 1 + 7 * 7, 6)).float()
resampled = {str(side): numbers(resample_abs_pos_embed(positions, [side, side])) for side in (14, 10, 5)}
with open(values / "vit_positions.json", "w") as file:
    json.dump({"source": SOURCE, "resampled": resampled}, file, separators=(",", ":"))
    file.write("\n")


# big_vision's names and shapes (google-research/big_vision 0127fb6 big_vision/models/vit.py), which flax writes in this form.
def flax(width, depth, heads, hidden, patch, tokens, classes):
    head = width // heads

    def attention(path):
        for which in ("query", "key", "value"):
            yield f"{path}/{which}/kernel", (width, heads, head)
            yield f"{path}/{which}/bias", (heads, head)
        yield f"{path}/out/kernel", (heads, head, width)
        yield f"{path}/out/bias", (width,)

    def norm(path):
        yield f"{path}/scale", (width,)
        yield f"{path}/bias", (width,)

    def dense(path, one, two):
        yield f"{path}/kernel", (one, two)
        yield f"{path}/bias", (two,)

    yield "embedding/kernel", (patch, patch, 3, width)
    yield "embedding/bias", (width,)
    yield "pos_embedding", (1, tokens, width)
    for i in range(depth):
        block = f"Transformer/encoderblock_{i}"
        yield from norm(f"{block}/LayerNorm_0")
        yield from attention(f"{block}/MultiHeadDotProductAttention_0")
        yield from norm(f"{block}/LayerNorm_1")
        yield from dense(f"{block}/MlpBlock_0/Dense_0", width, hidden)
        yield from dense(f"{block}/MlpBlock_0/Dense_1", hidden, width)
    yield from norm("Transformer/encoder_norm")
    yield "MAPHead_0/probe", (1, 1, width)
    yield from attention("MAPHead_0/MultiHeadDotProductAttention_0")
    yield from norm("MAPHead_0/LayerNorm_0")
    yield from dense("MAPHead_0/MlpBlock_0/Dense_0", width, hidden)
    yield from dense("MAPHead_0/MlpBlock_0/Dense_1", hidden, width)
    yield from dense("head", width, classes)


tensors = {f"params/{n}": s for n, s in flax(64, 2, 4, 256, 8, 64, 10)}
model = VisionTransformer(img_size=64, **SMALL, **MODELS["vit_map"]).eval()
with tempfile.NamedTemporaryFile(suffix=".npz") as file:
    # A kernel is no smaller for its axes' order, so the sizes of measure.value() will do.
    numpy.savez(file, **{n: (value(n, s) / (4 if n.endswith("kernel") else 1)).float().numpy() for n, s in tensors.items()})
    file.flush()
    model.load_pretrained(file.name)
logits = model(unit("images 64", (2, 3, 64, 64)).float())
with open(values / "vit_big_vision.json", "w") as file:
    shapes = {n: list(s) for n, s in tensors.items()}
    json.dump({"source": SOURCE + " _load_weights", "shapes": shapes, "logits": numbers(logits)}, file, separators=(",", ":"))
    file.write("\n")
