"""Python's side of the data race: torchvision and Pillow under PyTorch's DataLoader, as one line of JSON.

usage: python3 data.py NAME FOLDER [SECONDS [TIMM]]
  NAME     jpeg_crop224 (random resized crop with Pillow's bicubic, flip, normalize) | cifar_crop_flip (crop with a border of 4, flip, normalize)
           | jpeg_randaugment224 (timm's own training transform with rand-m9-mstd0.5-inc1 and erasing of 0.25, from its checkout TIMM)
  FOLDER   a folder of class folders with JPEGs; for cifar the folder that holds cifar-10-batches-py
Two worker processes that stay between epochs, and batches of 64, of CIFAR 128, as on our side; nothing is done with the batches.
"""

import json
import statistics
import sys
import time

import torch
from torch.utils.data import ConcatDataset, DataLoader
from torchvision import datasets, transforms

BATCH, SMALL_BATCH, WORKERS = 64, 128, 2


def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def dataset(name, folder):
    if name == "jpeg_crop224":
        pipeline = transforms.Compose(
            [
                transforms.RandomResizedCrop(224, interpolation=transforms.InterpolationMode.BICUBIC),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
            ]
        )
        return ConcatDataset([datasets.ImageFolder(folder, pipeline)] * 10)
    if name == "cifar_crop_flip":
        pipeline = transforms.Compose(
            [
                transforms.RandomCrop(32, padding=4),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616)),
            ]
        )
        return datasets.CIFAR10(folder, train=True, transform=pipeline)
    if name == "jpeg_randaugment224":
        from timm.data import create_transform

        pipeline = create_transform(
            224, is_training=True, auto_augment="rand-m9-mstd0.5-inc1", interpolation="bicubic", re_prob=0.25, re_mode="pixel", re_count=1
        )
        return ConcatDataset([datasets.ImageFolder(folder, pipeline)] * 10)
    raise SystemExit(f"data.py: no race '{name}'; there are jpeg_crop224, jpeg_randaugment224 and cifar_crop_flip.")


def count(loader):
    images, first, start = 0, None, time.perf_counter()
    for batch, _ in loader:
        if first is None:
            first = (time.perf_counter() - start) * 1000
        images += len(batch)
    return images, first


def main():
    name, folder = sys.argv[1], sys.argv[2]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 10
    if len(sys.argv) > 4:
        sys.path.insert(0, sys.argv[4])
    torch.manual_seed(0)
    loader = DataLoader(dataset(name, folder), SMALL_BATCH if name.startswith("cifar") else BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True)
    count(loader)
    images, firsts, start = 0, [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        made, first = count(loader)
        images += made
        firsts.append(first)
    took = time.perf_counter() - start
    print(json.dumps({"images_per_sec": images / took, "first_batch_ms": statistics.median(firsts), "peak_kb": peak_kb()}))


if __name__ == "__main__":
    main()
