"""Writes checkpoint files in the forms in which official weights are published, from the checked-in lists of names and shapes.

weight_files.py FOLDER LIST FORM FILE [LIST FORM FILE ...]

LIST is a file of names/ without its ending, FORM one of those below, FILE the name of what is written to FOLDER. Every tensor is filled with a
number of its own, so that the files are small. Prints {FILE: {name: number}}.
"""

import argparse
import collections
import json
import pathlib
import sys

import torch

NAMES = pathlib.Path(__file__).parent / "names"


def state_dict(list_name, offset=0.0):
    tensors, numbers = collections.OrderedDict(), {}
    for line in (NAMES / f"{list_name}.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, shape, kind = line.split(" ")
        sizes = [int(n) for n in shape.split("x")] if shape else []
        number = (len(tensors) % 997 + 1) / 1024 + offset
        whole = name.endswith(("num_batches_tracked", "relative_position_index"))
        one = torch.tensor([len(tensors)] if whole else [number], dtype=torch.int64 if whole else torch.float32)
        tensors[name] = one.expand(sizes) if sizes else one.reshape([])
        numbers[name] = float(one)
    return tensors, numbers


def namespace():
    return argparse.Namespace(model="m", lr=5e-4, opt="adamw", nested=argparse.Namespace(a=[1, 2]))


def optimizer():
    step = {"step": 3, "exp_avg": torch.zeros(2), "exp_avg_sq": torch.ones(2)}
    return {"state": {0: step}, "param_groups": [{"lr": 0.1, "params": [0]}]}


def wrapped(prefix, tensors):
    return collections.OrderedDict((prefix + name, tensor) for name, tensor in tensors.items())


FORMS = {
    # SHI-Labs, Microsoft's CvT, later torchvision
    "plain": lambda t, other: t,
    # torchvision's oldest: no count of batches
    "uncounted": lambda t, other: {n: v for n, v in t.items() if not n.endswith("num_batches_tracked")},
    # Microsoft's Swin, facebookresearch/deit
    "model": lambda t, other: {"model": t},
    # facebookresearch/deit's own runs, DHVT
    "model-and-run": lambda t, other: {
        "model": t,
        "optimizer": optimizer(),
        "lr_scheduler": {"last_epoch": 3},
        "epoch": 3,
        "args": namespace(),
        "scaler": {"scale": 65536.0},
    },
    # timm's CheckpointSaver: TokenLabeling
    "timm": lambda t, other: {"epoch": 299, "arch": "m", "state_dict": t, "version": 2, "args": namespace(), "metric": 83.3},
    # yitu: running averages alone, and beside what was trained
    "ema": lambda t, other: {"state_dict_ema": t},
    "ema-beside": lambda t, other: {"epoch": 299, "state_dict": other, "optimizer": optimizer(), "state_dict_ema": t},
    # yitu's transfer_learning.py under data parallelism
    "net-module": lambda t, other: {"net": wrapped("module.", t), "acc": 98.3, "epoch": 59},
}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for list_name, form, file in zip(*[iter(sys.argv[2:])] * 3):
        tensors, numbers = state_dict(list_name)
        legacy = form in ("uncounted", "ema")  # written before PyTorch 1.6
        torch.save(
            FORMS[form](tensors, state_dict(list_name, offset=0.5)[0]),
            folder / file,
            _use_new_zipfile_serialization=not legacy,
        )
        made[file] = numbers
    print(json.dumps(made))


if __name__ == "__main__":
    main()
