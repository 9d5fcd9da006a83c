"""State dicts of the authors' models whose lists are not checked in whole: parameters, tensors, and the SHA-256 of the list.

usage: python3 listed.py FOLDER > ../values/originals/listed.json
FOLDER holds the authors' checkouts, see authors.py. The list has the lines of ../names without the first, sorted, each ended by a
line feed. Read by tests/VitNotebooks.Tests/Models/ListedNamesTests.cs.
"""

import hashlib
import json
import sys

import authors

SIZE = {"384": 384, "448": 448, "32": 32}
CLASSES = {"cct_14": 1000, "dhvt_small_cifar": 100, "dhvt_tiny_cifar": 100, "dhvt_small_domain": 345, "dhvt_tiny_domain": 345}
MODELS = [
    "vit_small_patch16_224",
    "vit_small_patch32_224",
    "vit_base_patch16_384",
    "deit_tiny_patch16_224",
    "deit_base_patch16_384",
    "deit_tiny_distilled_patch16_224",
    "swin_large_patch4_window12_384",
    "cvt_13_384",
    "cvt_21_384",
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
    model = family.build(name, size, classes)
    parameters = dict(model.named_parameters())
    state = model.state_dict()
    lines = sorted(f"{n} {'x'.join(map(str, t.shape))} {'p' if n in parameters else 'b'}\n" for n, t in state.items())
    return {
        "source": family.source,
        "parameters": sum(p.numel() for p in parameters.values()),
        "tensors": len(lines),
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }


if "--" in sys.argv:
    print(json.dumps(listed(sys.argv[1], sys.argv[-1])))
else:
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], MODELS)))
