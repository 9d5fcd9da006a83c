"""What Python's PyTorch makes of the table operations.txt: inputs, values and gradients of every line in every variant.

usage: python3 operations.py OUT
Writes OUT.json (an index) and OUT.bin (the elements, one tensor after another). Read by
tests/VitNotebooks.Torch.Tests/Tensor/OperationsOracleTests.cs. How a line is written is said at the head of operations.txt.
"""

import json
import re
import sys
import warnings
import zlib
from pathlib import Path

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")

INTEGERS = {"i64": torch.int64, "i32": torch.int32, "u8": torch.uint8, "bool": torch.bool}
FLOATS = {
    "f64": torch.float64,
    "f32": torch.float32,
    "bf16": torch.bfloat16,
    "f16": torch.float16,
    "c128": torch.complex128,
}
LAYOUTS = ["empty", "0-d", "transposed", "strided", "expanded"]
VARIANTS = [*FLOATS, *INTEGERS, *LAYOUTS]
NAMESPACES = {"linalg": torch.linalg, "fft": torch.fft, "special": torch.special, "functional": F}
GENERATOR = re.compile(r"([npuijkbcsxoy])(\d*)(\*?)$")


def split(text):
    """The parts of a list of arguments: at commas that stand in no bracket."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, letter in enumerate(text):
        quoted ^= letter == "'"
        depth += quoted and letter == "'"  # a quotation counts as a bracket
        depth -= not quoted and letter == "'"
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    last = text[start:].strip()
    return parts + [last] if last else parts


def draw(kind, shape, variant, random):
    """Elements of one input; integers stay what they are in the variants of real numbers."""
    dtype = FLOATS.get(variant, torch.float64)
    whole = INTEGERS.get(variant)
    normal = torch.randn(shape, generator=random, dtype=torch.float64)
    unit = torch.rand(shape, generator=random, dtype=torch.float64)
    if kind in "ij":
        values = torch.randint(-9 if kind == "i" else 1, 10, shape, generator=random)
        return values.to(whole or torch.int64)
    if kind == "b":
        return normal > 0
    if kind == "x":
        return (unit > 0.5).long()
    if kind == "k":
        return torch.arange(1, normal.numel() + 1, dtype=torch.int32).view(shape)
    if kind == "y":
        return (normal > 0).to(dtype) * 2 - 1
    if kind == "o":
        return torch.arange(normal.numel()).flip(0).view(shape)
    if kind == "s":
        n = shape[-1] if shape else 1
        return (normal @ normal.transpose(-1, -2) + (n + 1) * torch.eye(n) if shape else unit + 1).to(dtype)
    if kind == "c":
        return torch.complex(normal, unit).to(torch.complex64 if variant == "f32" else torch.complex128)
    if whole is not None:
        return (normal * 3).abs().add(kind == "p").to(whole) if kind in "pu" or whole == torch.uint8 else (normal * 3).to(whole)
    values = {"n": normal, "p": unit * 3 + 1.1, "u": unit * 0.8 + 0.1}[kind]
    if dtype.is_complex:
        values = torch.complex(values, torch.rand(shape, generator=random, dtype=torch.float64))
    return values.to(dtype)


def arranged(leaf, layout):
    """The same elements (for "expanded" fewer) in memory that is not contiguous; the same is written in C#."""
    if leaf.dim() == 0:
        return leaf
    if layout == "transposed":
        return leaf.transpose(0, -1).contiguous().transpose(0, -1)
    if layout == "strided":
        return torch.stack([leaf, leaf], -1).select(-1, 0)
    if layout == "expanded" and leaf.size(0) > 0:
        return leaf.narrow(0, 0, 1).expand(leaf.shape)
    return leaf


class Blob:
    def __init__(self, path):
        self.file, self.at = open(path, "wb"), 0

    def add(self, tensor):
        tensor = tensor.detach().to_dense() if tensor.is_sparse else tensor.detach()
        # A copy: autograd's zeros have no memory, a conjugate shows what its memory does not hold.
        tensor = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor)
        entry = [str(tensor.dtype)[6:], list(tensor.shape), self.at]
        if tensor.numel():
            plain = torch.view_as_real(tensor) if tensor.is_complex() else tensor
            raw = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
            self.file.write(raw)
            self.at += len(raw)
        return entry


def tensors(result):
    """Whatever an operation gives, as a flat list of tensors."""
    if isinstance(result, torch.Tensor):
        if result.dtype == torch.complex32:
            raise TypeError("TorchSharp has no such dtype")
        return [result]
    if isinstance(result, bool):
        return [torch.tensor(result)]
    if isinstance(result, (int, float)):
        return [torch.tensor(float(result), dtype=torch.float64)]
    if result is None:
        return []
    if isinstance(result, str):
        raise ValueError(f"no result to compare: {result!r}")
    return [tensor for part in result for tensor in tensors(part)]


def function(section, name):
    name = name.split(".")[-1]
    if section in NAMESPACES:
        return getattr(NAMESPACES[section], name)
    for place in (torch, torch.Tensor, F):
        if hasattr(place, name):
            return getattr(place, name)
    raise AttributeError(f"PyTorch has no {name}; write what it is after =>")


def measure(blob, call, build, gradients):
    """One call: its results and the gradients of their fixed projection, or how it refused."""
    torch.manual_seed(7)
    leaves, arguments, keywords = build()
    try:
        results = tensors(call(leaves, arguments, keywords))
    except Exception as error:  # noqa: BLE001: whatever it is, the other side must refuse as well
        return {"error": type(error).__name__, "message": str(error).split("\n")[0]}
    entry = {"values": [blob.add(result) for result in results]}
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    terms = [r for r in results if r.requires_grad and r.numel()] if gradients else []
    if not terms or not wanted:
        return entry
    try:
        total = 0
        for result in terms:
            weights = (torch.arange(1, result.numel() + 1) % 7 - 2).to(result.dtype).view(result.shape)
            product = (result * weights).sum()
            total = total + (product.real + product.imag if product.is_complex() else product).to(torch.float64)
        made = torch.autograd.grad(total, wanted, allow_unused=True)
        entry["gradients"] = [None if g is None else blob.add(g) for g in made]
    except Exception as error:  # noqa: BLE001
        entry["refused"] = str(error).split("\n")[0]
    return entry


def main(out):
    lines = []
    blob = Blob(out + ".bin")
    section = "torch"
    text = (Path(__file__).parent / "operations.txt").read_text()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("##")[0].strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        names, _, rest = line.partition(":")
        arguments, _, expression = rest.partition("=>")
        names = names.split()
        only = VARIANTS
        gradients = True
        while names[0][0] in "!~":
            flag = names.pop(0)
            if flag == "~":
                gradients = False
            else:
                only = flag[1:].split(",")
        parts = split(arguments)
        for variant in only:
            lines.append(one(blob, section, number, names, parts, expression.strip(), variant, gradients))
    Path(out + ".json").write_text(json.dumps(lines))


def one(blob, section, number, names, parts, expression, variant, gradients):
    random = torch.Generator().manual_seed(zlib.crc32(f"{number}/{variant}".encode()) % 1000)
    drawn = []

    def collect(part):
        match = GENERATOR.match(part)
        if match:
            shape = [int(digit) for digit in match[2]] * (2 if match[1] == "s" else 1)
            if variant == "0-d":
                shape = []
            if variant == "empty":
                shape = [0 if size == 3 else size for size in shape]
            drawn.append((draw(match[1], shape, variant, random), match[3] == "" and match[1] in "npusc"))
        elif part.startswith("[") and any(GENERATOR.match(p) for p in split(part[1:-1])):
            for p in split(part[1:-1]):
                collect(p)

    values = [part.split("=")[-1] if re.match(r"\w+=", part) else part for part in parts]
    for part in values:
        collect(part)

    def build():
        leaves = [
            value.clone().requires_grad_() if wanted and (value.is_floating_point() or value.is_complex()) else value
            for value, wanted in drawn
        ]
        inputs = iter([arranged(leaf, variant) for leaf in leaves])

        def take(part):
            if GENERATOR.match(part):
                return next(inputs)
            if part.startswith("[") and any(GENERATOR.match(p) for p in split(part[1:-1])):
                return [take(p) for p in split(part[1:-1])]
            return eval(part, {**vars(torch), "inf": float("inf"), "nan": float("nan")})  # noqa: S307: our own table

        taken, keywords = [], {}
        for part, value in zip(parts, values):
            if part == value:
                taken.append(take(value))
            else:
                keywords[part.split("=")[0]] = take(value)
        return leaves, taken, keywords

    def flat(arguments):
        for argument in arguments:
            if isinstance(argument, torch.Tensor):
                yield argument
            elif isinstance(argument, list):
                yield from flat(argument)

    entry = {
        "line": number,
        "section": section,
        "variant": variant,
        "inputs": [blob.add(value) + [wanted] for value, wanted in drawn],
        "calls": {},
    }
    for name in names:
        if expression:

            def call(leaves, arguments, keywords, name=name):
                every = list(flat([*arguments, *keywords.values()]))
                scope = dict(zip("abcdefgh", every), torch=torch, F=F, name=name, args=arguments)
                return eval(expression, scope)  # noqa: S307: our own table

        elif name.endswith("_"):

            def call(leaves, arguments, keywords, name=name):
                return getattr(torch.Tensor, name.split(".")[-1])(arguments[0].clone(), *arguments[1:], **keywords)

        else:
            def call(leaves, arguments, keywords, name=name):
                return function(section, name)(*arguments, **keywords)

        entry["calls"][name] = measure(blob, call, build, gradients)
        place = name.split(".")[-1] + "_"
        if section == "torch" and not expression and not name.endswith("_") and hasattr(torch.Tensor, place) and drawn:

            def within(leaves, arguments, keywords, place=place):
                return getattr(torch.Tensor, place)(arguments[0].clone(), *arguments[1:], **keywords)

            entry["calls"][place] = measure(blob, within, build, gradients)
    return entry


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1])
