using TorchSharp.Dispatch;

namespace TorchSharp;

// Products of matrices and vectors, and what is built on them.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.matmul(this, target);

        public Tensor mm(Tensor target) => Aten.mm(this, target);

        public Tensor mv(Tensor target) => Aten.mv(this, target);

        public Tensor bmm(Tensor batch2) => Aten.bmm(this, batch2);

        public Tensor dot(Tensor target) => Aten.dot(this, target);

        public Tensor vdot(Tensor target) => Aten.vdot(this, target);

        public Tensor inner(Tensor vec2) => Aten.inner(this, vec2);

        public Tensor outer(Tensor vec2) => Aten.outer(this, vec2);

        public Tensor ger(Tensor vec2) => Aten.ger(this, vec2);

        public Tensor kron(Tensor other) => Aten.kron(this, other);

        public Tensor tensordot(Tensor b, (long, long)[] dims) =>
            Aten.tensordot(this, b, Array.ConvertAll(dims, d => d.Item1), Array.ConvertAll(dims, d => d.Item2));

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Aten.tensordot(this, b, dims1, dims2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.addmm(this, mat1, mat2, beta, alpha);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.addmm_(this, mat1, mat2, beta, alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Aten.addmv(this, mat, vec, beta, alpha);

        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Aten.addmv_(this, mat, vec, beta, alpha);

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
            Aten.addr(this, vec1, vec2, Whole(beta), Whole(alpha));

        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
            Aten.addr_(this, vec1, vec2, Whole(beta), Whole(alpha));

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.addbmm(this, batch1, batch2, beta, alpha);

        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.addbmm_(this, batch1, batch2, beta, alpha);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.baddbmm(this, batch1, batch2, beta, alpha);

        public Tensor matrix_power(int n) => Aten.matrix_power(this, n);

        public Tensor matrix_exp() => Aten.matrix_exp(this);

        public Tensor det() => Aten.det(this);

        public Tensor logdet() => Aten.logdet(this);

        public Tensor trace() => Aten.trace(this);

        public Tensor inverse() => Aten.inverse(this);

        public Tensor pinverse(double rcond = 1e-15, bool hermitian = false) =>
            Aten.linalg_pinv(this, rcond, hermitian);

        public Tensor cholesky(bool upper = false) => Aten.cholesky(this, upper);

        public Tensor cholesky_inverse(bool upper = false) => Aten.cholesky_inverse(this, upper);

        public Tensor cholesky_solve(Tensor input2, bool upper = false) => Aten.cholesky_solve(this, input2, upper);

        public (Tensor, Tensor) geqrf() => Aten.geqrf(this);

        public Tensor ormqr(Tensor tau, Tensor other, bool left = true, bool transpose = false) =>
            Aten.ormqr(this, tau, other, left, transpose);

        public Tensor adjoint() => Aten.adjoint(this);

        public Tensor tril(long diagonal = 0) => Aten.tril(this, diagonal);

        public Tensor tril_(long diagonal = 0) => Aten.tril_(this, diagonal);

        public Tensor triu(long diagonal = 0) => Aten.triu(this, diagonal);

        public Tensor triu_(long diagonal = 0) => Aten.triu_(this, diagonal);

        public Tensor diag(long diagonal = 0) => Aten.diag(this, diagonal);

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) =>
            Aten.diagonal(this, offset, dim1, dim2);

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) =>
            Aten.diag_embed(this, offset, dim1, dim2);

        public Tensor diagflat(long offset = 0) => Aten.diagflat(this, offset);

        public Tensor vander(long N = -1, bool increasing = false) => Aten.vander(this, N < 0 ? null : N, increasing);

        public Tensor renorm(float p, long dim, float maxnorm) => Aten.renorm(this, p, dim, maxnorm);
    }
}
