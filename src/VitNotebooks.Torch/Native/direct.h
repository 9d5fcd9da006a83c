// Calls without boxing, for the signatures that small operators have: putting arguments on a stack and taking them off
// again is a seventh of a 4x4 addition. The list is of signatures, not of operators; any other goes the boxed way.
// libtorch itself checks the C++ signature when the plan is made.
#pragma once

#include <c10/core/SymInt.h>
#include <c10/util/SmallVector.h>

#include "plan.h"

#if TORCH_VERSION_MAJOR >= 2
#include <c10/core/SymIntArrayRef.h>
#endif

namespace {

// The argument of one slot as the C++ type that the operator takes; lives until the call is over.
template <class T>
struct Argument;

const Value* given(const Slot& slot, const Value* arguments) {
  if (slot.source < 0 || arguments[slot.source].tag == Tag::Default) {
    TORCH_CHECK_TYPE(slot.source < 0 || slot.hasDefault || slot.optional, "argument '", slot.name,
                     "' has no default in libtorch ", TORCH_VERSION);
    return nullptr;
  }
  return &arguments[slot.source];
}

// The caller keeps its reference through the call, so none is taken here: two atomic operations fewer an argument.
template <>
struct Argument<const at::Tensor&> {
  at::Tensor tensor;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    TORCH_CHECK_TYPE(v != nullptr && (v->tag == Tag::Tensor || v->tag == Tag::None),
                     "argument '", slot.name, "': a tensor was expected");
    if (v->tag == Tag::Tensor) tensor = at::Tensor(TensorPtr::reclaim(static_cast<TensorImpl*>(v->p)));
  }
  Argument(const Argument&) = delete;
  ~Argument() { tensor.unsafeReleaseTensorImpl(); }
  const at::Tensor& get() { return tensor; }
};

template <>
struct Argument<at::Tensor&> : Argument<const at::Tensor&> {
  using Argument<const at::Tensor&>::Argument;
  at::Tensor& get() { return tensor; }
};

template <>
struct Argument<const Optional<at::Tensor>&> {
  Optional<at::Tensor> tensor;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v == nullptr || v->tag == Tag::None) return;
    expect(v->tag == Tag::Tensor, *v);
    tensor = at::Tensor(borrow(v->p));
  }
  const Optional<at::Tensor>& get() { return tensor; }
};

template <>
struct Argument<const at::Scalar&> {
  at::Scalar value;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    value = v == nullptr ? slot.fallback.toScalar() : numberOf(*v).toScalar();
  }
  const at::Scalar& get() { return value; }
};

template <>
struct Argument<int64_t> {
  int64_t value;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v != nullptr) expect(v->tag == Tag::Int, *v);
    value = v == nullptr ? slot.fallback.toInt() : v->i;
  }
  int64_t get() { return value; }
};

template <>
struct Argument<c10::SymInt> : Argument<int64_t> {
  using Argument<int64_t>::Argument;
  c10::SymInt get() { return c10::SymInt(value); }
};

template <class T>
struct OptionalInteger {
  Optional<T> value;
  OptionalInteger(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v == nullptr) {
      if (!slot.fallback.isNone()) value = T(slot.fallback.toInt());
    } else if (v->tag != Tag::None) {
      expect(v->tag == Tag::Int, *v);
      value = T(v->i);
    }
  }
  Optional<T> get() { return value; }
};

template <>
struct Argument<Optional<c10::SymInt>> : OptionalInteger<c10::SymInt> {
  using OptionalInteger::OptionalInteger;
};

template <>
struct Argument<Optional<int64_t>> : OptionalInteger<int64_t> {
  using OptionalInteger::OptionalInteger;
};

template <>
struct Argument<Optional<at::ScalarType>> : OptionalInteger<at::ScalarType> {
  using OptionalInteger::OptionalInteger;
};

template <>
struct Argument<double> {
  double value;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v != nullptr) expect(v->tag == Tag::Double || v->tag == Tag::Int, *v);
    value = v == nullptr ? slot.fallback.toDouble() : v->tag == Tag::Double ? v->d : static_cast<double>(v->i);
  }
  double get() { return value; }
};

template <>
struct Argument<bool> {
  bool value;
  Argument(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v != nullptr) expect(v->tag == Tag::Bool, *v);
    value = v == nullptr ? slot.fallback.toBool() : v->i != 0;
  }
  bool get() { return value; }
};

struct Integers {
  c10::SmallVector<int64_t, 8> values;
  bool present = true;
  Integers(const Slot& slot, const Value* arguments) {
    const Value* v = given(slot, arguments);
    if (v == nullptr && slot.fallback.isIntList()) {
      for (int64_t i : slot.fallback.toIntVector()) values.push_back(i);
    } else if (v == nullptr || v->tag == Tag::None) {
      TORCH_CHECK_TYPE(slot.optional, "argument '", slot.name, "': nothing was given where a value is needed");
      present = false;
    } else if (v->tag == Tag::Int) {
      values.push_back(v->i);
    } else {
      expect(v->tag == Tag::IntList, *v);
      auto* p = static_cast<int64_t*>(v->p);
      values.append(p, p + v->length);
    }
  }
};

template <>
struct Argument<at::IntArrayRef> : Integers {
  using Integers::Integers;
  at::IntArrayRef get() { return values; }
};

template <>
struct Argument<at::OptionalIntArrayRef> : Integers {
  using Integers::Integers;
  at::OptionalIntArrayRef get() { return present ? at::OptionalIntArrayRef(at::IntArrayRef(values)) : c10::nullopt; }
};

template <>
struct Argument<c10::SymIntArrayRef> : Integers {
  c10::SmallVector<c10::SymInt, 8> symbols;
  Argument(const Slot& slot, const Value* arguments) : Integers(slot, arguments) {
    for (int64_t i : values) symbols.push_back(c10::SymInt(i));
  }
  c10::SymIntArrayRef get() { return c10::SymIntArrayRef(symbols.data(), symbols.size()); }
};

template <class Signature>
struct Call;

template <class R, class... A>
struct Call<R(A...)> {
  static void run(const Plan& plan, const Value* arguments, Value& result) {
    run(plan, arguments, result, std::index_sequence_for<A...>());
  }
  static Direct matched(const Plan& plan) {
    plan.op.typed<R(A...)>();  // throws where libtorch's own C++ signature is another
    return &run;
  }

 private:
  template <size_t... I>
  static void run(const Plan& plan, const Value* arguments, Value& result, std::index_sequence<I...>) {
    // Braces fix the order; a tuple of arguments would have to move them.
    invoke(plan, result, Argument<A>(plan.slots[I], arguments)...);
  }
  template <class... S>
  static void invoke(const Plan& plan, Value& result, S&&... slots) {
    at::Tensor made = plan.op.typed<R(A...)>().call(slots.get()...);
    result.length = 0;
    result.tag = made.defined() ? Tag::Tensor : Tag::None;
    result.p = made.defined() ? made.unsafeReleaseTensorImpl() : nullptr;
  }
};

// One letter an argument; the upper case is the symbolic or the written one.
char letter(const c10::Argument& argument) {
  c10::TypePtr type = argument.real_type();
  bool optional = false;
  if (auto o = type->cast<c10::OptionalType>()) {
    optional = true;
    type = o->getElementType();
  }
  switch (type->kind()) {
    case c10::TypeKind::TensorType:
      if (argument.alias_info() != nullptr && argument.alias_info()->isWrite()) return optional ? '?' : 'T';
      return optional ? 'o' : 't';
    case c10::TypeKind::NumberType: return optional ? '?' : 's';
    case c10::TypeKind::IntType: return optional ? 'j' : 'i';
    case c10::TypeKind::SymIntType: return optional ? 'J' : 'I';
    case c10::TypeKind::FloatType: return optional ? '?' : 'f';
    case c10::TypeKind::BoolType: return optional ? '?' : 'b';
    case c10::TypeKind::ScalarTypeType: return optional ? 'd' : '?';
    case c10::TypeKind::ListType: {
      auto element = type->expectRef<c10::ListType>().getElementType()->kind();
      if (element == c10::TypeKind::IntType) return optional ? 'p' : 'l';
      if (element == c10::TypeKind::SymIntType) return optional ? '?' : 'L';
      return '?';
    }
    default: return '?';
  }
}

Direct directFor(const Plan& plan) {
  using T = const at::Tensor&;
  using O = const Optional<at::Tensor>&;
  using S = const at::Scalar&;
  using R = at::Tensor;
  using W = at::Tensor&;
  using I = int64_t;
  using Y = c10::SymInt;
  using L = at::IntArrayRef;
  using Z = c10::SymIntArrayRef;
  using D = Optional<at::ScalarType>;
  static const std::pair<const char*, Direct (*)(const Plan&)> signatures[] = {
      {"t", &Call<R(T)>::matched},                                // relu, exp, t, isnan
      {"tt", &Call<R(T, T)>::matched},                            // mul, matmul, eq
      {"tts", &Call<R(T, T, S)>::matched},                        // add, sub
      {"ts", &Call<R(T, S)>::matched},                            // mul.Scalar, pow
      {"tss", &Call<R(T, S, S)>::matched},                        // add.Scalar, clamp's kin
      {"ttt", &Call<R(T, T, T)>::matched},                        // where, lerp
      {"tttss", &Call<R(T, T, T, S, S)>::matched},                // addmm
      {"tto", &Call<R(T, T, O)>::matched},                        // linear
      {"tb", &Call<R(T, bool)>::matched},                         // matrix forms with an upper half
      {"ti", &Call<R(T, I)>::matched},                            // unsqueeze, squeeze
      {"tii", &Call<R(T, I, I)>::matched},                        // transpose, flatten
      {"tiI", &Call<R(T, I, Y)>::matched},                        // select
      {"tiJJI", &Call<R(T, I, Optional<Y>, Optional<Y>, Y)>::matched},  // slice
      {"tijji", &Call<R(T, I, Optional<I>, Optional<I>, I)>::matched},
      {"tid", &Call<R(T, I, D)>::matched},                        // softmax
      {"td", &Call<R(T, D)>::matched},                            // sum, mean
      {"tpbd", &Call<R(T, at::OptionalIntArrayRef, bool, D)>::matched},  // sum and mean over dimensions
      {"tl", &Call<R(T, L)>::matched},                            // permute
      {"tL", &Call<R(T, Z)>::matched},                            // view, reshape
      {"tLb", &Call<R(T, Z, bool)>::matched},                     // expand
      {"tloofb", &Call<R(T, L, O, O, double, bool)>::matched},    // layer_norm
      {"tLoofb", &Call<R(T, Z, O, O, double, bool)>::matched},
      {"T", &Call<W(W)>::matched},                                // relu_, zero_
      {"Tt", &Call<W(W, T)>::matched},                            // mul_
      {"Tts", &Call<W(W, T, S)>::matched},                        // add_
      {"Ts", &Call<W(W, S)>::matched},                            // mul_.Scalar, fill_
      {"Ttts", &Call<W(W, T, T, S)>::matched},                    // addcmul_
  };
  const auto& schema = plan.op.schema();
  if (!plan.surplus.empty() || schema.returns().size() != 1) return nullptr;
  if (schema.returns()[0].type()->kind() != c10::TypeKind::TensorType) return nullptr;
  std::string letters;
  for (const auto& argument : schema.arguments()) letters += letter(argument);
  for (const auto& [text, matched] : signatures) {
    if (letters != text) continue;
    try {
      return matched(plan);
    } catch (const c10::Error&) {
      return nullptr;
    }
  }
  return nullptr;
}

}  // namespace
