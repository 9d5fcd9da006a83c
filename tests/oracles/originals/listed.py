"""State dicts of the authors' models whose lists are not checked in whole: parameters, tensors, and the SHA-256 of the list.

usage: python3 listed.py FOLDER > ../values/originals/listed.json
FOLDER holds the authors' checkouts, see authors.py. The list has the lines of ../names without the first, sorted, each ended by a
line feed. Where the authors' names are not ours, the lines themselves are beside it, those of all blocks once, with # for the number of
the block. Read by tests/VitNotebooks.Tests/Models/ListedNamesTests.cs.

All are the authors' own classes. pycls cannot express the stems S1 to S4, of which authors.py says how its code is made to; timm has no
names for ViT mu, s, M and for some heads, whose sizes its class is given here; big_vision's code runs on a stand-in of flax.
"""

import hashlib
import json
import re
import sys

import authors

# Sizes that timm's class is given: mu and M of big_vision's decode_variant, s of Scaling Vision Transformers' table 2, and attention pools.
MAP = dict(class_token=False, global_pool="map")
SMALLEST = dict(embed_dim=256, depth=6, num_heads=8)
SIZED = {
    "vit_mu_patch16_224": dict(patch_size=16, embed_dim=32, depth=1, num_heads=2),
    "vit_xs_patch16_224": dict(patch_size=16, **SMALLEST),
    "vit_xs_patch28_224": dict(patch_size=28, **SMALLEST),
    "vit_medium_patch16_224": dict(patch_size=16, embed_dim=512, depth=12, num_heads=8),
    "vit_so400m_patch14_224": dict(patch_size=14, embed_dim=1152, depth=27, num_heads=16, mlp_ratio=4304 / 1152),
    "vit_base_patch16_map_224": dict(patch_size=16, embed_dim=768, depth=12, num_heads=12, **MAP),
    "vit_giant_patch14_map_224": dict(patch_size=14, embed_dim=1408, depth=40, num_heads=16, mlp_ratio=48 / 11, **MAP),
    "vit_gigantic_patch14_map_224": dict(patch_size=14, embed_dim=1664, depth=48, num_heads=16, mlp_ratio=64 / 13, **MAP),
}
OTHER_NAMES = r"deit3_.*|vit[pc]_.*|.*\.big_vision"
SIZE = {"384": 384, "448": 448, "32": 32, "32_sine": 32}
CLASSES = {"cct_7_3x1": 10, "cct_7_7x2": 102, "dhvt_small_cifar": 100, "dhvt_tiny_cifar": 100}
CLASSES |= {"dhvt_small_domain": 345, "dhvt_tiny_domain": 345}
MODELS = [
    "vit_small_patch16_224",
    "vit_small_patch32_224",
    "vit_base_patch16_384",
    "vit_large_patch32_224",
    "vit_large_patch16_224",
    "vit_huge_patch14_224",
    "vit_giant_patch14_224",
    *SIZED,
    "vit_mu_patch16_224.big_vision",
    "vit_mu_patch16_map_224.big_vision",
    "vit_small_patch16_gap_224.big_vision",
    "vit_medium_patch16_224.big_vision",
    "vit_giant_patch14_map_224.big_vision",
    "deit_tiny_patch16_224",
    "deit_small_patch16_224",
    "deit_base_patch16_224",
    "deit_base_patch16_384",
    "deit_tiny_distilled_patch16_224",
    "deit_base_distilled_patch16_224",
    "deit_base_distilled_patch16_384",
    "deit3_tiny_patch16_224",
    "deit3_medium_patch16_224",
    "deit3_base_patch16_224",
    "deit3_large_patch16_224",
    "deit3_huge_patch14_224",
    *(f"vitp_{size}_patch16_224" for size in ("4gf", "16gf", "18gf", "36gf", "72gf")),
    *(f"vitc_{size}_patch16_224" for size in ("4gf", "4gf_s1", "4gf_s2", "4gf_s3", "4gf_s4", "16gf", "36gf", "72gf")),
    "swin_large_patch4_window12_384",
    "cvt_13_384",
    "cvt_21_384",
    "cct_7_3x1_32_sine",
    "cct_7_7x2_224_sine",
    "resnet34",
    "resnet101",
    "resnet152",
    "dhvt_tiny_cifar_patch2",
    "dhvt_small_cifar_patch4",
    "dhvt_tiny_domain_patch16",
    "dhvt_small_domain_patch16",
    "dhvt_small_imagenet_patch16",
    "wrn_28_10",
    "wrn_28_10_authors",
]


def listed(folder, name):
    family = authors.family(folder, name)
    size = next((s for end, s in SIZE.items() if name.endswith(f"_{end}")), 32 if "cifar" in name else 224)
    classes = next((c for start, c in CLASSES.items() if name.startswith(start)), 10 if name.startswith("wrn") else 1000)
    placed = {"device": "meta"} if "pytorch-image-models" in family.source else {}
    model = family.build(name, size, classes, **SIZED.get(name, {}), **placed)
    parameters = dict(model.named_parameters())
    state = model.state_dict()
    lines = sorted(f"{n} {'x'.join(map(str, t.shape))} {'p' if n in parameters else 'b'}\n" for n, t in state.items())
    result = {
        "source": family.source,
        "parameters": sum(p.numel() for p in parameters.values()),
        "tensors": len(lines),
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }
    if re.fullmatch(OTHER_NAMES, name):
        numbers = re.compile(r"(?<=block_)\d+|(?<=blocks\.)\d+")
        result["blocks"] = 1 + max(int(n) for line in lines for n in numbers.findall(line))
        result["lines"] = list(dict.fromkeys(numbers.sub("#", line.rstrip("\n")) for line in lines))
    return result


if "--" in sys.argv:
    print(json.dumps(listed(sys.argv[1], sys.argv[-1])))
else:
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], MODELS)))
