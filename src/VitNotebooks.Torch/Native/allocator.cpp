// Memory for large CPU tensors that is used again instead of being returned to the system at every free: a training step
// asks for the same sizes each time, and page faults would be part of its time. Idle memory may lift
// the total by a quarter of the most that was in use at once, and by nothing where that is small; peak memory stays below that of the C library's allocator, whose freed
// chunks fragment (benchmarks/race.sh measures both). Compiles on libtorch 1.13 to 2.11.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>

#define VN_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr size_t kLarge = 1 << 20;     // below this the C library's allocator is as good
constexpr size_t kGrain = 64 << 10;    // large blocks are multiples of this
constexpr size_t kSlack = 4;           // idle memory may lift the total by a quarter of the peak
constexpr size_t kSmall = 512u << 20;  // no slack below this: a small model's inference must stay small
constexpr size_t kHuge = 2 << 20;      // blocks of at least two huge pages ask for them

class Pool {
 public:
  void* take(size_t bytes) {
    size_t size = (bytes + kGrain - 1) / kGrain * kGrain;
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = idle_.lower_bound(size);
    void* block = nullptr;
    if (found != idle_.end() && found->first <= size + size / 32) {
      size = found->first;
      block = found->second;
      idleBytes_ -= size;
      idle_.erase(found);
    } else {
      size_t bound = std::max(peakBytes_, liveBytes_ + size);
      while (!idle_.empty() && liveBytes_ + idleBytes_ + size > bound + (bound < kSmall ? 0 : bound / kSlack)) evictLargest();
      block = map(size);
      if (block == nullptr) {  // the system is short: give back what is idle and ask once more
        while (!idle_.empty()) evictLargest();
        block = map(size);
      }
      TORCH_CHECK(block != nullptr, "out of memory: tried to allocate ", bytes, " bytes, ", liveBytes_,
                  " bytes are in use by large tensors");
    }
    liveBytes_ += size;
    peakBytes_ = std::max(peakBytes_, liveBytes_);
    sizes_[block] = size;
    return block;
  }

  // False when the block is none of the pool's.
  bool give(void* block) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = sizes_.find(block);
    if (found == sizes_.end()) return false;
    size_t size = found->second;
    sizes_.erase(found);
    liveBytes_ -= size;
    idleBytes_ += size;
    idle_.emplace(size, block);
    return true;
  }

  void trim() {
    std::lock_guard<std::mutex> lock(mutex_);
    while (!idle_.empty()) evictLargest();
    peakBytes_ = liveBytes_;
  }

  void statistics(int64_t* live, int64_t* idle, int64_t* peak) {
    std::lock_guard<std::mutex> lock(mutex_);
    *live = static_cast<int64_t>(liveBytes_);
    *idle = static_cast<int64_t>(idleBytes_);
    *peak = static_cast<int64_t>(peakBytes_);
  }

 private:
  static void* map(size_t size) {
    if (size < 2 * kHuge) {
      void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return p == MAP_FAILED ? nullptr : p;
    }
    // Aligned by hand, so that whole huge pages fit.
    size_t span = size + kHuge;
    void* p = mmap(nullptr, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return nullptr;
    auto start = reinterpret_cast<uintptr_t>(p);
    uintptr_t aligned = (start + kHuge - 1) / kHuge * kHuge;
    if (aligned > start) munmap(p, aligned - start);
    if (start + span > aligned + size) munmap(reinterpret_cast<void*>(aligned + size), start + span - aligned - size);
    // The tail that fills no huge page stays in small ones: memory that is not used is not resident.
    madvise(reinterpret_cast<void*>(aligned), size / kHuge * kHuge, MADV_HUGEPAGE);
    return reinterpret_cast<void*>(aligned);
  }

  void evictLargest() {
    auto last = std::prev(idle_.end());
    munmap(last->second, last->first);
    idleBytes_ -= last->first;
    idle_.erase(last);
  }

  std::mutex mutex_;
  std::multimap<size_t, void*> idle_;
  std::unordered_map<void*, size_t> sizes_;
  size_t liveBytes_ = 0, idleBytes_ = 0, peakBytes_ = 0;
};

Pool& pool() {
  static Pool* instance = new Pool();  // never destroyed: tensors may be freed after exit handlers ran
  return *instance;
}

void freeLarge(void* block) { pool().give(block); }

// For raw_deallocate, which does not say where the memory came from.
void freeAny(void* block) {
  if (block != nullptr && !pool().give(block)) c10::GetDefaultCPUAllocator()->raw_deleter()(block);
}

// Overloads instead of overrides: which of them libtorch calls depends on its version.
class ReusingAllocator final : public c10::Allocator {
 public:
  at::DataPtr allocate(size_t bytes) const { return make(bytes); }
  at::DataPtr allocate(size_t bytes) { return make(bytes); }
  at::DeleterFnPtr raw_deleter() const { return &freeAny; }
  void copy_data(void* target, const void* source, std::size_t count) const { std::memcpy(target, source, count); }

 private:
  static at::DataPtr make(size_t bytes) {
    if (bytes < kLarge) return c10::GetDefaultCPUAllocator()->allocate(bytes);
    void* block = pool().take(bytes);
    return {block, block, &freeLarge, at::Device(at::DeviceType::CPU)};
  }
};

}  // namespace

VN_EXPORT void vn_allocator_install() {
  static ReusingAllocator* allocator = new ReusingAllocator();
  c10::SetAllocator(c10::DeviceType::CPU, allocator, 1);
}

VN_EXPORT void vn_allocator_trim() { pool().trim(); }

VN_EXPORT void vn_allocator_statistics(int64_t* live, int64_t* idle, int64_t* peak) {
  pool().statistics(live, idle, peak);
}
