"""What Python's PyTorch draws after manual_seed, as JSON: {case: {"sha256": of all bytes, "head": first 32 bytes in hex}}.

usage: python3 rng.py
Read by tests/VitNotebooks.Torch.Tests/Oracles/RandomOracleTests.cs, which draws the same cases in the same order.
Sizes: below 16 (drawn one by one), 16 and more (drawn in blocks of 16, the rest by an overlapping last block), large.
"""

import ctypes
import hashlib
import json

import torch
import torch.nn.functional as F

SIZES = [1, 7, 15, 16, 17, 33, 1000, 100003]
FLOATS = {"float32": torch.float32, "float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16}
INTEGERS = {"int64": torch.int64, "int32": torch.int32, "uint8": torch.uint8}

cases = {}


def record(name, tensor):
    tensor = tensor.detach().contiguous()
    data = ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())
    cases[name] = {"sha256": hashlib.sha256(data).hexdigest(), "head": data[:32].hex()}


for size in SIZES:
    for name, dtype in FLOATS.items():
        torch.manual_seed(1234)
        record(f"randn/{name}/{size}", torch.randn(size, dtype=dtype))
        torch.manual_seed(1234)
        record(f"rand/{name}/{size}", torch.rand(size, dtype=dtype))
        torch.manual_seed(1234)
        record(f"normal_/{name}/{size}", torch.empty(size, dtype=dtype).normal_(-0.5, 0.02))
        torch.manual_seed(1234)
        record(f"uniform_/{name}/{size}", torch.empty(size, dtype=dtype).uniform_(-2, 3))
        if dtype is torch.float16:
            continue  # libtorch 1.13 has no bernoulli_ for it
        torch.manual_seed(1234)
        record(f"bernoulli_/{name}/{size}", torch.empty(size, dtype=dtype).bernoulli_(0.3))
    for name, dtype in INTEGERS.items():
        torch.manual_seed(1234)
        record(f"randint/{name}/{size}", torch.randint(3, 200, (size,), dtype=dtype))
    for name in ("int64", "int32"):
        torch.manual_seed(1234)
        record(f"randperm/{name}/{size}", torch.randperm(size, dtype=INTEGERS[name]))
    for name in ("float32", "float64"):
        torch.manual_seed(1234)
        record(f"dropout/{name}/{size}", F.dropout(torch.ones(size, dtype=FLOATS[name]), 0.1, True))
    if size <= 1000:
        for replacement in (True, False):
            weights = torch.arange(1, size + 1, dtype=torch.float32)
            torch.manual_seed(1234)
            record(
                f"multinomial/{'with' if replacement else 'without'}/{size}",
                torch.multinomial(weights, max(1, size // 2), replacement),
            )

# Large bounds draw 64 bits a number; below 2^32 one draws 32.
torch.manual_seed(1234)
record("randint/wide/100", torch.randint(0, 1 << 40, (100,)))
# Seeds beyond 32 bits and below zero.
for seed in (0, 1, 2**31 - 1, 2**32 + 5, 2**62, -1, -(2**40)):
    torch.manual_seed(seed)
    record(f"seed/{seed}", torch.randn(20))
# The generator goes on from where the call before left it; normals cache their second value.
torch.manual_seed(99)
for step in range(3):
    record(f"sequence/{step}/randn3", torch.randn(3))
    record(f"sequence/{step}/randint", torch.randint(0, 10, (5,)))
    record(f"sequence/{step}/randn17", torch.randn(17))
    record(f"sequence/{step}/randperm", torch.randperm(11))
    record(f"sequence/{step}/dropout", F.dropout(torch.ones(4, 5), 0.5, True))
    record(f"sequence/{step}/double", torch.randn(1, dtype=torch.float64))
# A generator of one's own, and a state taken and put back.
own = torch.Generator()
own.manual_seed(7)
record("generator/randn", torch.randn(40, generator=own))
state = own.get_state()
record("generator/next", torch.randint(0, 1000, (40,), generator=own))
own.set_state(state)
record("generator/again", torch.randint(0, 1000, (40,), generator=own))
record("generator/randperm", torch.randperm(40, generator=own))
torch.manual_seed(5)
record("default/get_rng_state", torch.get_rng_state())

print(json.dumps({"version": torch.__version__, "cases": cases}))
