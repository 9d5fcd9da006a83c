"""Multiply-adds of the authors' models as fvcore counts them: FlopCountAnalysis(model, images).total(), by its rules of today.

usage: python3 macs.py FOLDER > ../values/originals/macs.json
FOLDER holds the authors' checkouts, see authors.py. Read by tests/VitNotebooks.Tests/Models/SummaryCountsTests.cs.
"""

import json
import logging
import sys

import torch

import authors

# Every family at two sizes of the image, where its authors' code takes two; the smallest members, whose norms weigh most, among them.
MODELS = {
    "vit_tiny_patch16_224": (224, 160),
    "vit_small_patch16_224": (224,),
    "deit_tiny_distilled_patch16_224": (224, 160),
    "deit3_tiny_patch16_224": (224, 96),
    "vitp_1gf_patch16_224": (224, 128),
    "vitc_1gf_patch16_224": (224, 128),
    "vitc_4gf_patch16_224": (224,),
    "swin_tiny_patch4_window7_224": (224, 448),
    "t2t_vit_7": (224, 160),
    "t2t_vit_t_14": (224, 112),
    "cvt_13": (224, 160),
    "cvt_13.drloc": (224, 160),
    "vit_base.drloc": (224, 64),
    "resnet18": (224, 112),
    "resnet50": (224, 112),
    "lvvit_t": (224, 96),
    "dhvt_tiny_cifar_patch4": (32, 64),
    "dhvt_tiny_imagenet_patch16": (224, 112),
    "cct_2_3x2_32": (32, 64),
    "cct_7_3x1_32": (32,),
    "cct_7_7x2_224": (224, 112),
    "cvt_2_4_32": (32, 64),
    "vit_2_4_32": (32, 64),
    "mixer_s16_224": (224, 96),
    "mixer_b32_224": (224,),
    "wrn_16_8": (32,),
}


def count(folder, name):
    family = authors.family(folder, name)
    authors.checkouts(folder, "fvcore", "iopath", "yacs")
    authors.stand_in("aiofiles")
    from fvcore.nn import FlopCountAnalysis

    logging.disable()
    sizes = {}
    for size in MODELS[name]:
        model = family.build(name, size, 1000 if size > 64 else 10).eval()
        # Two images, and half of what they take: CvT's code squeezes a batch of one away.
        analysis = FlopCountAnalysis(model, torch.zeros(2, 3, size, size))
        by_operator = {k: int(v) for k, v in analysis.by_operator().items() if v}
        norms = sum(v for k, v in by_operator.items() if "norm" in k)
        sizes[size] = {"total": int(analysis.total()) // 2, "norms": norms // 2, "classes": 1000 if size > 64 else 10}
    return {"source": family.source, "fvcore": "facebookresearch/fvcore 3378afe", "sizes": sizes}


if "--" in sys.argv:
    print(json.dumps(count(sys.argv[1], sys.argv[-1])))
else:
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], MODELS)))
