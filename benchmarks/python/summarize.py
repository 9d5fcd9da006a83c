"""Medians, a CSV and the ratios of a race, each beside its bound.

usage: python3 summarize.py RECORDS.jsonl FOLDER RUNTIME-JSON DEVICE THREADS [NAME]
NAME begins the file's name: race, bfloat16 or families.
Exit code 3 where a bound was missed. Peak memory is that of the process less that of one with the same imports and no model, so that it is the model's own.
"""

import collections
import csv
import datetime
import json
import os
import re
import statistics
import subprocess
import sys

COLUMNS = [
    "model", "mode", "side", "samples_per_sec", "step_time_ms", "peak_mb", "batch", "img_size", "threads", "dtype",
    "format", "libtorch", "blas", "cpu", "rounds", "date",
]
OP_BOUND, SPEED_BOUND, MEMORY_BOUND, BF16_BOUND, ADAMW_BOUND = 0.9, 1.0, 1.05, 1.4, 3.0


def cpu_model():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "unknown CPU")


def gpu_model():
    try:
        names = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, check=True
        ).stdout
        return names.splitlines()[0].strip()
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "CUDA device"


def read(path):
    """{(model, mode, batch, format, dtype, side): {name: median}} and how many runs each has."""
    values, rounds = collections.defaultdict(lambda: collections.defaultdict(list)), collections.Counter()
    with open(path) as lines:
        for record in map(json.loads, lines):
            key = tuple(record[name] for name in ("model", "mode", "batch", "format", "dtype", "side"))
            if "missing" in record["result"]:
                continue
            rounds[key] += 1
            for name, value in record["result"].items():
                values[key][name].append(value)
    return {key: {n: statistics.median(v) for n, v in named.items()} for key, named in values.items()}, rounds


def rows_of(medians, rounds, machine):
    baseline = {key[5]: m["peak_kb"] for key, m in medians.items() if key[1] == "baseline"}
    for key, median in medians.items():
        model, mode, batch, layout, dtype, side = key
        common = {"side": side, "dtype": dtype, "rounds": rounds[key], **machine}
        if mode == "overhead":
            for name, ns in median.items():
                op, grad = name.split(" ")
                yield {
                    "model": op, "mode": grad, "samples_per_sec": f"{1e9 / ns:.0f}", "step_time_ms": f"{ns / 1e6:.6f}", **common,
                }
        elif mode == "update":
            for side, name in (("vitnotebooks", "fused_ms"), ("loop", "loop_ms")):
                ms = median[name]
                yield {
                    "model": model, "mode": mode, "samples_per_sec": f"{1000 / ms:.2f}", "step_time_ms": f"{ms:.3f}", **common, "side": side,
                }
        elif mode != "baseline":
            row = {
                "model": model, "mode": mode, "samples_per_sec": f"{median['samples_per_sec']:.3f}",
                "step_time_ms": f"{median['step_time_ms']:.2f}", "batch": batch, "img_size": int(median.get("img_size", 224)), "format": layout, **common,
            }
            if side in baseline:
                row["peak_mb"] = f"{(median['peak_kb'] - baseline[side]) / 1024:.0f}"
            yield row


MISSED = []


def verdict(holds, what):
    if not holds:
        MISSED.append(what)
    return "holds" if holds else "MISSED"


def table(rows):
    """Our rows beside Python's; of several layouts each side's fastest."""
    best = {}
    for row in rows:
        key = row["model"], row["mode"], row.get("batch", ""), row["dtype"]
        sides = best.setdefault(key, {})
        if row["side"] not in sides or float(row["step_time_ms"]) < float(sides[row["side"]]["step_time_ms"]):
            sides[row["side"]] = row
    print(f"{'':34}{'ours':>13}{'python':>13}{'speed':>8}{'memory':>8}")
    for (model, mode, batch, dtype), sides in best.items():
        ours, theirs = sides.get("vitnotebooks"), sides.get("python")
        layouts = {row.get("format") for row in sides.values()} - {"contiguous", None}
        label = " ".join(str(part) for part in (model, mode, f"b{batch}" if batch else "", "bf16" if dtype == "bfloat16" else "") if part)
        operation = not batch
        scale, unit = (1e6, "ns") if operation else (1, "ms")
        cells = "".join(f"{float(row['step_time_ms']) * scale:>10.0f} {unit}" if row else f"{'-':>13}" for row in (ours, theirs))
        line, notes = f"{label:34}{cells}", []
        if loop := sides.get("loop"):
            gain = float(loop["step_time_ms"]) / float(ours["step_time_ms"])
            line = f"{label:34}{float(ours['step_time_ms']):>10.1f} ms{float(loop['step_time_ms']):>10.1f} ms{gain:>7.2f}x"
            notes.append(f"over a loop of tensor operations {verdict(gain >= ADAMW_BOUND, label)}")
        if ours and theirs:
            speed = float(theirs["step_time_ms"]) / float(ours["step_time_ms"])
            line += f"{speed:>7.2f}x"
            holds = 1 / speed <= OP_BOUND if operation else speed >= SPEED_BOUND
            notes.append(f"speed {verdict(holds, label)}")
            if "peak_mb" in ours and "peak_mb" in theirs and float(theirs["peak_mb"]) > 0:
                memory = float(ours["peak_mb"]) / float(theirs["peak_mb"])
                line += f"{memory:>7.2f}x"
                notes.append(f"memory {verdict(memory <= MEMORY_BOUND, label + ' memory')}")
        if ours and dtype == "bfloat16" and (plain := best.get((model, mode, batch, "float32"), {}).get("vitnotebooks")):
            gain = float(plain["step_time_ms"]) / float(ours["step_time_ms"])
            bound = f" {verdict(gain >= BF16_BOUND, label + ' over fp32')}" if (model, mode) == ("vit_s16", "train") else ""
            notes.append(f"{gain:.2f}x our fp32{bound}")
        if layouts:
            notes.append("channels_last: " + " and ".join(s for s, r in sides.items() if r.get("format") == "channels_last"))
        print(f"{line}  {'; '.join(notes)}")
    print(f"speed: how many times Python's (bound {SPEED_BOUND}, small ops 1 / {OP_BOUND}); memory: share of Python's peak (bound {MEMORY_BOUND})")


def main():
    records, folder, runtime, device, threads = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4], sys.argv[5]
    name = sys.argv[6] if len(sys.argv) > 6 else "race"
    medians, rounds = read(records)
    chip = gpu_model() if device.startswith("cuda") else f"{cpu_model()} ({os.cpu_count()} cores)"
    machine = {
        "threads": threads if threads != "0" else "", "libtorch": runtime["libtorch"], "blas": runtime["blas"].split(" (")[0],
        "cpu": chip, "date": datetime.date.today().isoformat(),
    }
    rows = list(rows_of(medians, rounds, machine))
    slug = re.sub(r"[^a-z0-9]+", "-", chip.lower()).strip("-")
    path = os.path.join(folder, f"{name}-{slug}-libtorch-{runtime['libtorch']}.csv")
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"\n--- {path}")
    with open(path) as file:
        print(file.read() + "---\n")
    print(f"{chip}, libtorch {runtime['libtorch']}, {machine['blas']}, {threads} threads, medians of {max(rounds.values(), default=0)} rounds")
    table(rows)
    print(f"written to {path}")
    if MISSED:
        print(f"missed: {'; '.join(MISSED)}")
        sys.exit(3)


if __name__ == "__main__":
    main()
