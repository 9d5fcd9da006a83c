"""Prints what torchvision says of its weights: {file: {url, size, resize, interpolation, mean, std, top1}}."""

import json

from torchvision import models


def record(weights):
    preset = weights.transforms()
    metrics = weights.meta.get("_metrics", weights.meta.get("metrics"))
    accuracy = metrics.get("ImageNet-1K", metrics)["acc@1"]
    return {
        "url": weights.url,
        "size": preset.crop_size[0],
        "resize": preset.resize_size[0],
        "interpolation": preset.interpolation.value,
        "mean": list(preset.mean),
        "std": list(preset.std),
        "top1": accuracy,
        "classes": len(weights.meta["categories"]),
    }


NAMES = [f"ResNet{n}" for n in (18, 34, 50, 101, 152)] + ["Swin_T", "Swin_S", "Swin_B"]
NAMES += ["ViT_B_16", "ViT_B_32", "ViT_L_16", "ViT_L_32", "ViT_H_14"]
print(json.dumps([record(w) for name in NAMES for w in getattr(models, f"{name}_Weights")]))
