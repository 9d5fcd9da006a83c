// A profiler on libtorch's own observers (at::RecordFunction): which operator ran when, on which thread, on what shapes.
// Off, nothing is registered and nothing costs anything. On, a thread writes into a list of its own; its lock is contended
// only while the session ends.
#include <ATen/record_function.h>

#include "border.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace {

// Mirrored by Acceleration/ProfilerEngine.cs. Times in nanoseconds since the start.
struct Event {
  int64_t start;
  int64_t end;
  int32_t name;    // index into the names
  int32_t shapes;  // index into the names, or -1
  int32_t thread;  // threads in the order of their first event
  int32_t scope;   // at::RecordScope
};

struct ThreadLog {
  int32_t number;
  std::mutex mutex;
  std::vector<Event> events;
  std::unordered_map<std::string, int32_t> places;
  std::deque<std::string> names;

  int32_t name(const char* text) {
    auto found = places.find(text);
    if (found != places.end()) return found->second;
    const auto place = static_cast<int32_t>(names.size());
    names.emplace_back(text);
    places.emplace(names.back(), place);
    return place;
  }
};

struct Session {
  std::mutex mutex;  // for a thread's first event and for the end
  std::vector<std::shared_ptr<ThreadLog>> threads;
  std::chrono::steady_clock::time_point begin;
  uint64_t generation = 0;
  bool shapes = false;
  at::CallbackHandle handle{};
  bool local = false;
};

Session session;
std::atomic<uint64_t> running{0};  // the session's generation, or 0

struct Mine {
  uint64_t generation = 0;
  std::shared_ptr<ThreadLog> log;
};
thread_local Mine mine;

int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - session.begin).count();
}

ThreadLog& log(uint64_t generation) {
  if (mine.generation != generation || !mine.log) {
    std::lock_guard<std::mutex> lock(session.mutex);
    mine.log = std::make_shared<ThreadLog>();
    mine.log->number = static_cast<int32_t>(session.threads.size());
    mine.log->events.reserve(1 << 12);
    mine.generation = generation;
    session.threads.push_back(mine.log);
  }
  return *mine.log;
}

std::string joined(at::IntArrayRef numbers) {
  std::string text;
  for (int64_t n : numbers) text += (text.empty() ? "" : ",") + std::to_string(n);
  return text;
}

// Of every input: a tensor's sizes as [2,3], numbers as (1,1) or 4, a truth as 0 or 1, anything else as a dash.
std::string shapesOf(const at::RecordFunction& f) {
  std::string text;
  for (const IValue& v : f.inputs()) {
    text += text.empty() ? "" : ", ";
    if (v.isTensor() && v.toTensor().defined()) {
      text += "[" + joined(v.toTensor().sizes()) + "]";
    } else if (v.isTensorList()) {
      text += std::to_string(v.toTensorVector().size()) + " tensors";
    } else if (v.isIntList()) {
      text += "(" + joined(v.toIntVector()) + ")";
    } else if (v.isInt()) {
      text += std::to_string(v.toInt());
    } else if (v.isBool()) {
      text += v.toBool() ? "1" : "0";
    } else {
      text += "-";
    }
  }
  return text;
}

struct Open : at::ObserverContext {
  uint64_t generation;
  size_t place;
};

std::unique_ptr<at::ObserverContext> entered(const at::RecordFunction& f) {
  const uint64_t generation = running.load(std::memory_order_acquire);
  if (generation == 0) return nullptr;
  ThreadLog& mylog = log(generation);
  auto open = std::make_unique<Open>();
  open->generation = generation;
  const std::string shapesText = session.shapes ? shapesOf(f) : std::string();
  std::lock_guard<std::mutex> lock(mylog.mutex);
  open->place = mylog.events.size();
  const int32_t shapes = session.shapes ? mylog.name(shapesText.c_str()) : -1;
  mylog.events.push_back({0, -1, mylog.name(f.name()), shapes, mylog.number, static_cast<int32_t>(f.scope())});
  mylog.events.back().start = now();
  return open;
}

void left(const at::RecordFunction&, at::ObserverContext* context) {
  if (context == nullptr) return;
  auto* open = static_cast<Open*>(context);
  // What began in an earlier session, or on another thread, is not this list's.
  if (open->generation != mine.generation || !mine.log || running.load(std::memory_order_acquire) != open->generation) return;
  const int64_t end = now();
  std::lock_guard<std::mutex> lock(mine.log->mutex);
  mine.log->events[open->place].end = end;
}

struct Result {
  std::vector<Event> events;
  std::vector<std::string> names;
};

}  // namespace

// Begins to record. `all`: every thread, or the calling one only.
VN_EXPORT int vn_profiler_start(int32_t shapes, int32_t all) {
  return guarded([&] {
    std::lock_guard<std::mutex> lock(session.mutex);
    TORCH_CHECK(running.load() == 0, "a profiler is running already; end it first");
    session.threads.clear();
    session.begin = std::chrono::steady_clock::now();
    session.shapes = shapes != 0;
    session.local = all == 0;
    auto callback = at::RecordFunctionCallback(entered, left)
                        .needsInputs(shapes != 0)
                        .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION,
                                 at::RecordScope::TORCHSCRIPT_FUNCTION, at::RecordScope::USER_SCOPE});
    running.store(++session.generation, std::memory_order_release);
    session.handle = session.local ? at::addThreadLocalCallback(callback) : at::addGlobalCallback(callback);
  });
}

// Ends it: the events of all threads, each thread's in the order of their beginning.
VN_EXPORT int vn_profiler_stop(void** out, const Event** events, int64_t* count, int64_t* names) {
  return guarded([&] {
    TORCH_CHECK(running.load() != 0, "no profiler is running");
    at::removeCallback(session.handle);
    const int64_t end = now();
    running.store(0, std::memory_order_release);
    std::lock_guard<std::mutex> lock(session.mutex);
    auto result = std::make_unique<Result>();
    for (auto& thread : session.threads) {
      std::lock_guard<std::mutex> own(thread->mutex);
      const auto shift = static_cast<int32_t>(result->names.size());
      for (auto& name : thread->names) result->names.push_back(name);
      for (Event e : thread->events) {
        if (e.end < 0) e.end = end;  // still open
        e.name += shift;
        if (e.shapes >= 0) e.shapes += shift;
        result->events.push_back(e);
      }
    }
    session.threads.clear();
    *events = result->events.data();
    *count = static_cast<int64_t>(result->events.size());
    *names = static_cast<int64_t>(result->names.size());
    *out = result.release();
  });
}

VN_EXPORT const char* vn_profiler_name(void* result, int64_t i) {
  return static_cast<Result*>(result)->names[static_cast<size_t>(i)].c_str();
}

VN_EXPORT void vn_profiler_free(void* result) { delete static_cast<Result*>(result); }

// A range of the caller's own; ends with vn_profiler_range_leave on the same thread.
VN_EXPORT int64_t vn_profiler_range_enter(const char* name, uint64_t* generation) {
  *generation = running.load(std::memory_order_acquire);
  if (*generation == 0) return -1;
  ThreadLog& mylog = log(*generation);
  std::lock_guard<std::mutex> lock(mylog.mutex);
  const auto place = static_cast<int64_t>(mylog.events.size());
  mylog.events.push_back({now(), -1, mylog.name(name), -1, mylog.number, static_cast<int32_t>(at::RecordScope::USER_SCOPE)});
  return place;
}

VN_EXPORT void vn_profiler_range_leave(int64_t place, uint64_t generation) {
  if (place < 0 || generation != mine.generation || !mine.log || running.load(std::memory_order_acquire) != generation) return;
  std::lock_guard<std::mutex> lock(mine.log->mutex);
  mine.log->events[static_cast<size_t>(place)].end = now();
}

VN_EXPORT const char* vn_profiler_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
