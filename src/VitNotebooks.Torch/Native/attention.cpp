// scaled_dot_product_attention: libtorch's operator where there is one (2.0 on) and it is fast, else the formula with the least
// memory: one score matrix, scaled by the product that makes it and masked in place, and its softmax, which backward needs anyway.
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include "border.h"

#include <cmath>
#include <limits>

namespace {

Optional<c10::OperatorHandle> fusedOperator() {
  static const auto found = c10::Dispatcher::singleton().findSchema({"aten::scaled_dot_product_attention", ""});
  return found;
}

// The CPU's fused kernel multiplies in blocks through the BLAS, and one without bfloat16 products leaves it plain loops.
bool falls(const at::Tensor& query, bool plainBlas) {
  if (!plainBlas || !query.device().is_cpu()) return false;
  const bool autocast = !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU);
  const auto type = query.scalar_type();
  return type == at::kBFloat16 || type == at::kHalf || (autocast && type == at::kFloat);
}

at::Tensor fused(const c10::OperatorHandle& op, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                 const at::Tensor& mask, double p, bool causal) {
  torch::jit::Stack stack;
  for (const auto& argument : op.schema().arguments()) {
    const std::string& name = argument.name();
    if (name == "query") stack.emplace_back(query);
    else if (name == "key") stack.emplace_back(key);
    else if (name == "value") stack.emplace_back(value);
    else if (name == "attn_mask") stack.emplace_back(mask.defined() ? IValue(mask) : IValue());
    else if (name == "dropout_p") stack.emplace_back(p);
    else if (name == "is_causal") stack.emplace_back(causal);
    else stack.push_back(argument.default_value().value_or(IValue()));
  }
  op.callBoxed(stack);
  return stack[0].toTensor();
}

// The fused kernels want [batch, heads, length, width]; given less they are not taken, and the scores are kept for backward.
at::Tensor fusedOfAnyRank(const c10::OperatorHandle& op, const at::Tensor& query, const at::Tensor& key,
                          const at::Tensor& value, const at::Tensor& mask, double p, bool causal) {
  const bool three = query.dim() == 3 && key.dim() == 3 && value.dim() == 3;
  if (!three) return fused(op, query, key, value, mask, p, causal);
  const bool batched = mask.defined() && mask.dim() == 3;
  return fused(op, query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1), batched ? mask.unsqueeze(1) : mask, p, causal)
      .squeeze(1);
}

at::Tensor written(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, at::Tensor mask, double p,
                   bool causal) {
  const int64_t length = query.size(-2), sources = key.size(-2);
  const double scale = 1 / std::sqrt(static_cast<double>(query.size(-1)));
  const auto batch = query.sizes().slice(0, query.dim() - 2);
  const bool alike = batch == key.sizes().slice(0, key.dim() - 2) && batch == value.sizes().slice(0, value.dim() - 2);
  auto three = [](const at::Tensor& t) { return t.reshape({-1, t.size(-2), t.size(-1)}); };
  at::Tensor scores;
  // libtorch 1.13 multiplies products of fewer than 400 terms itself and then *multiplies* what lay in the result's memory
  // by beta: a NaN there would stay.
  const bool tiny = length * sources * query.size(-1) < 400;
  if (alike && query.numel() > 0 && !tiny) {
    // With beta 0 the first operand is not read: the product comes out scaled, in one pass.
    scores = at::baddbmm(at::empty({1, 1, 1}, query.options()), three(query), three(key).transpose(1, 2), 0, scale);
    auto shape = batch.vec();
    shape.insert(shape.end(), {length, sources});
    scores = scores.view(shape);
  } else {
    scores = at::matmul(query * scale, key.transpose(-2, -1));
  }
  if (causal) mask = at::ones({length, sources}, query.options().dtype(at::kBool)).tril();
  if (mask.defined()) {
    const bool fits = mask.dim() <= scores.dim() && !(mask.requires_grad() && at::GradMode::is_enabled());
    if (mask.scalar_type() == at::kBool) {
      const auto forbidden = mask.logical_not();
      const double lowest = -std::numeric_limits<double>::infinity();
      scores = fits ? scores.masked_fill_(forbidden, lowest) : scores.masked_fill(forbidden, lowest);
    } else {
      scores = fits ? scores.add_(mask) : scores + mask;
    }
  }
  at::Tensor weights = at::softmax(scores, -1);
  scores.reset();
  if (p > 0) weights = at::dropout(weights, p, true);
  if (!alike || query.numel() == 0 || weights.dim() != value.dim()) return at::matmul(weights, value);
  auto shape = batch.vec();
  shape.insert(shape.end(), {length, value.size(-1)});
  return at::bmm(three(weights), three(value)).view(shape);
}

}  // namespace

// Whether libtorch has the operator.
VN_EXPORT int32_t vn_attention_fused() { return fusedOperator().has_value(); }

// `plainBlas`: the BLAS comes from outside libtorch and multiplies no bfloat16.
VN_EXPORT int vn_attention(void* query, void* key, void* value, void* mask, double p, int32_t causal, int32_t plainBlas,
                           void** out) {
  return guarded([&] {
    const at::Tensor q = tensorOf(query), k = tensorOf(key), v = tensorOf(value), m = tensorOf(mask);
    TORCH_CHECK(q.dim() >= 2 && k.dim() >= 2 && v.dim() >= 2, "query, key and value need at least 2 dimensions, got ",
                q.dim(), ", ", k.dim(), " and ", v.dim());
    TORCH_CHECK(q.size(-1) == k.size(-1), "query has ", q.size(-1), " features and key ", k.size(-1));
    TORCH_CHECK(k.size(-2) == v.size(-2), "there are ", k.size(-2), " keys and ", v.size(-2), " values");
    auto op = fusedOperator();
    *out = own(op.has_value() && !falls(q, plainBlas != 0) ? fusedOfAnyRank(*op, q, k, v, m, p, causal != 0)
                                                            : written(q, k, v, m, p, causal != 0));
  });
}

VN_EXPORT const char* vn_attention_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
