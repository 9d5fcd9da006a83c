"""The parameters that the authors' own optimizer code trains without weight decay, name by name.

usage: python3 undecayed.py FOLDER > ../values/originals/undecayed.json
FOLDER holds the authors' checkouts, see authors.py. Read by tests/VitNotebooks.Tests/Training/AuthorsDecayTests.cs.
"""

import hashlib
import json
import sys

import authors

# Of one model a family all names; of its other members how many there are, and the SHA-256 of their sorted lines.
WHOLE = [
    ("vit_tiny_patch16_224", 224),
    ("vit_mu_patch16_224.big_vision", 224),
    ("vit_mu_patch16_map_224.big_vision", 224),
    ("vit_small_patch16_gap_224.big_vision", 224),
    ("deit_tiny_distilled_patch16_224", 224),
    ("deit3_tiny_patch16_224", 224),
    ("vitp_1gf_patch16_224", 224),
    ("vitc_1gf_patch16_224", 224),
    ("swin_tiny_patch4_window7_224", 224),
    ("t2t_vit_7", 224),
    ("cvt_13", 224),
    ("cvt_13.drloc", 224),
    ("vit_base.drloc", 224),
    ("resnet18", 224),
    ("lvvit_t", 224),
    ("dhvt_tiny_cifar_patch4", 32),
    ("cct_2_3x2_32", 32),
    ("cvt_2_4_32", 32),
    ("vit_2_4_32", 32),
    ("mixer_s32_224", 224),
    ("wrn_16_8", 32),
]
OTHERS = [
    ("vit_small_patch16_224", 224),
    ("vit_base_patch32_224", 224),
    ("deit_tiny_patch16_224", 224),
    ("swin_small_patch4_window7_224", 224),
    ("swin_tiny_patch4_window4_128.ape", 128),
    ("t2t_vit_12", 224),
    ("t2t_vit_14", 224),
    ("t2t_vit_t_14", 224),
    ("cvt_21", 224),
    ("resnet50", 224),
    ("lvvit_s", 224),
    ("dhvt_small_cifar_patch2", 32),
    ("dhvt_tiny_imagenet_patch16", 224),
    ("cct_7_7x2_224", 224),
    ("vit_7_4_32_sine", 32),
    ("mixer_b16_224", 224),
    ("wrn_28_10", 32),
]


def names(folder, name):
    family = authors.family(folder, name)
    free = family.undecayed(family.build(name, dict(WHOLE + OTHERS)[name], 10))
    lines = "".join(line + "\n" for line in sorted(free))
    result = {"source": family.source, "count": len(free), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    return {**result, "names": free} if name in dict(WHOLE) else result


if "--" in sys.argv:
    print(json.dumps(names(sys.argv[1], sys.argv[-1])))
else:
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], dict(WHOLE + OTHERS))))
