// Products and convolutions of bfloat16 on a processor and a BLAS that have none. What libtorch falls back to there are plain loops,
// ten times slower than float32; here the operands are widened, a block at a time, float32's kernels multiply, and the result is
// rounded once, as a product of bfloat16 that is summed in float32 is anyway. Registered for the CPU below autograd, so that backward
// and whatever libtorch composes take it too.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/addmm_cpu_dispatch.h>
#include <ATen/ops/baddbmm_cpu_dispatch.h>
#include <ATen/ops/bmm_cpu_dispatch.h>
#include <ATen/ops/convolution_backward_compositeexplicitautograd_dispatch.h>
#include <ATen/ops/convolution_compositeexplicitautograd_dispatch.h>
#include <ATen/ops/mm_cpu_dispatch.h>
#include <torch/library.h>

#include "border.h"
#include "quiet.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace {

using at::Tensor;

constexpr int64_t kWorth = 32 * 32 * 32;  // multiply-adds below which the plain loops are done before anything is widened
constexpr int64_t kWorthConvolving = 1 << 18;
constexpr int64_t kBlock = 1 << 21;       // numbers of one block, operands and result: 8 MB

bool narrow(const Tensor& t) { return t.scalar_type() == at::kBFloat16; }

Tensor wide(const Tensor& t) { return narrow(t) ? t.to(at::kFloat) : t; }

bool plain(const Tensor& t) { return narrow(t) && t.layout() == at::kStrided && !t._is_zerotensor(); }

// ---- products ------------------------------------------------------------------------------------------------------

bool takes(const Tensor& a, const Tensor& b, int64_t rank) {
  return plain(a) && plain(b) && a.dim() == rank && b.dim() == rank && a.size(-1) == b.size(-2) &&
      (rank == 2 || a.size(0) == b.size(0)) && a.numel() * b.size(-1) >= kWorth;
}

// Whether what is added can be spread over the result: the rest is libtorch's to refuse.
bool spreads(const Tensor& added, at::IntArrayRef shape) {
  if (!plain(added) || added.dim() > static_cast<int64_t>(shape.size())) return false;
  for (int64_t i = 1; i <= added.dim(); i++) {
    if (added.size(-i) != 1 && added.size(-i) != shape[shape.size() - i]) return false;
  }
  return true;
}

// beta * added + alpha * a b, or a b where nothing is added.
Tensor widened(const Tensor& added, const Tensor& a, const Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  const int64_t m = a.size(0), k = a.size(1), n = b.size(1);
  auto multiply = [&](const Tensor& to, const Tensor& x, const Tensor& y) {
    return to.defined() ? at::cpu::addmm(wide(to), wide(x), y, beta, alpha) : at::cpu::mm(wide(x), y);
  };
  const int64_t rows = std::max<int64_t>(64, kBlock / (k + n));
  if (m > k && m > n && m > rows) {
    const Tensor right = wide(b);
    const bool byRow = added.defined() && added.dim() == 2 && added.size(0) > 1;
    Tensor result = at::empty({m, n}, a.options());
    for (int64_t i = 0; i < m; i += rows) {
      const int64_t count = std::min(rows, m - i);
      result.narrow(0, i, count).copy_(
          multiply(byRow ? added.narrow(0, i, count) : added, a.narrow(0, i, count), right));
    }
    return result;
  }
  const int64_t terms = std::max<int64_t>(64, kBlock / (m + n));
  if (!added.defined() && k > m && k > n && k > terms) {
    Tensor sum = at::cpu::mm(wide(a.narrow(1, 0, terms)), wide(b.narrow(0, 0, terms)));
    for (int64_t i = terms; i < k; i += terms) {
      const int64_t count = std::min(terms, k - i);
      at::cpu::addmm_(sum, wide(a.narrow(1, i, count)), wide(b.narrow(0, i, count)));
    }
    return sum.to(at::kBFloat16);
  }
  return multiply(added, a, wide(b)).to(at::kBFloat16);
}

Tensor mm(const Tensor& a, const Tensor& b) {
  return takes(a, b, 2) ? widened(Tensor(), a, b, 1, 1) : at::cpu::mm(a, b);
}

Tensor addmm(const Tensor& added, const Tensor& a, const Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  return takes(a, b, 2) && spreads(added, {a.size(0), b.size(1)}) ? widened(added, a, b, beta, alpha)
                                                                 : at::cpu::addmm(added, a, b, beta, alpha);
}

template <class F>
Tensor batches(const Tensor& a, const Tensor& b, F&& multiply) {
  const int64_t count = a.size(0), m = a.size(1), n = b.size(2);
  const int64_t step = std::max<int64_t>(2, kBlock / std::max<int64_t>(1, m * a.size(2) + a.size(2) * n + m * n));
  if (count <= step) return multiply(int64_t{0}, count).to(at::kBFloat16);
  Tensor result = at::empty({count, m, n}, a.options());
  for (int64_t i = 0; i < count; i += step) {
    const int64_t part = std::min(step, count - i);
    result.narrow(0, i, part).copy_(multiply(i, part));
  }
  return result;
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  if (!takes(a, b, 3)) return at::cpu::bmm(a, b);
  return batches(a, b, [&](int64_t i, int64_t count) {
    return at::cpu::bmm(wide(a.narrow(0, i, count)), wide(b.narrow(0, i, count)));
  });
}

Tensor baddbmm(const Tensor& added, const Tensor& a, const Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  if (!takes(a, b, 3) || !spreads(added, {a.size(0), a.size(1), b.size(2)}))
    return at::cpu::baddbmm(added, a, b, beta, alpha);
  // A beta of 0 says that what is added is not read: its numbers may be anything.
  const bool unread = beta.toDouble() == 0;
  const Tensor all = unread ? at::empty({1, 1, 1}, added.options().dtype(at::kFloat))
                            : added.expand({a.size(0), a.size(1), b.size(2)});
  return batches(a, b, [&](int64_t i, int64_t count) {
    return at::cpu::baddbmm(unread ? all : wide(all.narrow(0, i, count)), wide(a.narrow(0, i, count)),
                            wide(b.narrow(0, i, count)), beta, alpha);
  });
}

// ---- convolutions --------------------------------------------------------------------------------------------------

// Every cell of the input meets the kernel, up to the stride.
bool worth(const Tensor& input, const Tensor& weight) {
  return input.dim() > 2 && weight.dim() == input.dim() && input.size(1) > 0 &&
      input.numel() / input.size(1) * weight.numel() >= kWorthConvolving;
}

Tensor convolution(const Tensor& input, const Tensor& weight, const Optional<Tensor>& bias, at::IntArrayRef stride,
                   at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed, at::IntArrayRef outputPadding,
                   int64_t groups) {
  const bool given = bias.has_value() && bias->defined();
  if (!plain(input) || !plain(weight) || (given && !plain(*bias)) || !worth(input, weight))
    return at::compositeexplicitautograd::convolution(input, weight, bias, stride, padding, dilation, transposed,
                                                      outputPadding, groups);
  return at::compositeexplicitautograd::convolution(wide(input), wide(weight),
                                                    given ? Optional<Tensor>(wide(*bias)) : Optional<Tensor>(), stride,
                                                    padding, dilation, transposed, outputPadding, groups)
      .to(at::kBFloat16);
}

std::tuple<Tensor, Tensor, Tensor> convolutionBackward(const Tensor& gradient, const Tensor& input, const Tensor& weight,
                                                       at::OptionalIntArrayRef biasSizes, at::IntArrayRef stride,
                                                       at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                                                       at::IntArrayRef outputPadding, int64_t groups,
                                                       std::array<bool, 3> mask) {
  const bool mine = plain(gradient) && plain(input) && plain(weight) && worth(input, weight);
  auto as = [&](const Tensor& t) { return mine ? wide(t) : t; };
  auto [x, w, b] = at::compositeexplicitautograd::convolution_backward(
      as(gradient), as(input), as(weight), biasSizes, stride, padding, dilation, transposed, outputPadding, groups, mask);
  auto back = [&](const Tensor& t) { return mine && t.defined() ? t.to(at::kBFloat16) : t; };
  return {back(x), back(w), back(b)};
}

}  // namespace

// Puts them in place, once a process. What is registered stays.
VN_EXPORT void vn_products_install() {
  Quiet quiet;  // that a kernel is replaced is what we want
  static auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, "products.cpp", 0);
  library->impl("mm", &mm);
  library->impl("addmm", &addmm);
  library->impl("bmm", &bmm);
  library->impl("baddbmm", &baddbmm);
  library->impl("convolution", &convolution);
  library->impl("convolution_backward", &convolutionBackward);
}
