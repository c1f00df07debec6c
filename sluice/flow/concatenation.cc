#include "sluice/flow/concatenation.h"

#include <arrow/builder.h>

#include <algorithm>

#include "sluice/connector/records.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {

Result<Concatenation> Concatenation::Make(const Task& task) {
  Concatenation merge;
  const std::string format = FindProperty(task, "CONCAT_FORMAT").value_or("");
  if (format.find("${") != std::string::npos) {
    SLUICE_ASSIGN(merge.parts_, ParseFormat(task, format));
    return merge;
  }
  for (size_t i = 0; i < task.source_fields.size(); ++i) {
    merge.parts_.push_back({i == 0 ? "" : format, i});
  }
  return merge;
}

Result<std::vector<Concatenation::Part>> Concatenation::ParseFormat(const Task& task,
                                                                    const std::string& format) {
  std::vector<Part> parts;
  size_t at = 0;
  for (size_t begin; (begin = format.find("${", at)) != std::string::npos;) {
    const size_t end = format.find('}', begin);
    if (end == std::string::npos) {
      return Wrong(
          task, "has the CONCAT_FORMAT " + Shorten(format) + ", in which a ${ has no } to end it.");
    }
    const std::string name = format.substr(begin + 2, end - begin - 2);
    auto field = std::find(task.source_fields.begin(), task.source_fields.end(), name);
    if (field == task.source_fields.end()) {
      return Wrong(task, "has ${" + name +
                             "} in its CONCAT_FORMAT, but that is not among its source fields.");
    }
    parts.push_back(
        {format.substr(at, begin - at), static_cast<size_t>(field - task.source_fields.begin())});
    at = end + 1;
  }
  parts.push_back({format.substr(at), std::nullopt});
  return parts;
}

Result<std::shared_ptr<arrow::Array>> Concatenation::Apply(
    const std::vector<std::shared_ptr<arrow::StringArray>>& columns) const {
  const int64_t length = columns.front()->length();
  arrow::StringBuilder builder;
  arrow::Status status = builder.Reserve(length);
  std::string text;
  for (int64_t row = 0; status.ok() && row < length; ++row) {
    text.clear();
    for (const Part& part : parts_) {
      text += part.text;
      if (part.field && !columns[*part.field]->IsNull(row)) {
        text += columns[*part.field]->GetView(row);
      }
    }
    status = builder.Append(text);
  }
  std::shared_ptr<arrow::Array> merged;
  if (status.ok()) status = builder.Finish(&merged);
  if (!status.ok()) return FromArrow(status);
  return merged;
}

}  // namespace sluice::flow
