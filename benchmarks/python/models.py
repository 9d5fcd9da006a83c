"""Python's side of the model race: torchvision's models on python3-torch, as one line of JSON.

usage: python3 models.py MODEL MODE STEPS [WARMUP]
  MODEL   swin_t | vit_s16 | none (imports and one small product: what a process costs before any model)
  MODE    train (forward, cross-entropy, backward, AdamW foreach) | infer (inference_mode) | baseline
The best that Python has here: foreach AdamW, gradients set to None, inference_mode, two threads; the BLAS is race.sh's.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
import torchvision

BATCH, SIZE, CLASSES, THREADS = 8, 224, 1000, 2


def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def build(name):
    if name == "swin_t":
        return torchvision.models.swin_t(num_classes=CLASSES)
    if name == "vit_s16":
        return torchvision.models.VisionTransformer(
            image_size=SIZE, patch_size=16, num_layers=12, num_heads=6, hidden_dim=384, mlp_dim=1536, num_classes=CLASSES
        )
    raise SystemExit(f"models.py: no model '{name}'; there are swin_t, vit_s16 and none.")


def main():
    name, mode, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
    warmup = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    torch.randn(64, 64) @ torch.randn(64, 64)
    if mode == "baseline":
        print(json.dumps({"peak_kb": peak_kb()}))
        return

    model = build(name)
    images, labels = torch.randn(BATCH, 3, SIZE, SIZE), torch.randint(0, CLASSES, (BATCH,))
    times = []
    if mode == "train":
        model.train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05, foreach=True)
        for step in range(warmup + steps):
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
            if step >= warmup:
                times.append(time.perf_counter() - start)
    elif mode == "infer":
        model.eval()
        with torch.inference_mode():
            for step in range(warmup + steps):
                start = time.perf_counter()
                model(images)
                if step >= warmup:
                    times.append(time.perf_counter() - start)
    else:
        raise SystemExit(f"models.py: no mode '{mode}'; there are train, infer and baseline.")
    step = statistics.median(times)
    print(json.dumps({"samples_per_sec": BATCH / step, "step_time_ms": step * 1000, "peak_kb": peak_kb()}))


if __name__ == "__main__":
    main()
