#include "sluice/flow/preview.h"

#include <algorithm>
#include <array>
#include <stop_token>
#include <thread>

#include "sluice/base/sleep.h"
#include "sluice/connector/records.h"
#include "sluice/flow/mapping.h"
#include "sluice/flow/plan.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

// For all that one preview reads.
class TimeLimit {
 public:
  explicit TimeLimit(std::chrono::seconds time)
      : time_(time), deadline_(DeadlineAfter(time)), alarm_([this](std::stop_token cancelled) {
          if (SleepFor(time_, cancelled)) over_.request_stop();
        }) {}

  Deadline deadline() const { return deadline_; }
  std::stop_token over() const { return over_.get_token(); }
  bool IsOver() const { return Deadline::clock::now() >= deadline_; }
  Error ToError() const {
    return {ErrorCode::kRequestTimeout,
            "the source delivered no record within " + std::to_string(time_.count()) + " seconds",
            {}};
  }

 private:
  const std::chrono::seconds time_;
  const Deadline deadline_;
  std::stop_source over_;
  std::jthread alarm_;  // Last, so that it ends first.
};

// Each record of a batch in a batch of its own, those that can't be read in their places.
std::vector<Batch> Singles(const Batch& batch) {
  std::vector<std::pair<int64_t, Batch>> singles;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const int64_t index = batch.source_row[static_cast<size_t>(row)];
    singles.emplace_back(
        index,
        Batch{.rows = batch.rows->Slice(row, 1), .source_row = {index}, .after = batch.after});
  }
  for (const RejectedRow& row : batch.unreadable) {
    singles.emplace_back(
        row.index,
        Batch{.rows = batch.rows->Slice(0, 0), .unreadable = {row}, .after = batch.after});
  }
  std::ranges::stable_sort(singles, {}, &std::pair<int64_t, Batch>::first);
  std::vector<Batch> sorted;
  for (auto& [index, single] : singles) sorted.push_back(std::move(single));
  return sorted;
}

Result<std::vector<Batch>> ReadFrom(Connector& source, ReadRequest request, int64_t most,
                                    const TimeLimit& limit) {
  if (source.CanLimit()) request.filter.limit = most;
  SLUICE_ASSIGN(auto partitions, source.Split(request, 1));
  SLUICE_ASSIGN(auto reader, source.OpenReader(request, partitions.front(), {}));
  std::vector<Batch> records;
  while (std::ssize(records) < most) {
    auto pull = reader->Next(limit.deadline(), limit.over());
    if (limit.IsOver() && (!pull.ok() || pull->what == Pulled::kIdle)) {
      if (records.empty()) return limit.ToError();
      break;
    }
    if (!pull.ok()) return std::move(pull).error();
    if (pull->what == Pulled::kEnd) break;
    if (pull->what == Pulled::kIdle) continue;
    for (Batch& single : Singles(pull->batch)) records.push_back(std::move(single));
  }
  if (std::ssize(records) > most) records.erase(records.begin() + most, records.end());
  return records;
}

PreviewedRecord SourceOf(const Batch& single) {
  if (!single.unreadable.empty()) {
    const RejectedRow& row = single.unreadable.front();
    return {.source = row.record,
            .outcome = PreviewOutcome::kRefused,
            .message = row.error.message,
            .field = row.field};
  }
  auto records = RecordsToJson(*single.rows);
  // A value that has no form in JSON (NaN): why is better than nothing.
  return {.source = records.ok() ? records->front() : records.error().message};
}

PreviewedRecord Without(PreviewedRecord record, std::string why) {
  record.outcome = PreviewOutcome::kFiltered;
  record.message = std::move(why);
  return record;
}

PreviewedRecord Refused(PreviewedRecord record, const Error& error, std::string field) {
  record.outcome = PreviewOutcome::kRefused;
  record.message = error.message;
  record.field = std::move(field);
  return record;
}

Result<PreviewedRecord> Judge(const Mapping& mapping, const Batch& single) {
  PreviewedRecord record = SourceOf(single);
  if (record.outcome) return record;
  auto mapped = mapping.Apply(single);
  if (!mapped.ok()) {
    // The record that would end the run.
    if (mapped.error().code != ErrorCode::kInvalidArgument) return std::move(mapped).error();
    return Refused(std::move(record), mapped.error(), "");
  }
  if (!mapped->rejected.empty()) {
    RejectedRow& row = mapped->rejected.front();
    return Refused(std::move(record), row.error, std::move(row.field));
  }
  for (size_t i = 0; i < mapped->filtered.size(); ++i) {
    if (mapped->filtered[i] == 0) continue;
    return Without(std::move(record), "The record fails the task " + mapping.filters()[i] + ".");
  }
  auto rows = RecordsToJson(*mapped->batch.rows);
  if (!rows.ok()) return Refused(std::move(record), rows.error(), "");
  record.outcome = PreviewOutcome::kMapped;
  record.destination = std::move(rows->front());
  return record;
}

ReadRequest Reading(const Endpoint& source, const EntityDefinition& entity) {
  ReadRequest request;
  request.entity = entity;
  request.settings = source.settings;
  return request;
}

}  // namespace

std::string_view ToString(PreviewOutcome outcome) {
  constexpr std::array<std::string_view, 3> kNames = {"Mapped", "Filtered", "Refused"};
  return kNames[static_cast<size_t>(outcome)];
}

Result<Preview> PreviewSource(const Endpoint& source, Accounts& accounts, int64_t most,
                              std::chrono::seconds time) {
  const TimeLimit limit(time);
  SLUICE_ASSIGN(auto connector, accounts.Open(source));
  Preview preview;
  SLUICE_ASSIGN(preview.source, DescribeSource(source, *connector));
  ReadRequest request = Reading(source, preview.source);
  for (const Field& field : preview.source.fields) {
    if (field.read.is_retrievable) request.fields.push_back(field.name);
  }
  SLUICE_ASSIGN(auto records, ReadFrom(*connector, std::move(request), most, limit));
  for (const Batch& single : records) preview.records.push_back(SourceOf(single));
  return preview;
}

Result<Preview> PreviewFlow(const Flow& flow, Accounts& accounts, int64_t most,
                            std::chrono::seconds time) {
  SLUICE_RETURN_IF_ERROR(CheckTasks(flow.tasks));
  const TimeLimit limit(time);
  SLUICE_ASSIGN(auto source, accounts.Open(flow.source));
  SLUICE_ASSIGN(auto destination, accounts.Open(flow.destination));
  Preview preview;
  SLUICE_ASSIGN(preview.source, DescribeSource(flow.source, *source));
  SLUICE_ASSIGN(EntityDefinition target, DescribeDestination(flow, preview.source, *destination));
  SLUICE_ASSIGN(Mapping mapping,
                MappingBetween(flow, preview.source, target, *source, *destination));

  ReadRequest request = Reading(flow.source, preview.source);
  request.fields = mapping.read_fields();
  request.filter = mapping.filter();
  SLUICE_ASSIGN(auto records, ReadFrom(*source, request, most, limit));
  std::vector<Batch> others;
  if (request.filter.condition) {
    const int64_t room = std::max(most / 2, most - std::ssize(records));
    Filter no_match{.kind = Filter::Kind::kNot, .operands = {*std::move(request.filter.condition)}};
    if (room > 0 && source->CanFilter(preview.source, no_match)) {
      request.filter.condition = std::move(no_match);
      SLUICE_ASSIGN(others, ReadFrom(*source, std::move(request), room, limit));
    }
  }
  const auto matching = std::min(std::ssize(records), most - std::ssize(others));
  records.erase(records.begin() + matching, records.end());
  for (const Batch& single : records) {
    SLUICE_ASSIGN(PreviewedRecord record, Judge(mapping, single));
    preview.records.push_back(std::move(record));
  }
  for (const Batch& single : others) {
    preview.records.push_back(Without(SourceOf(single),
                                      "The record does not match the flow's filters, so that the "
                                      "source does not deliver it."));
  }
  return preview;
}

}  // namespace sluice::flow
