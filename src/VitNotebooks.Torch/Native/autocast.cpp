// Autocast: its state a thread, and the rules of the CPU that the libtorch at hand lacks.
// The table below is what PyTorch 2.6 does on the CPU; libtorch 1.13 has most of it. What is missing, and exists as an operator, is
// registered here as boxed kernels on the dispatch key AutocastCPU, so every caller gets it: ops from C#, composite ops of
// libtorch, TorchScript. An operator that has a rule keeps its own:
// 1.13 leaves transposed convolutions in float32.
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/library.h>

#include "border.h"

#include <string>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define VN_GENERIC_AUTOCAST
#endif

namespace {

using Stack = torch::jit::Stack;
constexpr auto kCpu = c10::DeviceType::CPU;

// ---- state ---------------------------------------------------------------------------------------------------------

bool enabled(c10::DeviceType device) {
#ifdef VN_GENERIC_AUTOCAST
  return at::autocast::is_autocast_enabled(device);
#else
  return device == kCpu ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
#endif
}

void enable(c10::DeviceType device, bool on) {
#ifdef VN_GENERIC_AUTOCAST
  at::autocast::set_autocast_enabled(device, on);
#else
  device == kCpu ? at::autocast::set_cpu_enabled(on) : at::autocast::set_enabled(on);
#endif
}

at::ScalarType lower(c10::DeviceType device) {
#ifdef VN_GENERIC_AUTOCAST
  return at::autocast::get_autocast_dtype(device);
#else
  return device == kCpu ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
#endif
}

void setLower(c10::DeviceType device, at::ScalarType type) {
#ifdef VN_GENERIC_AUTOCAST
  at::autocast::set_autocast_dtype(device, type);
#else
  device == kCpu ? at::autocast::set_autocast_cpu_dtype(type) : at::autocast::set_autocast_gpu_dtype(type);
#endif
}

// ---- rules ---------------------------------------------------------------------------------------------------------

bool eligible(const at::Tensor& t) {
  return t.defined() && t.device().is_cpu() && t.is_floating_point() && t.scalar_type() != at::kDouble;
}

template <class F>
void eachTensor(const IValue& v, F&& body) {
  if (v.isTensor()) {
    body(v.toTensor());
  } else if (v.isTensorList()) {
    for (const at::Tensor& t : v.toTensorVector()) body(t);
  }
}

void cast(IValue& v, at::ScalarType type) {
  if (v.isTensor()) {
    const at::Tensor& t = v.toTensor();
    if (eligible(t)) v = at::autocast::cached_cast(type, t, kCpu);
  } else if (v.isTensorList()) {
    c10::List<at::Tensor> list;
    for (const at::Tensor& t : v.toTensorVector())
      list.push_back(eligible(t) ? at::autocast::cached_cast(type, t, kCpu) : t);
    v = std::move(list);
  }
}

enum class Policy { Lower, Float, Promote };

template <Policy policy>
void rule(const c10::OperatorHandle& op, c10::DispatchKeySet, Stack* stack) {
  c10::impl::ExcludeDispatchKeyGuard off(c10::DispatchKey::AutocastCPU);
  const size_t count = op.schema().arguments().size(), first = stack->size() - count;
  at::ScalarType type = policy == Policy::Float ? at::kFloat : lower(kCpu);
  if (policy == Policy::Promote) {
    for (size_t i = 0; i < count; i++)
      eachTensor((*stack)[first + i], [&](const at::Tensor& t) {
        if (eligible(t) && t.scalar_type() == at::kFloat) type = at::kFloat;
      });
  }
  for (size_t i = 0; i < count; i++) cast((*stack)[first + i], type);
  op.callBoxed(stack);
}

// A normalization of an input by parameters of another dtype: they follow the input, whose dtype the result has.
// libtorch 2 does that inside its kernels, 1.13 refuses.
template <size_t firstParameter>
void parametersFollow(const c10::OperatorHandle& op, c10::DispatchKeySet, Stack* stack) {
  c10::impl::ExcludeDispatchKeyGuard off(c10::DispatchKey::AutocastCPU);
  const size_t count = op.schema().arguments().size(), first = stack->size() - count;
  const at::Tensor input = (*stack)[first].toTensor();
  if (eligible(input)) {
    for (size_t i = firstParameter; i < firstParameter + 2; i++) cast((*stack)[first + i], input.scalar_type());
  }
  op.callBoxed(stack);
}

const char* const kLower[] = {
    "conv1d", "conv1d.padding", "conv2d", "conv2d.padding", "conv3d", "conv3d.padding", "bmm", "mm", "linalg_vecdot",
    "baddbmm", "addmm", "addbmm", "linear", "_convolution.deprecated", "matmul", "conv_tbc", "mkldnn_rnn_layer",
    "conv_transpose1d", "conv_transpose2d.input", "conv_transpose3d.input", "prelu", "scaled_dot_product_attention",
    "_native_multi_head_attention"};

const char* const kFloat[] = {
    "avg_pool3d", "binary_cross_entropy", "grid_sampler", "polar", "prod", "prod.dim_int", "prod.dim_Dimname",
    "quantile", "quantile.scalar", "nanquantile", "nanquantile.scalar", "stft", "stft.center", "cdist",
    "grid_sampler_2d", "_grid_sampler_2d_cpu_fallback", "grid_sampler_3d", "trace", "view_as_complex", "cholesky",
    "cholesky_inverse", "cholesky_solve", "inverse", "lu_solve", "orgqr", "ormqr", "pinverse", "max_pool3d",
    "max_unpool2d", "max_unpool3d", "adaptive_avg_pool3d", "reflection_pad1d", "reflection_pad2d",
    "replication_pad1d", "replication_pad2d", "replication_pad3d", "mse_loss", "cosine_embedding_loss", "nll_loss",
    "nll_loss2d", "hinge_embedding_loss", "poisson_nll_loss", "smooth_l1_loss", "cross_entropy_loss", "l1_loss",
    "huber_loss", "margin_ranking_loss", "soft_margin_loss", "triplet_margin_loss", "multi_margin_loss",
    "ctc_loss.IntList", "ctc_loss.Tensor", "kl_div", "multilabel_margin_loss", "binary_cross_entropy_with_logits",
    "fft_fft", "fft_ifft", "fft_fft2", "fft_ifft2", "fft_fftn", "fft_ifftn", "fft_rfft", "fft_irfft", "fft_rfft2",
    "fft_irfft2", "fft_rfftn", "fft_irfftn", "fft_hfft", "fft_ihfft", "linalg_cond", "linalg_cond.p_str",
    "linalg_matrix_rank", "linalg_matrix_rank.tol_tensor", "linalg_matrix_rank.atol_rtol_tensor",
    "linalg_matrix_rank.atol_rtol_float", "linalg_solve", "linalg_cholesky", "linalg_svdvals", "linalg_eigvals",
    "linalg_eigvalsh", "linalg_inv", "linalg_householder_product", "linalg_tensorinv", "linalg_tensorsolve",
    "fake_quantize_per_tensor_affine", "geqrf", "_lu_with_info", "qr", "svd", "triangular_solve",
    "fractional_max_pool2d", "fractional_max_pool3d", "adaptive_max_pool3d", "multilabel_margin_loss_forward",
    "linalg_qr", "linalg_cholesky_ex", "linalg_svd", "linalg_eig", "linalg_eigh", "linalg_lstsq", "linalg_inv_ex"};

const char* const kPromote[] = {"stack", "cat", "index_copy", "index_copy.dimname"};

Optional<c10::OperatorHandle> find(const std::string& name) {
  const auto dot = name.find('.');
  return c10::Dispatcher::singleton().findSchema(
      {"aten::" + name.substr(0, dot), dot == std::string::npos ? "" : name.substr(dot + 1)});
}

bool hasRule(const std::string& name) {
  auto op = find(name);
  return op.has_value() && op->hasKernelForDispatchKey(c10::DispatchKey::AutocastCPU);
}

bool normalizesMixed() {
  c10::impl::ExcludeDispatchKeyGuard off(c10::DispatchKey::AutocastCPU);
  try {
    at::layer_norm(at::zeros({1, 8}, at::kBFloat16), {8}, at::ones({8}), at::zeros({8}));
    at::group_norm(at::zeros({1, 8}, at::kBFloat16), 2, at::ones({8}), at::zeros({8}));
    return true;
  } catch (const c10::Error&) {
    return false;
  }
}

std::string added;

}  // namespace

// Registers what is missing, once a process.
VN_EXPORT int vn_autocast_install() {
  return guarded([] {
    static bool installed = false;
    if (installed) return;
    installed = true;
    static auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::AutocastCPU, "autocast.cpp", 0);
    auto add = [](const char* name, torch::CppFunction kernel) {
      if (!find(name).has_value() || hasRule(name)) return;
      library->impl(name, std::move(kernel));
      added += (added.empty() ? "" : " ") + std::string(name);
    };
    for (const char* name : kLower) add(name, torch::CppFunction::makeFromBoxedFunction<&rule<Policy::Lower>>());
    for (const char* name : kFloat) add(name, torch::CppFunction::makeFromBoxedFunction<&rule<Policy::Float>>());
    for (const char* name : kPromote) add(name, torch::CppFunction::makeFromBoxedFunction<&rule<Policy::Promote>>());
    if (!normalizesMixed()) {
      add("layer_norm", torch::CppFunction::makeFromBoxedFunction<&parametersFollow<2>>());
      add("native_layer_norm", torch::CppFunction::makeFromBoxedFunction<&parametersFollow<2>>());
      add("group_norm", torch::CppFunction::makeFromBoxedFunction<&parametersFollow<2>>());
      add("native_group_norm", torch::CppFunction::makeFromBoxedFunction<&parametersFollow<1>>());
    }
  });
}

// The operators that got their rule here, separated by blanks.
VN_EXPORT const char* vn_autocast_added() { return added.c_str(); }

// Whether an operator ("linear", "conv1d.padding") has a rule on the CPU now: ours or libtorch's.
VN_EXPORT int32_t vn_autocast_has_rule(const char* name) { return hasRule(name); }

struct AutocastState {
  int32_t enabled;
  int32_t dtype;
  int32_t cache;
};

// The state of this thread for one kind of device.
VN_EXPORT int vn_autocast_get(int32_t device, AutocastState* out) {
  return guarded([&] {
    auto type = static_cast<c10::DeviceType>(device);
    out->enabled = enabled(type);
    out->dtype = static_cast<int32_t>(lower(type));
    out->cache = at::autocast::is_autocast_cache_enabled();
  });
}

VN_EXPORT int vn_autocast_set(int32_t device, const AutocastState* state) {
  return guarded([&] {
    auto type = static_cast<c10::DeviceType>(device);
    enable(type, state->enabled != 0);
    setLower(type, static_cast<at::ScalarType>(state->dtype));
    at::autocast::set_autocast_cache_enabled(state->cache != 0);
  });
}

VN_EXPORT void vn_autocast_enter() { at::autocast::increment_nesting(); }

// The cast weights are dropped where the outermost scope ends.
VN_EXPORT void vn_autocast_leave() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

VN_EXPORT const char* vn_autocast_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
