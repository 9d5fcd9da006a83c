"""The authors' own models for the race of families, from a folder with their checkouts, named as on GitHub.

Code by itself does not run here: build(name, folder) imports the one checkout that a name needs. BatchNorm over processes, which has no CPU
kernel, is that of one process; dropout and drop path stay as the authors' constructors have them.
"""

import collections.abc
import importlib
import sys
import types
from pathlib import Path

import numpy
import torch
from torch import nn


def stand_in(name, **members):
    """For what an import wants and a forward pass does not."""
    sys.modules.setdefault(name, types.ModuleType(name)).__dict__.update(members)


class Members(dict):
    __getattr__ = dict.__getitem__


def first(*folders):
    sys.path[:0] = [str(folder) for folder in folders]


def swin(folder, name):
    first(folder / "Swin-Transformer", folder / "timm-0.4.12", folder / "yacs")
    return importlib.import_module("models.swin_transformer").SwinTransformer(drop_path_rate=0.2)


def t2t(folder, name):
    first(folder / "T2T-ViT", folder / "timm-0.4.12")
    return getattr(importlib.import_module("models.t2t_vit"), name)()


def cvt(folder, name):
    import yaml

    stand_in("torch._six", container_abcs=collections.abc, inf=float("inf"))
    first(folder / "CvT" / "lib", folder / "timm-0.4.12", folder / "einops")
    file = folder / "CvT" / "experiments" / "imagenet" / "cvt" / "cvt-13-224x224.yaml"
    spec = Members(yaml.safe_load(file.read_text())["MODEL"]["SPEC"])
    model = Members(SPEC=spec, NUM_CLASSES=1000, INIT_WEIGHTS=False, PRETRAINED="", PRETRAINED_LAYERS=["*"])
    return importlib.import_module("models.cls_cvt").get_cls_model(Members(MODEL=model, VERBOSE=False))


class Logits(nn.Module):
    """The localization paper's models give a dictionary."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x).sup


def drloc(folder, name):
    first(folder / "VTs-Drloc", folder / "timm-0.4.12", folder / "einops", folder / "yacs")
    config = importlib.import_module("config")
    settings = config._C.clone()
    file = {"cvt_13.drloc": "cvt_13_224", "vit_base.drloc": "vit_base_16_224"}[name]
    config._update_config_from_file(settings, str(folder / "VTs-Drloc" / "configs" / f"{file}.yaml"))
    settings.defrost()
    settings.MODEL.NUM_CLASSES, settings.TRAIN.USE_DRLOC = 1000, False
    settings.freeze()
    return Logits(importlib.import_module("models").build_model(settings))


def pycls(folder, name):
    stand_in("aiofiles")
    stand_in("submitit", helpers=types.SimpleNamespace(Checkpointable=object), AutoExecutor=object)
    first(folder / "pycls", folder / "iopath", folder / "yacs", folder / "fvcore")
    settings = importlib.import_module("pycls.core.config").cfg
    settings.TRAIN.IM_SIZE, settings.MODEL.NUM_CLASSES = 224, 1000
    vit = settings.VIT
    vit.HIDDEN_DIM, vit.MLP_DIM, vit.NUM_HEADS, vit.CLASSIFIER_TYPE = 192, 576, 3, "token"
    vit.PATCH_SIZE, vit.NUM_LAYERS = 16, 12
    if name.startswith("vitc"):
        vit.STEM_TYPE, vit.NUM_LAYERS = "conv", 11
        vit.C_STEM_DIMS, vit.C_STEM_STRIDES, vit.C_STEM_KERNELS = [24, 48, 96, 192, 192], [2, 2, 2, 2, 1], [3, 3, 3, 3, 1]
    return importlib.import_module("pycls.models.vit").ViT()


def lvvit(folder, name):
    numpy.int = int  # gone from NumPy
    first(folder / "TokenLabeling", folder / "timm-0.4.12")
    return getattr(importlib.import_module("tlt.models.lvvit"), name)()


def dhvt(folder, name):
    stand_in("torchprofile", profile_macs=None)
    first(folder / "DHVT", folder / "timm-0.4.12", folder / "einops")
    everywhere, nn.SyncBatchNorm = nn.SyncBatchNorm, nn.BatchNorm2d
    try:
        return importlib.import_module("vision_transformer").dhvt_tiny_cifar_patch4(num_classes=100)
    finally:
        nn.SyncBatchNorm = everywhere


def cct(folder, name):
    first(folder / "Compact-Transformers", folder / "timm-0.4.12")
    return getattr(importlib.import_module("src"), name)(num_classes=10, img_size=32)


def timm(folder, name):
    first(folder / "timm-0.4.12")
    return importlib.import_module("timm").create_model(name)


def wrn(folder, name):
    first(folder / "WideResNet-pytorch")
    return importlib.import_module("wideresnet").WideResNet(16, 10, 8)


# name here and in VitNotebooks: (maker, image side, classes, images at a time)
FAMILIES = {
    "swin_tiny_patch4_window7_224": (swin, 224, 1000, 8),
    "t2t_vit_14": (t2t, 224, 1000, 8),
    "t2t_vit_t_14": (t2t, 224, 1000, 4),
    "cvt_13": (cvt, 224, 1000, 8),
    "cvt_13.drloc": (drloc, 224, 1000, 8),
    "vit_base.drloc": (drloc, 224, 1000, 4),
    "vitp_1gf_patch16_224": (pycls, 224, 1000, 8),
    "vitc_1gf_patch16_224": (pycls, 224, 1000, 8),
    "lvvit_s": (lvvit, 224, 1000, 4),
    "deit_tiny_patch16_224": (timm, 224, 1000, 8),
    "mixer_s16_224": (timm, 224, 1000, 8),
    "dhvt_tiny_cifar_patch4": (dhvt, 32, 100, 64),
    "cct_7_3x1_32": (cct, 32, 10, 64),
    "wrn_16_8": (wrn, 32, 10, 32),
}


def build(name, folder):
    maker, size, classes, _ = FAMILIES[name]
    return maker(Path(folder).resolve(), name), size, classes


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1] == "list":
        print("\n".join(f"{name} {batch}" for name, (_, _, _, batch) in FAMILIES.items()))
    else:
        for name in FAMILIES:
            if len(sys.argv) < 3 or name in sys.argv[2:]:
                model, size, classes = build(name, sys.argv[1])
                print(name, sum(p.numel() for p in model.parameters()), size, classes, flush=True)
