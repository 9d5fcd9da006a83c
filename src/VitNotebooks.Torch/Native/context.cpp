// The switches of libtorch's global context: deterministic algorithms, backends, precision. A number a switch, mirrored by
// Native/Context.cs.
#include <ATen/Context.h>
#include <c10/util/Exception.h>

#include "border.h"

#if TORCH_VERSION_MAJOR >= 2
#define VN_TORCH_2
namespace warnings = c10::WarningUtils;
#else
namespace warnings = c10::Warning;
#endif

namespace {

enum Switch : int32_t {
  Deterministic, DeterministicWarnOnly, WarnAlways, CudnnEnabled, CudnnBenchmark, CudnnDeterministic, MkldnnEnabled,
  FlashAttention, MathAttention, MemoryEfficientAttention, CudnnTF32, MatmulTF32, HalfReduction, MatmulPrecision
};

}  // namespace

VN_EXPORT int vn_context_get(int32_t which, int32_t* out) {
  return guarded([&] {
    auto& c = at::globalContext();
    switch (which) {
      case Deterministic: *out = c.deterministicAlgorithms(); return;
      case DeterministicWarnOnly: *out = c.deterministicAlgorithmsWarnOnly(); return;
      case WarnAlways: *out = warnings::get_warnAlways(); return;
      case CudnnEnabled: *out = c.userEnabledCuDNN(); return;
      case CudnnBenchmark: *out = c.benchmarkCuDNN(); return;
      case CudnnDeterministic: *out = c.deterministicCuDNN(); return;
      case MkldnnEnabled: *out = c.userEnabledMkldnn(); return;
      case FlashAttention: *out = c.userEnabledFlashSDP(); return;
      case MathAttention: *out = c.userEnabledMathSDP(); return;
#ifdef VN_TORCH_2
      case MemoryEfficientAttention: *out = c.userEnabledMemEfficientSDP(); return;
#endif
      case CudnnTF32: *out = c.allowTF32CuDNN(); return;
      case MatmulTF32: *out = c.allowTF32CuBLAS(); return;
      case HalfReduction: *out = static_cast<int32_t>(c.allowFP16ReductionCuBLAS()); return;
      case MatmulPrecision: *out = static_cast<int32_t>(c.float32MatmulPrecision()); return;
      default: TORCH_CHECK_NOT_IMPLEMENTED(false, "libtorch ", TORCH_VERSION, " has no switch ", which);
    }
  });
}

VN_EXPORT int vn_context_set(int32_t which, int32_t value) {
  return guarded([&] {
    auto& c = at::globalContext();
    const bool on = value != 0;
    switch (which) {
      case Deterministic: c.setDeterministicAlgorithms(on, c.deterministicAlgorithmsWarnOnly()); return;
      case DeterministicWarnOnly: c.setDeterministicAlgorithms(c.deterministicAlgorithms(), on); return;
      case WarnAlways: warnings::set_warnAlways(on); return;
      case CudnnEnabled: c.setUserEnabledCuDNN(on); return;
      case CudnnBenchmark: c.setBenchmarkCuDNN(on); return;
      case CudnnDeterministic: c.setDeterministicCuDNN(on); return;
      case MkldnnEnabled: c.setUserEnabledMkldnn(on); return;
      case FlashAttention: c.setSDPUseFlash(on); return;
      case MathAttention: c.setSDPUseMath(on); return;
#ifdef VN_TORCH_2
      case MemoryEfficientAttention: c.setSDPUseMemEfficient(on); return;
#endif
      case CudnnTF32: c.setAllowTF32CuDNN(on); return;
      case MatmulTF32: c.setAllowTF32CuBLAS(on); return;
      case HalfReduction: c.setAllowFP16ReductionCuBLAS(on); return;
      case MatmulPrecision: c.setFloat32MatmulPrecision(static_cast<at::Float32MatmulPrecision>(value)); return;
      default: TORCH_CHECK_NOT_IMPLEMENTED(false, "libtorch ", TORCH_VERSION, " has no switch ", which);
    }
  });
}

VN_EXPORT const char* vn_context_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
