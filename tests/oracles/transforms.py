"""What Pillow, torchvision and PyTorch make of images and seeds: files in OUT and OUT/manifest.json that names them.

usage: python3 transforms.py OUT
Read by tests/VitNotebooks.Tests/Data/TransformOracle.cs. Pixels are raw bytes [height, width, 3], numbers raw float32.
"""

import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision import transforms as T

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
manifest = {"images": [], "files": [], "resizes": [], "boxes": [], "chains": [], "numbers": [], "draws": []}
FILTERS = {"Bilinear": Image.BILINEAR, "Bicubic": Image.BICUBIC}
MODES = {"Bilinear": T.InterpolationMode.BILINEAR, "Bicubic": T.InterpolationMode.BICUBIC}
written = 0


def save(array):
    global written
    written += 1
    name = f"{written:04d}.raw"
    (out / name).write_bytes(np.ascontiguousarray(array).tobytes())
    return name


def picture(width, height, seed):
    """Waves, edges and noise, with the full range of values, so that clipping happens."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for c in range(3):
        fx, fy = r.uniform(0.05, 0.9, 2)
        wave = 127 + 120 * np.sin(fx * x + fy * y + r.uniform(0, 6))
        edge = np.where((x + y * r.uniform(0.3, 2)) % (7 + c) < 3, 90, -90)
        planes.append(wave + edge + r.normal(0, 25, (height, width)))
    return np.clip(np.stack(planes, 2), 0, 255).astype(np.uint8)


SIZES = [(32, 32), (500, 375), (333, 500), (61, 17), (7, 5), (1, 1), (40, 1), (224, 224)]
images = [picture(w, h, 10 + k) for k, (w, h) in enumerate(SIZES)]
for array in images:
    manifest["images"].append({"width": array.shape[1], "height": array.shape[0], "file": save(array)})

# Resampling of whole images.
for k, array in enumerate(images):
    for w, h in [(224, 224), (32, 32), (37, 91), (256, 256), (1, 3), (array.shape[1], 50), (50, array.shape[0])]:
        for name, code in FILTERS.items():
            result = np.asarray(Image.fromarray(array).resize((w, h), code))
            manifest["resizes"].append({"image": k, "width": w, "height": h, "filter": name, "file": save(result)})

# Boxes for many seeds: plain sizes, and long ones that need the fallback.
for w, h in [(500, 375), (333, 500), (32, 32), (1000, 30), (30, 1000), (1, 1), (3, 2)]:
    for scale, ratio in [((0.08, 1.0), (3 / 4, 4 / 3)), ((0.5, 1.0), (0.5, 2.0))]:
        boxes = []
        image = torch.empty(3, h, w)
        for seed in range(150):
            torch.manual_seed(seed)
            top, left, height, width = T.RandomResizedCrop.get_params(image, list(scale), list(ratio))
            boxes.append([left, top, width, height, torch.randint(0, 1 << 30, (1,)).item()])
        manifest["boxes"].append({"width": w, "height": h, "scale": scale, "ratio": ratio, "boxes": boxes})

# Whole transforms of torchvision on Pillow images.
CHAINS = {
    "resize48": T.Resize(48, MODES["Bicubic"]),
    "resize48bilinear": T.Resize(48, MODES["Bilinear"]),
    "center20": T.CenterCrop(20),
    "center33": T.CenterCrop(33),
    "crop32pad4": T.RandomCrop(32, padding=4),
    "flip": T.RandomHorizontalFlip(),
    "flip0.25": T.RandomHorizontalFlip(0.25),
    "rrc64": T.RandomResizedCrop(64, interpolation=MODES["Bicubic"]),
    "rrc64bilinear": T.RandomResizedCrop(64, interpolation=MODES["Bilinear"]),
    "train": T.Compose([T.RandomResizedCrop(56, interpolation=MODES["Bicubic"]), T.RandomHorizontalFlip()]),
    "cifar": T.Compose([T.RandomCrop(32, padding=4), T.RandomHorizontalFlip()]),
    "test": T.Compose([T.Resize(64, MODES["Bicubic"]), T.CenterCrop(56)]),
}
for name, chain in CHAINS.items():
    for k, array in enumerate(images):
        if name in ("crop32pad4", "cifar") and min(array.shape[:2]) < 32:
            continue
        if name.startswith("resize48") and max(array.shape[:2]) > 20 * min(array.shape[:2]):
            continue
        for seed in (0, 1, 2, 99):
            torch.manual_seed(seed)
            result = np.asarray(chain(Image.fromarray(array)))
            manifest["chains"].append(
                {"chain": name, "image": k, "seed": seed, "width": result.shape[1], "height": result.shape[0],
                 "file": save(result)}
            )

# Bytes to numbers.
for mean, std in [([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), ([0.0] * 3, [1.0] * 3)]:
    tensor = T.Compose([T.ToTensor(), T.Normalize(mean, std)])(Image.fromarray(images[1]))
    manifest["numbers"].append({"image": 1, "mean": mean, "std": std, "file": save(tensor.numpy())})

# The generator.
for seed in (0, 1, 42, 2**31, 2**32 - 1, 2**32 + 5, 123456789012345):
    g = torch.Generator().manual_seed(seed)
    case = {"seed": seed}
    case["uniform"] = [torch.empty(1).uniform_(generator=g).item() for _ in range(700)]
    case["range"] = [torch.empty(1).uniform_(0.08, 1.0, generator=g).item() for _ in range(50)]
    case["double"] = [torch.empty(1, dtype=torch.float64).uniform_(-2, 3, generator=g).item() for _ in range(50)]
    case["integers"] = [torch.randint(-5, 1000, (1,), generator=g).item() for _ in range(50)]
    case["large"] = [torch.randint(0, 2**40, (1,), generator=g).item() for _ in range(50)]
    case["perm"] = torch.randperm(1000, generator=g).tolist()
    manifest["draws"].append(case)
manifest["exp"] = {
    "file": save(torch.exp(torch.linspace(-1, 1, 20001)).numpy()), "input": save(torch.linspace(-1, 1, 20001).numpy())
}


# Files in every form that a folder of pictures may hold.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(array, color):
    """A PNG of 16 bits a channel, which Pillow does not write; the low byte is not zero."""
    height, width = array.shape[:2]
    words = (array.astype(np.uint16) << 8 | 0x5A).astype(">u2").reshape(height, -1)
    rows = b"".join(b"\0" + row.tobytes() for row in words)
    head = struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def add_file(name, expected):
    manifest["files"].append(
        {"name": name, "width": expected.shape[1], "height": expected.shape[0], "file": save(expected)}
    )


def by_pillow(name, image, **options):
    image.save(out / name, **options)
    add_file(name, np.asarray(Image.open(out / name).convert("RGB")))


photo, odd = Image.fromarray(images[1]), Image.fromarray(images[3])
by_pillow("plain.jpg", photo, quality=90)
by_pillow("odd.jpg", odd, quality=75)
by_pillow("full-chroma.jpg", photo, quality=95, subsampling=0)
by_pillow("half-chroma.jpg", odd, quality=80, subsampling=1)
by_pillow("progressive.jpg", photo, quality=85, progressive=True)
by_pillow("grey.jpg", photo.convert("L"), quality=90)
by_pillow("cmyk.jpg", photo.convert("CMYK"), quality=90)
by_pillow("plain.png", photo)
by_pillow("odd.png", odd)
by_pillow("alpha.png", Image.merge("RGBA", [*photo.split(), photo.convert("L")]))
by_pillow("grey.png", photo.convert("L"))
by_pillow("grey-alpha.png", Image.merge("LA", [photo.convert("L"), photo.split()[0]]))
by_pillow("palette.png", photo.quantize(50))
by_pillow("two-colours.png", photo.convert("1"))
by_pillow("is-a-png.jpg", odd, format="PNG")
(out / "sixteen.png").write_bytes(png16(images[3], 2))
add_file("sixteen.png", images[3])
(out / "sixteen-grey.png").write_bytes(png16(images[3][:, :, :1], 0))
# Not among the files: of it Pillow makes white, of every value above 255.
assert (np.asarray(Image.open(out / "sixteen-grey.png").convert("RGB"))[images[3][:, :, 0] > 0] == 255).all()

(out / "manifest.json").write_text(json.dumps(manifest))
