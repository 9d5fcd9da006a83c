// Our own kernels, a closed list: fused AdamW and Adam, fused SGD, EMA, clipping by the common norm.
//
// Flat C. Tensors come as borrowed c10::TensorImpl*. Every function returns 0, 1 for an error whose text
// vn_kernels_last_error gives, or 2 when a tensor is not what the kernel takes (dense on the CPU, float32 or a half precision, all
// of one layout in memory, channels_last for one); in the last case nothing was changed and the caller runs the plain ops. Written
// tensors get a new version, so autograd notices.
// The arithmetic is aten's, in float, in the same order of operations; half precisions are rounded once, at the end.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#define VN_X86
#include <immintrin.h>
#endif

#define VN_EXPORT extern "C" __attribute__((visibility("default")))

// One loop, several instruction sets, chosen when the module is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VN_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VN_CLONES
#endif

namespace {

thread_local std::string last_error;

constexpr int kOk = 0, kError = 1, kNotMine = 2;
constexpr int64_t kChunk = 1 << 14;

template <class F>
int guarded(F&& body) {
  try {
    return body();
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "an unknown C++ exception";
  }
  return kError;
}

at::Tensor borrow(void* impl) {
  return at::Tensor(
      c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::unsafe_reclaim_from_nonowning(
          static_cast<c10::TensorImpl*>(impl)));
}

bool plain(const at::Tensor& t) {
  if (!t.defined() || t.layout() != at::kStrided || !t.device().is_cpu() || t.is_inference() || t.is_conj() || t.is_neg()) {
    return false;
  }
  const auto type = t.scalar_type();
  return (type == at::kFloat || type == at::kBFloat16 || type == at::kHalf) &&
      t.unsafeGetTensorImpl()->is_non_overlapping_and_dense();
}

// Of one shape and one order in memory, so that what lies at the same place belongs together.
bool plain_pair(const at::Tensor& a, const at::Tensor& b) {
  return plain(b) && a.sizes() == b.sizes() && (a.strides() == b.strides() || (a.is_contiguous() && b.is_contiguous()));
}

float* data(const at::Tensor& t) {
  return t.data_ptr<float>();
}

template <class T>
void widen(const void* from, int64_t begin, int64_t n, float* to) {
  const T* p = static_cast<const T*>(from) + begin;
  for (int64_t i = 0; i < n; i++) {
    to[i] = static_cast<float>(p[i]);
  }
}

template <class T>
void narrow(const float* from, int64_t n, void* to, int64_t begin) {
  T* p = static_cast<T*>(to) + begin;
  for (int64_t i = 0; i < n; i++) {
    p[i] = static_cast<T>(from[i]);
  }
}

void bump(const at::Tensor& t) {
  t.unsafeGetTensorImpl()->bump_version();
}

// Pieces of all tensors, so that threads share a long list of short tensors evenly. The pieces do not depend on the number
// of threads.
struct Piece {
  int64_t tensor, begin, end;
};

std::vector<Piece> pieces(const std::vector<at::Tensor>& tensors) {
  std::vector<Piece> all;
  for (int64_t t = 0; t < (int64_t)tensors.size(); t++) {
    const int64_t n = tensors[t].numel();
    for (int64_t at = 0; at < n; at += kChunk) {
      all.push_back({t, at, std::min(n, at + kChunk)});
    }
  }
  return all;
}

template <class F>
void each_piece(const std::vector<Piece>& all, F&& body) {
  // A grain of four pieces: below that, waking a thread costs more than the work.
  at::parallel_for(0, (int64_t)all.size(), 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      body(all[i], i);
    }
  });
}

// Calls body(float** at, n) for a piece of several tensors: float32 where it lies, half precision through a small buffer. The first
// `written` of the tensors go back. An undefined tensor is a null pointer.
template <size_t N, class F>
void as_floats(const at::Tensor* const (&tensors)[N], size_t written, const Piece& c, F&& body) {
  bool direct = true;
  float* at[N];
  for (size_t k = 0; k < N; k++) {
    const at::Tensor& t = *tensors[k];
    const bool single = !t.defined() || t.scalar_type() == at::kFloat;
    direct = direct && single;
    at[k] = t.defined() && single ? data(t) + c.begin : nullptr;
  }
  if (direct) {
    body(at, c.end - c.begin);
    return;
  }
  constexpr int64_t kBlock = 1024;
  float buffers[N][kBlock];
  for (int64_t begin = c.begin; begin < c.end; begin += kBlock) {
    const int64_t n = std::min(kBlock, c.end - begin);
    for (size_t k = 0; k < N; k++) {
      const at::Tensor& t = *tensors[k];
      if (!t.defined()) {
        continue;
      }
      if (t.scalar_type() == at::kFloat) {
        at[k] = data(t) + begin;
      } else {
        at[k] = buffers[k];
        (t.scalar_type() == at::kHalf ? widen<at::Half> : widen<at::BFloat16>)(t.data_ptr(), begin, n, buffers[k]);
      }
    }
    body(at, n);
    for (size_t k = 0; k < written; k++) {
      const at::Tensor& t = *tensors[k];
      if (t.defined() && t.scalar_type() != at::kFloat) {
        (t.scalar_type() == at::kHalf ? narrow<at::Half> : narrow<at::BFloat16>)(buffers[k], n, t.data_ptr(), begin);
      }
    }
  }
}

struct Adam {
  float decay, l2, beta1, beta1_rest, beta2, beta2_rest, eps, step_size, root_correction, sign;
};

// top is null but for amsgrad.
void adam_plain(float* p, const float* g, float* m, float* v, float* top, int64_t n, const Adam a) {
  for (int64_t i = 0; i < n; i++) {
    const float x = p[i] * a.decay;
    const float d = a.sign * g[i] + a.l2 * x;
    const float mean = m[i] * a.beta1 + d * a.beta1_rest;
    float square = v[i] * a.beta2 + a.beta2_rest * d * d;
    m[i] = mean;
    v[i] = square;
    if (top) {
      square = top[i] > square ? top[i] : square;
      top[i] = square;
    }
    p[i] = x - a.step_size * mean / (std::sqrt(square) / a.root_correction + a.eps);
  }
}

#ifdef VN_X86
// The same in vectors by hand: the compiler does not vectorize the loop, because a root may set errno.
#define VN_ADAM(NAME, TARGET, WIDTH, LOAD, STORE, ROOT, MAX)                                                           \
  __attribute__((target(TARGET))) void NAME(                                                                          \
      float* p, const float* g, float* m, float* v, float* top, int64_t n, const Adam a) {                            \
    int64_t i = 0;                                                                                                    \
    for (; i + WIDTH <= n; i += WIDTH) {                                                                              \
      const auto x = LOAD(p + i) * a.decay;                                                                           \
      const auto d = a.sign * LOAD(g + i) + a.l2 * x;                                                                 \
      const auto mean = LOAD(m + i) * a.beta1 + d * a.beta1_rest;                                                     \
      auto square = LOAD(v + i) * a.beta2 + a.beta2_rest * d * d;                                                     \
      STORE(m + i, mean);                                                                                             \
      STORE(v + i, square);                                                                                           \
      if (top) {                                                                                                      \
        square = MAX(LOAD(top + i), square);                                                                          \
        STORE(top + i, square);                                                                                       \
      }                                                                                                               \
      STORE(p + i, x - a.step_size * mean / (ROOT(square) / a.root_correction + a.eps));                              \
    }                                                                                                                 \
    adam_plain(p + i, g + i, m + i, v + i, top ? top + i : nullptr, n - i, a);                                        \
  }

VN_ADAM(adam_avx2, "avx2", 8, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_sqrt_ps, _mm256_max_ps)
VN_ADAM(adam_avx512, "avx512f", 16, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_sqrt_ps, _mm512_max_ps)
#endif

using AdamPiece = void (*)(float*, const float*, float*, float*, float*, int64_t, const Adam);

AdamPiece pick_adam() {
#ifdef VN_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) {
    return adam_avx512;
  }
  if (__builtin_cpu_supports("avx2")) {
    return adam_avx2;
  }
#endif
  return adam_plain;
}

const AdamPiece adam_piece = pick_adam();

struct Sgd {
  float lr, l2, momentum, damped, sign;
  bool nesterov;
};

VN_CLONES void sgd_piece(float* __restrict p, const float* __restrict g, int64_t n, const Sgd s) {
  for (int64_t i = 0; i < n; i++) {
    p[i] -= s.lr * (s.sign * g[i] + s.l2 * p[i]);
  }
}

VN_CLONES void momentum_piece(
    float* __restrict p, const float* __restrict g, float* __restrict b, int64_t n, const Sgd s, float keep, float add) {
  const float look = s.nesterov ? s.momentum : 1.0f;
  const float own = s.nesterov ? 1.0f : 0.0f;
  for (int64_t i = 0; i < n; i++) {
    const float d = s.sign * g[i] + s.l2 * p[i];
    const float buffer = keep * b[i] + add * d;
    b[i] = buffer;
    p[i] -= s.lr * (own * d + look * buffer);
  }
}

VN_CLONES void lerp_piece(float* __restrict t, const float* __restrict s, int64_t n, float weight) {
  for (int64_t i = 0; i < n; i++) {
    t[i] += weight * (s[i] - t[i]);
  }
}

VN_CLONES double squares_piece(const float* __restrict g, int64_t n) {
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int k = 0; k < 8; k++) {
      lanes[k] += (double)g[i + k] * g[i + k];
    }
  }
  double sum = 0;
  for (; i < n; i++) {
    sum += (double)g[i] * g[i];
  }
  for (double lane : lanes) {
    sum += lane;
  }
  return sum;
}

VN_CLONES void scale_piece(float* __restrict g, int64_t n, float factor) {
  for (int64_t i = 0; i < n; i++) {
    g[i] *= factor;
  }
}

} // namespace

VN_EXPORT int vn_kernels_abi() {
  return 1;
}

VN_EXPORT const char* vn_kernels_last_error() {
  return last_error.c_str();
}

// out[i] = 1 where parameter i has a gradient.
VN_EXPORT int vn_has_gradients(void** parameters, int64_t count, uint8_t* out) {
  return guarded([&] {
    for (int64_t i = 0; i < count; i++) {
      out[i] = borrow(parameters[i]).grad().defined();
    }
    return kOk;
  });
}

// One step of AdamW (decoupled = 1) or Adam (0) for parameters that all have gradients. steps[i] counts this step already.
// top is null, or for amsgrad the largest second moments so far.
VN_EXPORT int vn_fused_adam(
    void** parameters, void** means, void** squares, void** top, const int64_t* steps, int64_t count, double lr, double beta1,
    double beta2, double eps, double weight_decay, int decoupled, int maximize) {
  return guarded([&] {
    std::vector<at::Tensor> p(count), g(count), m(count), v(count), t(top ? count : 0);
    for (int64_t i = 0; i < count; i++) {
      p[i] = borrow(parameters[i]);
      g[i] = p[i].grad();
      m[i] = borrow(means[i]);
      v[i] = borrow(squares[i]);
      if (!plain(p[i]) || !plain_pair(p[i], g[i]) || !plain_pair(p[i], m[i]) || !plain_pair(p[i], v[i])) {
        return kNotMine;
      }
      if (top) {
        t[i] = borrow(top[i]);
        if (!plain_pair(p[i], t[i])) {
          return kNotMine;
        }
      }
    }
    std::vector<Adam> factors(count);
    for (int64_t i = 0; i < count; i++) {
      const double first = 1 - std::pow(beta1, (double)steps[i]);
      const double second = 1 - std::pow(beta2, (double)steps[i]);
      factors[i] = {
          decoupled ? (float)(1 - lr * weight_decay) : 1.0f,
          decoupled ? 0.0f : (float)weight_decay,
          (float)beta1,
          (float)(1 - beta1),
          (float)beta2,
          (float)(1 - beta2),
          (float)eps,
          (float)(lr / first),
          (float)std::sqrt(second),
          maximize ? -1.0f : 1.0f};
    }
    const at::Tensor none;
    each_piece(pieces(p), [&](const Piece& c, int64_t) {
      const int64_t i = c.tensor;
      as_floats<5>({&p[i], &m[i], &v[i], top ? &t[i] : &none, &g[i]}, 4, c, [&](float** at, int64_t n) {
        adam_piece(at[0], at[4], at[1], at[2], at[3], n, factors[i]);
      });
    });
    for (int64_t i = 0; i < count; i++) {
      bump(p[i]);
      bump(m[i]);
      bump(v[i]);
      if (top) {
        bump(t[i]);
      }
    }
    return kOk;
  });
}

// One step of SGD for parameters that all have gradients. buffers is null without momentum; fresh[i] says that buffer i holds
// nothing yet and becomes the gradient.
VN_EXPORT int vn_fused_sgd(
    void** parameters, void** buffers, const uint8_t* fresh, int64_t count, double lr, double momentum, double dampening,
    double weight_decay, int nesterov, int maximize) {
  return guarded([&] {
    std::vector<at::Tensor> p(count), g(count), b(buffers ? count : 0);
    for (int64_t i = 0; i < count; i++) {
      p[i] = borrow(parameters[i]);
      g[i] = p[i].grad();
      if (!plain(p[i]) || !plain_pair(p[i], g[i])) {
        return kNotMine;
      }
      if (buffers) {
        b[i] = borrow(buffers[i]);
        if (!plain_pair(p[i], b[i])) {
          return kNotMine;
        }
      }
    }
    const Sgd s = {
        (float)lr, (float)weight_decay, (float)momentum, (float)(1 - dampening), maximize ? -1.0f : 1.0f, nesterov != 0};
    const at::Tensor none;
    each_piece(pieces(p), [&](const Piece& c, int64_t) {
      const int64_t i = c.tensor;
      as_floats<3>({&p[i], buffers ? &b[i] : &none, &g[i]}, 2, c, [&](float** at, int64_t n) {
        if (!buffers) {
          sgd_piece(at[0], at[2], n, s);
        } else if (fresh[i]) {
          momentum_piece(at[0], at[2], at[1], n, s, 0.0f, 1.0f);
        } else {
          momentum_piece(at[0], at[2], at[1], n, s, s.momentum, s.damped);
        }
      });
    });
    for (int64_t i = 0; i < count; i++) {
      bump(p[i]);
      if (buffers) {
        bump(b[i]);
      }
    }
    return kOk;
  });
}

// targets += weight * (sources - targets).
VN_EXPORT int vn_fused_lerp(void** targets, void** sources, int64_t count, double weight) {
  return guarded([&] {
    std::vector<at::Tensor> t(count), s(count);
    for (int64_t i = 0; i < count; i++) {
      t[i] = borrow(targets[i]);
      s[i] = borrow(sources[i]);
      if (!plain(t[i]) || !plain_pair(t[i], s[i])) {
        return kNotMine;
      }
    }
    each_piece(pieces(t), [&](const Piece& c, int64_t) {
      as_floats<2>({&t[c.tensor], &s[c.tensor]}, 1, c, [&](float** at, int64_t n) { lerp_piece(at[0], at[1], n, (float)weight); });
    });
    for (const auto& x : t) {
      bump(x);
    }
    return kOk;
  });
}

// Scales the gradients of the parameters that have one so that their common 2-norm is at most max_norm; the norm before goes
// into the scalar tensor `norm`.
VN_EXPORT int vn_fused_clip(void** parameters, int64_t count, double max_norm, void* norm) {
  return guarded([&] {
    std::vector<at::Tensor> g;
    for (int64_t i = 0; i < count; i++) {
      const at::Tensor grad = borrow(parameters[i]).grad();
      if (!grad.defined()) {
        continue;
      }
      if (!plain(grad)) {
        return kNotMine;
      }
      g.push_back(grad);
    }
    const at::Tensor out = borrow(norm);
    if (!plain(out) || out.scalar_type() != at::kFloat || out.numel() != 1) {
      return kNotMine;
    }
    const auto all = pieces(g);
    std::vector<double> sums(all.size());
    each_piece(all, [&](const Piece& c, int64_t k) {
      as_floats<1>({&g[c.tensor]}, 0, c, [&](float** at, int64_t n) { sums[k] += squares_piece(at[0], n); });
    });
    double sum = 0;
    for (double s : sums) {
      sum += s;
    }
    const float total = (float)std::sqrt(sum);
    data(out)[0] = total;
    bump(out);
    const float factor = (float)max_norm / (total + 1e-6f);
    // Not a number scales too, as aten's clamp does: the caller sees it in the norm.
    if (!(factor >= 1)) {
      each_piece(all, [&](const Piece& c, int64_t) {
        as_floats<1>({&g[c.tensor]}, 1, c, [&](float** at, int64_t n) { scale_piece(at[0], n, factor); });
      });
      for (const auto& x : g) {
        bump(x);
      }
    }
    return kOk;
  });
}
