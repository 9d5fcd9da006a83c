"""Wide residual networks as xternalz/WideResNet-pytorch 1171f93 computes them, and as szagoruyko/wide-residual-networks ae6d0d0, the paper's.

usage: python3 wrn.py WIDERESNET-PYTORCH-CHECKOUT WIDE-RESIDUAL-NETWORKS-CHECKOUT VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names. The paper's code keeps its parameters in a dictionary; the module
around it here hands them out under their own names.
"""

import sys
import types
from pathlib import Path

import torch


class NestedDict(dict):
    """What the authors use of the package nested_dict: all leaves with their paths, depth first."""

    def items_flat(self):
        for key, value in self.items():
            if isinstance(value, dict):
                for path, leaf in NestedDict(value).items_flat():
                    yield (key, *path), leaf
            else:
                yield (key,), value


sys.modules["nested_dict"] = types.SimpleNamespace(nested_dict=NestedDict)
sys.path[:0] = [sys.argv[1], str(Path(sys.argv[2]) / "pytorch")]
from resnet import resnet  # noqa: E402
from wideresnet import WideResNet  # noqa: E402

from measure import measure, names  # noqa: E402
from starting import starting  # noqa: E402


class Functional(torch.nn.Module):
    def __init__(self, depth, width, classes):
        super().__init__()
        self.run, self.flat = resnet(depth, width, classes)

    def forward(self, images):
        return self.run(images, self.flat, self.training)

    def state_dict(self):
        return {name: tensor.detach() for name, tensor in self.flat.items()}

    def named_parameters(self):
        return iter([(name, tensor) for name, tensor in self.flat.items() if tensor.requires_grad])

    def parameters(self):
        return (tensor for _, tensor in self.named_parameters())


SOURCE = "xternalz/WideResNet-pytorch 1171f93 wideresnet.py"
PAPER = "szagoruyko/wide-residual-networks ae6d0d0 pytorch/resnet.py"
values, lists = Path(sys.argv[3]), Path(sys.argv[4])
names(lists, "wrn_16_8", WideResNet(16, 10, 8), SOURCE)
names(lists, "wrn_16_8_authors", Functional(16, 8, 10), PAPER)
measure(values / "wrn_16_8.json", WideResNet(16, 10, 8), SOURCE, 32)
measure(values / "wrn_16_2_authors.json", Functional(16, 2, 10), PAPER, 32)
starting(values / "wrn_16_8.start.json", lambda: WideResNet(16, 10, 8), SOURCE)
