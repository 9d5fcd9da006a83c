"""The families that race against their authors' own code, which tests/oracles/originals/authors.py builds from a folder of checkouts.

usage: python3 originals.py list                 each name, how many images it takes at a time, and the layouts to race in
       python3 originals.py drops                for each name what its training drops, as JSON; null where its constructor says it
       python3 originals.py FOLDER NAME          the parameters of one, to see that the folder has what is wanted
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "oracles" / "originals"))

# A network of convolutions throughout may be faster channels last; of both layouts each side's faster one counts.
CONVOLUTIONAL = {"wrn_16_8"}

# name, as VitNotebooks has it: (image side, classes, images at a time)
FAMILIES = {
    "swin_tiny_patch4_window7_224": (224, 1000, 8),
    "t2t_vit_14": (224, 1000, 8),
    "t2t_vit_t_14": (224, 1000, 4),
    "cvt_13": (224, 1000, 8),
    "cvt_13.drloc": (224, 1000, 8),
    "vit_base.drloc": (224, 1000, 4),
    "vitp_1gf_patch16_224": (224, 1000, 8),
    "vitc_1gf_patch16_224": (224, 1000, 8),
    "lvvit_s": (224, 1000, 4),
    "deit_tiny_patch16_224": (224, 1000, 8),
    "mixer_s16_224": (224, 1000, 8),
    "dhvt_tiny_cifar_patch4": (32, 100, 32),
    "cct_7_3x1_32": (32, 10, 16),
    "wrn_16_8": (32, 10, 32),
}

# What their training drops, which their constructors leave out: ViT's rate is in VTs-Drloc's build.py, Swin's in its configuration, the
# others are arguments of their commands. tests/VitNotebooks.Tests/Benchmarks/OriginalsTests.cs holds our defaults to these.
DROPPED = {
    "vit_base.drloc": dict(dropout=0.1),
    "swin_tiny_patch4_window7_224": dict(drop_path_rate=0.2),
    **dict.fromkeys(["t2t_vit_14", "t2t_vit_t_14", "lvvit_s", "dhvt_tiny_cifar_patch4"], dict(drop_path_rate=0.1)),
    **dict.fromkeys(["cvt_13", "cct_7_3x1_32"]),
}


def build(name, folder, training=False):
    from authors import family

    if name not in FAMILIES:
        raise SystemExit(f"originals.py: no family races as '{name}'; there are {', '.join(FAMILIES)}.")
    size, classes, _ = FAMILIES[name]
    dropped = DROPPED.get(name) if training else None
    model = family(folder, name).build(name, size, classes, **(dropped or {}))
    if training and name.startswith("lvvit"):  # both sides train on the class token: no tokens are mixed, no cells classified
        model.mix_token = model.return_dense = False
    return model, size, classes


if __name__ == "__main__":
    if sys.argv[1:] == ["list"]:
        for name, (_, _, images) in FAMILIES.items():
            print(name, images, "contiguous channels_last" if name in CONVOLUTIONAL else "contiguous")
    elif sys.argv[1:] == ["drops"]:
        print(json.dumps({name: DROPPED.get(name, {}) for name in FAMILIES}))
    elif len(sys.argv) == 3:  # one a process: repositories share names of modules
        print(sys.argv[2], sum(p.numel() for p in build(sys.argv[2], sys.argv[1])[0].parameters()))
    else:
        raise SystemExit(__doc__)
