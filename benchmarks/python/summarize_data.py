"""Medians of a data race, a CSV, and each row beside its bound.

usage: python3 summarize_data.py RECORDS.jsonl FOLDER
Exit code 3 where a bound was missed.
"""

import collections
import csv
import datetime
import json
import os
import re
import statistics
import sys

from summarize import cpu_model

COLUMNS = ["name", "side", "images_per_sec", "first_batch_ms", "peak_mb", "workers", "cpu", "rounds", "date"]
# What a row must reach: a share of another row, or images a second.
BOUNDS = [
    ("jpeg_crop224", ("jpeg_crop224", "python"), 1.5),
    ("jpeg_crop224", ("jpeg_decode", "vitnotebooks"), 0.7),
    ("jpeg_part224", ("jpeg_crop224", "python"), 2.5),
    ("jpeg_randaugment224", ("jpeg_randaugment224", "python"), 3.0),
    ("jpeg_part_randaugment224", ("jpeg_randaugment224", "python"), 3.0),
    ("jpeg_packed224", ("jpeg_crop224", "vitnotebooks"), 3.0),
    ("cifar_crop_flip", None, 300_000),
]
# Rows to look at side by side: the first's images a second by the second's, without a bound.
BESIDE = [
    ("jpeg_packed224", "jpeg_shrunk224"),
    ("jpeg_packed_files224", "jpeg_crop224"),
    ("jpeg_packed_jpeg224", "jpeg_crop224"),
    ("cifar_resize224_device", "cifar_resize224"),
]
FIRST_BATCH_MS = 200


def main():
    records, folder = sys.argv[1], sys.argv[2]
    values, rounds = collections.defaultdict(lambda: collections.defaultdict(list)), collections.Counter()
    with open(records) as lines:
        for record in map(json.loads, lines):
            key = record["name"], record["side"]
            rounds[key] += 1
            for name, value in record["result"].items():
                values[key][name].append(value)
    medians = {key: {n: statistics.median(v) for n, v in named.items()} for key, named in values.items()}
    chip = f"{cpu_model()} ({os.cpu_count()} cores)"
    path = os.path.join(folder, f"data-{re.sub(r'[^a-z0-9]+', '-', chip.lower()).strip('-')}.csv")
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for (name, side), median in medians.items():
            writer.writerow(
                {
                    "name": name, "side": side, "images_per_sec": f"{median['images_per_sec']:.0f}",
                    "first_batch_ms": f"{median['first_batch_ms']:.1f}", "peak_mb": f"{median['peak_kb'] / 1024:.0f}", "workers": 2,
                    "cpu": chip, "rounds": rounds[name, side], "date": datetime.date.today().isoformat(),
                }
            )
    missed = []
    for (name, side), median in medians.items():
        print(f"{name:24}{side:14}{median['images_per_sec']:>10.0f} images/s  first batch {median['first_batch_ms']:.0f} ms")
        if side == "vitnotebooks" and name != "jpeg_decode" and median["first_batch_ms"] > FIRST_BATCH_MS:
            missed.append(f"{name}: first batch in {median['first_batch_ms']:.0f} ms, bound {FIRST_BATCH_MS}")
    for name, other, bound in BOUNDS:
        if (name, "vitnotebooks") not in medians or (other and other not in medians):
            continue
        ours = medians[name, "vitnotebooks"]["images_per_sec"]
        reached = ours / medians[other]["images_per_sec"] if other else ours
        line = f"{name}: {reached:.2f} of {' '.join(other)}, bound {bound}" if other else f"{name}: {reached:,.0f} images/s, bound {bound:,}"
        print(f"{line}: {'holds' if reached >= bound else 'MISSED'}")
        if reached < bound:
            missed.append(line)
    for name, other in BESIDE:
        if (name, "vitnotebooks") in medians and (other, "vitnotebooks") in medians:
            share = medians[name, "vitnotebooks"]["images_per_sec"] / medians[other, "vitnotebooks"]["images_per_sec"]
            print(f"{name}: {share:.2f} of {other}")
    print(f"written to {path}")
    if missed:
        print(f"missed: {'; '.join(missed)}")
        sys.exit(3)


if __name__ == "__main__":
    main()
