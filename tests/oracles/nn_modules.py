"""Outputs and gradients of modules and losses by Python's PyTorch, as JSON: {case: {name: [values]}}.

usage: python3 nn_modules.py
Read by tests/VitNotebooks.Torch.Tests/nn/ModuleOracleTests.cs, which builds the same cases after the same seed: the module
first, then its inputs with randn. The loss is the sum of the output times a fixed ramp.
"""

import json

import torch
import torch.nn.functional as F
from torch import nn

cases = {}


def values(tensor):
    return [float(v) for v in tensor.detach().double().flatten()]


def record(name, module, inputs, output):
    ramp = torch.arange(output.numel(), dtype=torch.float32).reshape(output.shape) / output.numel()
    (output * ramp).sum().backward()
    case = {"output": values(output)}
    for i, x in enumerate(inputs):
        if x.grad is not None:
            case[f"input{i}.grad"] = values(x.grad)
    for key, parameter in module.named_parameters() if module is not None else []:
        if parameter.grad is not None:
            case[key + ".grad"] = values(parameter.grad)
    for key, buffer in module.named_buffers() if module is not None else []:
        case[key] = values(buffer)
    cases[name] = case


def run(name, make, shapes, call=None):
    torch.manual_seed(7)
    module = make()
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
    record(name, module, inputs, (call or (lambda m, x: m(*x)))(module, inputs))


def loss(name, shapes, call):
    torch.manual_seed(7)
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
    record(name, None, inputs, call(inputs))


run("Linear", lambda: nn.Linear(6, 4), [(3, 6)])
run("Conv1d", lambda: nn.Conv1d(2, 4, 3, padding=1), [(2, 2, 8)])
run("Conv2d", lambda: nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), [(2, 4, 7, 7)])
run("Conv2d reflect", lambda: nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), [(1, 2, 5, 5)])
run("Conv2d same", lambda: nn.Conv2d(2, 3, 4, padding="same"), [(1, 2, 5, 5)])
run("ConvTranspose2d", lambda: nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1), [(2, 3, 4, 4)],
    lambda m, x: m(x[0], output_size=[8, 8]))
run("LayerNorm", lambda: nn.LayerNorm((3, 4)), [(2, 3, 4)])
run("GroupNorm", lambda: nn.GroupNorm(2, 6), [(2, 6, 5)])
run("BatchNorm2d", lambda: nn.BatchNorm2d(3), [(4, 3, 2, 2)])
run("BatchNorm1d eval", lambda: nn.BatchNorm1d(3).eval(), [(4, 3)])
run("InstanceNorm2d", lambda: nn.InstanceNorm2d(3, affine=True), [(2, 3, 4, 4)])
run("PReLU", lambda: nn.PReLU(3), [(2, 3, 4)])
run("MultiheadAttention", lambda: nn.MultiheadAttention(8, 2), [(5, 2, 8), (4, 2, 8), (4, 2, 8)],
    lambda m, x: m(*x)[0])
run("MultiheadAttention self", lambda: nn.MultiheadAttention(8, 2), [(5, 2, 8)], lambda m, x: m(x[0], x[0], x[0])[0])
run("MultiheadAttention masked", lambda: nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True),
    [(4, 2, 8)],
    lambda m, x: m(x[0], x[0], x[0], key_padding_mask=torch.tensor([[0, 0, 0, 1], [0, 0, 1, 1]]).bool(),
                   attn_mask=torch.ones(4, 4).triu(1).bool())[0])
run("MultiheadAttention weights", lambda: nn.MultiheadAttention(8, 2), [(4, 2, 8)],
    lambda m, x: m(x[0], x[0], x[0])[1])
run("TransformerEncoder",
    lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, activation="gelu"), 2), [(3, 2, 8)])
run("LSTM", lambda: nn.LSTM(4, 3, 2, batch_first=True, bidirectional=True), [(2, 5, 4)], lambda m, x: m(x[0])[0])
run("LSTM state", lambda: nn.LSTM(4, 3), [(5, 2, 4), (1, 2, 3), (1, 2, 3)], lambda m, x: m(x[0], (x[1], x[2]))[1][1])
run("GRU", lambda: nn.GRU(4, 3, 2), [(5, 2, 4)], lambda m, x: m(x[0])[0])

for name, make in {
    "ReLU": nn.ReLU(), "ReLU6": nn.ReLU6(), "LeakyReLU": nn.LeakyReLU(0.1), "GELU": nn.GELU(),
    "GELU tanh": nn.GELU("tanh"), "SiLU": nn.SiLU(), "Sigmoid": nn.Sigmoid(), "Tanh": nn.Tanh(), "ELU": nn.ELU(0.7),
    "Hardswish": nn.Hardswish(), "Mish": nn.Mish(), "Softplus": nn.Softplus(2, 3), "Softmax": nn.Softmax(1),
    "LogSoftmax": nn.LogSoftmax(1), "Softsign": nn.Softsign(), "Tanhshrink": nn.Tanhshrink(),
    "Softshrink": nn.Softshrink(0.3), "Hardshrink": nn.Hardshrink(0.3), "AlphaDropout": nn.AlphaDropout(0.4),
}.items():
    run(name, lambda: make, [(3, 5)])
for name, make in {
    "MaxPool2d": nn.MaxPool2d(3, 2, 1), "AvgPool2d": nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    "AdaptiveAvgPool2d": nn.AdaptiveAvgPool2d((3, 2)), "AdaptiveMaxPool2d": nn.AdaptiveMaxPool2d((3, 2)),
    "Upsample": nn.Upsample(scale_factor=(2, 1.5), mode="bilinear", align_corners=False),
    "Flatten": nn.Flatten(1, 2), "Unfold": nn.Unfold((2, 3), padding=(1, 0)),
}.items():
    run(name, lambda: make, [(2, 3, 6, 6)])

labels = torch.tensor([1, 0, 3, 2])
loss("cross_entropy", [(4, 5)], lambda x: F.cross_entropy(x[0], labels))
loss("cross_entropy smoothed", [(4, 5)], lambda x: F.cross_entropy(x[0], labels, label_smoothing=0.1))
loss("cross_entropy of probabilities", [(4, 5), (4, 5)],
     lambda x: F.cross_entropy(x[0], x[1].softmax(1), label_smoothing=0.2, reduction="sum"))
loss("mse_loss", [(4, 5), (4, 5)], lambda x: F.mse_loss(*x))
loss("l1_loss", [(4, 5), (4, 5)], lambda x: F.l1_loss(*x, reduction="none"))
loss("smooth_l1_loss", [(4, 5), (4, 5)], lambda x: F.smooth_l1_loss(*x, beta=0.5))
loss("huber_loss", [(4, 5), (4, 5)], lambda x: F.huber_loss(*x, delta=0.5))
loss("binary_cross_entropy", [(4, 5), (4, 5)], lambda x: F.binary_cross_entropy(x[0].sigmoid(), x[1].sigmoid()))
loss("binary_cross_entropy_with_logits", [(4, 5), (4, 5)],
     lambda x: F.binary_cross_entropy_with_logits(x[0], x[1].sigmoid()))
loss("nll_loss", [(4, 5)], lambda x: F.nll_loss(x[0].log_softmax(1), labels))
loss("kl_div", [(4, 5), (4, 5)], lambda x: F.kl_div(x[0].log_softmax(1), x[1].log_softmax(1), log_target=True))
loss("normalize", [(3, 4)], lambda x: F.normalize(x[0]))
loss("scaled_dot_product_attention", [(2, 3, 4), (2, 5, 4), (2, 5, 6)],
     lambda x: (x[0] @ x[1].transpose(-2, -1) / 2).softmax(-1) @ x[2])
loss("interpolate bicubic antialias", [(1, 2, 8, 8)],
     lambda x: F.interpolate(x[0], size=(3, 5), mode="bicubic", antialias=True))
loss("pad reflect", [(1, 2, 4, 4)], lambda x: F.pad(x[0], (1, 2, 2, 1), mode="reflect"))
loss("grid_sample", [(1, 2, 4, 4), (1, 3, 3, 2)],
     lambda x: F.grid_sample(*x, mode="bilinear", padding_mode="border", align_corners=False))

print(json.dumps(cases))
