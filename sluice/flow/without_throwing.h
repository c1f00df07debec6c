// Where a thread begins: nothing may be thrown out of it.
#pragma once

#include <exception>
#include <string>

#include "sluice/base/result.h"

namespace sluice::flow {

// What `work` (a function that gives a Result) returns; what a library throws in it becomes an
// Error that begins with `failure`.
template <class Work>
auto WithoutThrowing(const char* failure, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return Error{ErrorCode::kUnknown, std::string(failure) + ": " + exception.what(), {}};
  } catch (...) {
    return Error{ErrorCode::kUnknown, std::string(failure) + " for an unknown reason", {}};
  }
}

}  // namespace sluice::flow
