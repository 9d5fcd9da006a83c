// CUDA: memory, streams, events, graphs. Loaded only where libtorch sees a CUDA device.
// Streams and events go through libtorch's device-independent interface and need no CUDA header. Memory statistics and graphs are
// compiled where CUDA's headers are found; without them these functions fail with one sentence. Links against nothing of CUDA:
// libtorch_cuda is in the process already.
#include <c10/core/Event.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/cuda.h>

#include "border.h"

#include <array>
#include <memory>
#include <thread>

#if __has_include(<cuda_runtime_api.h>) && !defined(VN_NO_CUDA_HEADERS)
#define VN_CUDA_HEADERS
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 6)
#define VN_EVENT_TIMES
#endif

namespace {

constexpr auto kCuda = c10::DeviceType::CUDA;

c10::impl::VirtualGuardImpl guard() { return c10::impl::VirtualGuardImpl(kCuda); }

c10::Device device(int32_t index) {
  return index < 0 ? guard().getDevice() : c10::Device(kCuda, static_cast<c10::DeviceIndex>(index));
}

const c10::Stream& stream(void* handle) { return *static_cast<c10::Stream*>(handle); }
c10::Event& event(void* handle) { return *static_cast<c10::Event*>(handle); }

[[maybe_unused]] void noHeaders() {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "the CUDA headers (cuda_runtime_api.h) were not found when the native module 'cuda' was "
                                     "compiled; install them (pip: nvidia-cuda-runtime; or the CUDA toolkit) and delete the "
                                     "compiled module");
}

}  // namespace

// Waits for everything on a device; the current one for -1.
VN_EXPORT int vn_cuda_synchronize(int32_t index) {
  return guarded([&] { torch::cuda::synchronize(index); });
}

VN_EXPORT int32_t vn_cuda_cudnn() {
  int32_t available = 0;
  guarded([&] { available = torch::cuda::cudnn_is_available(); });
  return available;
}

// ---- memory --------------------------------------------------------------------------------------------------------

// Mirrored by Acceleration/CudaMemory.cs: bytes, now and at the peak, then counts.
struct CudaMemory {
  int64_t allocated, peakAllocated, reserved, peakReserved, retries, outOfMemory;
};

VN_EXPORT int vn_cuda_memory(int32_t index, CudaMemory* out) {
  return guarded([&] {
#ifdef VN_CUDA_HEADERS
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device(index).index());
    // The first statistic of each is the sum over all pools.
    *out = {stats.allocated_bytes[0].current, stats.allocated_bytes[0].peak, stats.reserved_bytes[0].current,
            stats.reserved_bytes[0].peak, stats.num_alloc_retries, stats.num_ooms};
#else
    (void)index;
    (void)out;
    noHeaders();
#endif
  });
}

VN_EXPORT int vn_cuda_reset_peak(int32_t index) {
  return guarded([&] {
#ifdef VN_CUDA_HEADERS
    c10::cuda::CUDACachingAllocator::resetPeakStats(device(index).index());
#else
    (void)index;
    noHeaders();
#endif
  });
}

VN_EXPORT int vn_cuda_empty_cache() {
  return guarded([&] {
#ifdef VN_CUDA_HEADERS
    c10::cuda::CUDACachingAllocator::emptyCache();
#else
    noHeaders();
#endif
  });
}

// ---- streams -------------------------------------------------------------------------------------------------------

VN_EXPORT int vn_cuda_stream_new(int32_t index, int32_t highPriority, void** out) {
  return guarded([&] { *out = new c10::Stream(guard().getStreamFromGlobalPool(device(index), highPriority != 0)); });
}

// The stream that this thread's operations go to.
VN_EXPORT int vn_cuda_stream_current(int32_t index, void** out) {
  return guarded([&] { *out = new c10::Stream(guard().getStream(device(index))); });
}

// Makes it and its device this thread's. What comes back is for vn_cuda_stream_restore: the stream that its device had before,
// and the device that was current, which may be another.
VN_EXPORT int vn_cuda_stream_exchange(void* handle, void** before, int32_t* deviceBefore) {
  return guarded([&] {
    const c10::Stream& next = stream(handle);
    auto previous = std::make_unique<c10::Stream>(guard().getStream(next.device()));
    *deviceBefore = guard().exchangeDevice(next.device()).index();
    guard().exchangeStream(next);
    *before = previous.release();
  });
}

VN_EXPORT int vn_cuda_stream_restore(void* before, int32_t deviceBefore) {
  return guarded([&] {
    guard().exchangeStream(stream(before));
    guard().setDevice(device(deviceBefore));
  });
}

VN_EXPORT int vn_cuda_stream_query(void* handle, int32_t* idle) {
  return guarded([&] { *idle = stream(handle).query(); });
}

VN_EXPORT int vn_cuda_stream_synchronize(void* handle) {
  return guarded([&] { guard().synchronizeStream(stream(handle)); });
}

VN_EXPORT void vn_cuda_stream_free(void* handle) { delete static_cast<c10::Stream*>(handle); }

// ---- events --------------------------------------------------------------------------------------------------------

VN_EXPORT int vn_cuda_event_new(int32_t timed, void** out) {
  return guarded([&] {
    *out = new c10::Event(kCuda, timed != 0 ? c10::EventFlag::BACKEND_DEFAULT : c10::EventFlag::PYTORCH_DEFAULT);
  });
}

VN_EXPORT int vn_cuda_event_record(void* handle, void* on) {
  return guarded([&] { event(handle).record(stream(on)); });
}

// The stream's further work waits for the event.
VN_EXPORT int vn_cuda_event_block(void* handle, void* waiting) {
  return guarded([&] { event(handle).block(stream(waiting)); });
}

VN_EXPORT int vn_cuda_event_query(void* handle, int32_t* done) {
  return guarded([&] { *done = event(handle).query(); });
}

VN_EXPORT int vn_cuda_event_synchronize(void* handle) {
  return guarded([&] {
#ifdef VN_EVENT_TIMES
    event(handle).synchronize();
#else
    while (!event(handle).query()) std::this_thread::yield();
#endif
  });
}

VN_EXPORT int vn_cuda_event_elapsed(void* from, void* to, double* milliseconds) {
  return guarded([&] {
#ifdef VN_EVENT_TIMES
    *milliseconds = event(from).elapsedTime(event(to));
#else
    (void)from;
    (void)to;
    (void)milliseconds;
    TORCH_CHECK_NOT_IMPLEMENTED(false, "the time between events needs libtorch 2.6, this is ", TORCH_VERSION);
#endif
  });
}

VN_EXPORT void vn_cuda_event_free(void* handle) { delete static_cast<c10::Event*>(handle); }

// ---- graphs --------------------------------------------------------------------------------------------------------

VN_EXPORT int vn_cuda_graph_new(void** out) {
  return guarded([&] {
#ifdef VN_CUDA_HEADERS
    *out = new at::cuda::CUDAGraph();
#else
    (void)out;
    noHeaders();
#endif
  });
}

#ifdef VN_CUDA_HEADERS
VN_EXPORT int vn_cuda_graph_begin(void* graph) {
  return guarded([&] { static_cast<at::cuda::CUDAGraph*>(graph)->capture_begin(); });
}
VN_EXPORT int vn_cuda_graph_end(void* graph) {
  return guarded([&] { static_cast<at::cuda::CUDAGraph*>(graph)->capture_end(); });
}
VN_EXPORT int vn_cuda_graph_replay(void* graph) {
  return guarded([&] { static_cast<at::cuda::CUDAGraph*>(graph)->replay(); });
}
VN_EXPORT void vn_cuda_graph_free(void* graph) { delete static_cast<at::cuda::CUDAGraph*>(graph); }
#else
VN_EXPORT int vn_cuda_graph_begin(void*) { return guarded(noHeaders); }
VN_EXPORT int vn_cuda_graph_end(void*) { return guarded(noHeaders); }
VN_EXPORT int vn_cuda_graph_replay(void*) { return guarded(noHeaders); }
VN_EXPORT void vn_cuda_graph_free(void*) {}
#endif

VN_EXPORT const char* vn_cuda_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
