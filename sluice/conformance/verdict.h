// What a check finds.
#pragma once

#include <string>

namespace sluice::conformance {

enum class Outcome {
  kPassed,
  kWarned,  // Against the rule, but AWS's own SDKs and examples do it too, and AppFlow copes.
  kFailed,
  kSkipped,  // Could not be judged.
};

// A check gives texts as they are; Run() blots out secrets and abridges them.
struct Verdict {
  Outcome outcome = Outcome::kPassed;
  std::string
      reason;         // What is wrong, or why it was skipped; on a pass what was looked at, if any.
  std::string asked;  // The request that showed it.
  std::string came;   // The answer.
};

// Why what came after the user's Ctrl-C is skipped.
inline constexpr char kStopped[] = "stopped";

inline Verdict Pass(std::string looked_at = "") {
  return {Outcome::kPassed, std::move(looked_at), "", ""};
}
inline Verdict Skip(std::string why) { return {Outcome::kSkipped, std::move(why), "", ""}; }

}  // namespace sluice::conformance
