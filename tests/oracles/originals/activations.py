"""Memory of activations in the authors' models, for one image in fp32: the outputs of the modules that have parameters of their own, and what
autograd saves for backward in training, parameters and the image left out, each memory once.

usage: python3 activations.py FOLDER > ../values/originals/activations.json
FOLDER holds the authors' checkouts, see authors.py. Read by tests/VitNotebooks.Tests/Models/SummaryCountsTests.cs.
"""

import json
import sys

import torch

import authors

MODELS = {
    "vit_tiny_patch16_224": 224,
    "vit_small_patch32_224": 224,
    "swin_tiny_patch4_window7_224": 224,
    "mixer_s32_224": 224,
    "resnet18": 224,
    "resnet50": 160,
}


def measured(folder, name):
    family, size = authors.family(folder, name), MODELS[name]
    model = family.build(name, size, 1000)
    image = torch.zeros(1, 3, size, size)
    outputs = []
    for module in model.modules():
        if next(module.parameters(recurse=False), None) is not None and not next(module.children(), None):
            module.register_forward_hook(lambda module, inputs, output: outputs.append(output.numel() * output.element_size()))
    left_out = {tensor.storage().data_ptr() for tensor in (image, *model.parameters(), *model.buffers())}
    saved = {}

    def pack(tensor):
        if tensor.storage().data_ptr() not in left_out:
            saved[tensor.storage().data_ptr()] = tensor  # which keeps the memory from being given to another
        return tensor

    model.train()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(image)
    held = sum(tensor.storage().nbytes() for tensor in saved.values())
    return {"source": family.source, "size": size, "outputs": sum(outputs), "saved": held}


if "--" in sys.argv:
    print(json.dumps(measured(sys.argv[1], sys.argv[-1])))
else:
    sys.stdout.write(authors.lines(authors.each(__file__, sys.argv[1], MODELS)))
