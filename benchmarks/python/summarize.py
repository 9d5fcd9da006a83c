"""Medians, a CSV and the ratios of a race.

usage: python3 summarize.py RECORDS.jsonl FOLDER RUNTIME-JSON
Peak memory is that of the process less that of one with the same imports and no model, so that it is the model's own.
"""

import collections
import csv
import datetime
import json
import os
import re
import statistics
import sys

COLUMNS = [
    "model", "mode", "side", "samples_per_sec", "step_time_ms", "peak_mb", "batch", "img_size", "threads", "dtype",
    "libtorch", "blas", "cpu", "rounds", "date",
]


def cpu_model():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown CPU")


def main():
    records_path, folder, runtime = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    values = collections.defaultdict(list)
    with open(records_path) as lines:
        for record in map(json.loads, lines):
            key = record["model"], record["mode"], record["side"]
            for name, value in record["result"].items():
                values[key + (name,)].append(value)
    median = {key: statistics.median(numbers) for key, numbers in values.items()}
    rounds = {key[:3]: len(numbers) for key, numbers in values.items()}
    machine = {
        "threads": 2, "libtorch": runtime["libtorch"], "blas": runtime["blas"].split(" (")[0],
        "cpu": f"{cpu_model()} ({os.cpu_count()} cores)", "date": datetime.date.today().isoformat(),
    }

    rows = []
    for model, mode, side in rounds:
        if mode == "baseline":
            continue
        common = {"side": side, "dtype": "float32", "rounds": rounds[model, mode, side], **machine}
        if mode == "overhead":
            for name, label in (("add_ns", "no_grad"), ("add_grad_ns", "grad")):
                ns = median[model, mode, side, name]
                rows.append({"model": model, "mode": label, "samples_per_sec": f"{1e9 / ns:.0f}", "step_time_ms": f"{ns / 1e6:.6f}", **common})
        else:
            peak = (median[model, mode, side, "peak_kb"] - median["none", "baseline", side, "peak_kb"]) / 1024
            rows.append({
                "model": model, "mode": mode, "samples_per_sec": f"{median[model, mode, side, 'samples_per_sec']:.3f}",
                "step_time_ms": f"{median[model, mode, side, 'step_time_ms']:.2f}", "peak_mb": f"{peak:.0f}",
                "batch": 8, "img_size": 224, **common,
            })

    slug = re.sub(r"[^a-z0-9]+", "-", machine["cpu"].lower()).strip("-")
    path = os.path.join(folder, f"race-{slug}-libtorch-{runtime['libtorch']}.csv")
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

    print(f"\n{machine['cpu']}, libtorch {runtime['libtorch']}, {machine['blas']}, 2 threads, medians of {max(rounds.values())} rounds")
    print(f"{'':22}{'ours':>12}{'python':>12}{'speed':>9}{'memory':>9}")
    by_key = {(row["model"], row["mode"], row["side"]): row for row in rows}
    for model, mode, side in by_key:
        if side != "vitnotebooks":
            continue
        ours, theirs = by_key[model, mode, side], by_key[model, mode, "python"]
        unit = "ns" if model == "add_4x4" else "ms"
        scale = 1e6 if unit == "ns" else 1
        times = [float(row["step_time_ms"]) * scale for row in (ours, theirs)]
        memory = f"{float(ours['peak_mb']) / float(theirs['peak_mb']):.2f}x" if "peak_mb" in ours else ""
        print(f"{model + ' ' + mode:22}{times[0]:>9.0f} {unit}{times[1]:>9.0f} {unit}{times[1] / times[0]:>8.2f}x{memory:>9}")
    print(f"speed: how many times Python's (more is better); memory: share of Python's peak (less is better)\nwritten to {path}")


if __name__ == "__main__":
    main()
