#include "sluice/functions/process_log.h"

namespace sluice::functions {
namespace {

constexpr size_t kTailBytes = 4 << 10;
constexpr size_t kLastWordsBytes = 1 << 10;

// Keeps the end of `text`, from the beginning of a character on.
void KeepEnd(std::string& text, size_t bytes) {
  if (text.size() <= bytes) return;
  size_t from = text.size() - bytes;
  while (from < text.size() && (text[from] & 0xC0) == 0x80) ++from;
  text.erase(0, from);
}

}  // namespace

void ProcessLog::Take(Source source, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  Output& output = source == Source::kOut ? out_ : err_;
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    // What is beyond the limit of a line is dropped as it comes.
    if (output.open_line.size() <= kMaxLogLineBytes) output.open_line += bytes.substr(0, end);
    if (end == std::string_view::npos) return;
    EndLine(output);
    bytes.remove_prefix(end + 1);
  }
}

void ProcessLog::Say(std::string_view line) {
  std::lock_guard lock(mutex_);
  Emit(line);
}

void ProcessLog::EndLines() {
  std::lock_guard lock(mutex_);
  for (Output* output : {&out_, &err_}) {
    if (!output->open_line.empty()) EndLine(*output);
  }
}

void ProcessLog::ClearTail() {
  std::lock_guard lock(mutex_);
  tail_.clear();
  out_.last_lines.clear();
  err_.last_lines.clear();
}

std::string ProcessLog::Tail() {
  std::lock_guard lock(mutex_);
  return ToUtf8(tail_);
}

std::string ProcessLog::LastWords() {
  std::lock_guard lock(mutex_);
  std::string words = ToUtf8(err_.last_lines.empty() ? out_.last_lines : err_.last_lines);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words;
}

void ProcessLog::EndLine(Output& output) {
  std::string& line = output.open_line;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  Emit(line);
  output.last_lines += line + '\n';
  KeepEnd(output.last_lines, kLastWordsBytes);
  line.clear();
}

void ProcessLog::Emit(std::string_view line) {
  collector_.Add(group_, stream_, line);
  tail_ += line.substr(0, kMaxLogLineBytes);
  tail_ += '\n';
  KeepEnd(tail_, kTailBytes);
}

}  // namespace sluice::functions
