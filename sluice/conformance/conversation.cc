#include "sluice/conformance/conversation.h"

#include <algorithm>
#include <array>
#include <set>

namespace sluice::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 11> kErrorCodes = {
    "InvalidArgument",   "InvalidCredentials",  "AccessDenied",         "RequestTimeout",
    "RateLimitExceeded", "ServiceUnavailable",  "ClientError",          "ServerError",
    "UnknownError",      "PartialWriteFailure", "ResourceNotFoundError"};

std::string TypeOf(const json::Object& request) {
  return json::FindString(request, "type").value_or("");
}

// AppFlow's, from the README of AWS's SDK; RetrieveData is not named there.
milliseconds TimeLimit(std::string_view type) {
  bool moves_records =
      type == "QueryDataRequest" || type == "WriteDataRequest" || type == "RetrieveDataRequest";
  return moves_records ? 30s : 10s;
}

std::string SecondsText(milliseconds time) {
  char text[32];
  snprintf(text, sizeof text, "%.2f s", static_cast<double>(time.count()) / 1000);
  return text;
}

// A request for people: the context is long, and the same in most requests.
std::string Shown(json::Object request) {
  if (request.contains("connectorContext")) request["connectorContext"] = "…";
  return json::ToText(request);
}

bool Mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != text.npos; });
}

bool IsCharacterStart(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

Answer::What WhatFailed(const Error& error) {
  if (error.code == ErrorCode::kRequestTimeout) return Answer::What::kLate;
  if (error.code != ErrorCode::kServerError) return Answer::What::kUnreachable;
  // AWS Lambda's names for these ends, which every invoker passes on.
  if (Mentions(error.message, {"ResponseSizeTooLarge"})) return Answer::What::kTooLarge;
  if (Mentions(error.message, {"Runtime.ExitError", "Runtime.OutOfMemory"})) {
    return Answer::What::kDied;
  }
  if (Mentions(error.message, {"not JSON"})) return Answer::What::kUnreadable;
  return Answer::What::kThrew;
}

// Why an answer can't be judged, with the check that says more.
std::optional<Verdict> Spoilt(const Answer& answer) {
  switch (answer.what) {
    case Answer::What::kLate:
      return Skip("no answer in time: see every-answer.in-time");
    case Answer::What::kTooLarge:
      return Skip("the answer was too large: see every-answer.size");
    case Answer::What::kUnreadable:
      return Skip("the answer can't be read: see every-answer.readable");
    case Answer::What::kStopped:
      return Skip(kStopped);
    default:
      return std::nullopt;
  }
}

std::string HowItEnded(const Answer& answer) {
  switch (answer.what) {
    case Answer::What::kSuccess:
      return "it answered isSuccess: true";
    case Answer::What::kRefusal:
      return "it refused: " + answer.error_code + ": " + answer.error_message;
    case Answer::What::kThrew:
      return "it threw an exception instead of answering";
    case Answer::What::kDied:
      return "its process ended";
    default:
      return "it could not be asked: " + answer.error_message;
  }
}

// Cut in the middle of a long text, between characters.
std::string Abridged(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  size_t head = max_bytes * 3 / 4, tail = text.size() - max_bytes / 4;
  while (head > 0 && !IsCharacterStart(text[head])) --head;
  while (tail < text.size() && !IsCharacterStart(text[tail])) ++tail;
  return std::string(text.substr(0, head)) + " … " + std::string(text.substr(tail));
}

void AppendEscape(std::string& out, unsigned unit) {
  char text[8];
  snprintf(text, sizeof text, "\\u%04x", unit);
  out += text;
}

// Of JSON in UTF-8 that in ASCII, as Python writes it.
std::string InAscii(std::string_view json) {
  std::string out;
  for (size_t at = 0; at < json.size();) {
    const auto first = static_cast<unsigned char>(json[at++]);
    if (first < 0x80) {
      out += static_cast<char>(first);
      continue;
    }
    unsigned point = first & (first >= 0xF0 ? 0x07 : first >= 0xE0 ? 0x0F : 0x1F);
    while (at < json.size() && !IsCharacterStart(json[at])) {
      point = (point << 6) | (static_cast<unsigned char>(json[at++]) & 0x3F);
    }
    if (point >= 0x10000) AppendEscape(out, 0xD800 + (((point - 0x10000) >> 10) & 0x3FF));
    AppendEscape(out, point >= 0x10000 ? 0xDC00 + (point & 0x3FF) : point);
  }
  return out;
}

// As it is, in JSON, and in a record, which is JSON in JSON.
void AddForms(std::vector<Secret>& list, const Secret& value) {
  std::set<std::string> forms = {value.Reveal()};
  for (int depth = 0; depth < 2; ++depth) {
    for (const std::string& form : std::set(forms)) {
      std::string quoted;
      json::AppendQuoted(quoted, form);
      quoted = quoted.substr(1, quoted.size() - 2);
      forms.insert(InAscii(quoted));
      forms.insert(std::move(quoted));
    }
  }
  for (const std::string& form : forms) list.emplace_back(form);
}

}  // namespace

Answer Conversation::Ask(const json::Object& request) {
  if (!asks_anyway_ && options_.stopped && options_.stopped()) {
    Answer none;
    none.what = Answer::What::kStopped;
    return none;
  }
  const std::string type = TypeOf(request);
  const milliseconds limit = options_.time_limit.value_or(TimeLimit(type));
  const std::string text = json::ToText(request);
  const auto begin = std::chrono::steady_clock::now();
  // A moment longer, so that it shows how late an answer is that just misses.
  Result<std::string> came = invoker_.Invoke(options_.function, text, DeadlineAfter(limit + 1s));
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  ++requests_;

  Answer answer;
  answer.asked = Shown(request);
  answer.came = came.ok() ? *came : came.error().message;
  Sort(answer, came);

  slowest_ = std::max(slowest_, took);
  if (answer.what == Answer::What::kLate || took > limit) {
    answer.what = Answer::What::kLate;
    Note(in_time_, Outcome::kFailed,
         type + " took " + SecondsText(took) + ", AppFlow waits " + SecondsText(limit), answer);
  } else if (in_time_.outcome == Outcome::kPassed) {
    in_time_.reason = "the slowest took " + SecondsText(slowest_);
  }
  if (Leaks(came.ok() ? *came : came.error().message)) {
    Note(leak_, Outcome::kFailed, "the answer to " + type + " has a value of the credentials in it",
         answer);
  }
  if (answer.what == Answer::What::kRefusal) CheckRefusal(answer, type);
  return answer;
}

void Conversation::Sort(Answer& answer, const Result<std::string>& came) {
  if (!came.ok()) {
    answer.what = WhatFailed(came.error());
    answer.error_message = came.error().message;
    if (answer.what == Answer::What::kUnreachable && requests_ == 1) unreachable_ = came.error();
  } else if (came->size() > protocol::kMaxPayloadBytes) {
    answer.what = Answer::What::kTooLarge;
  } else {
    largest_ = std::max(largest_, came->size());
    auto body = json::ParseObject(*came);
    const json::Value* success = body.ok() ? json::Find(*body, "isSuccess") : nullptr;
    answer.what = Answer::What::kUnreadable;
    if (success && success->is_bool()) {
      answer.what = success->get_bool() ? Answer::What::kSuccess : Answer::What::kRefusal;
      answer.body = *std::move(body);
      answer.text = *came;
    } else {
      answer.error_message =
          body.ok() ? "'isSuccess' is missing or not true or false" : body.error().message;
    }
  }
  if (answer.what == Answer::What::kTooLarge) {
    Note(size_, Outcome::kFailed, "an answer is larger than Lambda lets through", answer);
  } else if (size_.outcome == Outcome::kPassed) {
    size_.reason = "the largest had " + std::to_string((largest_ + 1023) / 1024) + " kB";
  }
  if (answer.what == Answer::What::kUnreadable) {
    Note(readable_, Outcome::kFailed, answer.error_message, answer);
  }
}

void Conversation::CheckRefusal(Answer& answer, std::string_view type) {
  const json::Object* details = json::FindObject(answer.body, "errorDetails");
  if (!details) {
    // AWS's Salesforce example refuses writes like that.
    const bool as_aws = type == "WriteDataRequest";
    // ValidateConnectorRuntimeSettings says the same by its errorsByInputField.
    const json::Object* by_field = json::FindObject(answer.body, "errorsByInputField");
    if (by_field && !by_field->empty()) return;
    return Note(refusals_, as_aws ? Outcome::kWarned : Outcome::kFailed,
                "isSuccess is false and errorDetails is missing: nobody learns why", answer);
  }
  answer.error_code = json::FindString(*details, "errorCode").value_or("");
  answer.error_message = json::FindString(*details, "errorMessage").value_or("");
  const json::Value* retry = json::Find(*details, "retryAfterSeconds");
  if (std::find(kErrorCodes.begin(), kErrorCodes.end(), answer.error_code) == kErrorCodes.end()) {
    return Note(refusals_, Outcome::kFailed,
                "errorDetails.errorCode is '" + answer.error_code + "'", answer);
  }
  if (answer.error_message.empty()) {
    return Note(refusals_, Outcome::kFailed, "errorDetails.errorMessage is missing or empty",
                answer);
  }
  if (retry && !retry->is_int64()) {
    return Note(refusals_, Outcome::kFailed, "errorDetails.retryAfterSeconds is no whole number",
                answer);
  }
  answer.is_explained = true;
  if (refusals_.outcome == Outcome::kPassed) {
    refusals_.reason = std::to_string(++refused_) + " refusals, each with a code and a sentence";
  }
}

// The first of the gravest is kept.
void Conversation::Note(Verdict& verdict, Outcome outcome, std::string reason,
                        const Answer& answer) {
  if (verdict.outcome == Outcome::kFailed || verdict.outcome == outcome) return;
  verdict = {outcome, std::move(reason), answer.asked, answer.came};
}

void Conversation::Hide(const std::vector<Secret>& values) {
  hidden_.clear();
  for (const Secret& value : values) {
    if (!value.empty()) AddForms(hidden_, value);
  }
}

bool Conversation::Watch(const Secret& secret) {
  if (secret.Reveal().size() < kShortestSecret) return false;
  AddForms(watched_, secret);
  return true;
}

bool Conversation::Leaks(std::string_view text) const {
  return std::any_of(watched_.begin(), watched_.end(), [&](const Secret& secret) {
    return text.find(secret.Reveal()) != std::string_view::npos;
  });
}

std::string Conversation::Blot(std::string_view text) const {
  // Values may overlap, or be a part of each other: all of them go.
  std::vector<bool> is_secret(text.size());
  for (const auto* values : {&hidden_, &watched_}) {
    for (const Secret& value : *values) {
      const std::string& secret = value.Reveal();
      for (size_t at = 0; (at = text.find(secret, at)) != text.npos; ++at) {
        std::fill_n(is_secret.begin() + static_cast<ptrdiff_t>(at), secret.size(), true);
      }
    }
  }
  std::string blotted;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!is_secret[at]) {
      blotted += text[at];
    } else if (at == 0 || !is_secret[at - 1]) {
      blotted += "*****";
    }
  }
  return blotted;
}

std::string Conversation::Excerpt(std::string_view text, size_t max_bytes) const {
  return Abridged(Blot(text), max_bytes);
}

Verdict Fail(const Answer& answer, std::string reason) {
  if (auto spoilt = Spoilt(answer)) return *spoilt;
  return {Outcome::kFailed, std::move(reason), answer.asked, answer.came};
}

Verdict Warn(const Answer& answer, std::string reason) {
  Verdict verdict = Fail(answer, std::move(reason));
  if (verdict.outcome == Outcome::kFailed) verdict.outcome = Outcome::kWarned;
  return verdict;
}

std::optional<Verdict> UnlessSuccess(const Answer& answer) {
  if (answer.ok()) return std::nullopt;
  return Fail(answer, HowItEnded(answer));
}

std::optional<Verdict> UnlessRefused(const Answer& answer, std::string_view to) {
  if (answer.what == Answer::What::kRefusal) return std::nullopt;
  return Fail(answer, "asked for " + std::string(to) + ", " + HowItEnded(answer));
}

Verdict RefusedWith(const Answer& answer, std::string_view to,
                    const std::vector<std::string_view>& codes) {
  if (auto wrong = UnlessRefused(answer, to)) return *wrong;
  if (std::find(codes.begin(), codes.end(), answer.error_code) != codes.end() ||
      answer.error_code.empty()) {
    return Pass();
  }
  return Warn(answer, std::string(to) + " is refused as " + answer.error_code + ", not as " +
                          std::string(codes[0]));
}

}  // namespace sluice::conformance
