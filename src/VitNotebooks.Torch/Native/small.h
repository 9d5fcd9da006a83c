// Blocks for tensors of at most 4 KiB, kept in lists a thread: aligned memory from the C library costs a fifth of a 4x4
// addition, since a dispose scope frees many tensors at once, more than the library's own lists a thread can hold.
#pragma once

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace {

class SmallBlocks {
 public:
  static constexpr size_t kMost = 4096;

  // nullptr when the region is used up: the caller takes the C library's allocator then.
  static void* take(size_t bytes) {
    const int kind = kindOf(bytes);
    Lists* lists = mine();
    if (lists == nullptr) return shared().takeOne(kind);
    List& list = lists->list[kind];
    if (list.first == nullptr) {
      list.first = shared().takeMany(kind, list.count);
      if (list.first == nullptr) return nullptr;
    }
    Block* block = list.first;
    list.first = block->next;
    list.count--;
    return block;
  }

  // Only for blocks of which owns() is true; on any thread.
  static void give(void* memory) {
    Shared& all = shared();
    const int kind = all.kind(memory);
    auto* block = static_cast<Block*>(memory);
    Lists* lists = mine();
    if (lists == nullptr) {
      block->next = nullptr;
      all.giveMany(kind, block, block);
      return;
    }
    List& list = lists->list[kind];
    block->next = list.first;
    list.first = block;
    if (++list.count < 2 * kBatch) return;
    Block* last = block;
    for (int i = 1; i < kBatch; i++) last = last->next;
    list.first = last->next;
    list.count -= kBatch;
    last->next = nullptr;
    all.giveMany(kind, block, last);
  }

  static bool owns(void* memory) { return shared().contains(memory); }

 private:
  struct Block {
    Block* next;
  };
  struct List {
    Block* first = nullptr;
    int count = 0;
  };

  static constexpr int kBatch = 64;
  static constexpr size_t kRegion = 256 << 20;  // what small tensors may take in all
  static constexpr size_t kSlab = 64 << 10;     // one slab holds blocks of one size
  static constexpr std::array<uint16_t, 14> kSizes = {64,  128, 192,  256,  320,  384,  448,
                                                      512, 768, 1024, 1536, 2048, 3072, 4096};

  static int kindOf(size_t bytes) {
    if (bytes <= 512) return bytes == 0 ? 0 : static_cast<int>((bytes - 1) / 64);
    int kind = 8;
    while (kSizes[kind] < bytes) kind++;
    return kind;
  }

  // What threads share: the region, and the blocks that a thread has too many of.
  class Shared {
   public:
    Shared() {
      void* p = mmap(nullptr, kRegion, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (p != MAP_FAILED) start_ = next_ = reinterpret_cast<uintptr_t>(p);
    }

    bool contains(void* memory) const { return reinterpret_cast<uintptr_t>(memory) - start_ < kRegion && start_ != 0; }
    int kind(void* memory) const { return kinds_[(reinterpret_cast<uintptr_t>(memory) - start_) / kSlab]; }

    void* takeOne(int kind) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (free_[kind] == nullptr) refill(kind);
      Block* block = free_[kind];
      if (block != nullptr) free_[kind] = block->next;
      return block;
    }

    Block* takeMany(int kind, int& count) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (free_[kind] == nullptr) refill(kind);
      Block *first = free_[kind], *last = first;
      if (first == nullptr) return nullptr;
      for (count = 1; count < kBatch && last->next != nullptr; count++) last = last->next;
      free_[kind] = last->next;
      last->next = nullptr;
      return first;
    }

    void giveMany(int kind, Block* first, Block* last) {
      std::lock_guard<std::mutex> lock(mutex_);
      last->next = free_[kind];
      free_[kind] = first;
    }

   private:
    void refill(int kind) {
      if (start_ == 0 || next_ + kSlab > start_ + kRegion) return;
      const uintptr_t slab = next_;
      next_ += kSlab;
      kinds_[(slab - start_) / kSlab] = static_cast<uint8_t>(kind);
      for (size_t at = kSlab / kSizes[kind] * kSizes[kind]; at > 0; at -= kSizes[kind]) {
        auto* block = reinterpret_cast<Block*>(slab + at - kSizes[kind]);
        block->next = free_[kind];
        free_[kind] = block;
      }
    }

    std::mutex mutex_;
    uintptr_t start_ = 0, next_ = 0;
    std::array<uint8_t, kRegion / kSlab> kinds_{};
    std::array<Block*, kSizes.size()> free_{};
  };

  static Shared& shared() {
    static Shared* instance = new Shared();  // never destroyed: tensors may be freed after exit handlers ran
    return *instance;
  }

  // The lists of this thread; they go to the shared ones when it ends, and what it frees after that goes there directly.
  struct Lists {
    std::array<List, kSizes.size()> list;
    ~Lists() {
      state = State::Over;
      for (size_t kind = 0; kind < list.size(); kind++) {
        Block *first = list[kind].first, *last = first;
        if (first == nullptr) continue;
        while (last->next != nullptr) last = last->next;
        shared().giveMany(static_cast<int>(kind), first, last);
      }
    }
  };
  enum class State : uint8_t { New, Alive, Over };
  static inline thread_local State state = State::New;
  static inline thread_local Lists* current = nullptr;

  static Lists* mine() {
    if (current != nullptr && state == State::Alive) return current;
    return state == State::Over ? nullptr : begin();
  }
  static Lists* begin() {
    thread_local Lists lists;
    state = State::Alive;
    return current = &lists;
  }
};

}  // namespace
