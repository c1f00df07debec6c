#include "sluice/flow/dead_letter.h"

#include <algorithm>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"
#include "sluice/flow/run_message.h"

namespace sluice::flow {
namespace {

std::string RecordOf(const Batch& source, int64_t index) {
  auto found = std::lower_bound(source.source_row.begin(), source.source_row.end(), index);
  if (!source.rows || found == source.source_row.end() || *found != index) return "";
  auto records = RecordsToJson(*source.rows->Slice(found - source.source_row.begin(), 1));
  // A value that has no form in JSON (NaN): why is better than nothing.
  return records.ok() ? records->front() : records.error().message;
}

}  // namespace

void AddRecord(const Batch& source, RejectedRow& row) {
  std::string record = RecordOf(source, row.index);
  if (record.empty()) record = std::move(row.record);
  row.record = CutTo(kMostRecordBytes, std::move(record));
}

std::string ToJsonLines(const std::vector<RejectedRow>& rows) {
  std::string lines;
  for (const RejectedRow& row : rows) {
    lines += R"({"record":)";
    if (json::ParseObject(row.record).ok()) {
      lines += row.record;  // As it is: a parsed number would lose digits.
    } else {
      json::AppendQuoted(lines, row.record);
    }
    lines += R"(,"errorCode":)";
    json::AppendQuoted(lines, ToString(row.error.code));
    lines += R"(,"errorMessage":)";
    json::AppendQuoted(lines, row.error.message);
    lines += R"(,"field":)";
    json::AppendQuoted(lines, row.field);
    lines += R"(,"place":)";
    json::AppendQuoted(lines, row.place);
    lines += "}\n";
  }
  return lines;
}

}  // namespace sluice::flow
