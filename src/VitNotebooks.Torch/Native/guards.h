// What some operators of libtorch read without looking first. Found by calling every operator with bad arguments: each of
// these ends the process, or never returns, on one of the versions that this layer runs on.
#pragma once

#include <limits>

#include "plan.h"

namespace {

using Guard = void (*)(const Plan&, const torch::jit::Stack&);

const IValue& argumentNamed(const Plan& plan, const torch::jit::Stack& stack, const char* name) {
  for (size_t i = 0; i < plan.slots.size(); i++)
    if (plan.slots[i].name == name) return stack[i];
  TORCH_CHECK_TYPE(false, plan.name, ": libtorch ", TORCH_VERSION, " has no argument ", name);
}

// Pivots are places in LAPACK's count from 1; one beyond the matrix is written through.
void guardPivots(const Plan& plan, const torch::jit::Stack& stack, const char* matrix, const char* name) {
  const IValue& m = argumentNamed(plan, stack, matrix);
  const IValue& p = argumentNamed(plan, stack, name);
  if (!m.isTensor() || !p.isTensor()) return;
  const at::Tensor &lu = m.toTensor(), &pivots = p.toTensor();
  if (!pivots.defined() || !lu.defined() || !pivots.is_cpu() || pivots.layout() != at::kStrided || pivots.numel() == 0 ||
      lu.dim() < 2 || !c10::isIntegralType(pivots.scalar_type(), false))
    return;
  at::Tensor magnitude = at::abs(pivots.to(at::kLong));
  int64_t least = magnitude.min().item<int64_t>(), most = magnitude.max().item<int64_t>(), rows = lu.size(-2);
  TORCH_CHECK_INDEX(least >= 1 && most <= rows, plan.name, ": pivots are from 1 to ", rows, " for a matrix of ", rows,
                    " rows, got ", least, " to ", most);
}

template <size_t Places>
void guardUnpool(const Plan& plan, const torch::jit::Stack& stack) {
  for (const char* name : {"output_size", "stride", "padding"}) {
    bool known = false;
    for (const auto& slot : plan.slots) known |= slot.name == name;
    if (!known) continue;
    const IValue& list = argumentNamed(plan, stack, name);
    if (!list.isIntList()) continue;
    TORCH_CHECK_VALUE(list.toIntVector().size() == Places, plan.name, ": ", name, " needs ", Places, " numbers, got ",
                      list.toIntVector().size());
  }
}

void guardMatrixPower(const Plan& plan, const torch::jit::Stack& stack) {
  int64_t n = argumentNamed(plan, stack, "n").toInt();
  TORCH_CHECK_VALUE(n >= -std::numeric_limits<int32_t>::max() && n <= std::numeric_limits<int32_t>::max(), plan.name,
                    ": an exponent of 32 bits is expected, got ", n);
}

// The first element is read, whether or not there is one.
void guardScalar(const Plan& plan, const torch::jit::Stack& stack) {
  const IValue& self = argumentNamed(plan, stack, "self");
  if (!self.isTensor() || !self.toTensor().defined()) return;
  TORCH_CHECK_VALUE(self.toTensor().numel() == 1, plan.name, ": a tensor of one element is expected, got one of ",
                    self.toTensor().numel());
}

// The processor refuses to divide the least integer by -1, by a signal that ends the process.
void guardQuotient(const Plan& plan, const torch::jit::Stack& stack) {
  const IValue &a = argumentNamed(plan, stack, "self"), &b = argumentNamed(plan, stack, "other");
  auto whole = [](const at::Tensor& t) {
    return t.defined() && t.is_cpu() && t.layout() == at::kStrided && c10::isIntegralType(t.scalar_type(), false);
  };
  if (!a.isTensor() || !whole(a.toTensor())) return;
  const at::Tensor& self = a.toTensor();
  auto type = self.scalar_type();
  if (b.isTensor()) {
    if (!whole(b.toTensor()) || !at::any(b.toTensor().eq(-1)).item<bool>()) return;
    type = at::result_type(self, b.toTensor());
  } else if (!b.isInt() || b.toInt() != -1) {
    return;
  }
  if (self.numel() == 0 || (type != at::kInt && type != at::kLong)) return;
  int64_t least = type == at::kInt ? std::numeric_limits<int32_t>::min() : std::numeric_limits<int64_t>::min();
  TORCH_CHECK_VALUE(self.min().item().toLong() != least, plan.name, ": ", least, " divided by -1 is no ", type,
                    "; convert to a wider or a real type first");
}

// Types are places in a table; libtorch 2.6 looks beyond its end.
void guardTypes(const Plan& plan, const torch::jit::Stack& stack) {
  for (const IValue& type : stack)
    TORCH_CHECK_VALUE(type.isInt() && type.toInt() >= 0 && type.toInt() < static_cast<int64_t>(at::ScalarType::Undefined),
                      plan.name, ": there is no dtype of number ", type);
}

Guard guardFor(const std::string& name, const std::string& overload) {
  if (name == "aten::lu_solve")
    return [](const Plan& p, const torch::jit::Stack& s) { guardPivots(p, s, "LU_data", "LU_pivots"); };
  if (name == "aten::linalg_lu_solve")
    return [](const Plan& p, const torch::jit::Stack& s) { guardPivots(p, s, "LU", "pivots"); };
  if (name == "aten::linalg_ldl_solve")
    return [](const Plan& p, const torch::jit::Stack& s) { guardPivots(p, s, "LD", "pivots"); };
  if (name == "aten::max_unpool2d") return guardUnpool<2>;
  if (name == "aten::max_unpool3d") return guardUnpool<3>;
  if (name == "aten::matrix_power" || name == "aten::linalg_matrix_power") return guardMatrixPower;
  for (const char* quotient : {"fmod", "remainder", "floor_divide"})
    if (name == std::string("aten::") + quotient || name == std::string("aten::") + quotient + "_") return guardQuotient;
  // Without a rounding mode the quotient is a real number.
  const bool divides = name == "aten::div" || name == "aten::div_" || name == "aten::divide" || name == "aten::divide_";
  if (divides && overload.find("mode") != std::string::npos) return guardQuotient;
  if (name == "aten::_local_scalar_dense") return guardScalar;
  if (name == "aten::promote_types" || name == "aten::can_cast") return guardTypes;
  return nullptr;
}

}  // namespace
