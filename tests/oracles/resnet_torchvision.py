"""torchvision's ResNets with random weights: logits, the gradient of every parameter, running statistics after a training pass.

usage: python3 resnet_torchvision.py FOLDER NAME      NAME: resnet18 | resnet50
Writes weights, gradients, trained (the state dict after one pass in training mode) and values (images, labels, logits, logits
of training mode) as .safetensors. Read by tests/VitNotebooks.Tests/Models/ResNetTests.cs.
"""

import os
import sys

import torch
import torchvision

from safetensors_writer import write

folder, name = sys.argv[1], sys.argv[2]
torch.manual_seed(21)
model = getattr(torchvision.models, name)().eval()
with torch.no_grad():
    # Norms start at 1 and 0 and with a mean of 0 and a variance of 1: others show a mistake in any of them.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.copy_(1 + 0.1 * torch.randn_like(module.weight))
            module.bias.copy_(0.1 * torch.randn_like(module.bias))
            module.running_mean.copy_(0.1 * torch.randn_like(module.running_mean))
            module.running_var.copy_(1 + 0.5 * torch.rand_like(module.running_var))

images = torch.randn(2, 3, 112, 112)
labels = torch.tensor([3, 997])
write(os.path.join(folder, "weights.safetensors"), model.state_dict())

logits = model(images)
# In double precision: in single precision a value that rounds to the other side of a ReLU's zero moves gradients by a percent.
model.double()
torch.nn.functional.cross_entropy(model(images.double()), labels).backward()
write(os.path.join(folder, "gradients.safetensors"), {n: p.grad for n, p in model.named_parameters()})

model.float().train()
with torch.no_grad():
    trained = model(images)
write(os.path.join(folder, "trained.safetensors"), model.state_dict())
write(
    os.path.join(folder, "values.safetensors"),
    {"images": images, "labels": labels, "logits": logits, "trained": trained},
)
