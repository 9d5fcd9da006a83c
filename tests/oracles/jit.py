"""Writes TorchScript files and what Python computes with them.

jit.py write FOLDER     scripts and traces; prints {"gradients": {...}, ...} as JSON
jit.py read FOLDER      loads FOLDER/saved.pt, which the C# side wrote, and prints its output
"""

import json
import os
import sys
from typing import Dict, List, Optional, Tuple

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5))
        self.head = nn.Linear(8, 3)
        self.register_buffer("scale", torch.tensor(2.0))

    def forward(self, x):
        return self.head(self.body(x)) * self.scale

    @torch.jit.export
    def features(self, x, factor: float = 1.0):
        return self.body(x) * factor


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3, bias=False)
        self.b = nn.Linear(3, 3, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))


class Values(nn.Module):
    """Every kind of value in and out."""

    def forward(self, x):
        return x

    @torch.jit.export
    def pair(self, x, n: int) -> Tuple[torch.Tensor, int]:
        return x + n, n * 2

    @torch.jit.export
    def nested(self, t: Tuple[int, Tuple[str, float]]) -> Tuple[str, List[float]]:
        return t[1][0] + "!", [t[1][1], float(t[0])]

    @torch.jit.export
    def total(self, xs: List[torch.Tensor]) -> torch.Tensor:
        result = torch.zeros_like(xs[0])
        for x in xs:
            result = result + x
        return result

    @torch.jit.export
    def split(self, x) -> List[torch.Tensor]:
        return list(x.unbind(0))

    @torch.jit.export
    def numbers(self, xs: List[int]) -> List[int]:
        return [x + 1 for x in xs]

    @torch.jit.export
    def table(self, d: Dict[str, torch.Tensor]) -> Dict[str, torch.Tensor]:
        return {k + k: v * 2 for k, v in d.items()}

    @torch.jit.export
    def maybe(self, x: Optional[torch.Tensor]) -> Optional[torch.Tensor]:
        return None if x is None else x + 1

    @torch.jit.export
    def place(self, d: torch.device) -> torch.device:
        return d

    @torch.jit.export
    def flag(self, b: bool) -> bool:
        return not b

    @torch.jit.export
    def fails(self, x):
        if x.sum() > 0:
            raise ValueError("the sum is positive")
        return x.view(7, 7)


def row(tensor):
    return tensor.detach().flatten().tolist()


def write(folder):
    os.chdir(folder)
    torch.manual_seed(0)
    net = Net().eval()
    script = torch.jit.script(net)
    script.save("net.pt")
    x = torch.linspace(-1, 1, 8).reshape(2, 4).requires_grad_()
    y = script(x)
    y.square().sum().backward()
    known = {
        "output": row(y),
        "input grad": row(x.grad),
        "features": row(script.features(x, 0.5)),
        "names": [n for n, _ in net.named_parameters()],
        "state": list(net.state_dict()),
        "grads": {n: row(p.grad) for n, p in net.named_parameters()},
    }
    torch.jit.trace(net, x.detach()).save("traced.pt")
    torch.jit.script(Tied()).save("tied.pt")
    torch.jit.script(Values()).save("values.pt")
    torch.save(net.state_dict(), "plain.pth")
    print(json.dumps(known))


def read(folder):
    module = torch.jit.load(os.path.join(folder, "saved.pt"))
    print(json.dumps(row(module(torch.linspace(-1, 1, 8).reshape(2, 4)))))


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
