"""Writes small HDF5 files with h5py, those of dSprites and PatchCamelyon among them, dSprites as numpy's archive too, and says what h5py and numpy see in them.

hdf5.py FOLDER        makes them below FOLDER and prints {set: description}

A description of a split is that of datasets.py.
"""

import json
import sys

import h5py
import numpy as np

from datasets import make, split


def arrays(root, rng):
    """Every storage and kind of value that is read, in groups of more names than one table holds."""
    known = {}
    with h5py.File(make(f"{root}/arrays.h5"), "w") as f:
        for i, dtype in enumerate(["u1", "i1", "<u2", ">u2", "<i4", ">i4", "<i8", ">i8", "<u4"]):
            values = rng.integers(np.iinfo(dtype).min // 2, np.iinfo(dtype).max // 2, (3, 5)) % 2**30 * (1 if "u" in dtype else rng.choice([-1, 1], (3, 5)))
            values = values % 200 if "u1" in dtype else values % 100 - 50 if "i1" in dtype else values % 50000 if "u2" in dtype else values
            for form, options in (("whole", {}), ("chunks", {"chunks": (2, 3)}), ("packed", {"chunks": (2, 3), "compression": "gzip"}),
                                  ("shuffled", {"chunks": (2, 5), "compression": "gzip", "shuffle": True}), ("turned", {"chunks": (1, 2), "shuffle": True})):
                name = f"{form}/of {i}"
                f.create_dataset(name, data=values.astype(dtype), **options)
                known[name] = {"shape": [3, 5], "values": values.astype(dtype).astype(np.int64).flatten().tolist()}
        for i, (shape, chunks) in enumerate([((7,), (3,)), ((5, 4, 3), (2, 3, 2)), ((4, 3, 5, 2), (3, 2, 2, 1)), ((40, 6, 6), (16, 2, 2)), ((300,), (1,))]):
            values = rng.integers(0, 100, shape)
            # Many chunks: the tree has more than one level.
            f.create_dataset(f"deep/er/{i}", data=values, chunks=chunks, compression="gzip", maxshape=(None, *shape[1:]))
            known[f"deep/er/{i}"] = {"shape": list(shape), "values": values.flatten().tolist()}
        for i in range(30):
            f.create_dataset(f"many/name {i:02d}", data=np.arange(i + 1))
            known[f"many/name {i:02d}"] = {"shape": [i + 1], "values": list(range(i + 1))}
        small = np.arange(6, dtype="u1").reshape(2, 3)
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_layout(h5py.h5d.COMPACT)
        h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple((2, 3)), creation).write(h5py.h5s.ALL, h5py.h5s.ALL, small)
        known["compact"] = {"shape": [2, 3], "values": small.flatten().tolist()}
    with h5py.File(f"{root}/refused.h5", "w") as f:
        f["float"] = np.arange(3.0)
        f["text"] = "abc"
        f["scalar"] = 5
        f.create_dataset("sums", data=np.arange(9), chunks=(3,), fletcher32=True)
        f.create_dataset("lzf", data=np.arange(9), chunks=(3,), compression="lzf")
        f.create_dataset("holes", (100, 4), "u1", chunks=(10, 4))[:10] = 7
        f.create_dataset("unwritten", (100, 4), "u1")
        f.create_group("group")
    with h5py.File(f"{root}/latest.h5", "w", libver="latest") as f:
        f["x"] = np.arange(3)
    return known


def dsprites(root, rng):
    stem, count = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64", 60
    images = (rng.random((count, 64, 64)) < 0.2).astype(np.uint8)
    classes = np.stack([rng.integers(0, steps, count) for steps in (1, 3, 6, 40, 32, 32)], 1)
    classes[0], classes[1] = (0, 2, 5, 39, 31, 31), (0, 0, 0, 0, 0, 0)
    with h5py.File(make(f"{root}/dsprites/dsprites/{stem}.hdf5"), "w") as f:
        f.create_dataset("imgs", data=images, compression="gzip", chunks=(16, 16, 32))
        f.create_dataset("latents/classes", data=classes, compression="gzip")
        f.create_dataset("latents/values", data=classes.astype(float), compression="gzip")
    metadata = np.array({"author": "x", "latents_sizes": np.array([1, 3, 6, 40, 32, 32])}, object)
    np.savez_compressed(make(f"{root}/dsprites-npz/dsprites/{stem}.npz"), metadata=metadata, imgs=images, latents_classes=classes,
                        latents_values=classes.astype(float))
    np.savez(make(f"{root}/dsprites-plain/dsprites/{stem}.npz"), imgs=images, latents_classes=classes)
    white = np.repeat(images[..., None] * 255, 3, 3)
    return split(white, classes[:, 1], scale=classes[:, 2].tolist(), orientation=(classes[:, 3] // 2.5).astype(int).tolist(),
                 location=(classes[:, 4] // 2).tolist())


def patch_camelyon(root, rng):
    known = {}
    forms = {"train": ({}, {}, "u1"), "valid": ({"chunks": (2, 48, 96, 3), "compression": "gzip"}, {"chunks": True, "compression": "gzip"}, "u4"),
             "test": ({"chunks": (1, 96, 96, 3)}, {"maxshape": (None, 1, 1, 1)}, "i8")}
    for name, (x, y, kind) in forms.items():
        count = {"train": 7, "valid": 5, "test": 4}[name]
        images, labels = rng.integers(0, 256, (count, 96, 96, 3), np.uint8), rng.integers(0, 2, count)
        stem = make(f"{root}/pcam/pcam/camelyonpatch_level_2_split_{name}")
        with h5py.File(f"{stem}_x.h5", "w") as f:
            f.create_dataset("x", data=images, **x)
        with h5py.File(f"{stem}_y.h5", "w") as f:
            f.create_dataset("y", data=labels.reshape(-1, 1, 1, 1).astype(kind), **y)
        known[name] = split(images, labels)
    return known


if __name__ == "__main__":
    generator = np.random.default_rng(7)
    print(json.dumps({function.__name__: function(sys.argv[1], generator) for function in (arrays, dsprites, patch_camelyon)}))
