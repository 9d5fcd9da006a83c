"""What Python's PyTorch makes of a table of operations, as JSON: inputs, results and gradients.

usage: python3 ops.py
Read by tests/VitNotebooks.Torch.Tests/Tensor/OperationsOracleTests.cs. "unary" and "binary" name methods that have the same
name there; "cases" holds expressions that are written a second time there, under the same key.
Doubles, so that a difference means another formula and not another rounding.
"""

import json
import math

import torch

torch.manual_seed(20)
DOUBLE = torch.float64


def draw(*size):
    return torch.randn(*size, dtype=DOUBLE)


a, b = draw(3, 4), draw(3, 4)
unit = torch.rand(3, 4, dtype=DOUBLE) * 0.8 + 0.1
positive = torch.rand(3, 4, dtype=DOUBLE) * 3 + 1.1
factor = draw(4, 4)
inputs = {
    "a": a,
    "b": b,
    "unit": unit,
    "positive": positive,
    "matrix": draw(4, 5),
    "square": draw(4, 4),
    "spd": factor @ factor.t() + 4 * torch.eye(4, dtype=DOUBLE),
    "vector": draw(4),
    "left": draw(2, 3, 4),
    "right": draw(2, 4, 3),
    "image": draw(2, 3, 4, 4),
    "index": torch.tensor([[0, 2, 1, 0], [2, 2, 0, 1]]),
    "rows": torch.tensor([2, 0]),
    "mask": a > 0,
    "whole": torch.randint(-9, 10, (3, 4)),
    "other": torch.randint(1, 10, (3, 4)),
}

UNARY = {
    "a": "abs absolute ceil floor round trunc fix frac neg negative positive exp exp2 expm1 square sign sgn signbit sin cos tan "
    "sinh cosh tanh atan asinh sinc deg2rad rad2deg erf erfc relu relu6 selu silu sigmoid hardsigmoid hardswish "
    "celu elu gelu log_sigmoid softplus digamma lgamma i0 isfinite isinf isnan isneginf isposinf isreal "
    "sum mean prod max min std var median nanmedian nansum nanmean all any argmax argmin norm count_nonzero "
    "t ravel flatten squeeze fliplr flipud trace diag diagflat diag_embed diagonal tril triu msort argsort nonzero "
    "nan_to_num logical_not angle conj real clone detach contiguous atleast_3d T mT cov corrcoef diff trapezoid "
    "conj_physical alias".split(),
    "unit": "asin acos atanh arcsin arccos arctanh erfinv logit log2 rsqrt".split(),
    "positive": "log log10 log1p sqrt reciprocal acosh arccosh arctan arcsinh".split(),
    "whole": "bitwise_not abs sign square unique_flat float double long bool".split(),
    "square": "det logdet_abs inverse pinverse matrix_exp trace adjoint mH H".split(),
    "spd": "cholesky logdet inverse".split(),
}
BINARY = {
    ("a", "b"): "add sub subtract mul multiply div divide true_divide floor_divide fmod remainder maximum minimum fmax fmin "
    "max min hypot atan2 arctan2 copysign logaddexp logaddexp2 eq ne lt le gt ge less less_equal greater greater_equal not_equal "
    "isclose dist expand_as view_as heaviside nextafter logical_and logical_or logical_xor inner kron".split(),
    ("positive", "a"): "pow float_power xlogy ldexp".split(),
    ("positive", "unit"): "igamma igammac".split(),
    ("whole", "other"): "gcd lcm bitwise_and bitwise_or bitwise_xor floor_divide fmod remainder add mul div isin".split(),
    ("other", "other"): "bitwise_left_shift bitwise_right_shift".split(),
    ("a", "matrix"): "matmul mm".split(),
    ("a", "vector"): "mv matmul".split(),
    ("vector", "vector"): "dot vdot outer ger inner".split(),
    ("left", "right"): "bmm matmul".split(),
    ("a", "mask"): "masked_select".split(),
    ("a", "index"): "take".split(),
}
# Functions of torch.special, torch.linalg and torch.fft: of one tensor, by name.
NESTED = {
    ("special", "positive"): "bessel_j0 bessel_j1 digamma entr erf erfc erfcx exp2 expit expm1 gammaln i0 i0e i1 i1e ndtr psi "
    "sinc bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 "
    "scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0 airy_ai".split(),
    ("special", "unit"): "erfinv logit ndtri".split(),
    ("linalg", "spd"): "cholesky cond det inv matrix_exp pinv svdvals eigvalsh norm matrix_norm matrix_rank vector_norm "
    "diagonal".split(),
    ("linalg", "vector"): "vander".split(),
    ("fft", "a"): "rfft hfft ifft rfft2 ihfft rfftn fftn fft2 ifft2 ifftn irfft irfft2 irfftn fftshift ifftshift".split(),
}
SPECIAL = {
    "t": lambda x: x.t(),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "H": lambda x: x.H,
    "mH": lambda x: x.mH,
    "real": lambda x: x.real,
    "unique_flat": lambda x: x.unique(),
    "logdet_abs": lambda x: torch.slogdet(x)[1],
    "isreal": torch.isreal,
    "celu": torch.nn.functional.celu,
    "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "selu": torch.nn.functional.selu,
    "silu": torch.nn.functional.silu,
    "relu6": torch.nn.functional.relu6,
    "hardsigmoid": torch.nn.functional.hardsigmoid,
    "hardswish": torch.nn.functional.hardswish,
    "log_sigmoid": torch.nn.functional.logsigmoid,
    "softplus": torch.nn.functional.softplus,
    "trapezoid": torch.trapezoid,
    "atleast_3d": torch.atleast_3d,
    "cov": torch.cov,
    "corrcoef": torch.corrcoef,
    "diag_embed": torch.diag_embed,
    "diagonal": torch.diagonal,
    "isin": torch.isin,
    "alias": lambda x: torch.ops.aten.alias(x),
}

CASES = {
    "numbers": lambda a, b: 2 * a - b / 3 + 1,
    "number first": lambda a, b: 1 / a - (2 - b) * 4,
    "modulus": lambda a, b: a % 0.7 + a.remainder(b),
    "rounding": lambda a, b: a.div(b, rounding_mode="floor") + a.div(0.3, rounding_mode="trunc"),
    "add alpha": lambda a, b: a.add(b, alpha=3).add(2, alpha=2),
    "addcmul": lambda a, b: a.addcmul(a, b, value=0.5).addcdiv(a, b, value=2),
    "lerp": lambda a, b: a.lerp(b, torch.full_like(a, 0.25)),
    "clamp": lambda a, b: a.clamp(-0.5, 0.5) + a.clamp(min=0) + b.clamp(max=0.1) + a.clip(-1, 1),
    "clamp tensors": lambda a, b: a.clamp(min=b),
    "where": lambda a, b: torch.where(a > b, a, b * 2),
    "masked_fill": lambda a, b: a.masked_fill(b > 0, -1.5),
    "sum 1": lambda a, b: a.sum(1),
    "sum keep": lambda a, b: a.sum(0, keepdim=True),
    "sum both": lambda a, b: a.sum((0, 1)),
    "mean keep": lambda a, b: a.mean([1], keepdim=True),
    "var": lambda a, b: a.var(1, unbiased=False) + b.std(1),
    "var_mean": lambda a, b: sum(torch.var_mean(a, 1)),
    "std_mean": lambda a, b: sum(torch.std_mean(a, (0, 1))),
    "max dim": lambda a, b: a.max(1)[0] + b.min(1)[0],
    "argmax dim": lambda a, b: a.argmax(1, keepdim=True),
    "amax": lambda a, b: a.amax((0,)) - b.amin((0,)),
    "aminmax": lambda a, b: torch.stack(torch.aminmax(a)),
    "prod dim": lambda a, b: a.prod(1),
    "norm 1": lambda a, b: a.norm(1) + b.norm(2, 0).sum(),
    "logsumexp": lambda a, b: a.logsumexp(1),
    "cumsum": lambda a, b: a.cumsum(1) + b.cumprod(0),
    "cummax": lambda a, b: a.cummax(1)[0] - a.cummin(1)[0] + b.logcumsumexp(0),
    "topk": lambda a, b: a.topk(2, 1)[0],
    "sort": lambda a, b: a.sort(1, descending=True)[0],
    "sort indices": lambda a, b: a.sort(0)[1],
    "kthvalue": lambda a, b: a.kthvalue(2)[0],
    "mode": lambda a, b: (a > 0).long().mode(1)[0],
    "quantile": lambda a, b: a.quantile(torch.tensor([0.25, 0.5], dtype=DOUBLE), 1),
    "all any": lambda a, b: torch.stack([(a > -1).all(1), (a > 1).any(1)]),
    "softmax": lambda a, b: a.softmax(1) - b.log_softmax(0),
    "leaky": lambda a, b: torch.nn.functional.leaky_relu(a, 0.1) + torch.nn.functional.hardtanh(b, -0.3, 0.4),
    "threshold": lambda a, b: torch.nn.functional.threshold(a, 0.1, 2.0) + torch.nn.functional.glu(torch.cat([a, b], 1)),
    "reshape": lambda a, b: a.reshape(2, -1) + b.view(2, 6),
    "permute": lambda a, b: a.view(1, 3, 4).permute(2, 0, 1).contiguous(),
    "transpose": lambda a, b: a.transpose(0, 1) @ b,
    "squeeze": lambda a, b: a.unsqueeze(1).unsqueeze(-1).squeeze(-1).squeeze(),
    "expand": lambda a, b: a.sum(1, keepdim=True).expand(3, 2) + a.sum(1, keepdim=True).broadcast_to((3, 2)),
    "repeat": lambda a, b: a.repeat(2, 1, 2) + a.tile((2, 1, 2)),
    "repeat_interleave": lambda a, b: a.repeat_interleave(2, 0),
    "movedim": lambda a, b: a.view(1, 3, 4).movedim([0, 1], [1, 2]),
    "roll": lambda a, b: a.roll(1, 1) + b.roll((1, 2), (0, 1)) + a.roll(3),
    "rot90": lambda a, b: a.rot90(1, [0, 1]),
    "flip": lambda a, b: a.flip(0, 1),
    "unfold": lambda a, b: a.unfold(1, 2, 1),
    "as_strided": lambda a, b: a.as_strided((2, 2), (1, 2), 1),
    "unflatten": lambda a, b: a.unflatten(1, (2, 2)),
    "chunk": lambda a, b: a.chunk(2, 1)[1] + b.split(2, 1)[0],
    "split": lambda a, b: torch.cat(a.split([1, 3], 1)[::-1], 1),
    "unbind": lambda a, b: a.unbind(0)[2] + b.unbind()[0],
    "tensor_split": lambda a, b: a.tensor_split(3, 1)[0] + a.tensor_split([2], 1)[1],
    "stack": lambda a, b: torch.stack([a, b], 1),
    "cat": lambda a, b: torch.cat([a, b, a], -1),
    "hstack": lambda a, b: torch.vstack([torch.hstack([a, b]), torch.hstack([b, a])]),
    "dstack": lambda a, b: torch.dstack([a, b]) * 2,
    "meshgrid": lambda a, b: torch.stack(torch.meshgrid(a[0], b[0], indexing="ij")),
    "block_diag": lambda a, b: torch.block_diag(a, b),
    "select": lambda a, b: a.select(1, 2) + a.narrow(1, 1, 2)[:, 0],
    "gather": lambda a, b: a.gather(0, inputs["index"]),
    "scatter": lambda a, b: a.scatter(0, inputs["index"], b[:2]),
    "scatter_add": lambda a, b: a.scatter_add(0, inputs["index"], b[:2]),
    "index_select": lambda a, b: a.index_select(0, inputs["rows"]),
    "index_add": lambda a, b: a.index_add(0, inputs["rows"], b[:2], alpha=2),
    "index_copy": lambda a, b: a.index_copy(0, inputs["rows"], b[:2]),
    "index_fill": lambda a, b: a.index_fill(1, inputs["rows"], 0.5),
    "take_along_dim": lambda a, b: a.take_along_dim(inputs["index"], 0),
    "tril": lambda a, b: a.tril(1) + b.triu(-1),
    "diagonal": lambda a, b: a.diagonal(1) + b.diag(1),
    "addmm": lambda a, b: (a @ b.t()).addmm(a, b.t(), beta=0.5, alpha=2),
    "baddbmm": lambda a, b: torch.zeros(1, 3, 3, dtype=DOUBLE).baddbmm(a[None], b.t()[None], alpha=3),
    "addmv": lambda a, b: a[:, 0].addmv(a, b[0], beta=2, alpha=0.5) + a[:, 0].addr(a[:, 1], b[:, 1])[:, 0],
    "einsum": lambda a, b: torch.einsum("ij,kj->ik", a, b),
    "tensordot": lambda a, b: torch.tensordot(a, b, 2) + torch.tensordot(a, b, [[0, 1], [0, 1]]),
    "cdist": lambda a, b: torch.cdist(a, b, 1.0),
    "matrix_power": lambda a, b: (a @ b.t()).matrix_power(3),
    "linalg norm": lambda a, b: torch.linalg.norm(a) + torch.linalg.vector_norm(b, 3.0) + torch.linalg.matrix_norm(a),
    "linalg solve": lambda a, b: torch.linalg.solve(inputs["spd"], a.t()) + torch.linalg.inv(inputs["spd"]) @ b.t(),
    "linalg qr": lambda a, b: torch.linalg.qr(a.t())[1].abs(),
    "linalg svd": lambda a, b: torch.linalg.svd(a, full_matrices=False)[1] + torch.linalg.svdvals(b),
    "linalg eigh": lambda a, b: torch.linalg.eigh(a @ a.t())[0] + torch.linalg.eigvalsh(b @ b.t()),
    "linalg cross": lambda a, b: torch.linalg.cross(a[:, :3], b[:, :3]),
    "linalg lstsq": lambda a, b: torch.linalg.lstsq(a.t(), b.t())[0],
    "linalg cholesky": lambda a, b: torch.linalg.cholesky(a @ a.t() + 3 * torch.eye(3, dtype=DOUBLE)),
    "fft": lambda a, b: torch.fft.irfft(torch.fft.rfft(a, dim=1) * 2, dim=1) + torch.fft.fft2(b).abs(),
    "special": lambda a, b: torch.special.expit(a) + torch.special.i1(b) + torch.special.ndtr(a),
    "index row": lambda a, b: a[1] + a[-1],
    "index element": lambda a, b: a[1, 2] * a[-1, 0],
    "index column": lambda a, b: a[..., 0] + a[:, 1],
    "index range": lambda a, b: a[1:, :-1] + a[0:2, 1:4],
    "index step": lambda a, b: a[:, ::2],
    "index none": lambda a, b: a[:, None] + b[None],
    "index mask": lambda a, b: a[inputs["mask"]],
    "index tensor": lambda a, b: a[inputs["rows"]] + b[inputs["rows"]],
    "index pair": lambda a, b: a[inputs["rows"], inputs["rows"]],
    "index mixed": lambda a, b: a[:, inputs["rows"]] + a[0:3, inputs["rows"]],
    "index ellipsis": lambda a, b: a.view(3, 2, 2)[..., inputs["rows"] // 2, :],
    "arange": lambda a, b: torch.arange(5) + torch.arange(2, 7) + torch.arange(0, 10, 2),
    "arange real": lambda a, b: torch.arange(0.0, 1.0, 0.25),
    "linspace": lambda a, b: torch.linspace(0, 1, 5) + torch.logspace(0, 1, 5),
    "eye": lambda a, b: torch.eye(2, 3) + torch.ones(2, 3) * torch.full((2, 3), 2.5) - torch.zeros(2, 3),
    "tril_indices": lambda a, b: torch.tril_indices(3, 3) + torch.triu_indices(3, 3),
    "windows": lambda a, b: torch.hann_window(6) + torch.hamming_window(6) + torch.blackman_window(6) + torch.bartlett_window(6),
    "histc": lambda a, b: a.histc(4, -2, 2),
    "bincount": lambda a, b: torch.bincount(inputs["rows"], minlength=4),
    "searchsorted": lambda a, b: torch.searchsorted(a[0].sort()[0].detach(), b.detach()[0]) + torch.bucketize(b.detach()[0], a[0].sort()[0].detach()),
    "unique": lambda a, b: torch.unique(inputs["whole"], return_counts=True)[1],
    "cast": lambda a, b: a.float().half().double() + b.bfloat16().double(),
    "complex": lambda a, b: torch.complex(a, b).abs() + torch.view_as_complex(torch.stack([a, b], -1)).conj().imag,
    "type promotion": lambda a, b: inputs["whole"] + 0.5,
    "trapezoid": lambda a, b: torch.trapezoid(a, b, dim=1) + torch.cumulative_trapezoid(a, dim=1)[:, 0],
    "vander": lambda a, b: torch.vander(a.detach()[0], 3),
    "diff": lambda a, b: a.diff(2, 1),
    "renorm": lambda a, b: a.renorm(2, 0, 1.5),
    "polygamma": lambda a, b: torch.polygamma(1, a.abs() + 1) + (b.abs() + 2).mvlgamma(2),
    "index_put": lambda a, b: a.clone().index_put_((inputs["rows"],), b[:2], accumulate=True),
    "set row": lambda a, b: set_row(a, b),
}


def set_row(a, b):
    c = a * 1
    c[1] = b[0]
    c[..., 0] = 7
    c[0, 1:3] = b[2, :2]
    return c


def dump(tensor):
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor.resolve_conj())
    # A gradient that is known to be zero may come without memory.
    values = (tensor.detach().resolve_neg().double() + 0.0).flatten().tolist()
    names = {math.inf: "inf", -math.inf: "-inf"}
    values = ["nan" if math.isnan(v) else names.get(v, v) for v in values]
    return {"shape": list(tensor.shape), "dtype": str(tensor.dtype)[6:], "values": values}


def run(function, *arguments):
    leaves = [x.clone().requires_grad_(x.is_floating_point()) for x in arguments]
    result = function(*leaves)
    entry = dump(result)
    if result.requires_grad and result.is_floating_point():
        weights = torch.arange(1, result.numel() + 1, dtype=result.dtype).view(result.shape)
        try:
            (result * weights).sum().backward()
        except RuntimeError as error:
            if "is not implemented" not in str(error) and "not implemented for" not in str(error):
                raise
            return entry
        entry["gradients"] = [None if x.grad is None else dump(x.grad) for x in leaves]
    return entry


def method(name):
    return SPECIAL.get(name) or (lambda x, *rest: getattr(x, name)(*rest))


print(
    json.dumps(
        {
            "inputs": {name: dump(x) for name, x in inputs.items()},
            "unary": [
                {"name": name, "inputs": [x]} | run(method(name), inputs[x]) for x, names in UNARY.items() for name in names
            ],
            "binary": [
                {"name": name, "inputs": list(pair)} | run(method(name), *(inputs[x] for x in pair))
                for pair, names in BINARY.items()
                for name in names
            ],
            "nested": [
                {"name": name, "module": module, "inputs": [x]} | run(getattr(getattr(torch, module), name), inputs[x])
                for (module, x), names in NESTED.items()
                for name in names
            ],
            "cases": {name: run(function, a, b) for name, function in CASES.items()},
        }
    )
)
