"""Levels, operations, policies, Mixup and random erasing of huggingface/pytorch-image-models 0.4.12 (7096b52).

usage: python3 timm_augmentations.py FOLDER VALUES
FOLDER holds the checkouts that authors.py lists; VALUES is tests/oracles/values/originals. Draws that timm takes from Python's and numpy's generators
are given here, so that only what it makes of them is written down. Read by tests/VitNotebooks.Tests/Data/TimmValues.cs.
"""

import hashlib
import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(sys.argv[1]) / "timm-0.4.12"))
np.bool = bool
from timm.data import auto_augment as aa  # noqa: E402
from timm.data import mixup, random_erasing  # noqa: E402

WIDTH, HEIGHT, MEAN = 41, 29, (124, 116, 104)
y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3]
picture = Image.fromarray(((x * 5 + y * 7 + c * 40 + (x * y) % 23 * 3) % 256).astype(np.uint8))
values = {"levels": [], "operations": [], "policies": {}, "mixup": [], "erasing": []}


def digest(image):
    return hashlib.sha256(np.asarray(image).tobytes()).hexdigest()[:16]


def short(tensor):
    """The fewest digits that give back each float32."""
    return [float(np.format_float_scientific(v)) for v in tensor.numpy().ravel()]


def given(*numbers):
    """A stand-in for a generator's function that returns these numbers in turn."""
    rest = list(numbers)
    return lambda *_, **__: rest.pop(0) if len(rest) > 1 else rest[0]


hparams = {"translate_const": 100, "img_mean": MEAN}
draw = random.random
for name, to_argument in aa.LEVEL_TO_ARG.items():
    if name in ("TranslateX", "TranslateY") or to_argument is None:
        continue
    for level in (0, 0.3, 2.5, 4.999, 5, 7.2, 9, 9.613, 10):
        for negative in (False, True):
            random.random = given(0.9 if negative else 0.1)
            values["levels"].append([name, level, negative, *to_argument(level, hparams)])
for name in dict.fromkeys(aa._RAND_TRANSFORMS + aa._RAND_INCREASING_TRANSFORMS + ["PosterizeOriginal"]):
    for level in (0, 3.7, 9, 10):
        for negative in (False, True):
            for sampling, code in (("Bilinear", Image.BILINEAR), ("Bicubic", Image.BICUBIC)):
                random.random = given(0.9 if negative else 0.1)
                op = aa.AugmentOp(name, 1.0, level, {**hparams, "interpolation": code})
                values["operations"].append([name, level, negative, sampling, digest(op(picture))])
random.random = draw
for name in ("original", "originalr", "v0", "v0r"):
    pairs = aa.auto_augment_policy(name, hparams)
    values["policies"][name] = [[[op.aug_fn.__name__, op.prob, op.magnitude] for op in pair] for pair in pairs]

# Mixup: six images of 2 x 5 x 6; lambda, whether it is cut, and the middle of the box are given.
images = torch.from_numpy(np.random.RandomState(0).normal(size=(6, 2, 5, 6)).astype(np.float32))
labels = torch.tensor([0, 3, 1, 4, 2, 3])
one_hot = mixup.one_hot
mixup.one_hot = lambda *a, **k: one_hot(*a, **{**k, "device": "cpu"})
CUTS = [False, True, True, False, True, False]
LAMBDAS = [0.3, 0.81, 0.5, 1.0, 0.05, 0.66]
PLACES = [(2, 3), (4, 0), (0, 5), (3, 3), (4, 4), (1, 2)]


def mixed(mode, cuts, lambdas, places, correct, smoothing):
    batch = mode == "batch"
    count = {"batch": 1, "pair": 3, "elem": 6}[mode]
    made = mixup.Mixup(0.8, 1.0, mode=mode, correct_lam=correct, label_smoothing=smoothing, num_classes=5)
    lam = lambdas[0] if batch else np.array(lambdas[:count], np.float32)
    made._params_per_batch = lambda: (lam, cuts[0])
    made._params_per_elem = lambda n: (lam.copy(), np.array(cuts[:count]))
    used = [p for p, cut, l in zip(places, cuts[:count], lambdas[:count]) if cut and l != 1]
    np.random.randint = given(*[v for place in used for v in place] or [0])
    result, targets = made(images.clone(), labels)
    values["mixup"].append(
        {"mode": mode, "cuts": cuts[:count], "lambdas": lambdas[:count], "places": places[:count], "correct": correct,
         "smoothing": smoothing, "images": short(result), "targets": short(targets)}
    )


randint = np.random.randint
mixed("batch", [False], [0.3], PLACES, True, 0.1)
mixed("batch", [True], [0.81], [(4, 0)], True, 0.1)
mixed("batch", [True], [0.4], [(3, 4)], False, 0.0)
mixed("batch", [False], [1.0], PLACES, True, 0.1)
for mode in ("pair", "elem"):
    mixed(mode, CUTS, LAMBDAS, PLACES, True, 0.1)
    mixed(mode, CUTS, LAMBDAS, PLACES, False, 0.3)
np.random.randint = randint
values["mixup_images"] = short(images)

# Random erasing: the numbers between the ends of a range, and the place, are given; which box is erased.
for height, width in ((32, 32), (20, 50), (3, 3), (1, 1)):
    for area in (0.0, 0.4, 1.0):
        for aspect in (0.0, 0.35, 0.5, 1.0):
            made = random_erasing.RandomErasing(1.0, mode="const", device="cpu")
            shares = [area, aspect] * 10
            random.uniform = lambda a, b: a + (b - a) * shares.pop(0)
            random.randint = lambda a, b: (a + b) // 2
            erased = made(torch.ones(3, height, width))[0] == 0
            rows, columns = erased.any(1).nonzero().flatten().tolist(), erased.any(0).nonzero().flatten().tolist()
            box = [columns[0], rows[0], len(columns), len(rows)] if rows else None
            values["erasing"].append({"height": height, "width": width, "area": area, "aspect": aspect, "box": box})

target = Path(sys.argv[2]) / "timm_augmentations.json"
target.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in values.items()) + "\n}\n")
