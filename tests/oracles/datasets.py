"""Writes small datasets in the exact formats of the originals, and reads datasets with Python's own readers.

datasets.py write FOLDER        makes them below FOLDER and prints {set: description}
datasets.py read ROOT SET       prints the description of real files: cifar10-python, cifar10-binary, cifar100-test, flowers102

A description of a split: labels, and for each image the sum of (i % 251 + 1) * byte i over rows of red, green and blue.
"""

import gzip
import io
import json
import os
import pickle
import struct
import sys
import tarfile

import numpy as np
import scipy.io
from PIL import Image


def weighted(image):
    image = np.asarray(image).reshape(-1)
    return int(np.dot(image.astype(np.int64), np.arange(len(image)) % 251 + 1))


def sums(images):
    """images may be made one by one: only one is held widened."""
    return [weighted(image) for image in images]


def split(images, labels, **more):
    return {"labels": [int(label) for label in labels], "sums": sums(images), **more}


def noise(rng, count, side=32):
    return rng.integers(0, 256, (count, side, side, 3), np.uint8)


def planes(images):
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)


def make(path, data=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if data is not None:
        with open(path, "wb") as f:
            f.write(data)
    return path


def dump(path, value, protocol):
    make(path, pickle.dumps(value, protocol))


def cifar10(root, rng):
    known = {}
    for name, protocol, key in (("p2", 2, str), ("p4", 4, str.encode), ("p5", 5, str)):
        folder = f"{root}/cifar10-{name}/cifar-10-batches-py"
        images, labels = noise(rng, 30), rng.integers(0, 10, 30)
        for part in range(6):
            at = slice(5 * part, 5 * part + 5)
            dump(
                make(f"{folder}/{f'data_batch_{part + 1}' if part < 5 else 'test_batch'}"),
                {key("batch_label"): key(f"batch {part}"), key("labels"): labels[at].tolist(), key("data"): planes(images[at]),
                 key("filenames"): [key(f"{i}.png") for i in range(5)]},
                protocol,
            )
        names = [f"class {i}" for i in range(10)]
        dump(f"{folder}/batches.meta", {key("label_names"): names, key("num_cases_per_batch"): 5, key("num_vis"): 3072}, protocol)
        known[name] = {"train": split(images[:25], labels[:25]), "test": split(images[25:], labels[25:]), "classes": names}
    return known


def cifar100(root, rng):
    images, fine, coarse = noise(rng, 12), rng.integers(0, 100, 12), rng.integers(0, 20, 12)
    fine_names, coarse_names = [f"fine {i}" for i in range(100)], [f"coarse {i}" for i in range(20)]
    parts = {"train": slice(0, 8), "test": slice(8, 12)}
    for name, at in parts.items():
        dump(
            make(f"{root}/cifar100-python/cifar-100-python/{name}"),
            {"filenames": ["x.png"] * (at.stop - at.start), "batch_label": name, "fine_labels": fine[at].tolist(),
             "coarse_labels": coarse[at].tolist(), "data": planes(images[at])},
            2,
        )
        records = np.concatenate([coarse[at, None].astype(np.uint8), fine[at, None].astype(np.uint8), planes(images[at])], 1)
        make(f"{root}/cifar100-binary/cifar-100-binary/{name}.bin", records.tobytes())
    dump(f"{root}/cifar100-python/cifar-100-python/meta", {"fine_label_names": fine_names, "coarse_label_names": coarse_names}, 2)
    make(f"{root}/cifar100-binary/cifar-100-binary/fine_label_names.txt", "\n".join(fine_names).encode() + b"\n\n")
    make(f"{root}/cifar100-binary/cifar-100-binary/coarse_label_names.txt", "\n".join(coarse_names).encode() + b"\n")
    return {
        **{name: split(images[at], fine[at], coarse=coarse[at].tolist()) for name, at in parts.items()},
        "classes": fine_names, "coarseClasses": coarse_names,
    }


def big_endian(variables):
    """A version 5 file as a big-endian MATLAB writes it; scipy writes the machine's own order alone."""
    types = {"u1": (9, 2), "i4": (12, 5), "f8": (6, 9), "u2": (11, 4), "i8": (14, 12)}

    def element(kind, data):
        if 0 < len(data) <= 4:
            return struct.pack(">HH", len(data), kind) + data.ljust(4, b"\0")
        return struct.pack(">II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    out = b"MATLAB 5.0 MAT-file, big-endian".ljust(124) + struct.pack(">H", 0x0100) + b"MI"
    for name, array in variables.items():
        array = np.atleast_2d(array)
        kind, storage = types[array.dtype.str[1:]]
        body = element(6, struct.pack(">II", kind, 0)) + element(5, struct.pack(f">{array.ndim}i", *array.shape))
        body += element(1, name.encode()) + element(storage, array.astype(array.dtype.newbyteorder(">")).tobytes("F"))
        out += struct.pack(">II", 14, len(body)) + body
    return out


def svhn(root, rng):
    known = {}
    for form in ("plain", "packed", "big"):
        known[form] = {}
        for name, count in (("train", 11), ("test", 3), ("extra", 2)):
            images, digits = noise(rng, count), rng.integers(0, 10, count)
            variables = {"X": images.transpose(1, 2, 3, 0), "y": np.where(digits == 0, 10, digits).astype(np.uint8)[:, None]}
            path = make(f"{root}/svhn-{form}/{name}_32x32.mat")
            if form == "big":
                variables["y"] = variables["y"].astype(np.float64)
                make(path, big_endian(variables))
                read = scipy.io.loadmat(path)
                assert all((read[n] == v).all() for n, v in variables.items())
            else:
                scipy.io.savemat(path, variables, do_compression=form == "packed")
            known[form][name] = split(images, digits)
    return known


def jpeg(rng, size=(20, 16)):
    image = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), np.uint8)).resize((2 * size[0], 2 * size[1]), Image.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def flowers(root, rng):
    folder = f"{root}/flowers/flowers-102"
    files = {i: jpeg(rng) for i in range(1, 13)}
    labels = rng.integers(1, 103, 12).astype(np.uint8)
    sets = {"trnid": [3, 1, 7], "valid": [12, 4], "tstid": [2, 5, 6, 8, 9, 10, 11]}
    missing = [4, 9]
    for i, data in files.items():
        if i not in missing:
            make(f"{folder}/jpg/image_{i:05d}.jpg", data)
    scipy.io.savemat(make(f"{folder}/imagelabels.mat"), {"labels": labels[None]}, do_compression=True)
    scipy.io.savemat(f"{folder}/setid.mat", {n: np.array([v], np.uint16) for n, v in sets.items()})
    at = lambda ids: [i for i in ids if i not in missing]
    parts = {"train": at(sets["trnid"] + sets["valid"]), "test": at(sets["tstid"])}
    return {n: split([pixels(files[i]) for i in ids], [labels[i - 1] - 1 for i in ids]) for n, ids in parts.items()}


def domainnet(root, rng):
    folder, known = f"{root}/domainnet/domainnet", {}
    for name, count in (("train", 9), ("test", 4)):
        lines, images, labels = [], [], []
        for i in range(count):
            label = int(rng.choice([0, 3, 327]))
            path = f"clipart/{['aircraft_carrier', '', '', 'ambulance'][label] if label < 4 else 't-shirt'}/clipart_{label}_{name}{i}.jpg"
            data = jpeg(rng)
            make(f"{folder}/{path}", data)
            lines.append(f"{path} {label}")
            images.append(pixels(data))
            labels.append(label)
        make(f"{folder}/clipart_{name}.txt", "\n".join(lines).encode() + b"\n")
        known[name] = split(images, labels)
    return known


def tar(files, form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        folder = tarfile.TarInfo("a folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


FORMS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def imagenet(root, rng, wnids, order):
    """wnids in index order; order: wnids by ILSVRC2012_ID."""
    known = {}
    for form, kind in FORMS.items():
        folder = f"{root}/imagenet-{form}/imagenet"
        inner, images, labels = [], [], []
        for label in rng.permutation(len(wnids)):
            wnid = wnids[label]
            files = [(f"{wnid}_{i}.JPEG", jpeg(rng)) for i in range(2)]
            inner.append((f"{wnid}.tar", tar(files, kind)))
            images += [pixels(data) for _, data in files]
            labels += [label] * 2
        make(f"{folder}/ILSVRC2012_img_train.tar", tar(inner, kind))
        ids = rng.permutation(np.arange(len(order)).repeat(2)) + 1
        files = [(f"ILSVRC2012_val_{i + 1:08d}.JPEG", jpeg(rng)) for i in range(len(ids))]
        shuffled = [files[i] for i in rng.permutation(len(files))]
        make(f"{folder}/ILSVRC2012_img_val.tar", tar(shuffled, kind))
        text = "".join(f"{i}\n" for i in ids).encode()
        make(f"{folder}/ILSVRC2012_devkit_t12.tar.gz",
             gzip.compress(tar([("ILSVRC2012_devkit_t12/readme.txt", b"x" * 700), ("ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt", text)], kind)))
        known[form] = {
            "train": split(images, labels),
            "val": split([pixels(data) for _, data in files], [wnids.index(order[i - 1]) for i in ids]),
        }
        flat = f"{root}/imagenet-{form}-flat/imagenet"
        for name, data in files:
            make(f"{flat}/val/{name}", data)
        make(f"{flat}/ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt", text)
    return known


def webdataset(root, rng):
    known = {}
    for form, kind in FORMS.items():
        images, labels, count = [], [], 0
        for shard in range(3):
            files = []
            for i in range(4):
                # Longer names than ustar's 100 letters, where the format has room for them.
                key = f"{'long/' * 24 if form != 'ustar' and i == 2 else 'some.folder/'}{count:06d}"
                data, label = jpeg(rng), int(rng.integers(0, 7))
                text = [(".cls", str(label).encode()), (".json", json.dumps({"label": label, "text": "x"}).encode())]
                sample = [(key + ".jpg", data), (key + text[i % 2][0], text[i % 2][1]), (key + ".txt", b"a caption")]
                files += [sample[j] for j in rng.permutation(3)]
                images.append(pixels(data))
                labels.append(label)
                count += 1
            make(f"{root}/webdataset-{form}/part-{shard:04d}.tar", tar(files, kind))
        known[form] = split(images, labels)
    return known


def mat(root, rng):
    """Every class and storage that is read, and what is refused."""
    variables = {
        "double": np.array([[1.5, -2.25, 1e300], [0, 3, 4]]), "whole": np.arange(6.0).reshape(2, 3) * 1000, "single": np.float32([[1.5, 2]]),
        "int8": np.int8([[-128, 127]]), "uint8": np.uint8([[0, 255]]), "int16": np.int16([[-32768], [5]]), "uint16": np.uint16([[65535]]),
        "int32": np.int32([[-(2**31)]]), "uint32": np.uint32([[2**32 - 1, 7]]), "int64": np.int64([[-(2**53)]]), "uint64": np.uint64([[2**53]]),
        "text": "hello, MATLAB", "empty": np.zeros((0, 3)), "cube": np.arange(24, dtype=np.int32).reshape(2, 3, 4), "truth": np.array([[True, False]]),
    }
    for packed in (False, True):
        scipy.io.savemat(make(f"{root}/mat/{'packed' if packed else 'plain'}.mat"), variables, do_compression=packed)
    refused = {
        "cell": np.array(["a", 2], object), "structure": {"a": 1, "b": "x"}, "sparse": scipy.sparse.csc_matrix(np.eye(3)), "complex": np.array([[1 + 2j]]),
    }
    for name, value in refused.items():
        scipy.io.savemat(f"{root}/mat/{name}.mat", {"before": 1.0, "it": value, "after": 2.0})
    return {n: {"shape": list(np.atleast_2d(v).shape), "values": np.atleast_2d(v).astype(float).flatten("F").tolist()} for n, v in variables.items() if n != "text"}


def write(root):
    rng = np.random.default_rng(5)
    wnids = ["n01440764", "n02119789", "n03255030"]
    import scipy.sparse  # noqa: F401
    print(json.dumps({
        "cifar10": cifar10(root, rng), "cifar100": cifar100(root, rng), "svhn": svhn(root, rng), "flowers": flowers(root, rng),
        "domainnet": domainnet(root, rng), "imagenet": imagenet(root, rng, wnids, ["n02119789", "n01440764", "n03255030"]),
        "webdataset": webdataset(root, rng), "mat": mat(root, rng),
    }))


def read(root, name):
    if name == "cifar10-python":
        known = {}
        for part, files in (("train", [f"data_batch_{i}" for i in range(1, 6)]), ("test", ["test_batch"])):
            batches = []
            for file in files:
                with open(f"{root}/cifar-10-batches-py/{file}", "rb") as f:
                    batches.append(pickle.load(f, encoding="latin1"))
            data = np.concatenate([b["data"] for b in batches]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
            known[part] = split(data, sum((b["labels"] for b in batches), []))
        with open(f"{root}/cifar-10-batches-py/batches.meta", "rb") as f:
            known["classes"] = pickle.load(f, encoding="latin1")["label_names"]
    elif name == "cifar100-test":
        records = np.fromfile(f"{root}/cifar-100-binary/test.bin", np.uint8).reshape(-1, 3074)
        known = {"test": split(records[:, 2:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 1], coarse=records[:, 0].tolist())}
    elif name == "flowers102":
        folder = f"{root}/flowers-102"
        sets = scipy.io.loadmat(f"{folder}/setid.mat", squeeze_me=True)
        labels = scipy.io.loadmat(f"{folder}/imagelabels.mat", squeeze_me=True)["labels"]
        known = {}
        for part, ids in (("train", [*sets["trnid"], *sets["valid"]]), ("test", [*sets["tstid"]])):
            there = [i for i in ids if os.path.exists(f"{folder}/jpg/image_{i:05d}.jpg")]
            images = (np.asarray(Image.open(f"{folder}/jpg/image_{i:05d}.jpg").convert("RGB")) for i in there)
            known[part] = split(images, [labels[i - 1] - 1 for i in there], listed=len(ids))
    else:
        sys.exit(f"no set '{name}'")
    print(json.dumps(known))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
