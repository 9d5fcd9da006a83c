// Managed code inside autograd: functions with a backward of their own, hooks on gradients, recomputation of saved tensors,
// and managed call stacks for anomaly mode.
//
// Managed callbacks return 0, or the number under which the managed side keeps the exception; the number travels through
// autograd in a C++ exception's text and turns into that very exception where backward() returns (Dispatcher.Throw).
#include <ATen/ThreadLocalState.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>
#include <torch/csrc/autograd/variable.h>

#include "border.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Managed {
  int64_t (*forward)(void* state, void* context, void*** outputs, int32_t* count);
  int64_t (*backward)(void* state, void** gradients, int32_t n, void** results, int32_t count);
  int64_t (*hook)(void* state, void* gradient, void** result);
  int64_t (*recompute)(void* state);
  void (*release)(void* state);
  char* (*stack)();
};

Managed managed{};

void check(int64_t failure) {
  if (failure != 0) throw std::runtime_error("vn-managed-exception:" + std::to_string(failure));
}

// What the managed side hangs on a node; told when the node is gone.
struct State {
  void* handle;
  explicit State(void* h) : handle(h) {}
  State(const State&) = delete;
  ~State() { managed.release(handle); }
};

struct Holder : torch::CustomClassHolder {
  State state;
  explicit Holder(void* h) : state(h) {}
};

// A callback may change grad mode or autocast and forget it: what was before comes back.
struct RestoreState {
  at::ThreadLocalStateGuard guard{at::ThreadLocalState()};
};

// Tensors that the managed side owns no longer, in an array that it allocated with malloc.
variable_list take(void** array, int32_t n) {
  variable_list list;
  list.reserve(n);
  for (int32_t i = 0; i < n; i++)
    list.push_back(array[i] == nullptr ? at::Tensor()
                                       : at::Tensor(TensorPtr::reclaim(static_cast<TensorImpl*>(array[i]))));
  return list;
}

std::vector<void*> give(const variable_list& list) {
  std::vector<void*> handles;
  handles.reserve(list.size() + 1);
  for (const auto& t : list) handles.push_back(own(t));
  return handles;
}

const char* kState = "managed";

// The inputs come as a TensorList: a vector of tensors is not seen as tensors by libtorch 1.13.
struct Bridge : torch::autograd::Function<Bridge> {
  static variable_list forward(AutogradContext* context, at::TensorList inputs, int64_t handle) {
    RestoreState restore;
    auto holder = c10::make_intrusive<Holder>(reinterpret_cast<void*>(handle));
    context->saved_data[kState] = IValue::make_capsule(holder);
    context->saved_data["inputs"] = static_cast<int64_t>(inputs.size());
    void** outputs = nullptr;
    int32_t count = 0;
    check(managed.forward(holder->state.handle, context, &outputs, &count));
    auto list = take(outputs, count);
    free(outputs);
    return list;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    RestoreState restore;
    auto capsule = context->saved_data[kState].toCapsule();
    void* handle = static_cast<Holder*>(capsule.get())->state.handle;
    auto inputs = context->saved_data["inputs"].toInt();
    auto given = give(gradients);
    std::vector<void*> results(inputs + 1, nullptr);
    check(managed.backward(handle, given.data(), static_cast<int32_t>(gradients.size()), results.data(),
                           static_cast<int32_t>(inputs)));
    // The handle was an argument too, and has no gradient.
    return take(results.data(), static_cast<int32_t>(inputs) + 1);
  }
};

// ---- recomputation of what a function saved for backward ----------------------------------------------------------

struct Frame {
  State state;
  at::ThreadLocalState modes;
  int64_t saved = 0;
  std::vector<at::Tensor> recomputed;
  std::mutex mutex;
  explicit Frame(void* handle) : state(handle) {}
};

struct Recording {
  std::shared_ptr<Frame> frame;
  bool replay;
};

thread_local std::vector<Recording> recordings;

// Stands for one saved tensor: holds nothing, and asks the frame for it when backward needs it.
struct Placeholder : torch::autograd::SavedVariableHooks {
  std::shared_ptr<Frame> frame;
  bool replay;
  int64_t index = -1;

  explicit Placeholder(const Recording& r) : frame(r.frame), replay(r.replay) {}

  void call_pack_hook(const at::Tensor& tensor) override {
    if (!replay) {
      index = frame->saved++;
    } else {
      frame->recomputed.push_back(tensor.detach());
      frame.reset();  // the graph of the second run is thrown away; it must not keep the frame
    }
  }

  at::Tensor call_unpack_hook() override {
    TORCH_CHECK(!replay, "backward through the second run of a checkpointed function; differentiate outside of it");
    std::lock_guard<std::mutex> lock(frame->mutex);
    auto& list = frame->recomputed;
    if (index >= static_cast<int64_t>(list.size()) || !list[index].defined()) {
      list.clear();
      run();
      TORCH_CHECK(static_cast<int64_t>(list.size()) == frame->saved, "a checkpointed function saved ", frame->saved,
                  " tensors for backward when it ran first and ", list.size(),
                  " when it was run again; it must do the same both times");
    }
    // Given out once: backward goes on and lets go of it. Who asks again makes it anew.
    return std::move(list[index]);
  }

  void run() {
    at::ThreadLocalStateGuard modes(frame->modes);
    recordings.push_back({frame, true});
    int64_t failure = managed.recompute(frame->state.handle);
    recordings.pop_back();
    check(failure);
  }
};

// ---- anomaly mode ---------------------------------------------------------------------------------------------------

std::mutex anomalyMutex;
std::string anomaly;  // where the op was called whose backward failed last

struct ManagedStack : torch::autograd::AnomalyMetadata {
  std::string text;
  std::shared_ptr<torch::autograd::Node> parent;

  void store_stack() override {
    char* made = managed.stack();
    if (made != nullptr) text = made;
    free(made);
  }

  void print_stack(const std::string& node) override {
    std::string all = node + " belongs to the operation called here:\n" + text;
    for (auto at = parent; at != nullptr;) {
      auto* stack = dynamic_cast<ManagedStack*>(at->metadata());
      if (stack == nullptr) break;
      all += "\nwhich came from the backward of " + at->name() + ", called here:\n" + stack->text;
      at = stack->parent;
    }
    std::lock_guard<std::mutex> lock(anomalyMutex);
    anomaly = std::move(all);
  }

  void assign_parent(const std::shared_ptr<torch::autograd::Node>& node) override { parent = node; }
};

// Python's engine gets its stacks and hooks in the same two places.
class ManagedEngine : public torch::autograd::Engine {
 public:
  std::unique_ptr<torch::autograd::AnomalyMetadata> make_anomaly_metadata() override {
    return std::make_unique<ManagedStack>();
  }
  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    if (recordings.empty()) return nullptr;
    return std::make_unique<Placeholder>(recordings.back());
  }
};

torch::autograd::Engine& engine() {
  static auto* one = new ManagedEngine();  // never freed: its threads may outlive main
  return *one;
}

}  // namespace

VN_EXPORT const char* vn_callbacks_last_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}

// Once a process, before the first backward that needs one of these.
VN_EXPORT void vn_callbacks_install(const Managed* functions) {
  managed = *functions;
  torch::autograd::set_default_engine_stub(engine);
}

// Runs managed.forward(state, ..); the results are owned by the caller, the array freed with vn_free_array.
VN_EXPORT int vn_function_apply(void** inputs, int32_t n, void* state, void*** outputs, int32_t* count) {
  return guarded([&] {
    auto list = tensorsOf(inputs, n);
    auto results = Bridge::apply(at::TensorList(list), reinterpret_cast<int64_t>(state));
    auto** array = static_cast<void**>(malloc(sizeof(void*) * (results.size() + 1)));
    for (size_t i = 0; i < results.size(); i++) array[i] = own(results[i]);
    *outputs = array;
    *count = static_cast<int32_t>(results.size());
  });
}

VN_EXPORT int vn_context_save(void* context, void** tensors, int32_t n) {
  return guarded([&] { static_cast<AutogradContext*>(context)->save_for_backward(tensorsOf(tensors, n)); });
}

VN_EXPORT int vn_context_saved(void* context, void*** outputs, int32_t* count) {
  return guarded([&] {
    auto list = static_cast<AutogradContext*>(context)->get_saved_variables();
    auto** array = static_cast<void**>(malloc(sizeof(void*) * (list.size() + 1)));
    for (size_t i = 0; i < list.size(); i++) array[i] = own(list[i]);
    *outputs = array;
    *count = static_cast<int32_t>(list.size());
  });
}

VN_EXPORT int vn_context_mark_dirty(void* context, void** tensors, int32_t n) {
  return guarded([&] { static_cast<AutogradContext*>(context)->mark_dirty(tensorsOf(tensors, n)); });
}

VN_EXPORT int vn_context_mark_non_differentiable(void* context, void** tensors, int32_t n) {
  return guarded([&] { static_cast<AutogradContext*>(context)->mark_non_differentiable(tensorsOf(tensors, n)); });
}

VN_EXPORT void vn_context_set_materialize_grads(void* context, int32_t on) {
  static_cast<AutogradContext*>(context)->set_materialize_grads(on != 0);
}

VN_EXPORT int vn_tensor_register_hook(void* tensor, void* handle, uint32_t* position) {
  return guarded([&] {
    auto state = std::make_shared<State>(handle);
    *position = tensorOf(tensor).register_hook([state](at::Tensor gradient) {
      RestoreState restore;
      void* result = nullptr;
      check(managed.hook(state->handle, own(gradient), &result));
      return result == nullptr ? at::Tensor() : at::Tensor(TensorPtr::reclaim(static_cast<TensorImpl*>(result)));
    });
  });
}

VN_EXPORT int vn_tensor_remove_hook(void* tensor, uint32_t position) {
  return guarded([&] { tensorOf(tensor).remove_hook(position); });
}

// What this thread saves for backward up to vn_checkpoint_end is not kept, but made again by managed.recompute(state).
VN_EXPORT int vn_checkpoint_begin(void* state) {
  return guarded([&] { recordings.push_back({std::make_shared<Frame>(state), false}); });
}

VN_EXPORT void vn_checkpoint_end() { recordings.pop_back(); }

VN_EXPORT void vn_anomaly_set(int32_t on, int32_t checkNan) {
  torch::autograd::AnomalyMode::set_enabled(on != 0, checkNan != 0);
}

// The stack of the last failure, once; empty when there is none.
VN_EXPORT const char* vn_anomaly_take() {
  static thread_local std::string text;
  std::lock_guard<std::mutex> lock(anomalyMutex);
  text = std::move(anomaly);
  anomaly.clear();
  return text.c_str();
}
