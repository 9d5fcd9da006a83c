"""torchvision's vit_b_16 with random weights: logits, the gradient of every parameter, and one AdamW step.

usage: python3 vit_torchvision.py FOLDER
Writes weights, gradients, stepped (by torchvision's names) and values (images, logits) as .safetensors. Of a
stepped parameter only every 61st number is kept, flattened: AdamW treats each alone, and all of them would be 346 MB.
Read by tests/VitNotebooks.Tests/Models/VisionTransformerTests.cs.
"""

import os
import sys

import torch
from torchvision.models import vit_b_16

from safetensors_writer import write

folder = sys.argv[1]
torch.manual_seed(21)
model = vit_b_16().eval()
with torch.no_grad():
    # torchvision starts the classifier and the class token at zero, norms at one: random ones show a mistake in any of them.
    model.heads.head.weight.normal_(std=0.05)
    model.class_token.normal_(std=0.5)
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.add_(0.1 * torch.randn_like(parameter))

images = torch.randn(2, 3, 224, 224)
write(os.path.join(folder, "weights.safetensors"), model.state_dict())

logits = model(images)
labels = torch.tensor([3, 997])
torch.nn.functional.cross_entropy(logits, labels).backward()
write(os.path.join(folder, "gradients.safetensors"), {n: p.grad for n, p in model.named_parameters()})
write(os.path.join(folder, "values.safetensors"), {"images": images, "labels": labels, "logits": logits})

torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05).step()
write(os.path.join(folder, "stepped.safetensors"), {n: p.detach().flatten()[::61] for n, p in model.named_parameters()})
