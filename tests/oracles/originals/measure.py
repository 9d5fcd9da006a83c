"""What an original model computes with weights that both sides can make: logits, gradients, batch norm's buffers.

Used by the family scripts beside it, which import the authors' code from a checkout that is given as an argument; the JSON that
they write lies in tests/oracles/values/originals and is read by tests/VitNotebooks.Tests/Models/Originals/Original.cs.

Weights, images and the vectors that gradients are projected on are hashes of a tensor's name and an element's number, so no
random number generator takes part: see fill().
"""

import json
import math
import zlib

import numpy
import torch


def unit(name, shape):
    """Numbers in [-1, 1): element i is a hash of the name's CRC-32 and i."""
    count = math.prod(shape)
    with numpy.errstate(over="ignore"):
        h = numpy.arange(1, count + 1, dtype=numpy.uint32) * numpy.uint32(2654435761)
        h += numpy.uint32(zlib.crc32(name.encode()))
        h ^= h >> numpy.uint32(16)
        h *= numpy.uint32(0x45D9F3B)
        h ^= h >> numpy.uint32(16)
        h *= numpy.uint32(0x45D9F3B)
        h ^= h >> numpy.uint32(16)
    return torch.from_numpy(h.astype(numpy.float64) / 2.0**31 - 1).view(shape)


def value(name, shape):
    """The weight of a name: matrices and kernels keep the size of what passes, norms stay near one."""
    x = unit(name, shape)
    if name.endswith("running_var"):
        return 1 + x / 2
    if name.endswith("kqv.weight"):  # the features of a performer are exp(w x - x^2/2): tokens stay short, w as long as it is
        return x * math.sqrt(3 / shape[1]) / 8
    if name.endswith(".w"):
        return 1.2 * x
    if len(shape) >= 2 and name.endswith("weight"):
        return x * math.sqrt(3 / math.prod(shape[1:]))
    if name.endswith(("weight", "gamma", "alpha")):
        return 1 + x / 4
    return x / 5


def fill(model):
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point() and not name.endswith("attn_mask"):
                tensor.copy_(value(name, tensor.shape))


def numbers(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().double().reshape(-1).tolist()]


def one(model, images, projection, parameters):
    logits = model(images)
    logits = logits[0] if isinstance(logits, (tuple, list)) else logits
    model.zero_grad()
    (logits * projection).sum().backward()
    gradients = {}
    for name, parameter in parameters.items():
        if parameter.grad is not None:
            grad = parameter.grad.double()
            gradients[name] = numbers(torch.stack([grad.norm(), (grad * unit("gradient " + name, grad.shape)).sum()]))
    return {"logits": numbers(logits), "gradients": gradients}


def measure(path, model, source, size, batch=2, channels=3, train=True):
    """Writes what the model computes on images of one size.

    source says where the code is from: "owner/name commit file". Dropout and drop path must be off; train=False leaves out training.
    """
    torch.set_num_threads(2)
    fill(model)
    images = unit(f"images {size}", (batch, channels, size, size)).float()
    parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
    model.eval()
    with torch.no_grad():
        shape = model(images)
    shape = (shape[0] if isinstance(shape, (tuple, list)) else shape).shape
    projection = unit("projection", tuple(shape)).float()
    result = {
        "source": source,
        "libtorch": torch.__version__,
        "size": size,
        "batch": batch,
        "channels": channels,
        "eval": one(model, images, projection, parameters),
    }
    if train:
        model.train()
        result["train"] = one(model, images, projection, parameters)
        result["buffers"] = {
            n: numbers(torch.stack([b.double().norm(), (b.double() * unit("buffer " + n, b.shape)).sum()]))
            for n, b in model.state_dict().items()
            if n.endswith(("running_mean", "running_var"))
        }
    with open(path, "w") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")


def names(folder, variant, model, source):
    """Writes the list of a state dict to FOLDER/VARIANT.txt: name, shape, p(arameter) or b(uffer)."""
    parameters = {name for name, _ in model.named_parameters()}
    with open(f"{folder}/{variant}.txt", "w") as file:
        file.write(f"# state_dict of {variant}, {source}: name, shape, p(arameter) or b(uffer)\n")
        for name, tensor in model.state_dict().items():
            file.write(f"{name} {'x'.join(map(str, tensor.shape))} {'p' if name in parameters else 'b'}\n")
