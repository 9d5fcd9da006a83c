"""Stands in for flax, JAX and what else google-research/big_vision imports, so that its models say the names and shapes of their parameters
and its optimizer says which of them it decays, where JAX is not installed: big_vision's own code runs, on zeros.

Used by authors.py. What flax's own layers are is written down here, as flax.linen has it: a kernel has its inputs before its outputs, one
to or from the heads of an attention has an axis for heads and one for their width, and a module without a name is called after its class
and the number of those of its class that the module around it made before.
"""

import collections
import dataclasses
import functools
import sys
import types
from unittest import mock

import numpy


class Shaped(type):
    """Classes of modules are dataclasses, and every module takes a name."""

    def __new__(kind, name, bases, members):
        return dataclasses.dataclass(eq=False)(super().__new__(kind, name, bases, members))

    def __call__(cls, *fields, name=None, **named):
        module = super().__call__(*fields, **named)
        around = Module.running[-1] if Module.running else None
        if around and name is None:
            name = f"{cls.__name__}_{around.made[cls.__name__]}"
            around.made[cls.__name__] += 1
        module.path = (*around.path, name) if around else ()
        module.shapes = around.shapes if around else {}
        module.made = collections.Counter()
        return module


class Module(metaclass=Shaped):
    running = []  # the modules whose call runs, outermost first; a class attribute and no field, for it has no type

    def param(self, name, init, shape, dtype=None):
        shape = tuple(map(int, shape))
        self.shapes["/".join((*self.path, name))] = shape
        return numpy.zeros(shape, numpy.float32)


def compact(call):
    @functools.wraps(call)
    def run(self, *arguments, **named):
        Module.running.append(self)
        try:
            return call(self, *arguments, **named)
        finally:
            Module.running.pop()

    return run


class Dense(Module):
    features: int
    dtype: object = None
    kernel_init: object = None
    bias_init: object = None

    def __call__(self, x):
        self.param("kernel", None, (x.shape[-1], self.features))
        self.param("bias", None, (self.features,))
        return numpy.zeros((*x.shape[:-1], self.features), numpy.float32)


class Conv(Module):
    features: int
    kernel_size: object
    strides: object
    padding: str
    dtype: object = None

    def __call__(self, x):
        assert self.padding == "VALID" and self.strides == self.kernel_size
        self.param("kernel", None, (*self.kernel_size, x.shape[-1], self.features))
        self.param("bias", None, (self.features,))
        rows, columns = (side // stride for side, stride in zip(x.shape[1:3], self.strides))
        return numpy.zeros((x.shape[0], rows, columns, self.features), numpy.float32)


class LayerNorm(Module):
    def __call__(self, x):
        self.param("scale", None, x.shape[-1:])
        self.param("bias", None, x.shape[-1:])
        return x


class MultiHeadDotProductAttention(Module):
    num_heads: int
    kernel_init: object = None
    deterministic: object = None
    dtype: object = None

    def __call__(self, queries, keys):
        width = queries.shape[-1]
        heads = (self.num_heads, width // self.num_heads)
        for name in ("query", "key", "value"):
            self.param(f"{name}/kernel", None, (width, *heads))
            self.param(f"{name}/bias", None, heads)
        self.param("out/kernel", None, (*heads, width))
        self.param("out/bias", None, (width,))
        return queries


class Dropout(Module):
    rate: float

    def __call__(self, x, deterministic):
        return x


class Structure:
    """What jax.tree.flatten leaves of nested dictionaries without their leaves; their keys come sorted."""

    def __init__(self, tree, leaves):
        self.inner = {k: Structure(tree[k], leaves) for k in sorted(tree)} if isinstance(tree, dict) else None
        if self.inner is None:
            leaves.append(tree)

    def unflatten(self, leaves):
        leaves = iter(leaves)

        def filled(structure):
            return next(leaves) if structure.inner is None else {k: filled(s) for k, s in structure.inner.items()}

        return filled(self)


def flatten(tree):
    leaves = []
    structure = Structure(tree, leaves)
    return leaves, structure


def tree_map(function, tree, *others):
    leaves, structure = flatten(tree)
    return structure.unflatten(map(function, leaves, *(flatten(other)[0] for other in others)))


class Config(dict):
    """ml_collections.ConfigDict, of which dictionaries that are put in become one too."""

    __getattr__ = dict.__getitem__

    def __setattr__(self, name, value):
        self[name] = Config(value) if type(value) is dict else value


class Arrays(types.ModuleType):
    """jax.numpy: numpy, and a kind of number that it lacks."""

    bfloat16 = "bfloat16"

    def __getattr__(self, name):
        return getattr(numpy, name)


def install():
    """Puts the stand-ins where big_vision's imports look; the optax among them notes what it is called with."""
    linen = types.ModuleType("flax.linen")
    linen.__dict__.update(Module=Module, compact=compact, Dense=Dense, Conv=Conv, LayerNorm=LayerNorm, Dropout=Dropout)
    linen.__dict__.update(MultiHeadDotProductAttention=MultiHeadDotProductAttention, initializers=mock.MagicMock())
    linen.__dict__.update(gelu=lambda x: x, tanh=lambda x: x, with_logical_constraint=lambda x, axes: x)
    for name in ("absl", "einops", "flax", "flax.jax_utils", "flax.training", "flax.training.checkpoints", "jax", "jax.experimental"):
        sys.modules[name] = mock.MagicMock()
    for name in ("jax.experimental.array_serialization", "ml_collections", "optax", "tensorflow", "tensorflow.io", "tensorflow.io.gfile"):
        sys.modules[name] = mock.MagicMock()
    sys.modules["flax.linen"] = sys.modules["flax"].linen = linen
    sys.modules["jax.numpy"] = sys.modules["jax"].numpy = Arrays("jax.numpy")
    sys.modules["jax"].tree = types.SimpleNamespace(map=tree_map, flatten=flatten)
    sys.modules["jax"].process_index.return_value = 1  # not the one that logs
    sys.modules["ml_collections"].ConfigDict = Config
