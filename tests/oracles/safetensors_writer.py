"""Writes tensors in the safetensors format: length of the header (8 bytes), header as JSON, bytes of the tensors."""

import ctypes
import json
import struct

import torch

NAMES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64"}


def write(path, tensors):
    """tensors: {name: tensor}; row major, in the order given, without gaps."""
    header, offset, parts = {}, 0, []
    for name, tensor in tensors.items():
        tensor = tensor.detach().contiguous()
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
        parts.append(tensor)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for tensor in parts:
            file.write(ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size()))
