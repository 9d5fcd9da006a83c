"""torchvision's swin_t with random weights: logits, the gradient of every parameter, and the weights after one AdamW step.

usage: python3 swin_torchvision.py FOLDER
Writes weights, gradients, stepped (all by torchvision's names) and values (images, logits; images252, logits252) as .safetensors.
Read by tests/VitNotebooks.Tests/Models/SwinTransformerTests.cs. 252 px is a size that the windows of the later stages do not divide.
"""

import os
import sys

import torch
from torchvision.models import swin_t

from safetensors_writer import write

folder = sys.argv[1]
torch.manual_seed(20)
model = swin_t().eval()  # eval: no drop path, which draws other numbers on the other side
with torch.no_grad():
    # Biases and norms start at 0 and 1, the table of positions near 0: random ones show a mistake in any of them.
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            parameter.add_(0.1 * torch.randn_like(parameter))
        if name.endswith("relative_position_bias_table"):
            parameter.copy_(torch.randn_like(parameter))

images = torch.randn(2, 3, 224, 224)
write(os.path.join(folder, "weights.safetensors"), model.state_dict())

logits = model(images)
labels = torch.tensor([3, 997])
torch.nn.functional.cross_entropy(logits, labels).backward()
write(os.path.join(folder, "gradients.safetensors"), {n: p.grad for n, p in model.named_parameters()})

images252 = torch.randn(1, 3, 252, 252)
with torch.no_grad():
    logits252 = model(images252)
write(
    os.path.join(folder, "values.safetensors"),
    {"images": images, "labels": labels, "logits": logits, "images252": images252, "logits252": logits252},
)

torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05).step()
write(os.path.join(folder, "stepped.safetensors"), dict(model.named_parameters()))
