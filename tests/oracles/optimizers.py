"""Parameters after twenty steps of each optimizer, by Python's PyTorch, as JSON.

usage: python3 optimizers.py CASES.json
The cases are those of tests/VitNotebooks.Torch.Tests/optim/OptimizerTableTests.cs: name, Python's class, its options, the
options of the first parameter's own group or null, and the dtype. Two parameters of randn after seed 3, their gradients randn
after seed 100 + step.
"""

import json
import sys

import torch



class NAdam(torch.optim.Optimizer):
    """NAdam as from PyTorch 2.0 on: 1.13 counts one factor of the next step's product twice."""

    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                s = self.state[p]
                if not s:
                    s.update(step=0, product=1.0, mean=torch.zeros_like(p), square=torch.zeros_like(p))
                s["step"] += 1
                grad = p.grad.add(p, alpha=group["weight_decay"])
                mu, after = (beta1 * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"])) for t in (s["step"], s["step"] + 1))
                s["product"] *= mu
                s["mean"].mul_(beta1).add_(grad, alpha=1 - beta1)
                s["square"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                root = s["square"].div(1 - beta2 ** s["step"]).sqrt().add_(group["eps"])
                p.addcdiv_(grad, root, value=-group["lr"] * (1 - mu) / (1 - s["product"]))
                p.addcdiv_(s["mean"], root, value=-group["lr"] * after / (1 - s["product"] * after))


if torch.__version__.startswith("1."):
    torch.optim.NAdam = NAdam

result = {}
for case in json.load(open(sys.argv[1])):
    dtype = getattr(torch, case["dtype"])
    torch.manual_seed(3)
    parameters = [torch.nn.Parameter(torch.randn(s, dtype=torch.float64).to(dtype)) for s in ((8, 17), (5,))]
    options = {k: v for k, v in case["options"].items() if k not in ("beta1", "beta2")}
    if "beta1" in case["options"]:
        options["betas"] = (case["options"]["beta1"], case["options"]["beta2"])
    for pair, one, two in (("etas", "etaminus", "etaplus"), ("step_sizes", "min_step", "max_step")):
        if one in options:
            options[pair] = (options.pop(one), options.pop(two))
    groups = parameters
    if case["group"] is not None:
        groups = [{"params": parameters[:1], **case["group"]}, {"params": parameters[1:]}]
    optimizer = getattr(torch.optim, case["python"])(groups, **options)
    for step in range(20):
        torch.manual_seed(100 + step)
        for p in parameters:
            p.grad = torch.randn(p.shape, dtype=torch.float64).to(dtype)
        optimizer.step()
    result[case["name"]] = [[float(v) for v in p.detach().double().flatten()] for p in parameters]

# A least-squares problem with a curved valley, for the optimizer that calls its closure.
torch.manual_seed(5)
a, b = torch.randn(12, 6, dtype=torch.float64), torch.randn(12, dtype=torch.float64)
result["LBFGS"] = []
for history in (100, 3):
    x = [torch.nn.Parameter(torch.zeros(4, dtype=torch.float64)), torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))]
    optimizer = torch.optim.LBFGS(x, lr=0.5, max_iter=7, tolerance_grad=1e-5, history_size=history)

    def closure():
        optimizer.zero_grad()
        r = a @ torch.cat(x) - b
        loss = (r * r).sum() + (r**4).sum()
        loss.backward()
        return loss

    losses = [float(optimizer.step(closure)) for _ in range(4)]
    result["LBFGS"].append(losses + [float(v) for v in torch.cat(x)])

print(json.dumps(result))
