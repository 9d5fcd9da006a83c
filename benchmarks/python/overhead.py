"""Python's side of the dispatch race: nanoseconds for `a + b` of two 4x4 tensors, without and with grad, as JSON.

usage: python3 overhead.py [REPEATS]     the median over REPEATS of 200,000 adds each
"""

import json
import statistics
import sys
import time

import torch

torch.set_num_threads(2)
repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
adds = 200_000


def measure(a, b):
    times = []
    for round_ in range(repeats + 1):
        loop = range(adds)
        start = time.perf_counter_ns()
        for _ in loop:
            a + b
        if round_ > 0:  # the first one warms up
            times.append((time.perf_counter_ns() - start) / adds)
    return statistics.median(times)


a, b = torch.randn(4, 4), torch.randn(4, 4)
plain = measure(a, b)
with_grad = measure(a.clone().requires_grad_(), b.clone().requires_grad_())
print(json.dumps({"add_ns": plain, "add_grad_ns": with_grad}))
