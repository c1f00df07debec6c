// What a Merge task does: several fields as one text.
#pragma once

#include <arrow/array.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

class Concatenation {
 public:
  // CONCAT_FORMAT is a text with ${Field} for each value, or without one what stands between the
  // values of the source fields in their order; where it is absent, nothing does. kInvalidArgument:
  // a placeholder without an end, or for a field that is not among the source fields.
  static Result<Concatenation> Make(const Task& task);

  // `columns` are those of the source fields as texts, of one length. What is null leaves its place
  // empty.
  Result<std::shared_ptr<arrow::Array>> Apply(
      const std::vector<std::shared_ptr<arrow::StringArray>>& columns) const;

 private:
  struct Part {
    std::string text;             // Comes first.
    std::optional<size_t> field;  // Then the value of this source field.
  };

  static Result<std::vector<Part>> ParseFormat(const Task& task, const std::string& format);

  std::vector<Part> parts_;
};

}  // namespace sluice::flow
