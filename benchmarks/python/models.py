"""Python's side of the model race: torchvision's models on PyTorch, as one line of JSON.

usage: python3 models.py MODEL MODE [--steps N] [--warmup N] [--batch N] [--threads N] [--device D] [--format F] [--dtype T] [--originals FOLDER]
  MODEL   swin_t | vit_s16 | resnet50 | none (imports and one small product: what a process costs before any model); with a folder of
          the authors' checkouts a name of originals.py, which then is their own code instead of torchvision's
  MODE    train (forward, cross-entropy, backward, AdamW) | infer (inference_mode) | baseline
The best that Python has here: foreach AdamW on a CPU and the fused one on a GPU, gradients set to None, inference_mode; the BLAS is race.sh's.
Without torchvision (a machine with a torch wheel alone) the line is {"missing": "torchvision"}.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F

import originals

SIZE, CLASSES = 224, 1000

try:
    import torchvision
except ImportError:
    torchvision = None


def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def build(name):
    models = torchvision.models
    if name == "swin_t":
        return models.swin_t(num_classes=CLASSES)
    if name == "resnet50":
        return models.resnet50(num_classes=CLASSES)
    if name == "vit_s16":
        return models.VisionTransformer(
            image_size=SIZE, patch_size=16, num_layers=12, num_heads=6, hidden_dim=384, mlp_dim=1536, num_classes=CLASSES
        )
    raise SystemExit(f"models.py: no model '{name}'; there are swin_t, vit_s16, resnet50 and none.")


def logits_of(output):
    return output[0] if isinstance(output, (tuple, list)) else output


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("mode", choices=["train", "infer", "baseline"])
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--format", default="contiguous", choices=["contiguous", "channels_last"])
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--originals")
    args = parser.parse_args()
    cuda = args.device.startswith("cuda")

    if args.threads > 0:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    torch.randn(64, 64, device=args.device) @ torch.randn(64, 64, device=args.device)
    if args.mode == "baseline":
        print(json.dumps({"peak_kb": peak_kb()}))
        return
    if torchvision is None and not args.originals:
        print(json.dumps({"missing": "torchvision"}))
        return

    model, size, classes = (
        originals.build(args.model, args.originals, args.mode == "train") if args.originals else (build(args.model), SIZE, CLASSES)
    )
    model = model.to(args.device)
    images = torch.randn(args.batch, 3, size, size, device=args.device)
    labels = torch.randint(0, classes, (args.batch,), device=args.device)
    if args.format == "channels_last":
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)

    def precision():
        if args.dtype == "float32":
            return contextlib.nullcontext()
        return torch.autocast(args.device.split(":")[0], dtype=torch.bfloat16)

    times, loss = [], None
    if args.mode == "train":
        model.train()
        fastest = {"fused": True} if cuda else {"foreach": True}
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05, **fastest)
        for step in range(args.warmup + args.steps):
            start = time.perf_counter()
            optimizer.zero_grad(set_to_none=True)
            with precision():
                loss = F.cross_entropy(logits_of(model(images)), labels)
            loss.backward()
            optimizer.step()
            if cuda:
                loss.item()  # waits for the device
            if step >= args.warmup:
                times.append(time.perf_counter() - start)
    else:
        model.eval()
        with torch.inference_mode(), precision():
            for step in range(args.warmup + args.steps):
                start = time.perf_counter()
                logits = logits_of(model(images))
                if cuda:
                    logits[0, 0].item()
                if step >= args.warmup:
                    times.append(time.perf_counter() - start)
    step = statistics.median(times)
    result = {"samples_per_sec": args.batch / step, "step_time_ms": step * 1000, "peak_kb": peak_kb(), "img_size": size}
    if loss is not None:
        result["last_loss"] = float(loss)
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
