// Dimension names. Their operators take Dimname, which the boxed calls of core.cpp do not carry; a list of names comes as one
// string, separated by commas, "*" for a dimension without one.
#include "border.h"

#include <sstream>

namespace {

using at::Dimname;

Dimname nameOf(const std::string& text) {
  return text == "*" ? Dimname::wildcard() : Dimname::fromSymbol(c10::Symbol::dimname(text));
}

std::vector<Dimname> namesOf(const char* joined) {
  std::vector<Dimname> names;
  std::stringstream stream(joined);
  std::string part;
  while (std::getline(stream, part, ',')) names.push_back(nameOf(part));
  return names;
}

}  // namespace

// "" for a tensor without names.
VN_EXPORT int vn_names_get(void* tensor, const char** out) {
  static thread_local std::string joined;
  return guarded([&] {
    const auto t = tensorOf(tensor);
    joined.clear();
    if (t.has_names()) {
      for (const auto& name : t.names()) {
        if (!joined.empty()) joined += ',';
        joined += name.isWildcard() ? "*" : name.symbol().toUnqualString();
      }
    }
    *out = joined.c_str();
  });
}

// Null takes the names away. In place, out stays as it is.
VN_EXPORT int vn_names_rename(void* tensor, const char* names, int32_t inPlace, void** out) {
  return guarded([&] {
    auto t = tensorOf(tensor);
    std::vector<Dimname> list;
    Optional<at::DimnameList> given;
    if (names != nullptr) {
      list = namesOf(names);
      given = at::DimnameList(list);
    }
    if (inPlace) {
      t.rename_(given);
    } else {
      *out = own(t.rename(given));
    }
  });
}

VN_EXPORT int vn_names_refine(void* tensor, const char* names, void** out) {
  return guarded([&] { *out = own(tensorOf(tensor).refine_names(namesOf(names))); });
}

// ellipsis: where in the order the dimensions that it does not name go; -1 for nowhere.
VN_EXPORT int vn_names_align_to(void* tensor, const char* names, int64_t ellipsis, void** out) {
  return guarded([&] {
    const auto order = namesOf(names);
    const auto t = tensorOf(tensor);
    *out = own(ellipsis < 0 ? t.align_to(order) : t.align_to(order, ellipsis));
  });
}

VN_EXPORT int vn_names_flatten(void* tensor, const char* dims, const char* name, void** out) {
  return guarded([&] { *out = own(tensorOf(tensor).flatten(namesOf(dims), nameOf(name))); });
}

VN_EXPORT int vn_names_unflatten(void* tensor, const char* dim, const int64_t* sizes, const char* names, void** out) {
  return guarded([&] {
    const auto list = namesOf(names);
    *out = own(tensorOf(tensor).unflatten(nameOf(dim), at::IntArrayRef(sizes, list.size()), list));
  });
}

VN_EXPORT const char* vn_names_error(int32_t* kind) {
  *kind = lastKind;
  return lastMessage.c_str();
}
