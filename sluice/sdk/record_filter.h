// A filter expression as a test on records, for systems that can't filter by themselves.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"
#include "sluice/model/json_record.h"

namespace sluice::sdk {

class RecordFilter {
 public:
  // Lets every record pass.
  RecordFilter() = default;
  explicit RecordFilter(Filter condition) : condition_(std::move(condition)) {}

  // Of the empty text: every record. kInvalidArgument as ParseFilterExpression has it, and for a
  // LIMIT, which counts records over all pages.
  static Result<RecordFilter> Parse(std::string_view expression);

  // What is compared decides how: numbers by value to the last digit, dates and times as points in
  // time (a date is its midnight, UTC), all else as text; CONTAINS and BETWEEN (with both ends)
  // likewise. A member that is absent is null, and null is unequal to everything but null. Where a
  // record has something else than a number or a time where one is asked for, it does not match,
  // whatever the operator.
  bool Matches(std::span<const JsonMember> record) const;

 private:
  std::optional<Filter> condition_;
};

}  // namespace sluice::sdk
