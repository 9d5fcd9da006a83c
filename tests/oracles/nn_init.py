"""The bits that Python's PyTorch initializes modules and tensors to, as JSON: {case: {name: sha256 of the bytes}}.

usage: python3 nn_init.py
Read by tests/VitNotebooks.Torch.Tests/nn/InitTests.cs, which builds the same cases after the same seed.
"""

import ctypes
import hashlib
import json

import torch
from torch import nn

cases = {}


def digest(tensor):
    tensor = tensor.detach().contiguous()
    data = ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())
    return hashlib.sha256(data).hexdigest()


def module(name, make):
    torch.manual_seed(1234)
    made = make()
    state = {key: digest(value) for key, value in made.state_dict().items()}
    # What the generator draws next: nothing more and nothing less was drawn.
    state["next"] = digest(torch.randn(4))
    cases[name] = state


def tensor(name, shape, fill):
    torch.manual_seed(1234)
    made = torch.empty(shape)
    fill(made)
    cases[name] = {"tensor": digest(made), "next": digest(torch.randn(4))}


module("Linear", lambda: nn.Linear(37, 19))
module("Linear without bias", lambda: nn.Linear(7, 5, bias=False))
module("Conv1d", lambda: nn.Conv1d(4, 6, 3))
module("Conv2d", lambda: nn.Conv2d(6, 8, (3, 5), groups=2))
module("Conv3d", lambda: nn.Conv3d(2, 3, 3))
module("ConvTranspose2d", lambda: nn.ConvTranspose2d(6, 4, 3, groups=2))
module("Embedding", lambda: nn.Embedding(11, 6, padding_idx=2))
module("LayerNorm", lambda: nn.LayerNorm(9))
module("BatchNorm2d", lambda: nn.BatchNorm2d(5))
module("MultiheadAttention", lambda: nn.MultiheadAttention(24, 4))
module("MultiheadAttention of other widths", lambda: nn.MultiheadAttention(24, 4, kdim=10, vdim=12, add_bias_kv=True))
module("TransformerEncoderLayer", lambda: nn.TransformerEncoderLayer(16, 2, 32))
module("TransformerEncoder", lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, activation="gelu"), 3))
module("LSTM", lambda: nn.LSTM(5, 6, 2, bidirectional=True))
module("GRU", lambda: nn.GRU(5, 6, bias=False))
module("Bilinear", lambda: nn.Bilinear(5, 6, 4))
module("EmbeddingBag", lambda: nn.EmbeddingBag(11, 6, padding_idx=2))
module("RNN", lambda: nn.RNN(5, 6, 2))
module("RNNCell", lambda: nn.RNNCell(5, 6))
module("GRUCell", lambda: nn.GRUCell(5, 6, bias=False))
module("LSTMCell", lambda: nn.LSTMCell(5, 6))
module("TransformerDecoder", lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(16, 2, 32), 2))
module("Transformer", lambda: nn.Transformer(16, 2, 2, 1, 32))
module("Sequential", lambda: nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 4)))

tensor("uniform_", (50, 7), lambda t: nn.init.uniform_(t, -2, 3))
tensor("normal_", (50, 7), lambda t: nn.init.normal_(t, 0.5, 0.02))
tensor("xavier_uniform_", (12, 5, 3), lambda t: nn.init.xavier_uniform_(t, 1.5))
tensor("xavier_normal_", (12, 5, 3), lambda t: nn.init.xavier_normal_(t, 1.5))
tensor("kaiming_uniform_", (12, 5, 3), lambda t: nn.init.kaiming_uniform_(t, 0.2))
tensor("kaiming_normal_", (12, 5, 3), lambda t: nn.init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu"))
tensor("trunc_normal_", (64, 33), lambda t: nn.init.trunc_normal_(t, std=0.02))
tensor("trunc_normal_ tight", (64, 33), lambda t: nn.init.trunc_normal_(t, 0.3, 1.7, -0.5, 0.9))
tensor("orthogonal_ wide", (5, 12), lambda t: nn.init.orthogonal_(t, 1.2))
tensor("orthogonal_ tall", (12, 2, 3), lambda t: nn.init.orthogonal_(t))
tensor("eye_", (4, 6), lambda t: nn.init.eye_(t))
tensor("dirac_", (6, 4, 3, 4), lambda t: nn.init.dirac_(t))
tensor("dirac_ of 3 dimensions", (2, 4, 5), lambda t: nn.init.dirac_(t))
tensor("sparse_", (7, 5), lambda t: nn.init.sparse_(t, 0.3))
tensor("constant_", (3,), lambda t: nn.init.constant_(t, 0.7))

print(json.dumps(cases))
