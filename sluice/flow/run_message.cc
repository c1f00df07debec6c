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

std::string StaysWritten(int64_t rows) {
  return rows == 0 ? "" : " " + Records(rows) + " written before that stay written.";
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

std::string MessageOfFinished(const Flow& flow, const RunLog& log) {
  const RunCounts& counts = log.run().counts;
  std::string done =
      flow.destination.operation == WriteOperation::kDelete ? " deleted" : " written";
  if (counts.records_processed == 0) {
    return "The source had no records for this flow; nothing was written.";
  }
  if (counts.put_failures == 0) return Records(counts.records_processed) + done + ".";
  std::string message;
  if (counts.put_failures == counts.records_processed) {
    message = counts.records_processed == 1
                  ? "The only record was refused."
                  : std::to_string(counts.put_failures) + " of " +
                        Records(counts.records_processed) + " were refused.";
  } else {
    message = std::to_string(counts.records_processed - counts.put_failures) + " of " +
              Records(counts.records_processed) + done + ", " +
              std::to_string(counts.put_failures) + " refused.";
  }
  if (log.first_refusal()) message += " First: " + Sentence(log.first_refusal()->error.message);
  return CutTo(kMaxMessageBytes, std::move(message));
}

std::string MessageOfFailed(const Flow& flow, const Error& error, const RunLog* log) {
  std::string message;
  if (log && log->first_refusal() && log->is_over() &&
      error.message == log->first_refusal()->error.message) {
    int64_t refused = log->run().counts.put_failures;
    message = refused == 1 ? "The run was stopped at the first refused record: "
                           : "The run was stopped: " + Records(refused) + " were refused. First: ";
  }
  message += Sentence(error.message);
  if (log) {
    message += StaysWritten(log->rows_written());
    int64_t in_doubt = log->RowsInDoubt();
    if (in_doubt > 0 && flow.destination.operation == WriteOperation::kInsert &&
        IsOutcomeUnknown(error.code)) {
      message += " Whether the next " + Records(in_doubt) +
                 " were written is not known: look for them in '" + flow.destination.entity +
                 "' before you run the flow again, or use Upsert, which may be repeated.";
    }
  }
  return CutTo(kMaxMessageBytes, std::move(message));
}

std::string MessageOfCanceled(const RunLog* log) {
  return "The run was canceled." + StaysWritten(log ? log->rows_written() : 0);
}

}  // namespace sluice::flow
