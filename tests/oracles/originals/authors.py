"""The authors' models, built from a folder that holds a checkout of each repository: one process, one family.

Used by the scripts beside it. Models are called by our names. The folder's checkouts, and their commits:

    Swin-Transformer        microsoft f82860b          T2T-ViT                 yitu-opensource 0f63dc9
    CvT                     microsoft f851e68          TokenLabeling           zihangJiang 9dbfd59
    pycls                   facebookresearch 5719de6   DHVT                    ArieSeirack a86feda
    deit                    facebookresearch 7e160fe   Compact-Transformers    SHI-Labs cd11f09
    VTs-Drloc               yhlleo 6ac2c44             WideResNet-pytorch      xternalz 1171f93
    timm-new                v1.0.28, 8ef7380           wide-residual-networks  szagoruyko ae6d0d0
    timm-0.4.12             v0.4.12, 7096b52           einops                  v0.6.0, d6f7910
    fvcore                  facebookresearch 3378afe   iopath                  facebookresearch 2e0b84e
    yacs                    rbgirshick 32d5e4a       big_vision              google-research 0127fb6

ResNets, and the ViT and the Swin that are named after it, are the installed torchvision's, without a checkout.
"""

import collections.abc
import contextlib
import importlib
import importlib.util
import io
import json
import re
import subprocess
import sys
import types
from functools import partial
from pathlib import Path
from unittest import mock

import numpy
import torch


class Family:
    """Where the code is from, how it builds a model of our name, how its optimizer groups parameters.

    rename has (pattern of our name, their name or None for a tensor that they do not have, what is done to the tensor).
    """

    def __init__(self, source, build, groups=None, rename=()):
        self.source, self.build, self.groups, self.rename = source, build, groups, rename

    def undecayed(self, model):
        """Names of the parameters that the authors' optimizer trains without weight decay, in the model's order."""
        free = {id(p) for group in self.groups(model) if group["weight_decay"] == 0 for p in group["params"]}
        return [name for name, p in model.named_parameters() if id(p) in free]

    def named(self, model, tensors):
        """The tensors of a model of ours under the authors' names."""
        rename = self.rename(model) if callable(self.rename) else self.rename
        result = {}
        for name, tensor in tensors.items():
            for pattern, theirs, change in rename:
                match = re.fullmatch(pattern, name)
                if match:
                    name, tensor = theirs and match.expand(theirs), change(tensor) if change else tensor
                    break
            if name is not None:
                result[name] = tensor
        return result


def checkouts(folder, *names):
    sys.path[:0] = [str(Path(folder) / name) for name in names]


def stand_in(name, **members):
    sys.modules[name] = types.SimpleNamespace(**members)


def timm_groups(model):
    from timm.optim import create_optimizer_v2

    with contextlib.redirect_stdout(io.StringIO()):
        return create_optimizer_v2(model, "adamw", 1e-3, weight_decay=0.05).param_groups


def timm(folder):
    checkouts(folder, "timm-new")
    import timm
    from timm.models.mlp_mixer import MlpMixer
    from timm.models.vision_transformer import VisionTransformer

    def build(name, size, classes, device=None, **changes):
        placed = {"device": device} if device else {}
        if not changes:
            return timm.create_model(name, img_size=size, num_classes=classes, **placed)
        kind = MlpMixer if name.startswith("mixer") else VisionTransformer
        return kind(img_size=size, num_classes=classes, **changes, **placed)

    return Family("huggingface/pytorch-image-models 8ef7380", build, timm_groups)


def deit(folder):
    checkouts(folder, "deit", "timm-0.4.12")
    import models
    import models_v2

    def build(name, size, classes, **changes):
        if changes:
            return models.DistilledVisionTransformer(img_size=size, num_classes=classes, **changes)
        if name.startswith("deit3"):
            name = name.replace("deit3", "deit").replace("_224", "_LS")
            return getattr(models_v2, name)(img_size=size, num_classes=classes)
        sized = {} if size == 384 else {"img_size": size}  # their entry points for 384 say it themselves
        return getattr(models, name)(num_classes=classes, **sized)

    rename = [(r"blocks\.(\d+)\.ls([12])\.gamma", r"blocks.\1.gamma_\2", None)]
    return Family("facebookresearch/deit 7e160fe", build, timm_groups, rename)


def pycls(folder):
    checkouts(folder, "pycls", "iopath", "yacs", "fvcore")
    stand_in("aiofiles")
    stand_in("matplotlib.pyplot")
    stand_in("matplotlib", pyplot=sys.modules["matplotlib.pyplot"], __path__=[])
    stand_in("submitit", helpers=types.SimpleNamespace(Checkpointable=object), AutoExecutor=object)
    from pycls.core.config import cfg, reset_cfg
    from pycls.core.optimizer import construct_optimizer
    from pycls.models import blocks
    from pycls.models import vit as module

    # Width, hidden width, heads, blocks of ViT_P and of ViT_C, and the stem without the last convolution: widths, strides.
    small = (384, 1152, 6)
    large = [64, 128, 128, 256, 256, 512], [2, 2, 1, 2, 1, 2]
    sizes = {
        "1gf": (192, 576, 3, 12, 11, [24, 48, 96, 192], [2, 2, 2, 2]),
        "4gf": (*small, 12, 11, [48, 96, 192, 384], [2, 2, 2, 2]),
        "16gf": (*small, 48, 47, [48, 96, 192, 384], [2, 2, 2, 2]),
        "18gf": (768, 3072, 12, 12, 11, *large),
        "36gf": (1024, 4096, 16, 14, 13, *large),
        "72gf": (1152, 4608, 18, 22, 22, *large),
    }
    # The paper's table 3, which their code cannot express: the last of these convolutions takes patches as large as its stride.
    patched = {
        "s1": ([42, 104, 208, 416], [2, 2, 2, 2]),
        "s2": ([32, 64, 128, 256], [2, 2, 1, 4]),
        "s3": ([17, 34, 68, 136], [2, 1, 1, 8]),
        "s4": ([8, 16, 32, 64], [1, 1, 1, 16]),
    }

    def build(name, size, classes, depth=None):
        reset_cfg()
        early, giga, stem = name.split("_")[:3]
        width, hidden, heads, plain, convolutional, widths, strides = sizes[giga]
        widths, strides = patched.get(stem, (widths, strides))
        cfg.TRAIN.IM_SIZE, cfg.MODEL.NUM_CLASSES, cfg.LN.EPS = size, classes, 1e-6
        vit = cfg.VIT
        vit.PATCH_SIZE, vit.HIDDEN_DIM, vit.MLP_DIM, vit.NUM_HEADS, vit.CLASSIFIER_TYPE = 16, width, hidden, heads, "token"
        vit.NUM_LAYERS = depth or (convolutional if early == "vitc" else plain)
        if early == "vitc":
            vit.STEM_TYPE, vit.C_STEM_DIMS, vit.C_STEM_STRIDES = "conv", widths + [width], strides + [1]
            vit.C_STEM_KERNELS = [3] * len(widths) + [1]

        def convolution(w_in, w_out, k, *, stride=1, bias=False):
            if stem in patched and w_out == widths[-1]:
                return blocks.patchify2d(w_in, w_out, stride, bias=bias)
            return blocks.conv2d(w_in, w_out, k, stride=stride, bias=bias)

        with mock.patch.object(module, "conv2d", convolution):
            return module.ViT()

    def groups(model):  # the paper decays neither gains nor biases (section 5.4), which the code switches so
        cfg.OPTIM.OPTIMIZER, cfg.OPTIM.WEIGHT_DECAY = "adamw", 0.05
        cfg.BN.USE_CUSTOM_WEIGHT_DECAY = cfg.LN.USE_CUSTOM_WEIGHT_DECAY = cfg.OPTIM.BIAS_USE_CUSTOM_WEIGHT_DECAY = True
        return construct_optimizer(model).param_groups

    rename = [
        ("cls_token", "class_token", None),
        ("pos_embed", "pos_embedding", lambda t: t.transpose(0, 1)),
        (r"patch_embed\.(conv|bn)(\d+)\.(.+)", r"stem.cstem\2_\1.\3", None),
        (r"blocks\.(\d+)\.norm(.+)", r"encoder.block_\1.ln_\2", None),
        (r"blocks\.(\d+)\.attn\.qkv\.(.+)", r"encoder.block_\1.self_attention.block.in_proj_\2", None),
        (r"blocks\.(\d+)\.attn\.proj\.(.+)", r"encoder.block_\1.self_attention.block.out_proj.\2", None),
        (r"blocks\.(\d+)\.mlp\.fc(.+)", r"encoder.block_\1.mlp_block.linear_\2", None),
        (r"norm\.(.+)", r"encoder.ln.\1", None),
        (r"head\.(.+)", r"head.head_fc.\1", None),
    ]
    patch = [(r"patch_embed\.proj\.(.+)", r"stem.patchify.\1", None)]
    last = [(r"patch_embed\.proj\.(.+)", r"stem.cstem_last_conv.\1", None)]
    def renamed(name):
        return rename + (last if name.startswith("vitc") else patch)

    return Family("facebookresearch/pycls 5719de6 pycls/models/vit.py", build, groups, renamed)


def swin(folder):
    checkouts(folder, "Swin-Transformer", "timm-0.4.12")
    from models.swin_transformer import SwinTransformer
    from optimizer import set_weight_decay

    variants = {
        "tiny": dict(embed_dim=96, depths=[2, 2, 6, 2], num_heads=[3, 6, 12, 24]),
        "small": dict(embed_dim=96, depths=[2, 2, 18, 2], num_heads=[3, 6, 12, 24]),
        "base": dict(embed_dim=128, depths=[2, 2, 18, 2], num_heads=[4, 8, 16, 32]),
        "large": dict(embed_dim=192, depths=[2, 2, 18, 2], num_heads=[6, 12, 24, 48]),
    }

    def build(name, size, classes, **changes):
        sizes = {**variants.get(name.split("_")[1], {}), **changes}
        window = int(re.search(r"window(\d+)", name)[1])
        return SwinTransformer(img_size=size, num_classes=classes, window_size=window, ape=name.endswith(".ape"), **sizes)

    def groups(model):
        with contextlib.redirect_stdout(io.StringIO()):
            decayed, free = set_weight_decay(model, model.no_weight_decay(), model.no_weight_decay_keywords())
        return [{"weight_decay": 0.05, **decayed}, free]

    return Family("microsoft/Swin-Transformer f82860b", build, groups)


def t2t(folder):
    checkouts(folder, "T2T-ViT", "timm-0.4.12")
    from models import t2t_vit

    def build(name, size, classes, **changes):
        own = "embed_dim" in changes  # a size of ours, which no function of theirs makes
        return (t2t_vit.T2T_ViT if own else getattr(t2t_vit, name))(img_size=size, num_classes=classes, **changes)

    return Family("yitu-opensource/T2T-ViT 0f63dc9 models/t2t_vit.py", build, timm_groups)


def cvt(folder):
    import yaml

    importlib.import_module("scipy.ndimage")  # their loader wants it imported
    stand_in("torch._six", container_abcs=collections.abc, inf=float("inf"))  # gone from PyTorch
    checkouts(folder, "CvT/lib", "timm-0.4.12", "einops")
    from models.cls_cvt import ConvolutionalVisionTransformer, LayerNorm, QuickGELU
    from optim.build import set_wd

    def build(name, size, classes, **changes):
        name = re.match(r"cvt_(13|21|w24)", name)[0].replace("_", "-") + ("-384x384" if size == 384 else "-224x224")
        file = Path(folder) / "CvT" / "experiments" / "imagenet" / "cvt" / f"{name}.yaml"
        spec = {**yaml.safe_load(file.read_text())["MODEL"]["SPEC"], **changes}
        norm = partial(LayerNorm, eps=1e-5)
        return ConvolutionalVisionTransformer(num_classes=classes, act_layer=QuickGELU, norm_layer=norm, spec=spec)

    def groups(model):
        train = types.SimpleNamespace(WITHOUT_WD_LIST=["bn", "bias", "ln"])
        with contextlib.redirect_stdout(io.StringIO()):
            decayed, free = set_wd(types.SimpleNamespace(TRAIN=train, VERBOSE=False), model)
        return [{"weight_decay": 0.05, **decayed}, free]

    return Family("microsoft/CvT f851e68 lib/models/cls_cvt.py", build, groups)


def drloc_module(folder, path):
    """A file of VTs-Drloc without the package around it, which would import models that are not asked for."""
    loaded = importlib.util.spec_from_file_location(Path(path).stem + "_drloc", Path(folder) / "VTs-Drloc" / path)
    result = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(result)
    return result


def drloc_groups(folder, model):
    skip = model.no_weight_decay() if hasattr(model, "no_weight_decay") else ()
    decayed, free = drloc_module(folder, "optimizer.py").set_weight_decay(model, skip)
    return [{"weight_decay": 0.05, **decayed}, free]


def drloc(folder):
    class Munch(dict):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    stand_in("munch", Munch=Munch)
    checkouts(folder, "VTs-Drloc", "einops", "timm-0.4.12")

    module = partial(drloc_module, folder)
    criterion = module("drloc/losses.py").relative_constraint_l1
    base = dict(patch_size=16, dim=768, depth=12, heads=12, mlp_dim=3072)

    class Logits(torch.nn.Module):
        """The model as one that returns its logits; hooks and state dict are the model's own."""

        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, images):
            return self.model(images)["sup"]

        def localization(self, images):
            """The localization loss of each scale, for the pairs that manual_seed(0) draws."""
            torch.manual_seed(0)
            said = self.model(images)
            return torch.stack([criterion(offsets, guesses) for offsets, guesses in zip(said["deltaxy"], said["drloc"])])

        def named_parameters(self, *arguments, **options):
            return self.model.named_parameters(*arguments, **options)

        def load_state_dict(self, tensors, strict=True):
            return self.model.load_state_dict(tensors, strict)

    def build(name, size, classes, **changes):
        if name.startswith("cvt"):
            return Logits(module("models/cvt.py").CvT(num_classes=classes, **changes))
        if name.startswith("swin"):
            return Logits(module("models/swin.py").SwinTransformer(img_size=size, num_classes=classes, **changes))
        if name.startswith("t2t"):
            return Logits(module("models/t2t.py").T2T_ViT(img_size=size, num_classes=classes, **changes))
        return Logits(module("models/vit.py").ViT(image_size=size, num_classes=classes, **{**base, **changes}))

    return Family("yhlleo/VTs-Drloc 6ac2c44", build, partial(drloc_groups, folder))


def big_vision(folder):
    """Names and shapes alone: JAX is not asked for, and the tensors have no values."""
    import flax_stand_in

    flax_stand_in.install()
    checkouts(folder, "big_vision")
    import optax
    from big_vision import optax as optimizers
    from big_vision import utils
    from big_vision.configs import common_fewshot
    from big_vision.models.vit import Model

    common_fewshot.get_fewshot_lsr = dict  # evaluations, of which a configuration gives one argument twice

    # The configuration of theirs that is taken, and what is changed in its model.
    token = dict(pool_type="tok", posemb="learn", rep_size=False)
    configs = {
        "vit_mu_patch16_224": ("vit_s16_i1k", dict(variant="mu/16", **token)),
        "vit_mu_patch16_map_224": ("proj.scaling_laws.train_vit_g", dict(variant="mu/16")),
        "vit_small_patch16_gap_224": ("vit_s16_i1k", {}),
        "vit_medium_patch16_224": ("vit_s16_i1k", dict(variant="M/16", **token)),
        "vit_giant_patch14_map_224": ("proj.scaling_laws.train_vit_g", {}),
    }

    class Shapes:
        def __init__(self, config, shapes):
            self.config = config
            self.tensors = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}

        def named_parameters(self):
            return iter(self.tensors.items())

        def state_dict(self):
            return dict(self.tensors)

    def build(name, size, classes):
        file, changes = configs[name.removesuffix(".big_vision")]
        config = importlib.import_module(f"big_vision.configs.{file}").get_config()
        config.model.update(changes)
        model = Model(classes, **config.model)
        model(numpy.zeros((1, size, size, 3), numpy.float32))
        return Shapes(config, model.shapes)

    def groups(model):
        tree = {}
        for name, tensor in model.tensors.items():
            *path, leaf = name.split("/")
            inner = tree
            for part in path:
                inner = inner.setdefault(part, {})
            inner[leaf] = tensor
        optax.add_decayed_weights.reset_mock()
        optimizers.make(model.config, tree, sched_kw=dict(total_steps=1_000_000, batch_size=4096, data_size=1_000_000))
        decays = dict.fromkeys(model.tensors, 0)
        for weight, mask in (call.args for call in optax.add_decayed_weights.call_args_list):
            decays.update((name, weight) for name, covered in utils.tree_flatten_with_names(mask)[0] if covered)
        return [{"weight_decay": decays[name], "params": [tensor]} for name, tensor in model.tensors.items()]

    return Family("google-research/big_vision 0127fb6 big_vision/models/vit.py", build, groups)


def lvvit(folder):
    numpy.int = int  # the name that NumPy had then, which their boxes want in training
    checkouts(folder, "TokenLabeling", "timm-0.4.12")
    module = importlib.import_module("tlt.models.lvvit")

    def build(name, size, classes, **changes):
        return getattr(module, name)(img_size=size, num_classes=classes, **changes)

    return Family("zihangJiang/TokenLabeling 9dbfd59 tlt/models/lvvit.py", build, timm_groups)


def dhvt(folder):
    stand_in("torchprofile", profile_macs=None)
    torch.nn.SyncBatchNorm = torch.nn.BatchNorm2d  # which runs without CUDA, and has the same names
    checkouts(folder, "DHVT", "timm-0.4.12", "einops")
    import vision_transformer

    def build(name, size, classes, **changes):
        with contextlib.redirect_stdout(io.StringIO()):  # their entry points print the model
            return getattr(vision_transformer, name)(img_size=size, num_classes=classes, **changes)

    return Family("ArieSeirack/DHVT a86feda vision_transformer.py", build, timm_groups)


def cct(folder):
    checkouts(folder, "Compact-Transformers", "timm-0.4.12")
    import src

    def build(name, size, classes):
        return getattr(src, name)(img_size=size, num_classes=classes)

    return Family("SHI-Labs/Compact-Transformers cd11f09 src", build, timm_groups)


def wrn(folder):
    checkouts(folder, "WideResNet-pytorch")
    from wideresnet import WideResNet

    def build(name, size, classes):
        depth, widening = map(int, name.split("_")[1:3])
        return WideResNet(depth, classes, widening)

    def groups(model):  # as train.py has it
        return torch.optim.SGD(model.parameters(), 0.1, weight_decay=5e-4).param_groups

    return Family("xternalz/WideResNet-pytorch 1171f93", build, groups)


class NestedDict(dict):
    """What the authors use of the package nested_dict: all leaves with their paths, depth first."""

    def items_flat(self):
        for key, value in self.items():
            if isinstance(value, dict):
                for path, leaf in NestedDict(value).items_flat():
                    yield (key, *path), leaf
            else:
                yield (key,), value


def wrn_authors(folder):
    stand_in("nested_dict", nested_dict=NestedDict)
    checkouts(folder, "wide-residual-networks/pytorch")
    from resnet import resnet

    class Functional(torch.nn.Module):
        """The paper's code keeps its parameters in a dictionary; here they are handed out under their own names."""

        def __init__(self, depth, widening, classes):
            super().__init__()
            self.run, self.flat = resnet(depth, widening, classes)

        def forward(self, images):
            return self.run(images, self.flat, self.training)

        def state_dict(self):
            return dict(self.flat)

        def named_parameters(self, *arguments, **options):
            return iter([(name, tensor) for name, tensor in self.flat.items() if tensor.requires_grad])

        def load_state_dict(self, tensors, strict=True):
            assert set(tensors) == set(self.flat), sorted(set(tensors) ^ set(self.flat))
            with torch.no_grad():
                for name, tensor in tensors.items():
                    self.flat[name].copy_(tensor)

    def build(name, size, classes):
        depth, widening = map(int, name.split("_")[1:3])
        return Functional(depth, widening, classes)

    def groups(model):  # as main.py has it
        return torch.optim.SGD([p for p in model.flat.values() if p.requires_grad], 0.1, weight_decay=5e-4).param_groups

    layer = {"conv1.weight": "conv0", "conv2.weight": "conv1", "convShortcut.weight": "convdim"}
    rename = [("conv1.weight", "conv0", None), (r".+\.num_batches_tracked", None, None), (r"bn1\.(\w+)", r"bn.\1", None)]
    for group in range(3):
        block = rf"block{group + 1}\.layer\.(\d+)\."
        rename += [(block + re.escape(ours), rf"group{group}.block\1.{theirs}", None) for ours, theirs in layer.items()]
        rename += [(rf"{block}bn{i + 1}\.(\w+)", rf"group{group}.block\1.bn{i}.\2", None) for i in range(2)]
    return Family("szagoruyko/wide-residual-networks ae6d0d0 pytorch/resnet.py", build, groups, rename)


def torchvision(folder):
    import torchvision

    models = torchvision.models

    def build(name, size, classes, **changes):
        if name.startswith("resnet"):
            return getattr(models, name)(num_classes=classes)
        if "swin" in name:
            return models.SwinTransformer(num_classes=classes, **changes)
        return models.VisionTransformer(image_size=size, num_classes=classes, **changes)

    layer = r"encoder.layers.encoder_layer_\1."
    of_vit = [
        ("cls_token", "class_token", None),
        ("pos_embed", "encoder.pos_embedding", None),
        (r"blocks\.(\d+)\.norm(.+)", layer + r"ln_\2", None),
        (r"blocks\.(\d+)\.attn\.qkv\.(.+)", layer + r"self_attention.in_proj_\2", None),
        (r"blocks\.(\d+)\.attn\.proj\.(.+)", layer + r"self_attention.out_proj.\2", None),
        (r"blocks\.(\d+)\.mlp\.fc1\.(.+)", layer + r"mlp.0.\2", None),
        (r"blocks\.(\d+)\.mlp\.fc2\.(.+)", layer + r"mlp.3.\2", None),
        (r"patch_embed\.proj\.(.+)", r"conv_proj.\1", None),
        (r"norm\.(.+)", r"encoder.ln.\1", None),
        (r"head\.(.+)", r"heads.head.\1", None),
    ]
    of_swin = [
        (r".+\.attn_mask", None, None),
        (r"patch_embed\.proj\.(.+)", r"features.0.0.\1", None),
        (r"patch_embed\.norm\.(.+)", r"features.0.2.\1", None),
    ]
    for stage in range(4):
        ours, theirs = rf"layers\.{stage}\.blocks\.(\d+)\.", rf"features.{2 * stage + 1}.\1."
        of_swin += [
            (ours + r"mlp\.fc1\.(.+)", theirs + r"mlp.0.\2", None),
            (ours + r"mlp\.fc2\.(.+)", theirs + r"mlp.3.\2", None),
            (ours + "attn.relative_position_index", theirs + "attn.relative_position_index", torch.flatten),
            (ours + "(.+)", theirs + r"\2", None),
            (rf"layers\.{stage}\.downsample\.(.+)", rf"features.{2 * stage + 2}.\1", None),
        ]

    def renamed(name):
        return of_swin if "swin" in name else of_vit if "vit" in name else ()

    # The localization paper's ResNet wraps this one, and its code sorts the parameters.
    groups = partial(drloc_groups, folder)
    return Family(f"pytorch/vision {torchvision.__version__} torchvision/models", build, groups, renamed)


FAMILIES = [
    (r"torchvision_.*|resnet\d+", torchvision),
    (r"vit_.*\.big_vision", big_vision),
    (r"(vit|cvt|swin|t2t)_.*\.drloc.*", drloc),
    (r"deit.*", deit),
    (r"vit[pc]_.*", pycls),
    (r"swin_.*", swin),
    (r"t2t_.*", t2t),
    (r"cvt_(13|21|w24).*", cvt),
    (r"lvvit_.*", lvvit),
    (r"dhvt_.*", dhvt),
    (r"(cct|cvt)_.*|vit_\d_4_32.*", cct),
    (r"wrn_.*_authors", wrn_authors),
    (r"wrn_.*", wrn),
    (r"(vit|mixer)_.*", timm),
]


def family(folder, name):
    """The family of a model of ours; call it once a process, for repositories share names of modules."""
    return next(make for pattern, make in FAMILIES if re.fullmatch(pattern, name))(folder)


def each(script, folder, names, *arguments):
    """Runs a script as `script FOLDER *ARGUMENTS -- NAME` for every name, a process each: name to the JSON that it printed."""
    results = {}
    for name in names:
        command = [sys.executable, "-B", "-W", "ignore", script, str(folder), *map(str, arguments), "--", name]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name}: {script} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        results[name] = json.loads(done.stdout.splitlines()[-1])  # some of theirs print as they build
    return results


def lines(results):
    """JSON with one line a name."""
    return "{\n" + ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in results.items()) + "\n}\n"
