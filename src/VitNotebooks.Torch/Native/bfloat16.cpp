// layer_norm in bfloat16 under CPU autocast, forward and backward: it reads and writes bfloat16 and computes in float32, in one
// pass over the memory. libtorch 1.13 cannot normalize bfloat16 by float32 parameters at all, and its bfloat16 layer_norm is 13
// times slower than its float32 one. Registered on the dispatch key AutocastCPU; whatever is not its to take goes on to aten.
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "border.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

// One loop, several instruction sets, chosen when the module is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VN_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VN_CLONES
#endif
#define VN_INLINE inline __attribute__((always_inline))

// A comparison or a root that could raise a floating-point flag would keep the loops below from being vectors: 20 times slower.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math", "no-math-errno")
#endif

namespace {

using Stack = torch::jit::Stack;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Bits = uint16_t;

// ---- elements ------------------------------------------------------------------------------------------------------

VN_INLINE float widen(Bits b) {
  const uint32_t u = static_cast<uint32_t>(b) << 16;
  float f;
  std::memcpy(&f, &u, 4);
  return f;
}

// To nearest, ties to even, as aten; not a number stays one.
VN_INLINE Bits narrow(float f) {
  uint32_t u;
  std::memcpy(&u, &f, 4);
  const uint32_t rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
  return static_cast<Bits>(f != f ? 0x7fc0u : rounded);
}

// ---- rows ----------------------------------------------------------------------------------------------------------

struct Norm {
  const Bits* x;
  const float* weight;  // or null
  const float* bias;    // or null
  float* mean;
  float* rstd;
  int64_t width;
  float eps;
};

VN_CLONES void norm_rows(const Norm a, Bits* out, int64_t begin, int64_t end) {
  const int64_t n = a.width;
  const float inverse = 1.f / static_cast<float>(n);
  for (int64_t r = begin; r < end; r++) {
    const Bits* x = a.x + r * n;
    Bits* y = out + r * n;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) sum += widen(x[i]);
    const float mean = sum * inverse;
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < n; i++) {
      const float d = widen(x[i]) - mean;
      squares += d * d;
    }
    const float rstd = 1.f / std::sqrt(squares * inverse + a.eps);
    a.mean[r] = mean;
    a.rstd[r] = rstd;
    if (a.weight && a.bias) {
#pragma omp simd
      for (int64_t i = 0; i < n; i++) y[i] = narrow((widen(x[i]) - mean) * rstd * a.weight[i] + a.bias[i]);
    } else {
      for (int64_t i = 0; i < n; i++)
        y[i] = narrow((widen(x[i]) - mean) * rstd * (a.weight ? a.weight[i] : 1.f) + (a.bias ? a.bias[i] : 0.f));
    }
  }
}

// The gradients of the rows' input, and what these rows add to those of weight and bias.
VN_CLONES void norm_rows_backward(const Norm a, const Bits* grad, Bits* gx, float* gw, float* gb, float* scaled,
                                  int64_t begin, int64_t end) {
  const int64_t n = a.width;
  const float inverse = 1.f / static_cast<float>(n);
  for (int64_t r = begin; r < end; r++) {
    const Bits* x = a.x + r * n;
    const Bits* g = grad + r * n;
    const float mean = a.mean[r], rstd = a.rstd[r];
    float s1 = 0, s2 = 0;
#pragma omp simd reduction(+ : s1, s2)
    for (int64_t i = 0; i < n; i++) {
      const float dy = widen(g[i]), hat = (widen(x[i]) - mean) * rstd, d = a.weight ? dy * a.weight[i] : dy;
      s1 += d;
      s2 += d * hat;
      scaled[i] = d;
      gw[i] += dy * hat;
      gb[i] += dy;
    }
    s1 *= inverse;
    s2 *= inverse;
    if (gx) {
      Bits* out = gx + r * n;
#pragma omp simd
      for (int64_t i = 0; i < n; i++) out[i] = narrow(rstd * (scaled[i] - s1 - (widen(x[i]) - mean) * rstd * s2));
    }
  }
}

// ---- tensors -------------------------------------------------------------------------------------------------------

constexpr int64_t kRows = 64;  // rows whose parameter gradients are summed together, whatever the number of threads

Bits* bits(const at::Tensor& t) { return reinterpret_cast<Bits*>(t.data_ptr<at::BFloat16>()); }

int64_t grain(int64_t width) { return std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, width)); }

bool dense(const at::Tensor& t) {
  return t.defined() && t.device().is_cpu() && t.layout() == at::kStrided && t.scalar_type() == at::kBFloat16 &&
      t.numel() > 0;
}

// In float32, contiguous, outside of the graph; undefined for an empty one.
at::Tensor plain(const at::Tensor& t) { return t.numel() > 0 ? t.detach().to(at::kFloat).contiguous() : at::Tensor(); }

float* floats(const at::Tensor& t) { return t.defined() ? t.data_ptr<float>() : nullptr; }

struct WithoutAutocast {
  c10::impl::ExcludeDispatchKeyGuard guard{c10::DispatchKey::AutocastCPU};
};

struct LayerNorm : torch::autograd::Function<LayerNorm> {
  // A parameter that is not there comes as an empty tensor: an undefined one has no device, which autograd asks for.
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& input, const at::Tensor& weight,
                            const at::Tensor& bias, int64_t width, double eps) {
    const at::Tensor x = input.contiguous();
    const int64_t rows = x.numel() / width;
    auto statistics = x.options().dtype(at::kFloat);
    at::Tensor out = at::empty_like(x), mean = at::empty({rows}, statistics), rstd = at::empty({rows}, statistics);
    const at::Tensor w = plain(weight), b = plain(bias);
    const Norm norm{bits(x), floats(w), floats(b), floats(mean), floats(rstd), width, static_cast<float>(eps)};
    at::parallel_for(0, rows, grain(width), [&](int64_t begin, int64_t end) { norm_rows(norm, bits(out), begin, end); });
    ctx->save_for_backward({input, weight, bias, mean, rstd});
    ctx->saved_data["width"] = width;
    ctx->saved_data["eps"] = eps;
    return out;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    WithoutAutocast off;
    auto saved = ctx->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &bias = saved[2], &mean = saved[3], &rstd = saved[4];
    const int64_t width = ctx->saved_data["width"].toInt();
    if (at::GradMode::is_enabled())
      return differentiable(grads[0], input, weight, bias, width, ctx->saved_data["eps"].toDouble());
    const at::Tensor x = input.contiguous(), g = grads[0].to(at::kBFloat16).contiguous(), w = plain(weight);
    const int64_t rows = x.numel() / width, groups = (rows + kRows - 1) / kRows;
    at::Tensor gx = at::empty_like(x);
    at::Tensor partial = at::zeros({2, groups, width}, mean.options());
    const Norm norm{bits(x), floats(w), nullptr, floats(mean), floats(rstd), width, 0};
    float* sums = floats(partial);
    at::parallel_for(0, groups, std::max<int64_t>(1, grain(width) / kRows), [&](int64_t begin, int64_t end) {
      std::vector<float> scaled(width);
      for (int64_t k = begin; k < end; k++) {
        norm_rows_backward(norm, bits(g), bits(gx), sums + k * width, sums + (groups + k) * width, scaled.data(),
                           k * kRows, std::min(rows, (k + 1) * kRows));
      }
    });
    const at::Tensor total = partial.sum(1);
    auto shaped = [&](const at::Tensor& like, int64_t which) {
      return like.numel() > 0 ? total.select(0, which).view(like.sizes()).to(like.scalar_type()) : at::Tensor();
    };
    return {gx, shaped(weight, 0), shaped(bias, 1), at::Tensor(), at::Tensor()};
  }

  // For a gradient of the gradient: the same by ops that autograd knows, mean and deviation made again from the input.
  static variable_list differentiable(const at::Tensor& grad, const at::Tensor& input, const at::Tensor& weight,
                                      const at::Tensor& bias, int64_t width, double eps) {
    const at::Tensor g = grad.to(at::kFloat).reshape({-1, width}), x = input.to(at::kFloat).reshape({-1, width});
    const at::Tensor centred = x - x.mean(1, true), r = ((centred * centred).mean(1, true) + eps).rsqrt();
    const at::Tensor hat = centred * r, d = weight.numel() > 0 ? g * weight.to(at::kFloat).reshape({width}) : g;
    const at::Tensor gx = r * (d - d.mean(1, true) - hat * (d * hat).mean(1, true));
    auto shaped = [](const at::Tensor& sum, const at::Tensor& like) {
      return like.numel() > 0 ? sum.view(like.sizes()).to(like.scalar_type()) : at::Tensor();
    };
    return {gx.reshape(input.sizes()).to(input.scalar_type()), shaped((g * hat).sum(0), weight), shaped(g.sum(0), bias),
            at::Tensor(), at::Tensor()};
  }
};

// ---- rules ---------------------------------------------------------------------------------------------------------

// The arguments of the call lie at the end of the stack.
IValue& argument(Stack* stack, size_t count, size_t i) { return (*stack)[stack->size() - count + i]; }

void replace(Stack* stack, size_t count, at::Tensor result) {
  torch::jit::drop(*stack, count);
  stack->emplace_back(std::move(result));
}

at::Tensor optionalTensor(const IValue& v) { return v.isTensor() ? v.toTensor() : at::Tensor(); }

void layerNormRule(const c10::OperatorHandle& op, c10::DispatchKeySet, Stack* stack) {
  WithoutAutocast off;
  const size_t count = op.schema().arguments().size();
  const at::Tensor input = argument(stack, count, 0).toTensor();
  at::Tensor weight = optionalTensor(argument(stack, count, 2)), bias = optionalTensor(argument(stack, count, 3));
  auto real = [](const at::Tensor& t) {
    return !t.defined() || (t.device().is_cpu() && (t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16));
  };
  const auto shape = argument(stack, count, 1).toIntVector();
  bool fits = dense(input) && real(weight) && real(bias) && !shape.empty() &&
      static_cast<int64_t>(shape.size()) <= input.dim();
  int64_t width = 1;
  for (size_t i = 0; fits && i < shape.size(); i++) {
    fits = input.size(input.dim() - static_cast<int64_t>(shape.size()) + static_cast<int64_t>(i)) == shape[i];
    width *= shape[i];
  }
  fits = fits && (!weight.defined() || weight.sizes() == at::IntArrayRef(shape)) &&
      (!bias.defined() || bias.sizes() == at::IntArrayRef(shape));
  if (!fits) {
    // libtorch 1.13 wants parameters of the input's own dtype.
    for (size_t i = 2; i < 4 && input.is_floating_point() && input.scalar_type() != at::kDouble; i++) {
      const at::Tensor parameter = optionalTensor(argument(stack, count, i));
      if (parameter.defined()) argument(stack, count, i) = parameter.to(input.scalar_type());
    }
    op.callBoxed(stack);
    return;
  }
  const double eps = argument(stack, count, 4).toDouble();
  if (!weight.defined()) weight = at::empty({0}, at::kFloat);
  if (!bias.defined()) bias = at::empty({0}, at::kFloat);
  replace(stack, count, LayerNorm::apply(input, weight, bias, width, eps));
}

}  // namespace

// Puts the rules in place, once a process; an operator that has one keeps it. What is registered stays.
VN_EXPORT int vn_bfloat16_install() {
  return guarded([] {
    static auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::AutocastCPU, "bfloat16.cpp", 0);
    static bool installed = false;
    if (installed) return;
    installed = true;
    auto rule = [](const char* name, const char* overload, torch::CppFunction kernel) {
      auto op = c10::Dispatcher::singleton().findSchema({std::string("aten::") + name, overload});
      if (!op.has_value() || op->hasKernelForDispatchKey(c10::DispatchKey::AutocastCPU)) return;
      library->impl((std::string(name) + (*overload ? "." : "") + overload).c_str(), std::move(kernel));
    };
    rule("layer_norm", "", torch::CppFunction::makeFromBoxedFunction<&layerNormRule>());
  });
}

VN_EXPORT const char* vn_bfloat16_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
