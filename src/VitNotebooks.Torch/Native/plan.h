// What a binding promises and what the libtorch at hand wants, argument by argument.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>

#include "border.h"

namespace {

// What the libtorch at hand wants for one argument.
enum class Kind : uint8_t {
  Tensor, Int, Float, Bool, String, Number, Device, Generator,
  IntList, FloatList, BoolList, NumberList, TensorList, OptionalTensorList
};

struct Slot {
  int source;  // index into the binding's arguments, or -1: always the default
  Kind kind;
  bool optional;
  bool hasDefault;
  IValue fallback;  // the default of the libtorch at hand
  std::string name;
};

struct Surplus {  // an argument of the binding that this libtorch does not have: allowed only at its default
  int source;
  std::string name;
  IValue fallback;
  Kind kind;
};

struct Plan;
using Direct = void (*)(const Plan&, const Value* arguments, Value& result);

struct Plan {
  c10::OperatorHandle op;
  std::string name;
  std::vector<Slot> slots;
  std::vector<Surplus> surplus;
  void (*guard)(const Plan&, const torch::jit::Stack&) = nullptr;  // for the few operators of guards.h
  Direct direct = nullptr;  // where the operator has one of the signatures of direct.h
};

bool classify(const c10::TypePtr& given, Kind& kind, bool& optional) {
  c10::TypePtr type = given;
  optional = false;
  if (auto o = type->cast<c10::OptionalType>()) {
    optional = true;
    type = o->getElementType();
  }
  switch (type->kind()) {
    case c10::TypeKind::TensorType: kind = Kind::Tensor; return true;
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType:
    case c10::TypeKind::LayoutType:
    case c10::TypeKind::MemoryFormatType:
    case c10::TypeKind::IntType: kind = Kind::Int; return true;
    case c10::TypeKind::FloatType: kind = Kind::Float; return true;
    case c10::TypeKind::BoolType: kind = Kind::Bool; return true;
    case c10::TypeKind::StringType: kind = Kind::String; return true;
    case c10::TypeKind::NumberType: kind = Kind::Number; return true;
    case c10::TypeKind::DeviceObjType: kind = Kind::Device; return true;
    case c10::TypeKind::GeneratorType: kind = Kind::Generator; return true;
    case c10::TypeKind::ListType: {
      auto element = type->expectRef<c10::ListType>().getElementType();
      switch (element->kind()) {
        case c10::TypeKind::SymIntType:
        case c10::TypeKind::IntType: kind = Kind::IntList; return true;
        case c10::TypeKind::FloatType: kind = Kind::FloatList; return true;
        case c10::TypeKind::BoolType: kind = Kind::BoolList; return true;
        case c10::TypeKind::NumberType: kind = Kind::NumberList; return true;
        case c10::TypeKind::TensorType: kind = Kind::TensorList; return true;
        case c10::TypeKind::OptionalType: kind = Kind::OptionalTensorList; return true;
        default: return false;
      }
    }
    default: return false;
  }
}

IValue numberOf(const Value& v) {
  switch (v.tag) {
    case Tag::Int: return IValue(v.i);
    case Tag::Double: return IValue(v.d);
    case Tag::Bool: return IValue(v.i != 0);
    case Tag::Complex: {
      auto* parts = static_cast<double*>(v.p);
      return IValue(c10::complex<double>(parts[0], parts[1]));
    }
    default: TORCH_CHECK_TYPE(false, "a number was expected");
  }
}

// A value whose tag is not what the plan was made for would be read as another type: a number as a pointer.
void expect(bool fits, const Value& v) {
  TORCH_CHECK_TYPE(fits, "a value of kind ", static_cast<int>(v.tag), " came where the schema wants another");
}

// One value of the binding as exactly the type that the schema wants: an int is no float, a list of tensors no list of
// optional tensors.
IValue convert(const Value& v, Kind kind, bool optional) {
  if (v.tag == Tag::None) {
    if (optional) return IValue();
    TORCH_CHECK_TYPE(kind == Kind::Tensor, "nothing was given where a value is needed");
    return IValue(at::Tensor());
  }
  switch (kind) {
    case Kind::Tensor: expect(v.tag == Tag::Tensor, v); return IValue(at::Tensor(borrow(v.p)));
    case Kind::Int: expect(v.tag == Tag::Int, v); return IValue(v.i);
    case Kind::Float:
      expect(v.tag == Tag::Double || v.tag == Tag::Int, v);
      return IValue(v.tag == Tag::Double ? v.d : static_cast<double>(v.i));
    case Kind::Bool: expect(v.tag == Tag::Bool, v); return IValue(v.i != 0);
    case Kind::String:
      expect(v.tag == Tag::String, v);
      return IValue(std::string(static_cast<const char*>(v.p), v.length));
    case Kind::Number: return numberOf(v);
    case Kind::Device:
      expect(v.tag == Tag::Device, v);
      return IValue(c10::Device(static_cast<c10::DeviceType>(v.length), static_cast<c10::DeviceIndex>(v.i)));
    case Kind::Generator:
      expect(v.tag == Tag::Generator, v);
      return IValue(*static_cast<at::Generator*>(v.p));
    case Kind::IntList: {
      if (v.tag == Tag::Int) return IValue(std::vector<int64_t>{v.i});
      expect(v.tag == Tag::IntList, v);
      auto* p = static_cast<int64_t*>(v.p);
      return IValue(c10::IntArrayRef(p, v.length));
    }
    case Kind::FloatList: {
      expect(v.tag == Tag::DoubleList, v);
      auto* p = static_cast<double*>(v.p);
      return IValue(std::vector<double>(p, p + v.length));
    }
    case Kind::BoolList: {
      expect(v.tag == Tag::BoolList, v);
      c10::List<bool> list;
      for (int i = 0; i < v.length; i++) list.push_back(static_cast<uint8_t*>(v.p)[i] != 0);
      return IValue(std::move(list));
    }
    case Kind::NumberList: {
      expect(v.tag == Tag::ScalarList, v);
      c10::List<at::Scalar> list;
      auto* items = static_cast<Value*>(v.p);
      for (int i = 0; i < v.length; i++) list.push_back(numberOf(items[i]).toScalar());
      return IValue(std::move(list));
    }
    case Kind::TensorList: {
      expect(v.tag == Tag::TensorList, v);
      c10::List<at::Tensor> list;
      list.reserve(v.length);
      for (int i = 0; i < v.length; i++) {
        list.push_back(tensorOf(static_cast<void**>(v.p)[i]));
        TORCH_CHECK_TYPE(list.get(i).defined(), "the tensor at place ", i, " of the list is null");
      }
      return IValue(std::move(list));
    }
    case Kind::OptionalTensorList: {
      expect(v.tag == Tag::OptionalTensorList || v.tag == Tag::TensorList, v);
      c10::List<Optional<at::Tensor>> list;
      list.reserve(v.length);
      for (int i = 0; i < v.length; i++) {
        void* p = static_cast<void**>(v.p)[i];
        list.push_back(p == nullptr ? Optional<at::Tensor>() : Optional<at::Tensor>(tensorOf(p)));
      }
      return IValue(std::move(list));
    }
  }
  return IValue();
}

// Whether a binding that promises one kind may call an operator that wants another: a whole number is a number and a real
// one, everything else must be the same.
bool compatible(Kind promised, Kind wanted) {
  return promised == wanted || (wanted == Kind::Number && (promised == Kind::Int || promised == Kind::Float)) ||
      (wanted == Kind::Float && promised == Kind::Int) || (wanted == Kind::IntList && promised == Kind::Int) ||
      (wanted == Kind::OptionalTensorList && promised == Kind::TensorList);
}

// An argument whose name is a keyword of Python is spelt with an underscore behind it since 2.x: "from_".
bool sameName(const std::string& a, const std::string& b) {
  auto bare = [](const std::string& s) { return !s.empty() && s.back() == '_' ? s.substr(0, s.size() - 1) : s; };
  return bare(a) == bare(b);
}

void checkKinds(const std::string& op, const std::string& what, const c10::TypePtr& promised, const c10::TypePtr& wanted,
                bool result) {
  Kind ours, theirs;
  bool optional;
  bool known = classify(promised, ours, optional) && classify(wanted, theirs, optional);
  TORCH_CHECK_TYPE(known && (result ? ours == theirs : compatible(ours, theirs)), op, ": ", what, " is ",
                   promised->str(), " in the binding and ", wanted->str(), " in libtorch ", TORCH_VERSION);
}

}  // namespace
