"""Writes small datasets in the exact formats of the originals, and reads datasets with Python's own readers.

datasets.py write FOLDER        makes them below FOLDER and prints {set: description}
datasets.py read ROOT SET       prints the description of real files: cifar10-python, cifar10-binary, cifar100-test, flowers102
datasets.py draw COUNT          prints what numpy draws of so many drives, as tensorflow_datasets' split of KITTI does

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


def nested(rng):
    """Cells and structures in one another, empty ones among them."""
    records = np.zeros((1, 2), dtype=[(name, object) for name in ("number", "text", "list", "empty")])
    for i in range(2):
        records[0, i] = (np.uint16(300 * i), f"record {i}", np.array([["x" * i, i + 0.5]], object), np.zeros((0, 0)))
    grid = np.empty((2, 3), object)
    for i in range(6):
        grid.flat[i] = [np.arange(i), f"cell {i}", np.int8([[i], [-i]]), records][i % 4]
    return {"grid": grid, "records": records, "one": {"a": {"b": np.array([["deep"]], object)}}, "none": np.empty((0, 0), object), "after": 2.0}


def described(value):
    """What scipy reads back."""
    value = np.asarray(value)
    shape = list(value.shape)
    if value.dtype.names:
        return {"class": "structure", "shape": shape, "fields": list(value.dtype.names),
                "parts": [described(record[name]) for record in value.flatten("F") for name in value.dtype.names]}
    if value.dtype == object:
        return {"class": "cell", "shape": shape, "parts": [described(part) for part in value.flatten("F")]}
    if value.dtype.kind == "U":
        return {"class": "char", "text": str(value.item()) if value.size else ""}
    return {"class": "number", "shape": shape, "values": value.astype(float).flatten("F").tolist()}


def records_of(fields, rows):
    """A structure array [1, N], as MATLAB has annotations."""
    records = np.zeros((1, len(rows)), dtype=[(field, object) for field in fields])
    for i, row in enumerate(rows):
        records[0, i] = tuple(row)
    return records


def column(texts):
    cells = np.empty((len(texts), 1), object)
    cells[:, 0] = texts
    return cells


def cars(root, rng):
    names = ["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "smart fortwo Convertible 2012"]
    known, fields, single, single_files = {}, ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname"], [], {}
    meta = np.empty((1, 3), object)
    meta[0, :] = names
    for part, count in (("train", 7), ("test", 4)):
        images, labels, rows = [], rng.integers(1, 4, count), []
        for i in range(count):
            data = jpeg(rng)
            make(f"{root}/cars/stanford_cars/cars_{part}/{i + 1:05d}.jpg", data)
            rows.append([np.uint8(1), np.uint16(2), np.uint16(30), np.uint16(20), np.uint8(labels[i]), f"{i + 1:05d}.jpg"])
            images.append(pixels(data))
            path = f"car_ims/{len(single) + 1:06d}.jpg"
            make(f"{root}/cars-single/stanford_cars/{path}", data)
            single.append([path, np.uint8(1), np.uint8(labels[i]), np.uint8(part == "test")])
        list_of = "devkit/cars_train_annos.mat" if part == "train" else "cars_test_annos_withlabels.mat"
        scipy.io.savemat(make(f"{root}/cars/stanford_cars/{list_of}"), {"annotations": records_of(fields, rows)}, do_compression=part == "train")
        known[part] = split(images, labels - 1)
    scipy.io.savemat(f"{root}/cars/stanford_cars/devkit/cars_meta.mat", {"class_names": meta})
    scipy.io.savemat(f"{root}/cars-single/stanford_cars/cars_annos.mat",
                     {"annotations": records_of(["relative_im_path", "bbox_x1", "class", "test"], single), "class_names": meta}, do_compression=True)
    return {**known, "classes": names}


def dogs(root, rng):
    folder, names, known = f"{root}/dogs/stanford_dogs", ["n02085620-Chihuahua", "n02085782-Japanese_spaniel", "n02116738-African_hunting_dog"], {}
    for part, count in (("train", 6), ("test", 5)):
        labels, files, images = rng.permutation(np.arange(count) % 3) + 1, [], []
        for i, label in enumerate(labels):
            data = jpeg(rng)
            files.append(f"{names[label - 1]}/{names[label - 1][:9]}_{part}{i}.jpg")
            make(f"{folder}/Images/{files[-1]}", data)
            images.append(pixels(data))
        lists = {"file_list": column(files), "annotation_list": column([f[:-4] for f in files]), "labels": labels[:, None].astype(float)}
        scipy.io.savemat(f"{folder}/{part}_list.mat", lists, do_compression=True)
        known[part] = split(images, labels - 1)
    return {**known, "classes": names}


def smallnorb(root, rng):
    folder, known = f"{root}/smallnorb/smallnorb", {}
    magic = {np.dtype(np.uint8): 0x1E3D4C55, np.dtype(np.int32): 0x1E3D4C54}

    def matrix(array):
        sizes = list(array.shape) + [1] * (3 - array.ndim)
        return struct.pack("<II", magic[array.dtype], array.ndim) + struct.pack(f"<{len(sizes)}i", *sizes) + array.astype(array.dtype.newbyteorder("<")).tobytes()

    for part, name in (("train", "smallnorb-5x46789x9x18x6x2x96x96-training"), ("test", "smallnorb-5x01235x9x18x6x2x96x96-testing")):
        count = 5 if part == "train" else 3
        pairs = rng.integers(0, 256, (count, 2, 96, 96), np.uint8)
        category = rng.integers(0, 5, count).astype(np.int32)
        info = np.stack([rng.integers(0, 10, count), rng.integers(0, 9, count), 2 * rng.integers(0, 18, count), rng.integers(0, 6, count)], 1).astype(np.int32)
        for what, array in (("dat", pairs), ("cat", category), ("info", info)):
            make(f"{folder}/{name}-{what}.mat", matrix(array))
        known[part] = split(np.repeat(pairs[:, 0, :, :, None], 3, 3), category, elevation=info[:, 1].tolist(), azimuth=(info[:, 2] // 2).tolist())
    return known


def objectnet(root, rng):
    """Four folders, of which three are in the mappings; their order among ImageNet's classes is not that of the labels' file."""
    folder = f"{root}/objectnet/objectnet-1.0"
    labels = {"alarm_clock": "Alarm clock", "bicycle": "Bicycle", "air_freshener": "Air freshener", "umbrella": "Umbrella"}
    to_imagenet = {"Bicycle": "mountain bike, all-terrain bike, off-roader; bicycle-built-for-two, tandem bicycle, tandem",
                   "Alarm clock": "analog clock; digital clock", "Umbrella": "umbrella"}
    lines = ["umbrella", "crane", "analog clock", "bicycle-built-for-two, tandem bicycle, tandem", "digital clock", "crane",
             "mountain bike, all-terrain bike, off-roader"]
    indices = [879, 134, 409, 444, 530, 517, 671]
    make(f"{folder}/mappings/folder_to_objectnet_label.json", json.dumps(labels).encode())
    make(f"{folder}/mappings/objectnet_to_imagenet_1k.json", json.dumps(to_imagenet).encode())
    make(f"{folder}/mappings/pytorch_to_imagenet_2012_id.json", json.dumps({str(index): i for i, index in enumerate(indices)}).encode())
    make(f"{folder}/mappings/imagenet_to_label_2012_v2", "\n".join(lines).encode() + b"\n")
    images, classes = [], []
    for i, name in enumerate(sorted(labels)):
        for j in range(2):
            inside = rng.integers(0, 256, (9 + i, 12 + j, 3), np.uint8)
            bordered = np.full((13 + i, 16 + j, 3), (255, 0, 0), np.uint8)
            bordered[2:-2, 2:-2] = inside
            out = io.BytesIO()
            Image.fromarray(bordered).save(out, "PNG")
            make(f"{folder}/images/{name}/{j}.png", out.getvalue())
            if labels[name] in to_imagenet:
                images.append(inside)
                classes.append(["alarm_clock", "bicycle", "umbrella"].index(name))
    return {"test": split(images, classes), "imagenet": [[409, 530], [671, 444], [879]]}


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
        "sparse": scipy.sparse.csc_matrix(np.eye(3)), "complex": np.array([[1 + 2j]]),
    }
    for name, value in refused.items():
        scipy.io.savemat(f"{root}/mat/{name}.mat", {"before": 1.0, "it": value, "after": 2.0})
    scipy.io.savemat(f"{root}/mat/nested.mat", nested(rng), do_compression=True)
    scipy.io.savemat(f"{root}/mat/nested-plain.mat", nested(rng))
    return {n: {"shape": list(np.atleast_2d(v).shape), "values": np.atleast_2d(v).astype(float).flatten("F").tolist()} for n, v in variables.items() if n != "text"}


def write(root):
    rng = np.random.default_rng(5)
    wnids = ["n01440764", "n02119789", "n03255030"]
    import scipy.sparse  # noqa: F401
    print(json.dumps({
        "cifar10": cifar10(root, rng), "cifar100": cifar100(root, rng), "svhn": svhn(root, rng), "flowers": flowers(root, rng),
        "domainnet": domainnet(root, rng), "imagenet": imagenet(root, rng, wnids, ["n02119789", "n01440764", "n03255030"]),
        "webdataset": webdataset(root, rng), "mat": mat(root, rng), "nested": {
            name: described(value) for name, value in scipy.io.loadmat(f"{root}/mat/nested.mat").items() if name[0] != "_"
        },
        "cars": cars(root, rng), "dogs": dogs(root, rng), "smallnorb": smallnorb(root, rng), "objectnet": objectnet(root, rng),
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


def draw(count):
    drives = [f"drive {i:03d}" for i in range(int(count))]
    random = np.random.RandomState(123)
    share = max(1, len(drives) // 10)
    tests = [str(drive) for drive in random.choice(drives, share, replace=False)]
    validates = random.choice([drive for drive in drives if drive not in tests], share, replace=False)
    print(json.dumps({"tests": tests, "validates": [str(drive) for drive in validates]}))


if __name__ == "__main__":
    {"write": write, "read": read, "draw": draw}[sys.argv[1]](*sys.argv[2:])
