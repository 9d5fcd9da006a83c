"""What Pillow makes of image files that are no plain JPEG or PNG: files in OUT and OUT/manifest.json that names them.

usage: python3 codecs.py OUT
Read by tests/VitNotebooks.Tests/Data/Codecs/CodecOracle.cs. Pixels are raw bytes [height, width, 3].
"""

import io
import json
import random
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
manifest = {"files": [], "turned": [], "parts": [], "damaged": [], "endless": []}
written = 0


def save(array):
    global written
    written += 1
    name = f"{written:04d}.raw"
    (out / name).write_bytes(np.ascontiguousarray(array).tobytes())
    return {"width": array.shape[1], "height": array.shape[0], "file": name}


def picture(width, height, seed):
    """Waves, edges and noise, with the full range of values."""
    r = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        fx, fy = r.uniform(0.05, 0.5, 2)
        planes.append(127 + 110 * np.sin(fx * x + fy * y + r.uniform(0, 6)) + r.normal(0, 15, (height, width)))
    return Image.fromarray(np.clip(np.stack(planes, 2), 0, 255).astype(np.uint8))


def add(name):
    manifest["files"].append({"name": name, **save(np.asarray(Image.open(out / name).convert("RGB")))})


def by_pillow(name, image, **options):
    image.save(out / name, **options)
    add(name)


photo, odd = picture(161, 120, 1), picture(37, 91, 2)
soft = Image.fromarray(np.linspace(0, 255, 161 * 120).reshape(120, 161).astype(np.uint8))
by_pillow("lossy.webp", photo, quality=80)
by_pillow("odd.webp", odd, quality=40)
by_pillow("lossless.webp", photo, lossless=True)
by_pillow("lossy-alpha.webp", Image.merge("RGBA", [*photo.split(), soft]), quality=80)
by_pillow("lossless-alpha.webp", Image.merge("RGBA", [*photo.split(), soft]), lossless=True, exact=True)
by_pillow("grey.webp", photo.convert("L"), quality=80)
by_pillow("one-pixel.webp", photo.crop((0, 0, 1, 1)), lossless=True)
by_pillow("is-a-webp.jpg", odd, format="WEBP")
frames = [picture(161, 120, 5), picture(161, 120, 6), picture(161, 120, 7)]
by_pillow("animated.webp", frames[0], save_all=True, append_images=frames[1:], duration=50, quality=70)
by_pillow("animated-lossless.webp", frames[0], save_all=True, append_images=frames[1:], duration=50, lossless=True)
clear = [Image.merge("RGBA", [*f.split(), soft]) for f in frames]
by_pillow("animated-alpha.webp", clear[0], save_all=True, append_images=clear[1:], duration=50, quality=70)
by_pillow("animated.png", frames[0], save_all=True, append_images=frames[1:], duration=50)

# An animation whose first frame does not fill its canvas: the frame of a still file, put into chunks by hand.
still = (out / "odd.webp").read_bytes()[12:]
three = b"".join(struct.pack("<I", v)[:3] for v in (5, 4, odd.width - 1, odd.height - 1, 50)) + b"\0"


def riff(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


canvas = b"\x02\0\0\0" + struct.pack("<I", 160)[:3] + struct.pack("<I", 119)[:3]
body = b"WEBP" + riff(b"VP8X", canvas) + riff(b"ANIM", struct.pack("<IH", 0xFFFFFFFF, 0)) + riff(b"ANMF", three + still)
(out / "small-frame.webp").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
add("small-frame.webp")

# Orientation, stored and turned.
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name, options in [("jpg", {"quality": 90}), ("png", {}), ("webp", {"quality": 80})]:
        path = out / f"turned-{orientation}.{name}"
        odd.save(path, exif=exif, **options)
        image = Image.open(path)
        turned = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        manifest["turned"].append(
            {"name": path.name, "orientation": orientation, "stored": save(np.asarray(image.convert("RGB"))), **save(turned)}
        )

# Photographs of every kind of chroma, whose parts are decoded alone.
large = picture(523, 411, 9)
for name, options in [
    ("420.jpg", {"subsampling": 2}),
    ("422.jpg", {"subsampling": 1}),
    ("444.jpg", {"subsampling": 0}),
    ("progressive-420.jpg", {"subsampling": 2, "progressive": True}),
]:
    large.save(out / name, quality=88, **options)
    manifest["parts"].append(name)
# Small ones, of which many mutants are decoded.
odd.save(out / "small-420.jpg", quality=88)
odd.save(out / "small-progressive.jpg", quality=88, progressive=True)
odd.convert("CMYK").save(out / "small-cmyk.jpg", quality=88)
large.convert("L").save(out / "part-grey.jpg", quality=88)
large.convert("CMYK").save(out / "part-cmyk.jpg", quality=88)
manifest["parts"] += ["part-grey.jpg", "part-cmyk.jpg"]

# 16 bits, grey, with alpha and without: the low byte is not zero.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(array, color):
    height, width = array.shape[:2]
    words = (array.astype(np.uint16) << 8 | 0x5A).astype(">u2").reshape(height, -1)
    rows = b"".join(b"\0" + row.tobytes() for row in words)
    head = struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


rgb = np.asarray(odd)
for name, array, color in [
    ("sixteen-rgba.png", np.dstack([rgb, rgb[:, :, 0]]), 6),
    ("sixteen-grey-alpha.png", np.dstack([rgb[:, :, 0], rgb[:, :, 1]]), 4),
]:
    (out / name).write_bytes(png16(array, color))
    add(name)

# Damaged JPEGs: those that Pillow takes, with its pixels, and those that it refuses. Some by intent, many by chance.
def damaged(name, data):
    try:
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    except OSError:
        pixels = None
    except (KeyError, SyntaxError, ValueError, struct.error):
        return  # Pillow stumbles over a note beside the pixels, which is no word about them
    (out / name).write_bytes(data)
    manifest["damaged"].append({"name": name, "pixels": None if pixels is None else save(pixels)})


def scan_of(data):
    return data.rfind(b"\xff\xda") + 12


seeds = []
for name in ("small-420.jpg", "small-progressive.jpg", "small-cmyk.jpg"):
    seeds.append((out / name).read_bytes())
for image, options in [(odd, {"subsampling": 0}), (odd.convert("L"), {}), (photo, {"quality": 30})]:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    seeds.append(file.getvalue())
END, APPLICATION = b"\xff\xd9", b"\xff\xe7"
for i, seed in enumerate(seeds):
    middle = (scan_of(seed) + len(seed)) // 2
    damaged(f"ends-early-{i}.jpg", seed[:middle] + END + seed[middle:])  # as Flowers102's image_06735.jpg
    # Of these Pillow takes some, by how far its decoder has read ahead when the last row is there.
    manifest["endless"].append(f"no-end-{i}.jpg")
    (out / f"no-end-{i}.jpg").write_bytes(seed[:-2])
    damaged(f"rubbish-behind-{i}.jpg", seed + b"rubbish" * 50)
    damaged(f"zeros-for-the-end-{i}.jpg", seed[:-2] + b"\0" * 512)
    damaged(f"end-in-zeros-{i}.jpg", seed[:middle] + b"\0" * (len(seed) - middle))
    damaged(f"marker-and-cut-{i}.jpg", seed[:middle] + APPLICATION + seed[middle:-90])
    damaged(f"marker-within-{i}.jpg", seed[:middle] + APPLICATION + seed[middle:])
    damaged(f"wrong-and-cut-{i}.jpg", seed[: middle - 300] + b"\x13\x77\x31" + seed[middle - 297 : -90])
    damaged(f"wrong-within-{i}.jpg", seed[:middle] + b"\x13\x77\x31" + seed[middle + 3 :])
chance = random.Random(11)
for i in range(420):
    seed = chance.choice(seeds)
    data, scan, how = bytearray(seed), scan_of(seed), i % 4
    if how == 0:
        data = data[: chance.randrange(20, len(data))]
    elif how == 3:
        at, length = chance.randrange(scan, len(data)), chance.randrange(1, 60)
        made = bytes(chance.choice([0xFF, 0xD9, 0xD0, 0, chance.randrange(256)]) for _ in range(length))
        data = data[:at] + made + data[at + chance.choice([0, length]) :]
    else:
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(2 if how == 1 else scan, len(data))] = chance.randrange(256)
    damaged(f"chance-{i}.jpg", bytes(data))

(out / "manifest.json").write_text(json.dumps(manifest))
