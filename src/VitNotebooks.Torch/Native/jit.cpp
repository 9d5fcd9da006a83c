// TorchScript: modules loaded from files, source compiled at run time, and values of any type across the border.
// Compiles on libtorch 1.13 to 2.11. Conventions as in core.cpp; the message of a failure is read with vn_jit_last_error.
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/ir_emitter.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/jit.h>

#include "border.h"

#include <memory>
#include <sstream>
#include <unordered_set>

namespace {

using torch::jit::Module;

enum class Kind : int32_t { None, Tensor, Int, Double, Bool, String, Complex, Device, List, Tuple, Dict };

// 16 bytes, mirrored by jit/JitValue.cs. A list, tuple or dictionary (key, value, key, value, ...) points to its items.
struct JitValue {
  Kind kind;
  int32_t length;
  union {
    int64_t i;
    double d;
    void* p;
  };
};

constexpr int kDeepest = 100;

c10::IValue toIValue(const JitValue& v, const c10::TypePtr& wanted, int depth);

// The type of a list's items where the schema does not say: that of the first one.
c10::TypePtr guess(const JitValue& v) {
  switch (v.kind) {
    case Kind::Tensor: return c10::TensorType::get();
    case Kind::Int: return c10::IntType::get();
    case Kind::Double: return c10::FloatType::get();
    case Kind::Bool: return c10::BoolType::get();
    case Kind::String: return c10::StringType::get();
    default: return c10::AnyType::get();
  }
}

c10::TypePtr inner(const c10::TypePtr& wanted) {
  c10::TypePtr type = wanted;
  while (type != nullptr && type->kind() == c10::TypeKind::OptionalType)
    type = type->expectRef<c10::OptionalType>().getElementType();
  return type;
}

c10::IValue toIValue(const JitValue& v, const c10::TypePtr& given, int depth) {
  TORCH_CHECK_TYPE(depth < kDeepest, "a value is nested deeper than ", kDeepest);
  c10::TypePtr wanted = inner(given);
  auto wants = [&](c10::TypeKind kind) { return wanted != nullptr && wanted->kind() == kind; };
  auto* items = static_cast<const JitValue*>(v.p);
  switch (v.kind) {
    case Kind::None: return {};
    case Kind::Tensor: return tensorOf(v.p);
    case Kind::Int:
      if (wants(c10::TypeKind::FloatType)) return static_cast<double>(v.i);
      return v.i;
    case Kind::Double: return v.d;
    case Kind::Bool: return v.i != 0;
    case Kind::String: return std::string(static_cast<const char*>(v.p), v.length);
    case Kind::Complex: {
      auto* parts = static_cast<const double*>(v.p);
      return c10::complex<double>(parts[0], parts[1]);
    }
    case Kind::Device:
      return c10::Device(static_cast<c10::DeviceType>(v.length), static_cast<c10::DeviceIndex>(v.i));
    case Kind::List: {
      // A Tuple is taken where one is wanted, whatever the caller's language calls its rows.
      if (wants(c10::TypeKind::TupleType)) break;
      c10::TypePtr element = wants(c10::TypeKind::ListType) ? wanted->expectRef<c10::ListType>().getElementType()
                             : v.length > 0                 ? guess(items[0])
                                                            : c10::AnyType::get();
      c10::impl::GenericList list(element);
      list.reserve(v.length);
      for (int i = 0; i < v.length; i++) list.push_back(toIValue(items[i], element, depth + 1));
      return list;
    }
    case Kind::Dict: {
      c10::TypePtr key = c10::AnyType::get(), value = c10::AnyType::get();
      if (wants(c10::TypeKind::DictType)) {
        key = wanted->expectRef<c10::DictType>().getKeyType();
        value = wanted->expectRef<c10::DictType>().getValueType();
      } else if (v.length > 0) {
        key = guess(items[0]);
        value = guess(items[1]);
      }
      c10::impl::GenericDict dict(key, value);
      for (int i = 0; i + 1 < v.length; i += 2)
        dict.insert(toIValue(items[i], key, depth + 1), toIValue(items[i + 1], value, depth + 1));
      return dict;
    }
    case Kind::Tuple: break;
  }
  std::vector<c10::IValue> parts;
  c10::ArrayRef<c10::TypePtr> types;
  if (wants(c10::TypeKind::TupleType)) types = wanted->expectRef<c10::TupleType>().elements();
  for (int i = 0; i < v.length; i++)
    parts.push_back(toIValue(items[i], static_cast<size_t>(i) < types.size() ? types[i] : nullptr, depth + 1));
  return c10::ivalue::Tuple::create(std::move(parts));
}

void release(JitValue& v) {
  switch (v.kind) {
    case Kind::Tensor:
      if (v.p != nullptr) TensorPtr::reclaim(static_cast<TensorImpl*>(v.p));
      break;
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
      for (int i = 0; i < v.length; i++) release(static_cast<JitValue*>(v.p)[i]);
      free(v.p);
      break;
    case Kind::String:
    case Kind::Complex: free(v.p); break;
    default: break;
  }
  v.kind = Kind::None;
}

void publish(const c10::IValue& value, JitValue& out, int depth) {
  TORCH_CHECK_TYPE(depth < kDeepest, "a result is nested deeper than ", kDeepest);
  out.kind = Kind::None;
  out.length = 0;
  out.p = nullptr;
  auto row = [&](Kind kind, size_t n) {
    out.p = calloc(n + 1, sizeof(JitValue));
    out.kind = kind;
    out.length = static_cast<int32_t>(n);
    return static_cast<JitValue*>(out.p);
  };
  if (value.isNone()) return;
  if (value.isTensor()) {
    out.p = own(value.toTensor());
    out.kind = out.p == nullptr ? Kind::None : Kind::Tensor;
  } else if (value.isInt()) {
    out.kind = Kind::Int;
    out.i = value.toInt();
  } else if (value.isDouble()) {
    out.kind = Kind::Double;
    out.d = value.toDouble();
  } else if (value.isBool()) {
    out.kind = Kind::Bool;
    out.i = value.toBool();
  } else if (value.isString()) {
    const std::string& text = value.toStringRef();
    out.p = malloc(text.size() + 1);
    memcpy(out.p, text.data(), text.size());
    out.kind = Kind::String;
    out.length = static_cast<int32_t>(text.size());
  } else if (value.isComplexDouble()) {
    auto number = value.toComplexDouble();
    auto* parts = static_cast<double*>(malloc(2 * sizeof(double)));
    parts[0] = number.real();
    parts[1] = number.imag();
    out.p = parts;
    out.kind = Kind::Complex;
  } else if (value.isDevice()) {
    auto device = value.toDevice();
    out.kind = Kind::Device;
    out.length = static_cast<int32_t>(device.type());
    out.i = device.index();
  } else if (value.isList()) {
    auto list = value.toList();
    auto* items = row(Kind::List, list.size());
    for (size_t i = 0; i < list.size(); i++) publish(list.get(i), items[i], depth + 1);
  } else if (value.isTuple()) {
    auto tuple = value.toTuple();
    const auto& elements = tuple->elements();
    auto* items = row(Kind::Tuple, elements.size());
    for (size_t i = 0; i < elements.size(); i++) publish(elements[i], items[i], depth + 1);
  } else if (value.isGenericDict()) {
    auto dict = value.toGenericDict();
    auto* items = row(Kind::Dict, 2 * dict.size());
    size_t i = 0;
    for (const auto& entry : dict) {
      publish(entry.key(), items[i++], depth + 1);
      publish(entry.value(), items[i++], depth + 1);
    }
  } else {
    TORCH_CHECK_TYPE(false, "a result of type ", value.type()->str(), " cannot cross into managed code");
  }
}

void publishResult(const c10::IValue& value, JitValue& out) {
  try {
    publish(value, out, 0);
  } catch (...) {
    release(out);
    throw;
  }
}

std::vector<c10::IValue> arguments(const c10::FunctionSchema& schema, size_t first, const JitValue* values, int32_t n) {
  std::vector<c10::IValue> list;
  for (int32_t i = 0; i < n; i++) {
    size_t at = first + static_cast<size_t>(i);
    list.push_back(toIValue(values[i], at < schema.arguments().size() ? schema.arguments()[at].type() : nullptr, 0));
  }
  return list;
}

Module& moduleOf(void* handle) { return *static_cast<Module*>(handle); }

// The message of a failure inside a script: its traceback, of which the last line says what went wrong.
template <class F>
int guardedScript(F&& body) {
  return guarded([&] {
    try {
      body();
    } catch (const c10::Error&) {
      throw;
    } catch (const std::exception& e) {
      std::string text = e.what();
      while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
      auto line = text.rfind('\n');
      throw std::runtime_error(line == std::string::npos ? text : text.substr(line + 1));
    }
  });
}

}  // namespace

VN_EXPORT const char* vn_jit_last_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}

VN_EXPORT int vn_jit_load(const char* bytes, int64_t length, int32_t isPath, int32_t deviceType, int32_t deviceIndex,
                          void** out) {
  return guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(deviceType), static_cast<c10::DeviceIndex>(deviceIndex));
    std::string content(bytes, length);
    if (isPath != 0) {
      *out = new Module(torch::jit::load(content, device));
    } else {
      std::istringstream stream(std::move(content));
      *out = new Module(torch::jit::load(stream, device));
    }
  });
}

VN_EXPORT void vn_jit_free(void* handle) { delete static_cast<Module*>(handle); }

VN_EXPORT int vn_jit_save(void* handle, const char* path) {
  return guarded([&] { moduleOf(handle).save(std::string(path)); });
}

VN_EXPORT int vn_jit_train(void* handle, int32_t on) {
  return guarded([&] { moduleOf(handle).train(on != 0); });
}

VN_EXPORT int vn_jit_training(void* handle, int32_t* out) {
  return guarded([&] {
    Module& module = moduleOf(handle);
    *out = !module.hasattr("training") || module.is_training();
  });
}

// The direct members: parameters (0), buffers (1), sub-modules (2), all tensors of any kind with those below (3). The pointers that
// the visitor gets are its own.
VN_EXPORT int vn_jit_members(void* handle, int32_t kind, void* context,
                             void (*visit)(void* context, const char* name, const char* type, void* member)) {
  return guarded([&] {
    Module& module = moduleOf(handle);
    if (kind == 0)
      for (const auto& p : module.named_parameters(false)) visit(context, p.name.c_str(), "", own(p.value));
    else if (kind == 1)
      for (const auto& b : module.named_buffers(false)) visit(context, b.name.c_str(), "", own(b.value));
    else if (kind == 2)
      for (const auto& m : module.named_children()) {
        auto name = m.value.type()->name();
        visit(context, m.name.c_str(), name ? name->name().c_str() : "", new Module(m.value));
      }
    else
      for (const auto& a : module.named_attributes(kind == 3))
        if (a.value.isTensor() && a.value.toTensor().defined())
          visit(context, a.name.c_str(), "", own(a.value.toTensor()));
  });
}

VN_EXPORT int vn_jit_name(void* handle, void* context, void (*visit)(void*, const char*)) {
  return guarded([&] {
    auto name = moduleOf(handle).type()->name();
    visit(context, name ? name->name().c_str() : "ScriptModule");
  });
}

VN_EXPORT int vn_jit_set_attribute(void* handle, const char* name, void* tensor) {
  return guarded([&] {
    Module& module = moduleOf(handle);
    TORCH_CHECK(module.hasattr(name), "the script module has no attribute '", name, "'");
    module.setattr(name, tensorOf(tensor));
  });
}

VN_EXPORT int vn_jit_signature(void* handle, int32_t* inputs, int32_t* outputs) {
  return guarded([&] {
    auto method = moduleOf(handle).get_method("forward");
    const auto& schema = method.function().getSchema();
    *inputs = static_cast<int32_t>(schema.arguments().size()) - 1;  // without self
    *outputs = static_cast<int32_t>(schema.returns().size());
  });
}

VN_EXPORT int vn_jit_invoke(void* handle, const char* name, const JitValue* values, int32_t n, JitValue* result) {
  return guardedScript([&] {
    Module& module = moduleOf(handle);
    auto method = module.find_method(name);
    TORCH_CHECK(method.has_value(), "the script module has no method '", name, "'");
    auto list = arguments(method->function().getSchema(), 1, values, n);
    publishResult((*method)(std::move(list)), *result);
  });
}

VN_EXPORT void vn_jit_free_value(JitValue* value) { release(*value); }

VN_EXPORT void vn_jit_free_items(void* p) { free(p); }

// ---- source compiled at run time -------------------------------------------------------------------------------

VN_EXPORT int vn_jit_compile(const char* source, void** out) {
  return guarded([&] {
    *out = new std::shared_ptr<torch::jit::CompilationUnit>(torch::jit::compile(std::string(source)));
  });
}

VN_EXPORT void vn_jit_unit_free(void* handle) { delete static_cast<std::shared_ptr<torch::jit::CompilationUnit>*>(handle); }

VN_EXPORT int vn_jit_unit_invoke(void* handle, const char* name, const JitValue* values, int32_t n, JitValue* result) {
  return guardedScript([&] {
    auto& unit = **static_cast<std::shared_ptr<torch::jit::CompilationUnit>*>(handle);
    auto* function = unit.find_function(c10::QualifiedName(name));
    TORCH_CHECK(function != nullptr, "the source defines no function '", name, "'");
    auto list = arguments(function->getSchema(), 0, values, n);
    publishResult((*function)(std::move(list)), *result);
  });
}
