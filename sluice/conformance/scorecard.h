// What came out of all checks, for people and for programs.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/conformance/checks.h"

namespace sluice::conformance {

struct CheckResult {
  const Check* check;
  Verdict verdict;
  std::chrono::milliseconds took{0};
};

struct Scorecard {
  std::string owner, name, version;  // The connector's, as it says.
  std::string entity;
  std::vector<CheckResult> results;
  std::chrono::milliseconds took{0};
  int requests = 0;

  int Count(Outcome outcome) const;
};

struct TextStyle {
  bool colors = false;
};

// One line for a check; for a failure what was asked, what came, the rule and its source below.
std::string ToText(const CheckResult& result, const TextStyle& style);
// The heading of a part of the scorecard, where `check` is its first one; else empty.
std::string HeadingBefore(const Check& check, const TextStyle& style);
// The last lines: the sums.
std::string Summary(const Scorecard& card, const TextStyle& style);

// {"connector":{…},"passed":n,"warned":n,"failed":n,"skipped":n,"requests":n,"milliseconds":n,
//  "checks":[{"id","title","outcome","milliseconds","reason"?,"asked"?,"came"?,"rule"?,"source"?}]}
std::string ToJson(const Scorecard& card);

}  // namespace sluice::conformance
