// Broken invariants. What can happen is an Error (result.h); what can't is checked, in every build.
#pragma once

namespace sluice::internal {
// Prints the condition with its place to stderr and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace sluice::internal

#define SLUICE_CHECK(condition) \
  ((condition) ? void() : ::sluice::internal::CheckFailed(#condition, __FILE__, __LINE__))
