// What the program says about itself: one JSON line an event, on standard error.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace sluice {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// A name and a value beside the message. There is no constructor from Secret: it can't be logged.
struct LogField {
  LogField(std::string_view name, std::string_view value) : name(name), value(value) {}
  LogField(std::string_view name, const char* value) : name(name), value(std::string_view(value)) {}
  LogField(std::string_view name, const std::string& value)
      : name(name), value(std::string_view(value)) {}
  LogField(std::string_view name, bool value) : name(name), value(value) {}
  template <class Integer>
  requires std::is_integral_v<Integer> LogField(std::string_view name, Integer value)
      : name(name), value(static_cast<int64_t>(value)) {}
  LogField(std::string_view name, double value) : name(name), value(value) {}

  std::string_view name;
  std::variant<std::string_view, bool, int64_t, double> value;
};

// Writes {"time":…,"level":…,"message":…,<fields>} as one line with one write(2), so that lines of
// several threads and processes don't mix. Any thread. Records (customers' data) are never logged.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Events below this are dropped. kInfo at start.
void SetLogLevel(LogLevel level);

}  // namespace sluice
