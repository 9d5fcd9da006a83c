"""What Pillow, torchvision and PyTorch make of images, arguments and seeds: OUT/pixels.raw and OUT/manifest.json.

usage: python3 augmentations.py OUT [FOLDER]
FOLDER holds photographs, of which three are taken too. Read by tests/VitNotebooks.Tests/Data/AugmentationOracle.cs.
A picture is [width, height, offset] in pixels.raw, bytes [height, width, 3]; numbers are raw float32.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from torchvision import transforms as T
from torchvision.transforms import autoaugment
from torchvision.transforms import functional as F

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
pixels = (out / "pixels.raw").open("wb")
manifest = {"images": [], "operations": [], "magnitudes": [], "policies": [], "normal": [], "dirichlet": [], "bilinear": []}


def save(array):
    at = pixels.tell()
    pixels.write(np.ascontiguousarray(array).tobytes())
    return at


def saved(image):
    return [image.width, image.height, save(np.asarray(image))]


def photo(width, height, seed):
    """Soft light, a few edges, grain: all values occur, and flat places too."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        fx, fy = r.uniform(0.01, 0.15, 2)
        light = 128 + 90 * np.sin(fx * x + fy * y + r.uniform(0, 6))
        disc = np.where((x - width * r.rand()) ** 2 + (y - height * r.rand()) ** 2 < (width * 0.25) ** 2, 70, 0)
        planes.append(light + disc + r.normal(0, 9, (height, width)))
    return np.clip(np.stack(planes, 2), 0, 255).astype(np.uint8)


def noise(width, height, seed):
    return np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)


arrays = [photo(224, 224, 1), photo(61, 17, 2), noise(32, 32, 3), noise(33, 40, 4), noise(3, 3, 5), noise(2, 5, 6)]
arrays += [noise(1, 1, 7), noise(40, 1, 8), noise(1, 23, 9), np.full((9, 11, 3), 77, np.uint8)]
arrays += [np.where(noise(19, 12, 10) < 100, 30, 200).astype(np.uint8), noise(96, 96, 11) // 9 + 100]
made = len(arrays)
if len(sys.argv) > 2:
    for name in sorted(Path(sys.argv[2]).glob("*.JPEG"))[:3]:
        image = Image.open(name).convert("RGB")
        arrays.append(np.asarray(image.crop((0, 0, min(image.width, 333), min(image.height, 250)))))
images = [Image.fromarray(array) for array in arrays]
manifest["images"] = [saved(image) for image in images]
manifest["made"] = made

MODES = {"Nearest": Image.NEAREST, "Bilinear": Image.BILINEAR, "Bicubic": Image.BICUBIC}
FILLS = [(0, 0, 0), (124, 116, 104)]
MATRICES = [
    (1, 0.3, 0, 0, 1, 0), (1, -0.137, 0, 0, 1, 0), (1, 0, 0, 0.27, 1, 0), (1, 0, 0, -0.99, 1, 0),
    (1, 0, 9.45, 0, 1, 0), (1, 0, -7, 0, 1, 0), (1, 0, 0, 0, 1, 3.3), (1, 0, 0, 0, 1, -2.5), (1, 0, 500, 0, 1, 0),
    (0.5, 0, 3.1, 0, 1.7, -1.9), (0.9, 0.2, -3, -0.3, 1.1, 2), (200, 3, 0.3, -2, 150, 1), (-1, 0, 20, 0, -1, 15),
]  # fmt: skip
ANGLES = [-30, 7.3, 30, 45, 90, 135, 180, 270, 0.5, 360, -90, 450.25, -135]


def solarize_add(image, add):
    return image.point([min(255, v + add) if v < 128 else v for v in range(256)] * 3)


def operation(name, make, argument=0.0, **more):
    for k, image in enumerate(images):
        case = {"name": name, "image": k, "argument": argument, "result": saved(make(image))}
        manifest["operations"].append({**case, **more})


operation("AutoContrast", ImageOps.autocontrast)
operation("Equalize", ImageOps.equalize)
operation("Invert", ImageOps.invert)
operation("Grey", lambda i: F.to_grayscale(i, 3))
operation("FlipVertically", ImageOps.flip)
for t in (-3, 0, 1, 77, 128, 178.5, 255, 256, 300):
    operation("Solarize", lambda i: ImageOps.solarize(i, t), t)
for bits in range(9):
    operation("Posterize", lambda i: ImageOps.posterize(i, bits), bits)
for add in (0, 1, 55, 110, 255):
    operation("SolarizeAdd", lambda i: solarize_add(i, add), add)
for factor in (0, 0.1, 0.37, 0.19, 0.999, 1, 1.0001, 1.45, 1.81, 1.9, 2.5, 30, -0.5):
    operation("Brightness", lambda i: ImageEnhance.Brightness(i).enhance(factor), factor)
    operation("Contrast", lambda i: ImageEnhance.Contrast(i).enhance(factor), factor)
    operation("Color", lambda i: ImageEnhance.Color(i).enhance(factor), factor)
    operation("Sharpness", lambda i: ImageEnhance.Sharpness(i).enhance(factor), factor)
for hue in (-0.5, -0.13, -0.001, 0.003, 0.07, 0.25, 0.5):
    operation("Hue", lambda i: F.adjust_hue(i, hue), hue)
for radius in (0.1, 0.3, 0.7, 1, 1.5, 2, 5.3, 20):
    operation("GaussianBlur", lambda i: i.filter(ImageFilter.GaussianBlur(radius)), radius)
for mode, code in MODES.items():
    for n, matrix in enumerate(MATRICES):
        fill = FILLS[n % 2]
        operation(
            "Affine", lambda i: i.transform(i.size, Image.AFFINE, matrix, code, fillcolor=fill),
            matrix=matrix, mode=mode, fill=fill,
        )  # fmt: skip
    for n, angle in enumerate(ANGLES):
        fill = FILLS[n % 2]
        operation("Rotate", lambda i: i.rotate(angle, code, fillcolor=fill), angle, mode=mode, fill=fill)

# Magnitudes of torchvision's policies, each operation with all bins.
for width, height in [(224, 224), (32, 32), (61, 17), (1, 1), (333, 500)]:
    spaces = {
        "RandAugment": (31, T.RandAugment()._augmentation_space(31, (height, width))),
        "RandAugment7": (7, T.RandAugment()._augmentation_space(7, (height, width))),
        "AutoAugment": (10, T.AutoAugment()._augmentation_space(10, (height, width))),
        "TrivialAugmentWide": (31, T.TrivialAugmentWide()._augmentation_space(31)),
        "AugMix": (10, T.AugMix()._augmentation_space(10, (height, width))),
    }
    for policy, (bins, space) in spaces.items():
        for name, (magnitudes, signed) in space.items():
            values = [float(v) for v in magnitudes] if magnitudes.ndim > 0 else []
            manifest["magnitudes"].append(
                {"policy": policy, "operation": name, "bins": bins, "signed": signed, "width": width, "height": height,
                 "values": values}
            )
manifest["linspace"] = [
    {"to": to, "count": count, "values": torch.linspace(0.0, to, count).tolist()}
    for to in (0.3, 0.99, 101.51057401812689, 30.0, 135.0, 7.7) for count in (2, 7, 10, 15, 16, 17, 31, 32, 33, 100)
]  # fmt: skip

# Whole transforms; the last number is the draw after them: as many words must have been used.
POLICIES = {
    "randaugment": T.RandAugment(),
    "randaugment3": T.RandAugment(3, 20, 31, T.InterpolationMode.BICUBIC, fill=[124, 116, 104]),
    "trivial": T.TrivialAugmentWide(),
    "trivialbilinear": T.TrivialAugmentWide(interpolation=T.InterpolationMode.BILINEAR),
    "imagenet": T.AutoAugment(),
    "cifar10": T.AutoAugment(T.AutoAugmentPolicy.CIFAR10),
    "svhn": T.AutoAugment(T.AutoAugmentPolicy.SVHN, fill=[128, 128, 128]),
    "jitter": T.ColorJitter(0.4, 0.4, 0.4, 0.1),
    "jitter3": T.ColorJitter(0.3, 0.3, 0.3),
    "jitterbright": T.ColorJitter(brightness=1.7),
    "grey": T.RandomGrayscale(0.5),
    "vertical": T.RandomVerticalFlip(),
    "resize": T.Resize((20, 50), T.InterpolationMode.BICUBIC),
    "reflect": T.RandomCrop(9, padding=4, padding_mode="reflect"),
    "augmix": T.AugMix(),
    "augmixdeep": T.AugMix(10, 2, 4, 0.4, all_ops=False, interpolation=T.InterpolationMode.NEAREST),
}
tensor_operation = autoaugment._apply_op


def pillow_operation(image, name, magnitude, interpolation, fill):
    """AugMix hands tensors over; here Pillow works on them, as in the other policies."""
    if not isinstance(image, torch.Tensor):
        return tensor_operation(image, name, magnitude, interpolation, fill)
    result = tensor_operation(F.to_pil_image(image[0]), name, magnitude, interpolation, fill)
    return F.pil_to_tensor(result)[None]


autoaugment._apply_op = pillow_operation
for name, policy in POLICIES.items():
    for k, count in [(0, 6), (1, 20), (2, 60), (6, 12), (7, 12), (4, 12)] + [(k, 3) for k in range(made, len(images))]:
        for seed in range(count):
            torch.manual_seed(seed)
            result = policy(images[k])
            manifest["policies"].append(
                {"name": name, "image": k, "seed": seed, "result": saved(result),
                 "next": torch.randint(0, 1 << 30, (1,)).item()}
            )

# Normal numbers and what is made of them.
for seed in (0, 1, 99):
    for count in (1, 5, 15, 16, 17, 31, 32, 40, 1000):
        torch.manual_seed(seed)
        values = torch.empty(count).normal_().tolist()
        doubles = [torch.empty(1, dtype=torch.float64).normal_().item() for _ in range(3)]
        manifest["normal"].append(
            {"seed": seed, "values": values, "doubles": doubles, "next": torch.randint(0, 1 << 30, (1,)).item()}
        )
    for alpha in (0.2, 0.8, 1.0, 3.5):
        for count in (2, 3, 5):
            torch.manual_seed(seed)
            shares = [torch._sample_dirichlet(torch.tensor([[alpha] * count]))[0].tolist() for _ in range(20)]
            manifest["dirichlet"].append(
                {"seed": seed, "alpha": alpha, "shares": shares, "next": torch.randint(0, 1 << 30, (1,)).item()}
            )

# Bilinear without antialiasing.
for k, (left, top, width, height), size in [(0, (10, 20, 150, 99), 64), (0, (0, 0, 224, 224), 32), (1, (5, 3, 20, 9), 48)]:
    tensor = torch.from_numpy(arrays[k][top : top + height, left : left + width].astype(np.float32)).permute(2, 0, 1)
    result = torch.nn.functional.interpolate(tensor[None], (size, size), mode="bilinear", align_corners=False)
    manifest["bilinear"].append(
        {"image": k, "box": [left, top, width, height], "size": size,
         "numbers": save(result[0].permute(1, 2, 0).contiguous().numpy())}
    )

pixels.close()
(out / "manifest.json").write_text(json.dumps(manifest))
