using TorchSharp.Dispatch;
using static TorchSharp.torch;
using static TorchSharp.torch.distributions;

namespace TorchSharp.Modules;

/// <summary>Gauss's distribution of vectors, by a mean [.., D] and one of covariance, precision and lower Cholesky factor, each [.., D, D].</summary>
public class MultivariateNormal : Distribution
{
    public MultivariateNormal(
        Tensor loc,
        Tensor? covariance_matrix = null,
        Tensor? precision_matrix = null,
        Tensor? scale_tril = null,
        Generator? generator = null
    )
        : base(generator, Factored(loc, covariance_matrix, precision_matrix, scale_tril)) { }

    private Tensor Loc => Parameter(0);

    /// <summary>The lower Cholesky factor of the covariance.</summary>
    private Tensor Factor => Parameter(1);

    private protected override int EventDims(int parameter) => parameter + 1;

    private static Made Factored(Tensor loc, Tensor? covariance, Tensor? precision, Tensor? factor)
    {
        var given = new[] { covariance, precision, factor }.Count(m => m is not null);
        if (given != 1)
        {
            throw new ArgumentException(
                $"MultivariateNormal: {given} of covariance_matrix, precision_matrix and scale_tril are given, expected one."
            );
        }
        using var scope = NewDisposeScope();
        var lower =
            factor
            ?? Compute(() => covariance is not null ? Aten.linalg_cholesky(covariance) : FactorOfInverse(precision!));
        var batch = Aten.broadcast_tensors([loc.unsqueeze(-1), lower])[0].shape[..^1];
        return new Made([scope.MoveToOuter(loc.expand(batch)), scope.MoveToOuter(lower.expand([.. batch, batch[^1]]))]);
    }

    // The factor of the inverse, by the factor of the precision turned by half a turn, which needs no inverse of it.
    private static Tensor FactorOfInverse(Tensor precision)
    {
        var turned = Aten.linalg_cholesky(precision.flip(-2, -1)).flip(-2, -1).transpose(-2, -1);
        var identity = eye(precision.shape[^1], dtype: precision.dtype, device: precision.device);
        return Aten.linalg_solve_triangular(turned, identity, upper: false);
    }

    public override Tensor mean => View(0);

    public override Tensor mode => View(0);

    public override Tensor variance => Compute(() => Factor.pow(2).sum(-1));

    public override Tensor rsample(params long[] sample_shape) =>
        Compute(() =>
        {
            var zero = zeros(Extended(sample_shape), Loc.dtype, Loc.device);
            var eps = Aten.normal_Tensor_Tensor(zero, ones_like(zero), Source);
            return Loc + Factor.matmul(eps.unsqueeze(-1)).squeeze(-1);
        });

    public override Tensor log_prob(Tensor value) =>
        Compute(() =>
        {
            var distance = Aten.linalg_solve_triangular(Factor, (value - Loc).unsqueeze(-1), upper: false);
            var square = distance.squeeze(-1).pow(2).sum(-1);
            return (-0.5 * ((event_shape[0] * Math.Log(2 * Math.PI)) + square)) - HalfLogDeterminant();
        });

    public override Tensor entropy() =>
        Compute(() => (0.5 * event_shape[0] * (1 + Math.Log(2 * Math.PI))) + HalfLogDeterminant());

    private Tensor HalfLogDeterminant() => Factor.diagonal(dim1: -2, dim2: -1).log().sum(-1);
}
