// What this libtorch gets wrong and we set right, once a process. Python on the same libtorch has the faults still.
#pragma once

#include <torch/version.h>

#if TORCH_VERSION_MAJOR < 2
#include "quiet.h"

#include <ATen/ops/gelu_backward_cpu_dispatch.h>
#include <torch/library.h>
#endif

namespace {

#if TORCH_VERSION_MAJOR < 2

// 1.13 hands oneDNN a result whose strides are the gradient's, oneDNN writes a contiguous one of its own, and the result stays as
// the memory was: wherever the input is contiguous and the gradient is not, as it is behind a permute.
at::Tensor geluBackward(const at::Tensor& gradient, const at::Tensor& input, c10::string_view approximate) {
  return at::cpu::gelu_backward(input.is_contiguous() ? gradient.contiguous() : gradient, input, approximate);
}

void repair() {
  Quiet quiet;  // that a kernel is replaced is what we want
  static auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
  library->impl("gelu_backward", &geluBackward);
}

#else

void repair() {}

#endif

}  // namespace
