using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Torch.Tests;

/// <summary>The expressions of <c>tests/oracles/ops.py</c>, as one writes them with TorchSharp.</summary>
internal static class OperationsTable
{
    /// <summary>What is a property here, or has another name.</summary>
    public static readonly Dictionary<string, Func<Tensor, Tensor>> OtherNames = new(StringComparer.Ordinal)
    {
        ["T"] = x => x.T,
        ["mT"] = x => x.mT,
        ["H"] = x => x.H,
        ["mH"] = x => x.mH,
        ["real"] = x => x.real,
        ["unique_flat"] = x => x.unique().output,
        ["logdet_abs"] = x => torch.slogdet(x).Item2,
        ["prod"] = x => x.prod(),
        ["elu"] = x => x.elu(),
        ["float"] = x => x.@float(),
        ["double"] = x => x.@double(),
        ["long"] = x => x.@long(),
        ["bool"] = x => x.@bool(),
    };

    public static Dictionary<string, Func<Tensor, Tensor, Tensor>> Cases(Func<string, Tensor> input)
    {
        var (index, rows, mask) = (input("index"), input("rows"), input("mask"));
        var (whole, spd) = (input("whole"), input("spd"));
        var matrices = new Dictionary<string, Func<Tensor, Tensor, Tensor>>(StringComparer.Ordinal)
        {
            ["numbers"] = (a, b) => 2 * a - b / 3 + 1,
            ["number first"] = (a, b) => 1 / a - (2 - b) * 4,
            ["modulus"] = (a, b) => a % 0.7 + a.remainder(b),
            ["rounding"] = (a, b) => a.div(b, RoundingMode.floor) + a.div(0.3, RoundingMode.trunc),
            ["add alpha"] = (a, b) => a.add(b, 3).add(2, 2),
            ["addcmul"] = (a, b) => a.addcmul(a, b, 0.5).addcdiv(a, b, 2),
            ["lerp"] = (a, b) => a.lerp(b, torch.full_like(a, 0.25)),
            ["clamp"] = (a, b) => a.clamp(-0.5, 0.5) + a.clamp(min: 0) + b.clamp(max: 0.1) + a.clip(-1, 1),
            ["clamp tensors"] = (a, b) => a.clamp(min: b),
            ["where"] = (a, b) => torch.where(a > b, a, b * 2),
            ["masked_fill"] = (a, b) => a.masked_fill(b > 0, -1.5),
            ["sum 1"] = (a, b) => a.sum(1),
            ["sum keep"] = (a, b) => a.sum(0, keepdim: true),
            ["sum both"] = (a, b) => a.sum([0, 1]),
            ["mean keep"] = (a, b) => a.mean([1], keepdim: true),
            ["var"] = (a, b) => a.var(1, unbiased: false) + b.std(1),
            ["var_mean"] = (a, b) => torch.var_mean(a, 1).Item1 + a.var_mean(1).Item2,
            ["std_mean"] = (a, b) => torch.std_mean(a, (0, 1)).Item1 + a.std_mean([0, 1]).Item2,
            ["max dim"] = (a, b) => a.max(1).Item1 + torch.min(b, 1).Item1,
            ["argmax dim"] = (a, b) => a.argmax(1, keepdim: true),
            ["amax"] = (a, b) => a.amax(0) - torch.amin(b, [0]),
            ["aminmax"] = (a, b) => torch.stack([a.aminmax().Item1, torch.aminmax(a).Item2]),
            ["prod dim"] = (a, b) => a.prod(1),
            ["norm 1"] = (a, b) => a.norm(1f) + b.norm(0, p: 2).sum(),
            ["logsumexp"] = (a, b) => a.logsumexp(1),
            ["cumsum"] = (a, b) => a.cumsum(1) + b.cumprod(0),
            ["cummax"] = (a, b) => a.cummax(1).Item1 - a.cummin(1).Item1 + b.logcumsumexp(0),
            ["topk"] = (a, b) => a.topk(2, 1).Item1,
            ["sort"] = (a, b) => a.sort(1, descending: true).Item1,
            ["sort indices"] = (a, b) => a.sort(0).Item2,
            ["kthvalue"] = (a, b) => a.kthvalue(2, null).Item1,
            ["mode"] = (a, b) => (a > 0).@long().mode(1).Item1,
            ["quantile"] = (a, b) => a.quantile(torch.tensor([0.25, 0.5]), 1),
            ["all any"] = (a, b) => torch.stack([(a > -1).all(1), (a > 1).any(1)]),
            ["softmax"] = (a, b) => a.softmax(1) - b.log_softmax(0),
            ["leaky"] = (a, b) => a.leaky_relu(0.1) + b.hardtanh(-0.3, 0.4),
            ["threshold"] = (a, b) => a.threshold(0.1, 2.0) + torch.cat([a, b], 1).glu(1),
            ["einsum"] = (a, b) => torch.einsum("ij,kj->ik", a, b),
            ["addmm"] = (a, b) => a.mm(b.t()).addmm(a, b.t(), 0.5f, 2),
            ["baddbmm"] = (a, b) =>
                torch.zeros(1, 3, 3, dtype: float64).baddbmm(a.unsqueeze(0), b.t().unsqueeze(0), alpha: 3),
            ["addmv"] = (a, b) =>
                a[.., 0].addmv(a, b[0], beta: 2, alpha: 0.5f) + a[.., 0].addr(a[.., 1], b[.., 1])[.., 0],
            ["tensordot"] = (a, b) => a.tensordot(b) + torch.tensordot(a, b, [0, 1], [0, 1]),
            ["cdist"] = (a, b) => torch.cdist(a, b, 1),
            ["matrix_power"] = (a, b) => a.matmul(b.t()).matrix_power(3),
            ["linalg norm"] = (a, b) =>
                torch.linalg.norm(a) + torch.linalg.vector_norm(b, 3) + torch.linalg.matrix_norm(a),
            ["linalg solve"] = (a, b) => torch.linalg.solve(spd, a.t()) + torch.linalg.inv(spd).matmul(b.t()),
            ["linalg qr"] = (a, b) => torch.linalg.qr(a.t()).Item2.abs(),
            ["linalg svd"] = (a, b) => torch.linalg.svd(a, fullMatrices: false).Item2 + torch.linalg.svdvals(b),
            ["linalg eigh"] = (a, b) =>
                torch.linalg.eigh(a.matmul(a.t())).Item1 + torch.linalg.eigvalsh(b.matmul(b.t())),
            ["linalg cross"] = (a, b) => torch.linalg.cross(a[.., ..3], b[.., ..3]),
            ["linalg lstsq"] = (a, b) => torch.linalg.lstsq(a.t(), b.t()).Item1,
            ["linalg cholesky"] = (a, b) => torch.linalg.cholesky(a.matmul(a.t()) + 3 * torch.eye(3, dtype: float64)),
            ["fft"] = (a, b) => torch.fft.irfft(torch.fft.rfft(a, dim: 1) * 2, dim: 1) + torch.fft.fft2(b).abs(),
            ["special"] = (a, b) => torch.special.expit(a) + torch.special.i1(b) + torch.special.ndtr(a),
            ["vander"] = (a, b) => torch.vander(a.detach()[0], 3),
            ["renorm"] = (a, b) => a.renorm(2, 0, 1.5f),
            ["polygamma"] = (a, b) => (a.abs() + 1).polygamma(1) + (b.abs() + 2).mvlgamma(2),
            ["complex"] = (a, b) => torch.complex(a, b).abs() + torch.stack([a, b], -1).view_as_complex().conj().imag,
            ["cast"] = (a, b) => a.@float().half().@double() + b.bfloat16().to(float64),
            ["type promotion"] = (a, b) => whole + 0.5,
            ["arange"] = (a, b) => torch.arange(5) + torch.arange(2, 7) + torch.arange(0, 10, 2),
            ["arange real"] = (a, b) => torch.arange(0.0, 1.0, 0.25),
            ["linspace"] = (a, b) => torch.linspace(0, 1, 5) + torch.logspace(0, 1, 5),
            ["eye"] = (a, b) => torch.eye(2, 3) + torch.ones(2, 3) * torch.full(2, 3, 2.5) - torch.zeros(2, 3),
            ["tril_indices"] = (a, b) => torch.tril_indices(3, 3) + torch.triu_indices(3, 3),
            ["windows"] = (a, b) =>
                torch.hann_window(6) + torch.hamming_window(6) + torch.blackman_window(6) + torch.bartlett_window(6),
            ["histc"] = (a, b) => a.histc(4, -2, 2),
            ["bincount"] = (a, b) => torch.bincount(rows, minlength: 4),
            ["searchsorted"] = (a, b) =>
                torch.searchsorted(a[0].sort().Item1.detach(), b.detach()[0])
                + b.detach()[0].bucketize(a[0].sort().Item1.detach()),
            ["unique"] = (a, b) => torch.unique(whole, return_counts: true).counts!,
        };
        foreach (var (name, expression) in Shapes(index, rows, mask))
            matrices.Add(name, expression);
        return matrices;
    }

    private static Dictionary<string, Func<Tensor, Tensor, Tensor>> Shapes(Tensor index, Tensor rows, Tensor mask) =>
        new(StringComparer.Ordinal)
        {
            ["reshape"] = (a, b) => a.reshape(2, -1) + b.view(2, 6),
            ["permute"] = (a, b) => a.view(1, 3, 4).permute(2, 0, 1).contiguous(),
            ["transpose"] = (a, b) => a.transpose(0, 1).matmul(b),
            ["squeeze"] = (a, b) => a.unsqueeze(1).unsqueeze(-1).squeeze(-1).squeeze(),
            ["expand"] = (a, b) => a.sum(1, keepdim: true).expand(3, 2) + a.sum(1, true).broadcast_to(3, 2),
            ["repeat"] = (a, b) => a.repeat(2, 1, 2) + a.tile([2, 1, 2]),
            ["repeat_interleave"] = (a, b) => a.repeat_interleave(2, 0),
            ["movedim"] = (a, b) => a.view(1, 3, 4).movedim([0, 1], [1, 2]),
            ["roll"] = (a, b) => a.roll(1, 1) + b.roll((1, 2), (0, 1)) + a.roll(3),
            ["rot90"] = (a, b) => a.rot90(),
            ["flip"] = (a, b) => a.flip(0, 1),
            ["unfold"] = (a, b) => a.unfold(1, 2, 1),
            ["as_strided"] = (a, b) => a.as_strided([2, 2], [1, 2], 1),
            ["unflatten"] = (a, b) => a.unflatten(1, 2, 2),
            ["chunk"] = (a, b) => a.chunk(2, 1)[1] + b.split(2, 1)[0],
            ["split"] = (a, b) => torch.cat([.. a.split([1, 3], 1).Reverse()], 1),
            ["unbind"] = (a, b) => a.unbind(0)[2] + b.unbind()[0],
            ["tensor_split"] = (a, b) => a.tensor_split(3, 1)[0] + a.tensor_split([2], 1)[1],
            ["stack"] = (a, b) => torch.stack([a, b], 1),
            ["cat"] = (a, b) => torch.cat([a, b, a], -1),
            ["hstack"] = (a, b) => torch.vstack([torch.hstack(a, b), torch.hstack([b, a])]),
            ["dstack"] = (a, b) => torch.dstack(a, b) * 2,
            ["meshgrid"] = (a, b) => torch.stack(torch.meshgrid([a[0], b[0]])),
            ["block_diag"] = (a, b) => torch.block_diag(a, b),
            ["select"] = (a, b) => a.select(1, 2) + a.narrow(1, 1, 2)[.., 0],
            ["gather"] = (a, b) => a.gather(0, index),
            ["scatter"] = (a, b) => a.scatter(0, index, b[..2]),
            ["scatter_add"] = (a, b) => a.scatter_add(0, index, b[..2]),
            ["index_select"] = (a, b) => a.index_select(0, rows),
            ["index_add"] = (a, b) => a.index_add(0, rows, b[..2], 2),
            ["index_copy"] = (a, b) => a.index_copy(0, rows, b[..2]),
            ["index_fill"] = (a, b) => a.index_fill(1, rows, 0.5),
            ["take_along_dim"] = (a, b) => a.take_along_dim(index, 0),
            ["tril"] = (a, b) => a.tril(1) + b.triu(-1),
            ["diagonal"] = (a, b) => a.diagonal(1) + b.diag(1),
            ["index row"] = (a, b) => a[1] + a[-1],
            ["index element"] = (a, b) => a[1, 2] * a[-1, 0],
            ["index column"] = (a, b) => a[.., 0] + a[TensorIndex.Colon, 1],
            ["index range"] = (a, b) => a[1.., ..^1] + a[TensorIndex.Slice(0, 2), TensorIndex.Slice(1, 4)],
            ["index step"] = (a, b) => a[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)],
            ["index none"] = (a, b) => a[.., TensorIndex.None] + b[TensorIndex.Null],
            ["index mask"] = (a, b) => a[mask],
            ["index tensor"] = (a, b) => a[rows] + b[TensorIndex.Tensor(rows)],
            ["index pair"] = (a, b) => a[rows, rows],
            ["index mixed"] = (a, b) =>
                a[TensorIndex.Colon, TensorIndex.Tensor(rows)] + a[..3, TensorIndex.Tensor(rows)],
            ["index ellipsis"] = (a, b) =>
                a.view(3, 2, 2)[
                    TensorIndex.Ellipsis,
                    TensorIndex.Tensor(rows.div(2, RoundingMode.floor)),
                    TensorIndex.Colon
                ],
            ["trapezoid"] = (a, b) => torch.trapezoid(a, b, dim: 1) + a.cumulative_trapezoid(dim: 1)[.., 0],
            ["diff"] = (a, b) => a.diff(2, 1),
            ["index_put"] = (a, b) => a.clone().index_put_(b[..2], [rows], accumulate: true),
            ["set row"] = (a, b) =>
            {
                var c = a * 1;
                c[1] = b[0];
                c[TensorIndex.Ellipsis, 0] = 7.0;
                c[0, 1..3] = b[2, ..2];
                return c;
            },
        };
}
