"""The small reference values that are checked in, as JSON: what the other scripts of this folder made on one libtorch.

usage: python3 record_values.py > values/libtorch-1.13.json
The tests make everything afresh and hold it against this file, so that a reference that changes is noticed.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def script(name, *arguments):
    return subprocess.run([sys.executable, "-B", os.path.join(HERE, name), *arguments], check=True,
                          capture_output=True, text=True, cwd=HERE).stdout


def read(path, name):
    """the float32 values of one tensor of a safetensors file"""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        begin, end = json.loads(file.read(length))[name]["data_offsets"]
        file.seek(8 + length + begin)
        return list(struct.unpack(f"<{(end - begin) // 4}f", file.read(end - begin)))


values = {"libtorch": torch.__version__, "random": {}, "localization": {}, "logits": {}}
for name, case in json.loads(script("rng.py"))["cases"].items():
    if name.split("/")[-1] in ("1", "7", "16", "17"):
        values["random"][name] = case["head"]
with tempfile.TemporaryDirectory() as folder:
    script("drloc_reference.py", folder)
    for file in sorted(os.listdir(folder)):
        for form in ("compat", "fixed"):
            values["localization"][f"{file.split('.')[0]}/{form}"] = read(os.path.join(folder, file), f"{form}.loss")[0]
for model, name, *arguments in (("swin", "swin"), ("vit", "vit"), ("resnet18", "resnet", "resnet18"), ("resnet50", "resnet", "resnet50")):
    with tempfile.TemporaryDirectory() as folder:
        script(f"{name}_torchvision.py", folder, *arguments)
        values["logits"][model] = read(os.path.join(folder, "values.safetensors"), "logits")[:8]
print(json.dumps(values, indent=1))
