#include "sluice/flow/run_message.h"

namespace sluice::flow {
namespace {

constexpr size_t kMaxMessageBytes = 2048;

std::string Records(int64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

// Ends a sentence that a connector may have ended already.
std::string Sentence(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

int64_t Written(const RunCounts& counts) {
  return counts.records_processed - counts.put_failures - counts.filtered;
}

std::string StaysWritten(const RunEnd& end) {
  const int64_t rows = Written(end.run.counts);
  return rows == 0 ? "" : " " + Records(rows) + " written before that stay written.";
}

std::string Repeated(const Flow& flow, const RunEnd& end) {
  const int64_t rows = end.run.counts.repeated;
  if (rows == 0) return "";
  return " " + Records(rows) + " may be there twice: they were sent again after a failure, and '" +
         flow.destination.entity + "' keeps no record of what it has.";
}

std::string InDoubt(const Flow& flow, const RunEnd& end) {
  if (end.records_in_doubt == 0 || flow.destination.operation != WriteOperation::kInsert) return "";
  return " Whether the next " + Records(end.records_in_doubt) +
         " were written is not known: look for them in '" + flow.destination.entity +
         "' before you run the flow again, or use Upsert, which may be repeated.";
}

// The first refused record: where it is, if that is known, and why.
std::string FirstOf(const RejectedRow& row) {
  return (row.place.empty() ? "" : row.place + ": ") + Sentence(row.error.message);
}

std::string StoppedAt(const Error& error, const RunEnd& end) {
  const RejectedRow first = end.first_refusal.value_or(RejectedRow{.error = error});
  const int64_t refused = end.run.counts.put_failures;
  if (refused > 1) {
    return "The run was stopped: " + Records(refused) + " were refused. First: " + FirstOf(first);
  }
  if (first.place.empty()) {
    return "The run was stopped at the first refused record: " + FirstOf(first);
  }
  return "The run was stopped at " + FirstOf(first);
}

// Whether a failed write may have done its work.
bool IsOutcomeUnknown(ErrorCode code) {
  return IsRetryable(code) || code == ErrorCode::kUnknown ||
         code == ErrorCode::kPartialWriteFailure;
}

}  // namespace

std::string CutTo(size_t bytes, std::string text) {
  if (text.size() <= bytes) return text;
  constexpr std::string_view kMore = "…";
  size_t end = bytes - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + std::string(kMore);
}

bool WereAllRefused(const RunCounts& counts) {
  return counts.put_failures > 0 && Written(counts) == 0;
}

std::string MessageOfFinished(const Flow& flow, const RunEnd& end) {
  const RunCounts& counts = end.run.counts;
  if (counts.records_processed == 0) {
    return "The source had no records for this flow; nothing was written.";
  }
  const std::string all = Records(counts.records_processed);
  const std::string filtered =
      counts.filtered == 0 ? "" : ", " + std::to_string(counts.filtered) + " filtered out";
  std::string message;
  if (!WereAllRefused(counts)) {
    const int64_t written = Written(counts);
    message = written == counts.records_processed ? all : std::to_string(written) + " of " + all;
    message += flow.destination.operation == WriteOperation::kDelete ? " deleted" : " written";
    message += filtered;
    if (counts.put_failures > 0) message += ", " + std::to_string(counts.put_failures) + " refused";
    message += ".";
  } else if (counts.records_processed == 1) {
    message = "The only record was refused.";
  } else {
    message = std::to_string(counts.put_failures) + " of " + all + " were refused" + filtered + ".";
  }
  message += Repeated(flow, end);
  if (counts.put_failures > 0 && end.first_refusal) {
    message += " First: " + FirstOf(*end.first_refusal);
  }
  return CutTo(kMaxMessageBytes, std::move(message));
}

std::string MessageOfFailed(const Flow& flow, const Error& error, const RunEnd& end) {
  std::string message = end.is_by_refusal ? StoppedAt(error, end) : Sentence(error.message);
  message += StaysWritten(end) + Repeated(flow, end);
  if (IsOutcomeUnknown(error.code)) message += InDoubt(flow, end);
  return CutTo(kMaxMessageBytes, std::move(message));
}

std::string MessageOfCanceled(const Flow& flow, const RunEnd& end) {
  return CutTo(kMaxMessageBytes, "The run was canceled." + StaysWritten(end) + Repeated(flow, end) +
                                     InDoubt(flow, end));
}

std::string MessageOfWaiting(const LiveState& state) {
  if (state.waiting_for.empty()) return "";
  return CutTo(kMaxMessageBytes, "Waiting to try again: " + Sentence(state.waiting_for));
}

}  // namespace sluice::flow
