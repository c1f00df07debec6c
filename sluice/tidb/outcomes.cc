#include "sluice/tidb/outcomes.h"

#include <algorithm>
#include <optional>

#include "sluice/base/json.h"

namespace sluice::tidb {

void Outcomes::SetRefused(size_t record, std::string message) {
  states_[record] = State::kRefused;
  records_[record].message = std::move(message);
}

size_t Outcomes::Count(State state) const {
  return static_cast<size_t>(std::count(states_.begin(), states_.end(), state));
}

// {"records": 3, "refused": [[1, "why"]]}
std::string Outcomes::Report(const Refusals& refused) const {
  std::string report = "{\"records\":" + std::to_string(records_.size()) + ",\"refused\":[";
  bool is_first = true;
  auto add = [&](size_t record, const std::string& message) {
    report.append(is_first ? "[" : ",[").append(std::to_string(record)).append(",");
    json::AppendQuoted(report, message);
    report += ']';
    is_first = false;
  };
  for (size_t i = 0; i < records_.size(); ++i) {
    if (states_[i] == State::kRefused) add(i, records_[i].message);
  }
  for (const auto& [record, message] : refused) add(record, message);
  return report += "]}";
}

Status Outcomes::Apply(std::string_view report) {
  const Error other{ErrorCode::kClientError,
                    "this batch was written before, but with other records; a batch that is sent "
                    "again must be the same",
                    {}};
  auto parsed = json::ParseObject(report);
  if (!parsed.ok()) return WithContext(parsed.error(), "the report of a batch written before");
  auto records = json::FindInt(*parsed, "records");
  const json::Array* refused = json::FindArray(*parsed, "refused");
  if (!refused || records != static_cast<int64_t>(records_.size())) return other;
  states_.assign(records_.size(), State::kWritten);
  for (RecordOutcome& record : records_) record.message.clear();
  for (const json::Value& entry : *refused) {
    const json::Array* pair = entry.if_array();
    bool is_pair = pair && pair->size() == 2 && (*pair)[0].is_int64() && (*pair)[1].is_string();
    if (!is_pair || static_cast<size_t>((*pair)[0].get_int64()) >= records_.size()) return other;
    const auto& message = (*pair)[1].get_string();
    SetRefused(static_cast<size_t>((*pair)[0].get_int64()), {message.data(), message.size()});
  }
  return Done{};
}

Refusals Outcomes::Refused(const Refusals& refused) const {
  Refusals all = refused;
  for (size_t i = 0; i < records_.size(); ++i) {
    if (states_[i] == State::kRefused) all.emplace(i, records_[i].message);
  }
  for (auto merged = merged_.rbegin(); merged != merged_.rend(); ++merged) {
    auto later = all.find(merged->second);
    if (later != all.end()) all.emplace(merged->first, later->second);
  }
  return all;
}

WriteOutcome Outcomes::Finish(const std::string& table, const std::string& why_pending) && {
  for (auto merged = merged_.rbegin(); merged != merged_.rend(); ++merged) {
    auto [record, later] = *merged;
    states_[record] = states_[later];
    records_[record].message =
        states_[later] == State::kRefused
            ? records_[later].message
            : "a later record of the same request has the same id, and its values were stored";
  }
  WriteOutcome outcome;
  std::optional<size_t> first;
  for (size_t i = 0; i < records_.size(); ++i) {
    records_[i].is_written = states_[i] == State::kWritten;
    if (states_[i] == State::kPending) records_[i].message = why_pending;
    if (states_[i] == State::kRefused && !first) first = i;
  }
  size_t out = records_.size() - Count(State::kWritten);
  if (out > 0) {
    std::string message = std::to_string(out) + " of " + std::to_string(records_.size()) +
                          " records were not written to table '" + table + "'";
    if (first) {
      const RecordOutcome& record = records_[*first];
      std::string id = record.record_id.empty() ? "" : " (id '" + record.record_id + "')";
      message += "; the first" + id + ": " + record.message;
    }
    outcome.error = Error{ErrorCode::kPartialWriteFailure, std::move(message), {}};
  }
  outcome.records = std::move(records_);
  return outcome;
}

}  // namespace sluice::tidb
