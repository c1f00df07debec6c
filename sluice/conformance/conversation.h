// The kit's talk with a connector: sends requests, sorts the answers, and looks at each for what
// holds for all of them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/conformance/options.h"
#include "sluice/conformance/verdict.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::conformance {

struct Answer {
  enum class What {
    kSuccess,      // isSuccess is true.
    kRefusal,      // isSuccess is false.
    kThrew,        // A function error.
    kDied,         // The process ended.
    kLate,         // Not within the time limit.
    kTooLarge,     // Over 6 MB.
    kUnreadable,   // Not a JSON object with a boolean isSuccess.
    kUnreachable,  // The connector could not be asked.
    kStopped,      // Not asked: the user wants no more.
  };
  What what = What::kUnreachable;
  std::string text;                       // As it came.
  json::Object body;                      // Of kSuccess and kRefusal.
  std::string error_code, error_message;  // Of a refusal; of the invocation where there is no body.
  bool is_explained = false;              // A refusal with a proper errorDetails.
  std::string asked, came;                // Whole, with secrets: for a Verdict.

  bool ok() const { return what == What::kSuccess; }
};

// Values that are shorter are no news where they stand in a text.
inline constexpr size_t kShortestSecret = 6;

class Conversation {
 public:
  Conversation(protocol::FunctionInvoker& invoker, const Options& options)
      : invoker_(invoker), options_(options) {}

  Answer Ask(const json::Object& request);
  // From now on requests are made even where the user wants to stop: the kit cleans up.
  void AskAnyway() { asks_anyway_ = true; }

  // From now on people are shown these values no more, nor those that are watched. Takes the place
  // of what was hidden before. Empty ones don't count.
  void Hide(const std::vector<Secret>& values);
  // From now on nothing that comes back may hold this value. False, and nothing is done, where it
  // has fewer than 6 characters: it would be found everywhere.
  bool Watch(const Secret& secret);
  bool Leaks(std::string_view text) const;

  // What people may see of a text.
  std::string Blot(std::string_view text) const;
  // The same of a long one, cut in the middle.
  std::string Excerpt(std::string_view text, size_t max_bytes) const;

  // What is true of every answer so far.
  const Verdict& in_time() const { return in_time_; }
  const Verdict& size() const { return size_; }
  const Verdict& readable() const { return readable_; }
  const Verdict& refusals() const { return refusals_; }
  const Verdict& secrets() const { return leak_; }
  int requests() const { return requests_; }
  // Set where the connector could not even be asked the first time.
  const std::optional<Error>& unreachable() const { return unreachable_; }

 private:
  void Sort(Answer& answer, const Result<std::string>& came);
  void CheckRefusal(Answer& answer, std::string_view type);
  static void Note(Verdict& verdict, Outcome outcome, std::string reason, const Answer& answer);

  protocol::FunctionInvoker& invoker_;
  const Options& options_;
  std::vector<Secret> hidden_, watched_;  // In all forms in which they may stand in an answer.
  Verdict in_time_, size_, readable_, refusals_, leak_;
  std::chrono::milliseconds slowest_{0};
  size_t largest_ = 0;
  int requests_ = 0, refused_ = 0;
  bool asks_anyway_ = false;
  std::optional<Error> unreachable_;
};

// `answer` is not what it should be. What spoils any answer (too late, too large, unreadable) is
// told once, by the check of that; here the answer is only skipped.
Verdict Fail(const Answer& answer, std::string reason);
// The same for what AWS's own SDKs and examples do.
Verdict Warn(const Answer& answer, std::string reason);

// Nothing where the connector did as it was asked.
std::optional<Verdict> UnlessSuccess(const Answer& answer);
// Nothing where the connector said no, as an answer: isSuccess false, no function error. `to` is
// what it should refuse: "an entity that does not exist".
std::optional<Verdict> UnlessRefused(const Answer& answer, std::string_view to);
// A refusal of `to` with one of these codes; others are a warning.
Verdict RefusedWith(const Answer& answer, std::string_view to,
                    const std::vector<std::string_view>& codes);

}  // namespace sluice::conformance
