"""Python's side of the dispatch race: nanoseconds for small ops, without and with grad, as JSON.

usage: python3 ops.py [REPEATS [CALLS]]     the median over REPEATS of CALLS calls each
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(2)
torch.manual_seed(0)
repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
calls = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000


# Written out a loop each: a call of a lambda would be counted as the op's.
def add(a, b, loop):
    for _ in loop:
        a + b


def view(a, loop):
    for _ in loop:
        a.view(16)


def matmul(a, b, loop):
    for _ in loop:
        a.matmul(b)


def layer_norm(x, weight, bias, loop):
    width = (64,)
    for _ in loop:
        F.layer_norm(x, width, weight, bias)


def measure(op, *arguments):
    times = []
    for round_ in range(repeats + 1):
        loop = range(calls)
        start = time.perf_counter_ns()
        op(*arguments, loop)
        if round_ > 0:  # the first one warms up
            times.append((time.perf_counter_ns() - start) / calls)
    return statistics.median(times)


results = {}
for grad in (False, True):
    def made(*shape):
        return torch.randn(*shape).requires_grad_(grad)

    mode = "grad" if grad else "no_grad"
    results[f"add_4x4 {mode}"] = measure(add, made(4, 4), made(4, 4))
    results[f"view_4x4 {mode}"] = measure(view, made(4, 4))
    results[f"matmul_16x16 {mode}"] = measure(matmul, made(16, 16), made(16, 16))
    results[f"layer_norm_16x64 {mode}"] = measure(layer_norm, made(16, 64), made(64), made(64))
print(json.dumps(results))
