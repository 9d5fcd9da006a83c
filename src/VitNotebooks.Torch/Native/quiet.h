// libtorch's warnings are not printed while one of these lives, on this thread.
#pragma once

#include <c10/util/Exception.h>
#include <torch/version.h>

#include <string>

namespace {

struct Silent : c10::WarningHandler {
#if TORCH_VERSION_MAJOR < 2
  void process(const c10::SourceLocation&, const std::string&, const bool) override {}
#else
  void process(const c10::Warning&) override {}
#endif
};

class Quiet {
  Silent silent_;
#if TORCH_VERSION_MAJOR < 2
  c10::Warning::WarningHandlerGuard guard_{&silent_};
#else
  c10::WarningUtils::WarningHandlerGuard guard_{&silent_};
#endif
};

}  // namespace
