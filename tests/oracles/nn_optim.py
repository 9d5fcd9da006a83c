"""Parameters after steps of optimizers, and learning rates of schedules, by Python's PyTorch, as JSON.

usage: python3 nn_optim.py
Read by tests/VitNotebooks.Torch.Tests/optim/OptimizerOracleTests.cs: two parameters of randn after seed 3, their gradients
randn after seed 100 + step, ten steps.
"""

import json

import torch

result = {"steps": {}, "rates": {}}


def steps(name, make, dtype=torch.float32):
    torch.manual_seed(3)
    parameters = [torch.nn.Parameter(torch.randn(40, 17, dtype=dtype)), torch.nn.Parameter(torch.randn(5, dtype=dtype))]
    optimizer = make(parameters)
    for step in range(10):
        torch.manual_seed(100 + step)
        for parameter in parameters:
            parameter.grad = torch.randn(parameter.shape, dtype=dtype)
        optimizer.step()
    result["steps"][name] = [[float(v) for v in p.detach().double().flatten()] for p in parameters]


O = torch.optim
steps("AdamW", lambda p: O.AdamW(p, 1e-2, weight_decay=0.05))
steps("AdamW double", lambda p: O.AdamW(p, 1e-2, weight_decay=0.05), torch.float64)
steps("AdamW groups", lambda p: O.AdamW([{"params": p[:1], "weight_decay": 0.3, "lr": 1e-3}, {"params": p[1:]}], 1e-2, (0.8, 0.95), weight_decay=0.0))
steps("AdamW amsgrad", lambda p: O.AdamW(p, 1e-2, amsgrad=True, maximize=True))
steps("Adam", lambda p: O.Adam(p, 1e-2, weight_decay=0.05))
steps("SGD", lambda p: O.SGD(p, 1e-2, weight_decay=0.05))
steps("SGD momentum", lambda p: O.SGD(p, 1e-2, momentum=0.9, dampening=0.1, weight_decay=0.05))
steps("SGD nesterov", lambda p: O.SGD(p, 1e-2, momentum=0.9, nesterov=True, weight_decay=0.05))
steps("SGD nesterov double", lambda p: O.SGD(p, 1e-2, momentum=0.9, nesterov=True, weight_decay=0.05), torch.float64)


def rates(name, make, count=12):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = O.SGD([parameter], 0.5, momentum=0.9)
    schedule = make(optimizer)
    seen = []
    for _ in range(count):
        seen.append([optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]])
        optimizer.step()
        schedule.step()
    result["rates"][name] = seen


S = O.lr_scheduler
rates("LambdaLR", lambda o: S.LambdaLR(o, lambda e: 0.9**e))
rates("StepLR", lambda o: S.StepLR(o, 4, 0.3))
rates("MultiStepLR", lambda o: S.MultiStepLR(o, [2, 7], 0.3))
rates("ExponentialLR", lambda o: S.ExponentialLR(o, 0.8))
rates("CosineAnnealingLR", lambda o: S.CosineAnnealingLR(o, 10, 0.01), 24)
rates("LinearLR", lambda o: S.LinearLR(o, 0.1, 1.0, 5))
rates("ConstantLR", lambda o: S.ConstantLR(o, 0.25, 5))
rates("OneCycleLR", lambda o: S.OneCycleLR(o, 2.0, total_steps=12), 11)
rates("OneCycleLR linear", lambda o: S.OneCycleLR(o, 2.0, epochs=3, steps_per_epoch=4, anneal_strategy="linear", three_phase=True), 11)

print(json.dumps(result))
