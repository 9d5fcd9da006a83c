"""Names and starting weights of torchvision's ResNets; tests/oracles/resnet_torchvision.py has what they compute.

usage: python3 resnet.py VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

import torchvision

from measure import names
from starting import starting

SOURCE = f"pytorch/vision {torchvision.__version__} torchvision/models/resnet.py"
values, lists = Path(sys.argv[1]), Path(sys.argv[2])
for name in ("resnet18", "resnet50"):
    names(lists, name, getattr(torchvision.models, name)(), SOURCE)
    starting(values / f"{name}.start.json", getattr(torchvision.models, name), SOURCE)
