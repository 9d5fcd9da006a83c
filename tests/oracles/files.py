"""Writes files with torch.save and numpy.save, and reads what the C# side wrote.

files.py write FOLDER    makes the files and prints {file: description}
files.py read FOLDER     prints the description of every file in FOLDER
"""

import argparse
import collections
import io
import json
import os
import pathlib
import struct
import sys
import types
import zipfile

import numpy as np
import torch


def describe(value):
    """One line that says all of a value; FileDescriptions.cs writes the same."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, torch.Tensor):
        plain = value.detach().resolve_conj().resolve_neg().contiguous()
        data = plain.reshape(-1).view(torch.uint8) if plain.numel() else torch.zeros(0, dtype=torch.uint8)
        grad = " grad" if value.requires_grad else ""
        return f"T({str(value.dtype)[6:]} {list(value.shape)} {bytes(data.tolist()).hex()}{grad})"
    if isinstance(value, np.ndarray):
        return describe(torch.from_numpy(np.array(value, order="C")))
    if isinstance(value, np.generic):
        return describe(value.item())
    if isinstance(value, torch.Size):
        return f"Size{list(value)}"
    if isinstance(value, torch.device):
        return f"device({value})"
    if isinstance(value, torch.dtype):
        return f"dtype({str(value)[6:]})"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, complex):
        return f"c({describe(value.real)},{describe(value.imag)})"
    if isinstance(value, (str, pathlib.PurePath)):
        return "s" + str(value).encode().hex()
    if isinstance(value, (bytes, bytearray)):
        return "b" + bytes(value).hex()
    if isinstance(value, (argparse.Namespace, types.SimpleNamespace)):
        return describe(vars(value))
    if isinstance(value, dict):
        return "{" + ",".join(describe(k) + ":" + describe(v) for k, v in value.items()) + "}"
    if isinstance(value, (set, frozenset)):
        return "set(" + ",".join(sorted(describe(v) for v in value)) + ")"
    if isinstance(value, list):
        return "[" + ",".join(describe(v) for v in value) + "]"
    if isinstance(value, tuple):
        return "(" + ",".join(describe(v) for v in value) + ")"
    raise TypeError(type(value))


def tree():
    torch.manual_seed(0)
    base = torch.randn(6, 4)
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    types_ = [
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
        torch.uint8, torch.bool, torch.complex64, torch.complex128,
    ]
    return {
        "state_dict": module.state_dict(),
        "types": {str(t): (torch.arange(6).reshape(2, 3) * 1.5 - 2).to(t) for t in types_},
        "views": [base, base.t(), base[1:4, ::2], base[2].expand(3, 4), base.view(-1)[5]],
        "empty": [torch.zeros(0), torch.zeros(0, 3), torch.tensor(2.5)],
        "conjugate": torch.tensor([1 + 2j, 3 - 4j]).conj(),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "frozen": torch.nn.Parameter(torch.ones(2), requires_grad=False),
        "numbers": [0, 1, -1, 255, 256, 65536, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, -(10**30), 2**2000],
        "reals": [0.0, -0.0, 1.5, 1e-310, float("inf"), float("-inf"), 1e300],
        "texts": ["", "plain", "üñí ☃ \U0001f600", "line\nbreak\\back'quote\"", "x" * 300],
        "bytes": [b"", b"\x00\xff", b"y" * 300],
        "truth": [True, False, None],
        "complex": 1 - 2j,
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, (4,))],
        "set": {1, 2, "three"},
        "frozen set": frozenset([4, 5]),
        "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
        "default": collections.defaultdict(list, {"k": [1]}),
        "keys": {1: "one", 2.5: "real", (1, "a"): "tuple", b"q": "bytes"},
        "size": torch.Size([2, 3]),
        "dtype": torch.bfloat16,
        "device": torch.device("cpu"),
        "cuda": torch.device("cuda:1"),
        "arguments": argparse.Namespace(lr=0.1, name="vit", nested=argparse.Namespace(depth=3)),
        "simple": types.SimpleNamespace(a=1),
        "path": pathlib.PosixPath("/data/cifar/x.png"),
        "scalars": [np.float64(1.5), np.float32(2.5), np.int64(-7), np.bool_(True), np.uint8(200), np.uint64(2**63)],
        "arrays": [
            np.arange(6, dtype=np.float32).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)),
            np.array([True, False]), np.zeros((0, 2)), np.array(3.0), np.arange(3, dtype=">i4").astype(">i4"),
        ],
        "bytearray": bytearray(b"abc"),
    }


def native(value):
    """numpy arrays of the other byte order, which torch cannot look at."""
    if isinstance(value, np.ndarray):
        return value.astype(value.dtype.newbyteorder("="))
    if isinstance(value, dict):
        return {k: native(v) for k, v in value.items()}
    if isinstance(value, list):
        return [native(v) for v in value]
    return value


def repack(source, target, **options):
    prefix, swap = options.pop("prefix", None), options.pop("swap", False)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", **options) as new:
        for info in old.infolist():
            data = old.read(info)
            inner = info.filename.split("/", 1)[1]
            if inner == "byteorder":
                continue
            if swap and inner.startswith("data/"):
                data = np.frombuffer(data, dtype="<f4").astype(">f4").tobytes()
            name = (prefix if prefix is not None else info.filename.split("/", 1)[0] + "/") + inner
            with new.open(name, "w", force_zip64=options.get("allowZip64", False)) as entry:
                entry.write(data)
        if swap:
            new.writestr(info.filename.split("/", 1)[0] + "/byteorder", "big")


def write(folder):
    os.chdir(folder)
    known = {}

    def save(name, value, **options):
        torch.save(value, name, **options)
        known[name] = describe(native(torch.load(name, weights_only=False)))

    save("tree.pth", tree())
    save("legacy.pth", tree(), _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        save(f"protocol{protocol}.pth", tree(), pickle_protocol=protocol)
        save(f"legacy{protocol}.pth", tree(), pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    small = {"w": torch.randn(3, 4), "b": torch.randn(4)}
    save("small.pth", small)
    save("small_legacy.pth", small, _use_new_zipfile_serialization=False)
    save("single.pt", torch.arange(5.0))
    for name, options in {
        "deflated.pth": dict(compression=zipfile.ZIP_DEFLATED),
        "zip64.pth": dict(allowZip64=True),
        "prefix.pth": dict(prefix="a/b/"),
        "bare.pth": dict(prefix=""),
        "big.pth": dict(swap=True),
    }.items():
        repack("small.pth", name, **options)
        known[name] = describe(small)
    # A big-endian machine says so in a legacy file, and writes its storages little-endian all the same.
    tensor = torch.arange(4, dtype=torch.float32)
    buffer = io.BytesIO()
    torch.save(tensor, buffer, _use_new_zipfile_serialization=False)
    with open("big_legacy.pth", "wb") as f:
        f.write(buffer.getvalue().replace(b"little_endianq\x03\x88", b"little_endianq\x03\x89"))
    known["big_legacy.pth"] = describe(tensor)
    shared = torch.arange(6.0)
    for legacy in (False, True):
        save(
            f"shared{'_legacy' if legacy else ''}.pth",
            {"all": shared, "part": shared[2:4], "again": shared},
            _use_new_zipfile_serialization=not legacy,
        )
    write_arrays(known)
    write_refused(known)
    print(json.dumps(known))


class Command:
    def __init__(self, call):
        self.call = call

    def __reduce__(self):
        return self.call


def write_refused(known):
    refused = {
        "os.pth": Command((os.system, ("touch refused",))),
        "eval.pth": Command((eval, ("1",))),
        "getattr.pth": Command((getattr, ("a", "upper"))),
        "module.pth": torch.nn.Linear(2, 2),
        "class.pth": {"model": collections.Counter("aab")},
    }
    for name, value in refused.items():
        for legacy in (False, True):
            torch.save(value, f"refused_{'legacy_' if legacy else ''}{name}", _use_new_zipfile_serialization=not legacy)
    torch.jit.script(torch.nn.Linear(2, 2)).save("refused_script.pth")
    np.save("refused_object.npy", np.array([{}, 1], dtype=object), allow_pickle=True)
    np.save("refused_record.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    np.save("refused_text.npy", np.array(["ab", "c"]))
    np.save("refused_date.npy", np.array(["2020-01-01"], dtype="datetime64[D]"))
    np.save("refused_huge.npy", np.array([2**64 - 1], dtype=np.uint64))


def write_arrays(known):
    wide = {"uint16": np.int32, "uint32": np.int64, "uint64": np.int64}
    arrays = {}
    for code in ("?", "b", "B", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16", ">f4", ">i8", ">c8", ">u2"):
        name = np.dtype(code).name + ("_big" if code[0] == ">" else "")
        arrays[name] = (np.arange(24).reshape(2, 3, 4) * 11 + (1j if "c" in code else 0)).astype(code)
    arrays["high"] = np.array([65535, 40000], dtype=np.uint16)
    arrays["high32"] = np.array([2**32 - 1, 3], dtype=np.uint32)
    arrays["scalar"] = np.array(2.5)
    arrays["empty"] = np.zeros((0, 3), dtype=np.float32)
    arrays["fortran"] = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))
    arrays["vector"] = np.arange(3)

    def text(array):
        array = native(array)
        return describe(array.astype(wide.get(array.dtype.name, array.dtype)))

    for name, array in arrays.items():
        for version in ((1, 0), (2, 0), (3, 0)):
            file = f"{name}_v{version[0]}.npy"
            with open(file, "wb") as f:
                np.lib.format.write_array(f, array, version)
            known[file] = text(array)
    np.savez("plain.npz", **arrays)
    np.savez_compressed("packed.npz", **arrays)
    known["plain.npz"] = known["packed.npz"] = (
        "{" + ",".join(describe(k) + ":" + text(v) for k, v in arrays.items()) + "}"
    )


def read(folder):
    known = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".npy"):
            known[name] = describe(np.load(path))
        elif name.endswith(".npz"):
            archive = np.load(path)
            known[name] = "{" + ",".join(describe(k) + ":" + describe(archive[k]) for k in archive.files) + "}"
        elif name.endswith(".pth"):
            # weights_only came with 1.13 and knew no numbers but whole ones then.
            safe = name == "shared.pth" or int(torch.__version__.split(".")[0]) >= 2
            value = torch.load(path, weights_only=safe)
            known[name] = describe(value)
            if name == "shared.pth":
                value["all"][2] = 99
                known["shared"] = describe(value)
    print(json.dumps(known))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
