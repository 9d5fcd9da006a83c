"""Wide residual networks as xternalz/WideResNet-pytorch computes them, and as szagoruyko/wide-residual-networks, the paper's.

usage: python3 wrn.py FOLDER VALUES NAMES
FOLDER holds the checkouts that authors.py lists; the others are tests/oracles/values/originals and tests/oracles/names.
"""

import sys
from pathlib import Path

from authors import family
from measure import measure, names
from starting import starting

folder, values, lists = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
CODE, PAPER = family(folder, "wrn_16_8"), family(folder, "wrn_16_8_authors")


def code():
    return CODE.build("wrn_16_8", 32, 10)


names(lists, "wrn_16_8", code(), f"{CODE.source} wideresnet.py")
names(lists, "wrn_16_8_authors", PAPER.build("wrn_16_8", 32, 10), PAPER.source)
measure(values / "wrn_16_8.json", code(), f"{CODE.source} wideresnet.py", 32)
measure(values / "wrn_16_2_authors.json", PAPER.build("wrn_16_2", 32, 10), PAPER.source, 32)
starting(values / "wrn_16_8.start.json", code, f"{CODE.source} wideresnet.py")
