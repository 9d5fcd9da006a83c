"""Names, starting weights and, at small sizes, what torchvision's ResNets compute; the rest is in tests/oracles/resnet_torchvision.py.

usage: python3 resnet.py VALUES NAMES
The folders are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

import torchvision

from measure import measure, names
from starting import starting

SOURCE = f"pytorch/vision {torchvision.__version__} torchvision/models/resnet.py"
values, lists = Path(sys.argv[1]), Path(sys.argv[2])
for name in ("resnet18", "resnet50"):
    names(lists, name, getattr(torchvision.models, name)(), SOURCE)
    starting(values / f"{name}.start.json", getattr(torchvision.models, name), SOURCE)
for name, size in (("resnet18", 96), ("resnet18", 160), ("resnet50", 128)):
    measure(values / f"{name}_{size}.json", getattr(torchvision.models, name)(num_classes=10), SOURCE, size)
