// What became of each record of a request.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/tidb/write_request.h"

namespace sluice::tidb {

using Refusals = std::map<size_t, std::string>;  // By record.

// Several threads may put down what became of records, each of its own ones.
class Outcomes {
 public:
  explicit Outcomes(size_t records) : records_(records), states_(records, State::kPending) {}

  size_t size() const { return records_.size(); }

  void SetId(size_t record, std::string id) { records_[record].record_id = std::move(id); }
  const std::string& id(size_t record) const { return records_[record].record_id; }

  void SetWritten(size_t record) { states_[record] = State::kWritten; }
  void SetRefused(size_t record, std::string message);
  // The values of `record` are in the row of `later`, whose fate it shares. In the order of their
  // records.
  void SetMerged(size_t record, size_t later) { merged_.emplace_back(record, later); }

  bool HasRefused() const { return Count(State::kRefused) > 0; }
  bool IsBegun() const { return Count(State::kPending) < records_.size(); }

  // What a replay must say again, if `refused` are all that TiDB refuses. Small: of the records
  // that were written it holds no more than their number.
  std::string Report(const Refusals& refused) const;
  // Puts down what a report says of the same request. kClientError: it is not the same.
  Status Apply(std::string_view report);

  // The records that are not written, if `refused` are all that TiDB refuses.
  Refusals Refused(const Refusals& refused) const;

  // `why_pending` is told of those that nothing was put down for. The error, if any, counts those
  // that are not in `table`.
  WriteOutcome Finish(const std::string& table, const std::string& why_pending) &&;

 private:
  enum class State { kPending, kWritten, kRefused };

  size_t Count(State state) const;

  std::vector<RecordOutcome> records_;
  std::vector<State> states_;
  std::vector<std::pair<size_t, size_t>> merged_;
};

}  // namespace sluice::tidb
