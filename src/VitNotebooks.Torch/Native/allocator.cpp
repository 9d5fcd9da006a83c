// Memory for CPU tensors. Small ones: small.h. Large ones get memory that is used again instead of being returned to the
// system at every free: a training step asks for the same sizes each time, and page faults would be part of its time.
// Freed blocks join their free neighbours, best fit takes them apart again, and what is idle beyond the bound goes back
// to the system page by page: so the peak stays a little above what was in use at once, below that of the C library's
// allocator, whose freed chunks fragment (benchmarks/race.sh measures both). Compiles on libtorch 1.13 to 2.11.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "small.h"

#define VN_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr size_t kLarge = 1 << 20;    // below this the C library's allocator is as good
constexpr size_t kGrain = 64 << 10;   // blocks are multiples of this
constexpr size_t kHuge = 2 << 20;     // memory comes from the system, and goes back to it, in huge pages
constexpr size_t kRegion = 1 << 30;   // address space that is asked for at once
constexpr size_t kSlack = 8;          // idle memory may lift the total by an eighth of the peak
constexpr size_t kWindow = 1 << 14;   // allocations after which a peak is forgotten: several training steps

size_t up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }
size_t down(size_t value, size_t unit) { return value / unit * unit; }

// Free memory is a map of ranges by address, each either resident (idle) or without pages (released). Released ranges
// begin and end at huge pages, so that one touched byte never makes more resident than is accounted for.
class Pool {
 public:
  void* take(size_t bytes) {
    const size_t size = up(bytes, kGrain);
    std::lock_guard<std::mutex> lock(mutex_);
    auto first = bestFit(size);
    if (first == free_.end() && (reserve(size) || (release(idleBytes_), reserve(size)))) first = bestFit(size);
    TORCH_CHECK(first != free_.end(), "out of memory: tried to allocate ", bytes, " bytes, ", liveBytes_,
                " bytes are in use by large tensors");
    const uintptr_t block = first->first;
    carve(first, size);
    liveBytes_ += size;
    recentBytes_ = std::max(recentBytes_, liveBytes_);
    peakBytes_ = std::max(peakBytes_, liveBytes_);
    if (++takes_ % kWindow == 0) peakBytes_ = recentBytes_, recentBytes_ = liveBytes_;
    live_[block] = size;
    const size_t bound = peakBytes_ + peakBytes_ / kSlack;
    if (liveBytes_ + idleBytes_ > bound) release(liveBytes_ + idleBytes_ - bound);
    return reinterpret_cast<void*>(block);
  }

  // False when the block is none of the pool's.
  bool give(void* block) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = live_.find(reinterpret_cast<uintptr_t>(block));
    if (found == live_.end()) return false;
    const auto [start, size] = *found;
    live_.erase(found);
    liveBytes_ -= size;
    insert(start, size, true);
    return true;
  }

  void trim() {
    std::lock_guard<std::mutex> lock(mutex_);
    release(idleBytes_);
    peakBytes_ = recentBytes_ = liveBytes_;
  }

  void statistics(int64_t* live, int64_t* idle, int64_t* peak) {
    std::lock_guard<std::mutex> lock(mutex_);
    *live = static_cast<int64_t>(liveBytes_);
    *idle = static_cast<int64_t>(idleBytes_);
    *peak = static_cast<int64_t>(peakBytes_);
  }

 private:
  struct Range {
    size_t size;
    bool resident;
  };
  using Ranges = std::map<uintptr_t, Range>;

  // The first of the adjacent ranges that hold size bytes with the fewest pages from the system; among equals, the
  // tightest. The end where no run of free ranges is long enough.
  Ranges::iterator bestFit(size_t size) {
    auto best = free_.end();
    size_t bestFresh = SIZE_MAX, bestLeft = SIZE_MAX;
    for (auto start = free_.begin(); start != free_.end(); ++start) {
      size_t total = 0, fresh = 0;
      for (auto range = start; range != free_.end() && range->first == start->first + total && total < size; ++range) {
        if (!range->second.resident) fresh += std::min(range->second.size, size - total);
        total += range->second.size;
      }
      if (total < size || fresh > bestFresh) continue;
      const size_t left = total - size;
      if (fresh == bestFresh && left >= bestLeft) continue;
      best = start;
      bestFresh = fresh;
      bestLeft = left;
      if (fresh == 0 && left == 0) break;
    }
    return best;
  }

  // Takes size bytes from the start of the range and, where it is shorter, from those that follow it.
  void carve(Ranges::iterator range, size_t size) {
    while (size > 0) {
      const auto [start, taken] = *range;
      const size_t used = std::min(taken.size, size);
      range = free_.erase(range);
      if (taken.resident) idleBytes_ -= taken.size;
      const size_t touched = taken.resident ? taken.size : up(used, kHuge);
      if (touched > used) insert(start + used, touched - used, true);
      if (taken.size > touched) insert(start + touched, taken.size - touched, false);
      size -= used;
    }
  }

  // Adds a free range and joins it with its neighbours of the same kind.
  void insert(uintptr_t start, size_t size, bool resident) {
    if (resident) idleBytes_ += size;
    auto next = free_.lower_bound(start);
    if (next != free_.end() && next->first == start + size && next->second.resident == resident) {
      size += next->second.size;
      next = free_.erase(next);
    }
    if (next != free_.begin()) {
      auto before = std::prev(next);
      if (before->first + before->second.size == start && before->second.resident == resident) {
        before->second.size += size;
        return;
      }
    }
    free_.emplace_hint(next, start, Range{size, resident});
  }

  // Gives at least this many idle bytes back to the system, the largest ranges first, as far as they hold huge pages.
  void release(size_t bytes) {
    std::vector<std::pair<size_t, uintptr_t>> idle; // whole pages of a range, and where it begins
    for (const auto& [start, range] : free_)
      if (const size_t whole = range.resident ? wholePages(start, range.size) : 0) idle.emplace_back(whole, start);
    std::sort(idle.rbegin(), idle.rend());
    for (const auto& [whole, start] : idle) {
      if (bytes == 0) return;
      const auto found = free_.find(start);
      const uintptr_t end = start + found->second.size;
      const size_t given = std::min(whole, up(bytes, kHuge));
      const uintptr_t high = down(end, kHuge), low = high - given;
      madvise(reinterpret_cast<void*>(low), given, MADV_DONTNEED);
      idleBytes_ -= found->second.size;
      free_.erase(found);
      if (low > start) insert(start, low - start, true);
      if (end > high) insert(high, end - high, true);
      insert(low, given, false);
      bytes -= std::min(bytes, given);
    }
  }

  static size_t wholePages(uintptr_t start, size_t size) {
    const uintptr_t low = up(start, kHuge), high = down(start + size, kHuge);
    return high > low ? high - low : 0;
  }

  // More address space, enough for size bytes; false when the system has none.
  bool reserve(size_t size) {
    const size_t needed = up(size, kHuge);
    for (size_t wanted : {std::max(kRegion, needed), needed}) {
      const size_t span = wanted + kHuge;
      if (span < size) return false;
      void* p = mmap(nullptr, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (p == MAP_FAILED) continue;
      const auto start = reinterpret_cast<uintptr_t>(p), aligned = up(start, kHuge), end = aligned + wanted;
      if (aligned > start) munmap(p, aligned - start);
      if (start + span > end) munmap(reinterpret_cast<void*>(end), start + span - end);
      madvise(reinterpret_cast<void*>(aligned), wanted, MADV_HUGEPAGE);
      insert(aligned, wanted, false);
      return true;
    }
    return false;
  }

  std::mutex mutex_;
  Ranges free_;
  std::unordered_map<uintptr_t, size_t> live_;
  size_t liveBytes_ = 0, idleBytes_ = 0, peakBytes_ = 0, recentBytes_ = 0, takes_ = 0;
};

Pool& pool() {
  static Pool* instance = new Pool();  // never destroyed: tensors may be freed after exit handlers ran
  return *instance;
}

void freeLarge(void* block) { pool().give(block); }
void freeSmall(void* block) { SmallBlocks::give(block); }

// For raw_deallocate, which does not say where the memory came from.
void freeAny(void* block) {
  if (SmallBlocks::owns(block)) return SmallBlocks::give(block);
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
    if (bytes <= SmallBlocks::kMost && bytes > 0) {
      if (void* block = SmallBlocks::take(bytes)) return {block, block, &freeSmall, at::Device(at::DeviceType::CPU)};
    }
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
