using TorchSharp.Dispatch;

namespace TorchSharp;

// Products of matrices and vectors, and what is built on them.
public static partial class torch
{
    public static Tensor matmul(Tensor input, Tensor target) => Given(input).matmul(target);

    public static Tensor mm(Tensor input, Tensor target) => Given(input).mm(target);

    public static Tensor mv(Tensor input, Tensor target) => Given(input).mv(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => Given(input).bmm(batch2);

    public static Tensor dot(Tensor input, Tensor other) => Given(input).dot(other);

    public static Tensor vdot(Tensor input, Tensor target) => Given(input).vdot(target);

    public static Tensor inner(Tensor input, Tensor vec2) => Given(input).inner(vec2);

    public static Tensor outer(Tensor input, Tensor vec2) => Given(input).outer(vec2);

    public static Tensor ger(Tensor input, Tensor vec2) => Given(input).ger(vec2);

    public static Tensor kron(Tensor input, Tensor other) => Given(input).kron(other);

    public static Tensor tensordot(Tensor a, Tensor b, (long, long)[] dims) => Given(a).tensordot(b, dims);

    public static Tensor tensordot(Tensor a, Tensor b, long dims = 2) => Given(a).tensordot(b, dims);

    public static Tensor tensordot(Tensor a, Tensor b, long[] dims1, long[] dims2) =>
        Given(a).tensordot(b, dims1, dims2);

    public static Tensor addmm_(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) =>
        Given(input).addmm_(mat1, mat2, beta, alpha);

    public static Tensor addmv(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) =>
        Given(input).addmv(mat1, mat2, beta, alpha);

    public static Tensor addmv_(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) =>
        Given(input).addmv_(mat1, mat2, beta, alpha);

    public static Tensor addr(Tensor input, Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
        Given(input).addr(vec1, vec2, beta, alpha);

    public static Tensor addr_(Tensor input, Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
        Given(input).addr_(vec1, vec2, beta, alpha);

    public static Tensor addbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        Given(input).addbmm(batch1, batch2, beta, alpha);

    public static Tensor addbmm_(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        Given(input).addbmm_(batch1, batch2, beta, alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        Given(input).baddbmm(batch1, batch2, beta, alpha);

    public static Tensor matrix_power(Tensor input, int n) => Given(input).matrix_power(n);

    public static Tensor matrix_exp(Tensor input) => Given(input).matrix_exp();

    public static Tensor det(Tensor input) => Given(input).det();

    public static Tensor logdet(Tensor input) => Given(input).logdet();

    public static Tensor trace(Tensor input) => Given(input).trace();

    public static Tensor inverse(Tensor input) => Given(input).inverse();

    public static Tensor pinverse(Tensor input, double rcond = 1e-15, bool hermitian = false) =>
        Given(input).pinverse(rcond, hermitian);

    public static Tensor cholesky(Tensor input) => Aten.cholesky(input);

    public static Tensor cholesky(Tensor input, bool upper) => Given(input).cholesky(upper);

    public static Tensor cholesky_inverse(Tensor input, bool upper = false) => Given(input).cholesky_inverse(upper);

    public static Tensor cholesky_solve(Tensor input, Tensor input2, bool upper = false) =>
        Given(input).cholesky_solve(input2, upper);

    public static (Tensor, Tensor) geqrf(Tensor input) => Given(input).geqrf();

    public static Tensor ormqr(Tensor input, Tensor tau, Tensor other, bool left = true, bool transpose = false) =>
        Given(input).ormqr(tau, other, left, transpose);

    public static Tensor adjoint(Tensor input) => Given(input).adjoint();

    public static Tensor tril(Tensor input, long diagonal = 0) => Given(input).tril(diagonal);

    public static Tensor tril_(Tensor input, long diagonal = 0) => Given(input).tril_(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0) => Given(input).triu(diagonal);

    public static Tensor triu_(Tensor input, long diagonal = 0) => Given(input).triu_(diagonal);

    public static Tensor diag(Tensor input, long diagonal = 0) => Given(input).diag(diagonal);

    public static Tensor diagonal(Tensor input, long offset = 0, long dim1 = 0, long dim2 = 1) =>
        Given(input).diagonal(offset, dim1, dim2);

    public static Tensor diag_embed(Tensor input, long offset = 0, long dim1 = -2, long dim2 = -1) =>
        Given(input).diag_embed(offset, dim1, dim2);

    public static Tensor diagflat(Tensor input, long offset = 0) => Given(input).diagflat(offset);

    public static Tensor vander(Tensor x, long N = -1, bool increasing = false) => Given(x).vander(N, increasing);

    public static Tensor renorm(Tensor input, float p, long dim, float maxnorm) => Given(input).renorm(p, dim, maxnorm);

    public static (Tensor, Tensor) slogdet(Tensor A) => Aten.slogdet(A);

    public static (Tensor, Tensor, Tensor) lu_unpack(
        Tensor LU_data,
        Tensor LU_pivots,
        bool unpack_data = true,
        bool unpack_pivots = true
    ) => Aten.lu_unpack(LU_data, LU_pivots, unpack_data, unpack_pivots);

    public static Tensor cdist(
        Tensor x1,
        Tensor x2,
        double p = 2,
        compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary
    ) => Aten.cdist(x1, x2, p, (long)compute_mode);

    public static Tensor chain_matmul(params Tensor[] matrices) => Aten.chain_matmul(matrices);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Aten.einsum(equation, tensors);

    public static Tensor lu_solve(Tensor b, Tensor LU_data, Tensor LU_pivots) => Aten.lu_solve(b, LU_data, LU_pivots);

    public static Tensor orgqr(Tensor input, Tensor tau) => Aten.orgqr(input, tau);
}
