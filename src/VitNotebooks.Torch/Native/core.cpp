// The flat C border to libtorch: boxed calls by schema, tensor metadata, autograd, generators, threads.
// Compiles on libtorch 1.13 to 2.11. Every function that can fail returns 0 on success; the message of a
// failure is read with vn_last_error. Tensors cross as c10::TensorImpl*: borrowed as arguments, owned as results.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Logging.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>
#include <torch/cuda.h>

#include "border.h"
#include "plan.h"
#include "direct.h"
#include "guards.h"
#include "repairs.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

using Stack = torch::jit::Stack;

// Results go out by value; a list of tensors in an array that the caller frees with vn_free_array.
void publish(IValue& result, Value& out) {
  out.length = 0;
  if (result.isTensor()) {
    at::Tensor t = std::move(result).toTensor();
    out.tag = t.defined() ? Tag::Tensor : Tag::None;
    out.p = t.defined() ? t.unsafeReleaseTensorImpl() : nullptr;
  } else if (result.isInt()) {
    out.tag = Tag::Int;
    out.i = result.toInt();
  } else if (result.isDouble()) {
    out.tag = Tag::Double;
    out.d = result.toDouble();
  } else if (result.isBool()) {
    out.tag = Tag::Bool;
    out.i = result.toBool();
  } else if (result.isComplexDouble()) {
    auto value = result.toComplexDouble();
    auto* parts = static_cast<double*>(malloc(2 * sizeof(double)));
    parts[0] = value.real();
    parts[1] = value.imag();
    out.tag = Tag::Complex;
    out.p = parts;
  } else if (result.isTensorList()) {
    auto list = result.toTensorVector();
    auto** array = static_cast<void**>(malloc(sizeof(void*) * (list.size() + 1)));
    for (size_t i = 0; i < list.size(); i++)
      array[i] = list[i].defined() ? list[i].unsafeReleaseTensorImpl() : nullptr;
    out.tag = Tag::TensorList;
    out.length = static_cast<int32_t>(list.size());
    out.p = array;
  } else if (result.isNone()) {
    out.tag = Tag::None;
    out.p = nullptr;
  } else {
    TORCH_CHECK_TYPE(false, "a result of type ", result.tagKind(), " cannot cross into managed code");
  }
}

// A stack a nesting level and thread: a callback inside an op may call ops.
struct StackLease {
  static thread_local std::vector<std::unique_ptr<Stack>> pool;
  static thread_local size_t depth;
  Stack& stack;
  StackLease() : stack(next()) {}
  ~StackLease() {
    stack.clear();
    depth--;
  }
  static Stack& next() {
    if (depth == pool.size()) pool.push_back(std::make_unique<Stack>());
    return *pool[depth++];
  }
};
thread_local std::vector<std::unique_ptr<Stack>> StackLease::pool;
thread_local size_t StackLease::depth = 0;

}  // namespace

VN_EXPORT const char* vn_last_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}

VN_EXPORT int vn_abi() { return 1; }

VN_EXPORT void vn_start() {
  // A backtrace costs 1.9 ms an error and helps nobody on the managed side.
  c10::SetStackTraceFetcher(std::function<std::string()>([] { return std::string(); }));
  repair();
}

VN_EXPORT const char* vn_version() { return TORCH_VERSION; }

VN_EXPORT const char* vn_config() {
  static thread_local std::string text;
  text = at::show_config() + "\n" + at::get_parallel_info();
  return text.c_str();
}

// ---- calls -----------------------------------------------------------------------------------------------------

// Matches the binding's schema with the libtorch's own, by argument name.
VN_EXPORT int vn_plan(const char* text, void** out) {
  return guarded([&] {
    c10::FunctionSchema wanted = torch::jit::parseSchema(text);
    auto found = c10::Dispatcher::singleton().findSchema({wanted.name(), wanted.overload_name()});
    if (!found.has_value()) {
      TORCH_CHECK_NOT_IMPLEMENTED(false, "libtorch ", TORCH_VERSION, " has no operator ", wanted.name(), ".",
                                  wanted.overload_name());
    }
    auto plan = std::make_unique<Plan>(Plan{*found, wanted.name(), {}, {}, guardFor(wanted.name(), wanted.overload_name()), nullptr});
    const auto& given = wanted.arguments();
    std::vector<bool> used(given.size(), false);
    for (const auto& argument : found->schema().arguments()) {
      Slot slot;
      slot.name = argument.name();
      slot.source = -1;
      TORCH_CHECK_TYPE(classify(argument.type(), slot.kind, slot.optional), wanted.name(), ": argument ",
                       argument.name(), " has a type that the binding layer does not know");
      for (size_t i = 0; i < given.size(); i++) {
        if (sameName(given[i].name(), argument.name())) {
          checkKinds(wanted.name(), "argument " + argument.name(), given[i].type(), argument.type(), false);
          slot.source = static_cast<int>(i);
          used[i] = true;
        }
      }
      slot.hasDefault = argument.default_value().has_value();
      if (slot.hasDefault) slot.fallback = *argument.default_value();
      TORCH_CHECK_TYPE(slot.source >= 0 || slot.hasDefault || slot.optional, wanted.name(), ": libtorch ",
                       TORCH_VERSION, " needs argument ", argument.name(), ", which this binding does not have");
      plan->slots.push_back(std::move(slot));
    }
    for (size_t i = 0; i < given.size(); i++) {
      if (used[i]) continue;
      TORCH_CHECK_TYPE(given[i].default_value().has_value(), wanted.name(), ": libtorch ", TORCH_VERSION,
                       " does not know argument ", given[i].name());
      Surplus surplus{static_cast<int>(i), given[i].name(), *given[i].default_value(), Kind::Int};
      bool optional;
      classify(given[i].type(), surplus.kind, optional);
      plan->surplus.push_back(std::move(surplus));
    }
    const auto& results = found->schema().returns();
    TORCH_CHECK_TYPE(results.size() == wanted.returns().size(), wanted.name(), ": the binding expects ",
                     wanted.returns().size(), " results, libtorch ", TORCH_VERSION, " gives ", results.size());
    for (size_t i = 0; i < results.size(); i++)
      checkKinds(wanted.name(), "result " + std::to_string(i), wanted.returns()[i].type(), results[i].type(), true);
    if (plan->guard == nullptr) plan->direct = directFor(*plan);
    *out = plan.release();
  });
}

VN_EXPORT int vn_call(void* handle, const Value* arguments, Value* results, int32_t capacity, int32_t* count) {
  const Plan& plan = *static_cast<const Plan*>(handle);
  return guarded([&] {
    if (plan.direct != nullptr) {
      plan.direct(plan, arguments, results[0]);
      *count = 1;
      return;
    }
    for (const auto& surplus : plan.surplus) {
      const Value& v = arguments[surplus.source];
      if (v.tag == Tag::Default) continue;
      IValue given = convert(v, surplus.kind, true);
      TORCH_CHECK_NOT_IMPLEMENTED(given == surplus.fallback || (given.isNone() && surplus.fallback.isNone()), plan.name,
                                  ": argument '", surplus.name, "' is not known to libtorch ", TORCH_VERSION,
                                  "; leave it at its default");
    }
    StackLease lease;
    Stack& stack = lease.stack;
    for (const auto& slot : plan.slots) {
      if (slot.source < 0 || arguments[slot.source].tag == Tag::Default) {
        TORCH_CHECK_TYPE(slot.source < 0 || slot.hasDefault || slot.optional, plan.name, ": argument '", slot.name,
                         "' has no default in libtorch ", TORCH_VERSION);
        stack.push_back(slot.fallback);
      } else {
        stack.push_back(convert(arguments[slot.source], slot.kind, slot.optional));
      }
    }
    if (plan.guard != nullptr) plan.guard(plan, stack);
    plan.op.callBoxed(stack);
    TORCH_INTERNAL_ASSERT(static_cast<int32_t>(stack.size()) <= capacity);
    for (size_t i = 0; i < stack.size(); i++) publish(stack[i], results[i]);
    *count = static_cast<int32_t>(stack.size());
  });
}

VN_EXPORT void vn_free_array(void* p) { free(p); }

// ---- tensors ---------------------------------------------------------------------------------------------------

VN_EXPORT void vn_tensor_free(void* impl) { TensorPtr::reclaim(static_cast<TensorImpl*>(impl)); }

VN_EXPORT void vn_tensor_free_many(void** impls, int32_t n) {
  for (int32_t i = 0; i < n; i++) TensorPtr::reclaim(static_cast<TensorImpl*>(impls[i]));
}

VN_EXPORT void vn_tensor_retain(void* impl) { borrow(impl).release(); }

struct TensorInfo {
  const int64_t* sizes;
  const int64_t* strides;
  int64_t numel;
  int64_t storageOffset;
  int64_t storageBytes;
  int32_t dim;
  int32_t dtype;
  int32_t deviceType;
  int32_t deviceIndex;
  int32_t elementSize;
  int32_t layout;
  int32_t requiresGrad;
  int32_t isLeaf;
  int32_t isContiguous;
  int32_t isInference;
};

VN_EXPORT int vn_tensor_info(void* handle, TensorInfo* out) {
  return guarded([&] {
    at::Tensor t = tensorOf(handle);
    out->dim = static_cast<int32_t>(t.dim());
    out->numel = t.numel();
    out->dtype = static_cast<int32_t>(t.scalar_type());
    out->elementSize = static_cast<int32_t>(t.element_size());
    out->deviceType = static_cast<int32_t>(t.device().type());
    out->deviceIndex = t.device().index();
    out->layout = static_cast<int32_t>(t.layout());
    out->requiresGrad = t.requires_grad();
    out->isLeaf = t.is_leaf();
    out->isInference = t.is_inference();
    out->sizes = t.sizes().data();
    bool strided = t.layout() == at::kStrided;
    out->strides = strided ? t.strides().data() : nullptr;
    out->isContiguous = strided && t.is_contiguous();
    out->storageOffset = strided ? t.storage_offset() : 0;
    out->storageBytes = strided && t.has_storage() ? static_cast<int64_t>(t.storage().nbytes()) : 0;
  });
}

VN_EXPORT int64_t vn_tensor_dim(void* impl) { return static_cast<TensorImpl*>(impl)->dim(); }

VN_EXPORT int32_t vn_tensor_dtype(void* impl) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(static_cast<TensorImpl*>(impl)->dtype()));
}

VN_EXPORT int64_t vn_tensor_numel(void* impl) { return static_cast<TensorImpl*>(impl)->numel(); }

VN_EXPORT int64_t vn_tensor_nbytes(void* impl) {
  auto* t = static_cast<TensorImpl*>(impl);
  return t->numel() * static_cast<int64_t>(t->itemsize());
}

VN_EXPORT int vn_tensor_data(void* handle, void** out) {
  return guarded([&] { *out = tensorOf(handle).data_ptr(); });
}

// Whether a tensor's elements still lie where a caller saw them: memory, shape, strides and type are the same, and no sign is put
// off. Called for every element that is read, without a safe point of the garbage collector: it must stay as short as it is.
VN_EXPORT int32_t vn_tensor_lies_at(void* impl, const void* first, const int64_t* sizes, const int64_t* strides, int32_t dim,
                                    int32_t dtype) {
  const auto* t = static_cast<const TensorImpl*>(impl);
  try {
    if (!t->has_storage() || t->dim() != dim || t->layout() != at::kStrided || t->is_neg() || t->is_conj()) return 0;
    if (static_cast<int32_t>(c10::typeMetaToScalarType(t->dtype())) != dtype || t->data() != first) return 0;
    const auto bytes = static_cast<size_t>(dim) * sizeof(int64_t);
    return dim == 0 || (std::memcmp(t->sizes().data(), sizes, bytes) == 0 &&
                        std::memcmp(t->strides().data(), strides, bytes) == 0);
  } catch (...) {
    return 0;
  }
}

VN_EXPORT int vn_tensor_version(void* handle, int64_t* out) {
  return guarded([&] { *out = static_cast<int64_t>(tensorOf(handle)._version()); });
}

VN_EXPORT int vn_tensor_grad(void* handle, void** out) {
  return guarded([&] { *out = own(tensorOf(handle).grad()); });
}

VN_EXPORT int vn_tensor_set_grad(void* handle, void* grad) {
  return guarded([&] { tensorOf(handle).mutable_grad() = tensorOf(grad); });
}

VN_EXPORT int vn_tensor_set_requires_grad(void* handle, int32_t value) {
  return guarded([&] { tensorOf(handle).set_requires_grad(value != 0); });
}

VN_EXPORT int vn_tensor_retain_grad(void* handle) {
  return guarded([&] { tensorOf(handle).retain_grad(); });
}

VN_EXPORT int vn_tensor_set_data(void* handle, void* data) {
  return guarded([&] { tensorOf(handle).set_data(tensorOf(data)); });
}

// A tensor over foreign memory; `release(context)` is called when the last owner lets go.
VN_EXPORT int vn_tensor_from_blob(void* data, const int64_t* sizes, int32_t dim, int32_t dtype,
                                  void (*release)(void*), void* context, void** out) {
  return guarded([&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    *out = own(at::from_blob(
        data, at::IntArrayRef(sizes, dim), [release, context](void*) { if (release != nullptr) release(context); },
        options));
  });
}

// ---- autograd --------------------------------------------------------------------------------------------------

VN_EXPORT int32_t vn_grad_enabled() { return c10::GradMode::is_enabled(); }
VN_EXPORT void vn_set_grad_enabled(int32_t on) { c10::GradMode::set_enabled(on != 0); }
VN_EXPORT void* vn_inference_enter(int32_t on) { return new c10::InferenceMode(on != 0); }
VN_EXPORT void vn_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
VN_EXPORT int32_t vn_inference_enabled() { return c10::InferenceMode::is_enabled(); }

VN_EXPORT int vn_backward(void** tensors, int32_t n, void** grads, int32_t retain, int32_t create, void** inputs,
                          int32_t inputCount) {
  return guarded([&] {
    std::vector<at::Tensor> gradients;
    if (grads != nullptr) gradients = tensorsOf(grads, n);
    Optional<bool> keep;
    if (retain >= 0) keep = retain != 0;
    torch::autograd::backward(tensorsOf(tensors, n), gradients, keep, create != 0, tensorsOf(inputs, inputCount));
  });
}

VN_EXPORT int vn_grad(void** outputs, int32_t n, void** inputs, int32_t inputCount, void** grads, int32_t retain,
                      int32_t create, int32_t allowUnused, void** results) {
  return guarded([&] {
    std::vector<at::Tensor> gradients;
    if (grads != nullptr) gradients = tensorsOf(grads, n);
    Optional<bool> keep;
    if (retain >= 0) keep = retain != 0;
    auto list = torch::autograd::grad(tensorsOf(outputs, n), tensorsOf(inputs, inputCount), gradients, keep,
                                      create != 0, allowUnused != 0);
    for (size_t i = 0; i < list.size(); i++) results[i] = own(list[i]);
  });
}

// ---- random numbers --------------------------------------------------------------------------------------------

VN_EXPORT int vn_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

VN_EXPORT int vn_generator_new(uint64_t seed, int32_t deviceType, int32_t deviceIndex, void** out) {
  return guarded([&] {
    auto type = static_cast<c10::DeviceType>(deviceType);
    if (type == c10::DeviceType::CPU) {
      *out = new at::Generator(at::detail::createCPUGenerator(seed));
      return;
    }
    auto device = c10::Device(type, static_cast<c10::DeviceIndex>(deviceIndex));
    auto generator = std::make_unique<at::Generator>(at::globalContext().defaultGenerator(device).clone());
    generator->set_current_seed(seed);
    *out = generator.release();
  });
}

VN_EXPORT int vn_generator_default(int32_t deviceType, int32_t deviceIndex, void** out) {
  return guarded([&] {
    auto device = c10::Device(static_cast<c10::DeviceType>(deviceType), static_cast<c10::DeviceIndex>(deviceIndex));
    *out = new at::Generator(at::globalContext().defaultGenerator(device));
  });
}

VN_EXPORT void vn_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

VN_EXPORT int vn_generator_set_seed(void* handle, uint64_t seed) {
  return guarded([&] {
    auto& generator = *static_cast<at::Generator*>(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
  });
}

VN_EXPORT int vn_generator_initial_seed(void* handle, uint64_t* out) {
  return guarded([&] {
    auto& generator = *static_cast<at::Generator*>(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *out = generator.current_seed();
  });
}

VN_EXPORT int vn_generator_reseed(void* handle, uint64_t* out) {
  return guarded([&] {
    auto& generator = *static_cast<at::Generator*>(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *out = generator.seed();
  });
}

VN_EXPORT int vn_generator_get_state(void* handle, void** out) {
  return guarded([&] {
    auto& generator = *static_cast<at::Generator*>(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *out = own(generator.get_state());
  });
}

VN_EXPORT int vn_generator_set_state(void* handle, void* state) {
  return guarded([&] {
    auto& generator = *static_cast<at::Generator*>(handle);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(tensorOf(state));
  });
}

// ---- threads and devices ---------------------------------------------------------------------------------------

VN_EXPORT int32_t vn_get_num_threads() { return at::get_num_threads(); }
VN_EXPORT int vn_set_num_threads(int32_t n) {
  return guarded([&] { at::set_num_threads(n); });
}
VN_EXPORT int32_t vn_get_num_interop_threads() { return at::get_num_interop_threads(); }
VN_EXPORT int vn_set_num_interop_threads(int32_t n) {
  return guarded([&] { at::set_num_interop_threads(n); });
}
VN_EXPORT int32_t vn_cuda_available() {
  int32_t available = 0;
  guarded([&] { available = torch::cuda::is_available(); });
  return available;
}
VN_EXPORT int32_t vn_cuda_device_count() {
  int32_t count = 0;
  guarded([&] { count = static_cast<int32_t>(torch::cuda::device_count()); });
  return count;
}
