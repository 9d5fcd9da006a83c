"""Loads safetensors files that this package wrote into the authors' models, strictly, and runs them on the images beside.

usage: python3 written.py FOLDER WEIGHTS [NAME ...] > ../values/originals/written.json
FOLDER holds the authors' checkouts, see authors.py; WEIGHTS has NAME.safetensors and NAME.images.safetensors, which
tests/VitNotebooks.Tests/Models/WrittenCheckpointsTests.cs writes; it compares the logits that are printed here with its own. The
SHA-256 is over what was read, tensor by tensor: who writes the same tensors knows what the authors' models make of them. Models with the
localization loss print it too, for the pairs that manual_seed(0) draws.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy
import torch

import authors
from measure import numbers

LOCALIZED = dict(use_drloc=True, drloc_mode="l1", use_abs=True, sample_size=64)
# File: our name of the model, size of the image, what is changed in a short one. Ten classes each.
MODELS = {
    "vit_tiny_patch16_224": ("vit_tiny_patch16_224", 224, {}),
    "vit_map_64": (
        "vit_map_64",
        64,
        dict(
            patch_size=8, embed_dim=64, depth=2, num_heads=4, class_token=False, global_pool="map", act_layer="gelu_tanh"
        ),
    ),
    "deit_distilled_64": ("deit_distilled_64", 64, dict(patch_size=16, embed_dim=96, depth=2, num_heads=3)),
    "deit3_tiny_patch16_96": ("deit3_tiny_patch16_224", 96, {}),
    "vitp_1gf_patch16_128": ("vitp_1gf_patch16_224", 128, {}),
    "vitc_1gf_patch16_128": ("vitc_1gf_patch16_224", 128, {}),
    "swin_short_patch4_window4_64.ape": (
        "swin_short_patch4_window4_64.ape",
        64,
        dict(embed_dim=32, depths=[2, 2, 2], num_heads=[1, 2, 4]),
    ),
    "t2t_vit_7_160": ("t2t_vit_7", 160, {}),
    "t2t_vit_t_2_128": (
        "t2t_vit_t_2",
        128,
        dict(tokens_type="transformer", embed_dim=384, depth=2, num_heads=6, mlp_ratio=3.0),
    ),
    "cvt_13_short_96": ("cvt_13", 96, dict(DEPTH=[1, 1, 2])),
    "cvt_13_short.drloc_96": ("cvt_13.drloc", 96, dict(s3_depth=2)),
    "vit_short.drloc_96": ("vit_base.drloc", 96, dict(dim=192, depth=3, heads=4, mlp_dim=768)),
    "swin_short.l1_64": (
        "swin_short.drloc",
        64,
        dict(embed_dim=32, depths=[2, 2, 2], num_heads=[1, 2, 4], window_size=4, **LOCALIZED),
    ),
    "t2t_vit_2.l1_128": ("t2t_vit_2.drloc", 128, dict(embed_dim=384, depth=2, num_heads=6, mlp_ratio=3.0, **LOCALIZED)),
    "cvt_13_short.l1_96": ("cvt_13.drloc", 96, dict(s3_depth=2, **LOCALIZED)),
    "vit_short.l1_96": ("vit_base.drloc", 96, dict(dim=192, depth=3, heads=4, mlp_dim=768, **LOCALIZED)),
    "lvvit_t_96": ("lvvit_t", 96, {}),
    "dhvt_tiny_cifar_patch4": ("dhvt_tiny_cifar_patch4", 32, {}),
    "cct_2_3x2_32": ("cct_2_3x2_32", 32, {}),
    "cvt_2_4_32": ("cvt_2_4_32", 32, {}),
    "vit_2_4_32": ("vit_2_4_32", 32, {}),
    "mixer_short_96": ("mixer_s16_224", 96, dict(patch_size=16, num_blocks=2, embed_dim=512)),
    "wrn_16_2": ("wrn_16_2", 32, {}),
    "wrn_16_2_authors": ("wrn_16_2_authors", 32, {}),
    "resnet18": ("resnet18", 64, {}),
    "torchvision_vit_64": (
        "torchvision_vit_64",
        64,
        dict(patch_size=16, num_layers=2, num_heads=3, hidden_dim=192, mlp_dim=768),
    ),
    "torchvision_swin_64": (
        "torchvision_swin_64",
        64,
        dict(patch_size=[4, 4], embed_dim=32, depths=[2, 2, 2], num_heads=[1, 2, 4], window_size=[4, 4]),
    ),
}
KINDS = {"F32": "<f4", "I64": "<i8"}


def read(path):
    """The tensors of a safetensors file, and the SHA-256 of their names, kinds, shapes and bytes."""
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    header.pop("__metadata__", None)
    tensors, digest = {}, hashlib.sha256()
    for name, entry in sorted(header.items()):
        first, end = entry["data_offsets"]
        content = data[begin + first : begin + end]
        digest.update(f"{name} {entry['dtype']} {'x'.join(map(str, entry['shape']))}\n".encode())
        digest.update(content)
        values = numpy.frombuffer(content, KINDS[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, digest.hexdigest()


def logits(folder, weights, file):
    name, size, changes = MODELS[file]
    family = authors.family(folder, name)
    model = family.build(name, size, 10, **changes)
    tensors, digest = read(Path(weights) / f"{file}.safetensors")
    images, of_images = read(Path(weights) / f"{file}.images.safetensors")
    model.load_state_dict(family.named(name, tensors), strict=True)
    model.eval()
    with torch.no_grad():
        result = {"source": family.source, "sha256": digest, "images": of_images, "logits": numbers(model(images["images"]))}
        if "use_drloc" in changes:
            result["localization"] = numbers(model.localization(images["images"]))
    return result


if "--" in sys.argv:
    print(json.dumps(logits(sys.argv[1], sys.argv[2], sys.argv[-1])))
else:
    files = sys.argv[3:] or [m for m in MODELS if (Path(sys.argv[2]) / f"{m}.safetensors").exists()]
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], files, sys.argv[2])))
