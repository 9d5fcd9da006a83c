// What every native module of ours shares with the managed side: values, errors, borrowed and owned tensors.
#pragma once

#include <ATen/ATen.h>
#include <torch/version.h>

#include <string>
#include <vector>

#define VN_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using c10::IValue;
using c10::TensorImpl;
using TensorPtr = c10::intrusive_ptr<TensorImpl, c10::UndefinedTensorImpl>;

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

enum class Tag : int32_t {
  None, Default, Tensor, Int, Double, Bool, String, IntList, DoubleList, BoolList,
  TensorList, OptionalTensorList, Device, Generator, Complex, ScalarList
};

// 16 bytes, mirrored by Dispatch/NativeValue.cs.
struct Value {
  Tag tag;
  int32_t length;
  union {
    int64_t i;
    double d;
    void* p;
  };
};

enum ErrorKind : int32_t { Runtime = 1, Index, Type, NotImplemented, Memory, Other, NoOperator, BadArgument };

thread_local std::string lastMessage;
thread_local int32_t lastKind = 0;

int fail(ErrorKind kind, std::string message) {
  lastKind = kind;
  lastMessage = std::move(message);
  return 1;
}

bool outOfMemory(const std::string& text) {
  return text.find("out of memory") != std::string::npos || text.find("can't allocate memory") != std::string::npos ||
      text.find("not enough memory") != std::string::npos;
}

template <class F>
int guarded(F&& body) {
  try {
    body();
    return 0;
  } catch (const c10::IndexError& e) {
    return fail(Index, e.what_without_backtrace());
  } catch (const c10::TypeError& e) {
    return fail(Type, e.what_without_backtrace());
  } catch (const c10::NotImplementedError& e) {
    return fail(NotImplemented, e.what_without_backtrace());
  } catch (const c10::Error& e) {
    std::string text = e.what_without_backtrace();
    return fail(outOfMemory(text) ? Memory : Runtime, text);
  } catch (const std::bad_alloc&) {
    return fail(Memory, "out of memory");
  } catch (const std::exception& e) {
    return fail(Other, e.what());
  } catch (...) {
    return fail(Other, "an exception of unknown type");
  }
}

TensorPtr borrow(void* impl) {
  return TensorPtr::reclaim_copy(static_cast<TensorImpl*>(impl));
}

at::Tensor tensorOf(void* impl) {
  return impl == nullptr ? at::Tensor() : at::Tensor(borrow(impl));
}

void* own(const at::Tensor& t) {
  return t.defined() ? at::Tensor(t).unsafeReleaseTensorImpl() : nullptr;
}

std::vector<at::Tensor> tensorsOf(void** impls, int n) {
  std::vector<at::Tensor> list;
  list.reserve(n);
  for (int i = 0; i < n; i++) list.push_back(tensorOf(impls[i]));
  return list;
}

}  // namespace
