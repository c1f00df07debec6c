#include "sluice/functions/function_process.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/base/uuid.h"

namespace sluice::functions {
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
namespace {

// Lambda gives a function 10 s to start; a longer time limit of its own extends that.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
constexpr milliseconds kInitLimit{10'000};
// How often memory is looked at.
constexpr milliseconds kCheckBusy{100}, kCheckIdle{1000};
// A killed process is gone within this, unless the kernel holds it.
constexpr milliseconds kEndLimit{2000};
constexpr int64_t kMegabyte = 1 << 20;

std::string NewLogStream(Time now) {
  std::string day = FormatDate(std::chrono::floor<std::chrono::days>(now));
  std::replace(day.begin(), day.end(), '-', '/');
  return day + "/[$LATEST]" + HexEncode(RandomBytes(16));
}

std::string Fixed(double value, const char* format) {
  char text[64];
  snprintf(text, sizeof text, format, value);
  return text;
}

std::string SecondsText(milliseconds time) { return Fixed(time.count() / 1000.0, "%.2f seconds"); }

double MillisecondsBetween(steady_clock::time_point from, steady_clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

std::string ErrorPayload(std::string_view type, std::string_view message) {
  return json::ToText(json::Object{{"errorMessage", message}, {"errorType", type}});
}

std::string MegabytesText(int64_t bytes) {
  return std::to_string((bytes + kMegabyte - 1) / kMegabyte) + " MB";
}

}  // namespace

struct FunctionProcess::Exchange {
  std::string request_id = NewUuid();
  std::string_view payload;
  Deadline deadline;
  steady_clock::time_point handed{};
  std::optional<double> init_ms;  // Of a process that was started for it.
};

FunctionProcess::FunctionProcess(HostParts parts, Function function,
                                 std::shared_ptr<CodeFolder> code)
    : parts_(parts),
      function_(std::move(function)),
      code_(std::move(code)),
      log_group_("/aws/lambda/" + function_.name),
      log_stream_(NewLogStream(parts.clock.Now())),
      log_(parts.log, log_group_, log_stream_) {}

Result<std::unique_ptr<FunctionProcess>> FunctionProcess::Start(HostParts parts, Function function,
                                                                std::shared_ptr<CodeFolder> code) {
  std::unique_ptr<FunctionProcess> started(
      new FunctionProcess(parts, std::move(function), std::move(code)));
  const fs::path scratch = fs::path(parts.options.data_dir) / "scratch" / NewUuid();
  std::error_code error;
  fs::create_directories(scratch, error);
  if (!error) fs::permissions(scratch, fs::perms::owner_all, error);
  if (error) {
    return ServiceUnavailable("the scratch folder " + scratch.string() +
                              " can't be made: " + error.message());
  }
  started->scratch_ = scratch.string();
  SLUICE_ASSIGN(started->api_, RuntimeApi::Start(started->function_.arn));
  SLUICE_ASSIGN(started->process_, Process::Start(started->Spec()));
  started->watcher_ = std::thread([process = started.get()] { process->Watch(); });
  return started;
}

FunctionProcess::~FunctionProcess() {
  if (process_) process_->Kill();
  if (watcher_.joinable()) watcher_.join();
  process_.reset();
  if (!scratch_.empty()) RemoveFolder(scratch_);
}

void FunctionProcess::End() {
  ending_ = true;
  process_->Kill();
}

ProcessSpec FunctionProcess::Spec() const {
  const std::string code = code_->path().string();
  ProcessSpec spec;
  spec.directory = code;
  spec.environment = ProcessEnvironment(parts_.options, function_, code, scratch_, api_->address(),
                                        log_group_, log_stream_);
  if (function_.runtime.starts_with("python")) {
    spec.program = parts_.options.python;
    spec.arguments = {spec.program, "-m", "awslambdaric", function_.handler};
  } else {
    spec.program = code + "/bootstrap";
    spec.arguments = {spec.program};
  }
  return spec;
}

milliseconds FunctionProcess::TimeLimit() const {
  return std::chrono::seconds(function_.timeout_s);
}

// ---- The watching thread ----------------------------------------------------------------------

void FunctionProcess::Watch() {
  pollfd watched[3] = {
      {process_->out(), POLLIN, 0}, {process_->err(), POLLIN, 0}, {process_->ended(), POLLIN, 0}};
  auto last_check = steady_clock::now();
  while (watched[2].revents == 0) {
    if (poll(watched, 3, static_cast<int>(kCheckBusy.count())) < 0 && errno != EINTR) break;
    Drain();
    for (pollfd& pipe : watched) {
      // A pipe that is at its end would be readable all the time.
      if ((pipe.revents & POLLHUP) && !(pipe.revents & POLLIN)) pipe.fd = -1;
    }
    if (steady_clock::now() - last_check < (busy_ ? kCheckBusy : kCheckIdle)) continue;
    CheckMemory();
    last_check = steady_clock::now();
  }
  end_ = process_->Wait();
  Drain();
  log_.EndLines();
  ending_ = true;
  api_->End();
}

void FunctionProcess::CheckMemory() {
  const int64_t limit = function_.memory_mb * kMegabyte;
  int64_t bytes = parts_.table.ResidentBytes(process_->keeper(), kCheckBusy / 2);
  if (bytes > limit) bytes = parts_.table.ProportionalBytes(process_->keeper());
  if (bytes > peak_bytes_) peak_bytes_ = bytes;
  if (bytes <= limit) return;
  too_much_bytes_ = bytes;
  End();
}

// Reads what is in the pipes now, but not for ever where the process writes faster than that.
void FunctionProcess::Drain() {
  constexpr int kMaxReads = 64;
  std::lock_guard lock(drain_mutex_);
  for (auto [fd, source] : {std::pair(process_->out(), ProcessLog::Source::kOut),
                            std::pair(process_->err(), ProcessLog::Source::kErr)}) {
    for (int i = 0; i < kMaxReads; ++i) {
      const ssize_t size = read(fd, drained_.data(), drained_.size());
      if (size <= 0) break;
      log_.Take(source, std::string_view(drained_.data(), size));
    }
  }
}

// ---- An invocation, on the caller's thread ----------------------------------------------------

Outcome FunctionProcess::Invoke(std::string_view payload, Deadline deadline) {
  Exchange exchange{.payload = payload, .deadline = deadline};
  busy_ = true;
  if (warm_) log_.ClearTail();  // A new process's first words belong to its first invocation.
  Outcome outcome = Take(exchange);
  if (outcome.what == Outcome::What::kUntaken) return outcome;
  if (exchange.handed != steady_clock::time_point{}) warm_ = true;
  Report(exchange);
  outcome.log_tail = log_.Tail();
  busy_ = false;
  parts_.log.Flush();
  return outcome;
}

Outcome FunctionProcess::Take(Exchange& exchange) {
  const milliseconds init_limit = std::max(kInitLimit, TimeLimit());
  const Deadline init_deadline = (warm_ ? steady_clock::now() : started_) + init_limit;
  switch (api_->AwaitReady(std::min(init_deadline, exchange.deadline))) {
    case RuntimeApi::Waited::kDone:
      break;
    case RuntimeApi::Waited::kEnded:
      if (warm_) return {.what = Outcome::What::kUntaken};
      return Ended(exchange);
    case RuntimeApi::Waited::kTimedOut:
      if (exchange.deadline < init_deadline && !warm_) return StillStarting(exchange);
      if (was_left_starting_ && !warm_) {
        End();  // Its time was an earlier caller's: this one gets a process of its own.
        return {.what = Outcome::What::kUntaken};
      }
      return TooLate(exchange, exchange.deadline < init_deadline, init_limit);
  }

  exchange.handed = steady_clock::now();
  if (!warm_) exchange.init_ms = MillisecondsBetween(started_, exchange.handed);
  const Deadline limit = exchange.handed + TimeLimit();
  const Deadline until = std::min(limit, exchange.deadline);
  const Time until_time =
      parts_.clock.Now() +
      std::chrono::duration_cast<std::chrono::microseconds>(until - exchange.handed);
  log_.Say("START RequestId: " + exchange.request_id + " Version: $LATEST");
  api_->Hand({exchange.request_id, std::string(exchange.payload),
              std::chrono::floor<milliseconds>(until_time).time_since_epoch().count()});
  RuntimeAnswer answer;
  switch (api_->AwaitAnswer(until, answer)) {
    case RuntimeApi::Waited::kDone:
      return Answered(answer, exchange);
    case RuntimeApi::Waited::kEnded:
      return Ended(exchange);
    case RuntimeApi::Waited::kTimedOut:
      break;
  }
  return TooLate(exchange, exchange.deadline < limit, TimeLimit());
}

Outcome FunctionProcess::Answered(const RuntimeAnswer& answer, const Exchange& exchange) {
  Drain();
  log_.EndLines();
  if (answer.what == RuntimeAnswer::What::kResponse) return {.payload = answer.body};
  if (answer.what == RuntimeAnswer::What::kTooLarge) {
    End();
    return Failure(Outcome::What::kFailed, exchange, "Function.ResponseSizeTooLarge",
                   "Response payload size exceeded maximum allowed payload size (6291456 bytes).");
  }
  Outcome outcome{.what = Outcome::What::kFunctionError, .payload = answer.body};
  auto error = json::ParseObject(answer.body);
  if (error.ok()) {
    outcome.error_type = json::FindString(*error, "errorType").value_or(answer.error_type);
    outcome.message = json::FindString(*error, "errorMessage").value_or("");
  } else {
    outcome.error_type = answer.error_type.empty() ? "Unhandled" : answer.error_type;
    outcome.message = ToUtf8(answer.body);
    outcome.payload = ErrorPayload(outcome.error_type, outcome.message);
  }
  return outcome;
}

// The process ended, or said that it can't start.
Outcome FunctionProcess::Ended(const Exchange& exchange) {
  if (auto error = api_->init_error()) {
    End();
    return Answered(*error, exchange);
  }
  if (too_much_bytes_ > 0) {
    return Failure(Outcome::What::kFailed, exchange, "Runtime.OutOfMemory",
                   "Runtime ran out of memory: it used " + MegabytesText(too_much_bytes_) +
                       " of its " + std::to_string(function_.memory_mb) + " MB (MemorySize)");
  }
  switch (end_.how) {
    case ProcessEnd::How::kExited:
      return Failure(Outcome::What::kFailed, exchange, "Runtime.ExitError",
                     end_.value == 0
                         ? "Runtime exited without providing a reason"
                         : "Runtime exited with error: exit status " + std::to_string(end_.value));
    case ProcessEnd::How::kSignaled: {
      const char* name = sigdescr_np(end_.value);
      return Failure(Outcome::What::kFailed, exchange, "Runtime.ExitError",
                     "Runtime exited with error: signal: " +
                         (name ? std::string(name) : std::to_string(end_.value)));
    }
    case ProcessEnd::How::kNotStarted:
      return Failure(Outcome::What::kFailed, exchange, "Runtime.InvalidEntrypoint",
                     Spec().program + " can't be executed: " + strerror(end_.value) +
                         (end_.value == ENOEXEC ? " (neither a program for this processor nor a "
                                                  "script that begins with #!)"
                                                : ""));
    case ProcessEnd::How::kLost:
      break;
  }
  return Failure(Outcome::What::kFailed, exchange, "Runtime.ExitError",
                 "Runtime exited with error: it was killed from outside");
}

// What a caller has waited for in vain, the next one finds done.
Outcome FunctionProcess::StillStarting(const Exchange& exchange) {
  was_left_starting_ = true;
  return Failure(Outcome::What::kDeadlinePassed, exchange, "Sandbox.Timedout",
                 "Task was still starting at its caller's deadline");
}

Outcome FunctionProcess::TooLate(const Exchange& exchange, bool callers_deadline,
                                 milliseconds limit) {
  End();
  RuntimeAnswer too_late;
  api_->AwaitAnswer(DeadlineAfter(kEndLimit), too_late);  // For its last log lines.
  if (callers_deadline) {
    return Failure(Outcome::What::kDeadlinePassed, exchange, "Sandbox.Timedout",
                   "Task did not answer before its caller's deadline");
  }
  return Failure(Outcome::What::kTimedOut, exchange, "Sandbox.Timedout",
                 "Task timed out after " + SecondsText(limit));
}

Outcome FunctionProcess::Failure(Outcome::What what, const Exchange& exchange, std::string type,
                                 std::string sentence) {
  Outcome outcome{.what = what};
  outcome.payload = ErrorPayload(type, "RequestId: " + exchange.request_id + " Error: " + sentence);
  const std::string last_words = log_.LastWords();
  log_.Say("RequestId: " + exchange.request_id + " Error: " + sentence + " " + type);
  outcome.message = std::move(sentence);
  if (!last_words.empty()) outcome.message += ". It said last: " + last_words;
  outcome.error_type = std::move(type);
  return outcome;
}

void FunctionProcess::Report(const Exchange& exchange) {
  if (exchange.handed == steady_clock::time_point{}) return;  // It never got as far as START.
  if (peak_bytes_ == 0 && !ending_) {
    peak_bytes_ = parts_.table.ResidentBytes(process_->keeper(), {});
  }
  const double duration = MillisecondsBetween(exchange.handed, steady_clock::now());
  log_.Say("END RequestId: " + exchange.request_id);
  std::string report = "REPORT RequestId: " + exchange.request_id +
                       Fixed(duration, "\tDuration: %.2f ms") +
                       Fixed(std::ceil(duration), "\tBilled Duration: %.0f ms") +
                       "\tMemory Size: " + std::to_string(function_.memory_mb) + " MB" +
                       "\tMax Memory Used: " + MegabytesText(peak_bytes_);
  if (exchange.init_ms) report += Fixed(*exchange.init_ms, "\tInit Duration: %.2f ms");
  log_.Say(report);
}

}  // namespace sluice::functions
