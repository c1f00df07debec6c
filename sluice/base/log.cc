#include "sluice/base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>

#include "sluice/base/clock.h"
#include "sluice/base/json.h"
#include "sluice/base/time_text.h"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 4> kLevels = {"DEBUG", "INFO", "WARN", "ERROR"};
std::atomic<LogLevel> lowest_level = LogLevel::kInfo;

struct AppendValue {
  std::string& line;
  void operator()(std::string_view text) { json::AppendQuoted(line, text); }
  void operator()(bool value) { line += value ? "true" : "false"; }
  void operator()(int64_t value) { line += std::to_string(value); }
  void operator()(double value) {
    char digits[32];
    line.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
};

}  // namespace

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < lowest_level.load()) return;
  std::string line = "{\"time\":\"" + FormatTime(SystemClock().Now(), 3) + "\",\"level\":\"";
  line += kLevels[static_cast<size_t>(level)];
  line += "\",\"message\":";
  json::AppendQuoted(line, message);
  for (const LogField& field : fields) {
    line += ',';
    json::AppendQuoted(line, field.name);
    line += ':';
    std::visit(AppendValue{line}, field.value);
  }
  line += "}\n";
  // Nobody can be told when standard error is gone.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void SetLogLevel(LogLevel level) { lowest_level = level; }

}  // namespace sluice
