"""Learning rate and momentum over sixty steps of each schedule, by Python's PyTorch, as JSON.

usage: python3 schedules.py
Read by tests/VitNotebooks.Torch.Tests/optim/ScheduleTests.cs.
"""

import json
import warnings

import torch

warnings.simplefilter("ignore")
S = torch.optim.lr_scheduler
result = {}


def rates(name, make, count=60, sgd=True):
    parameters = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": 0.05}]
    if sgd:
        optimizer = torch.optim.SGD(groups, 0.5, momentum=0.9)
    else:
        optimizer = torch.optim.Adam(groups, 0.5)
    schedule = make(optimizer)
    seen = []
    for _ in range(count):
        seen.append([[g["lr"], g["momentum"] if sgd else g["betas"][0]] for g in optimizer.param_groups])
        optimizer.step()
        schedule.step()
    result[name] = seen


rates("LambdaLR", lambda o: S.LambdaLR(o, [lambda e: 0.95**e, lambda e: 1 / (1 + e)]))
rates("MultiplicativeLR", lambda o: S.MultiplicativeLR(o, lambda e: 1 - 1 / (e + 3)))
rates("StepLR", lambda o: S.StepLR(o, 7, 0.6))
rates("MultiStepLR", lambda o: S.MultiStepLR(o, [2, 17, 17, 40], 0.6))
rates("ExponentialLR", lambda o: S.ExponentialLR(o, 0.93))
rates("ConstantLR", lambda o: S.ConstantLR(o, 0.25, 11))
rates("LinearLR", lambda o: S.LinearLR(o, 0.1, 0.8, 20))
rates("CosineAnnealingLR", lambda o: S.CosineAnnealingLR(o, 13, 0.01))
rates("PolynomialLR", lambda o: S.PolynomialLR(o, 30))
rates("PolynomialLR squared", lambda o: S.PolynomialLR(o, 45, 2.0))
rates("OneCycleLR", lambda o: S.OneCycleLR(o, [2.0, 1.0], total_steps=61))
rates("OneCycleLR three", lambda o: S.OneCycleLR(o, 2.0, epochs=6, steps_per_epoch=11, anneal_strategy="linear", three_phase=True))
rates("OneCycleLR Adam", lambda o: S.OneCycleLR(o, 2.0, total_steps=61), sgd=False)
rates("CyclicLR", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=7))
rates("CyclicLR 2", lambda o: S.CyclicLR(o, [0.1, 0.2], [1.0, 0.8], step_size_up=5, step_size_down=9, mode="triangular2", base_momentum=0.7))
rates("CyclicLR exp", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=6, mode="exp_range", gamma=0.97, cycle_momentum=False))
rates("CyclicLR own", lambda o: S.CyclicLR(o, 0.1, 1.0, step_size_up=6, scale_fn=lambda x: 1 / (1 + x), scale_mode="iterations"))
rates("Chained", lambda o: S.ChainedScheduler([S.LinearLR(o, 0.1, total_iters=9), S.ExponentialLR(o, 0.97), S.StepLR(o, 20, 0.5)]))
rates("Sequential", lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, total_iters=9), S.CosineAnnealingLR(o, 40, 0.01), S.ConstantLR(o, 0.1, 4)], [9, 49]))
rates("Sequential exp", lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)], [2]))

print(json.dumps(result))
