#include "sluice/base/time_text.h"

#include <charconv>
#include <cstdio>

namespace sluice {
namespace {

using std::chrono::duration_cast;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads a text from left to right; after the first part that does not fit, `ok` stays false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool Accept(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(char c) { ok_ = Accept(c) && ok_; }

  // Exactly `count` digits.
  int Digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (peek() < '0' || peek() > '9') ok_ = false;
      if (!ok_) return 0;
      value = value * 10 + (peek() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  // One to nine digits after a decimal point.
  microseconds Fraction() {
    int64_t us = 0;
    int count = 0;
    for (; peek() >= '0' && peek() <= '9'; ++count) {
      if (count < 6) us = us * 10 + (peek() - '0');
      rest_.remove_prefix(1);
    }
    ok_ = ok_ && count >= 1 && count <= 9;
    for (; count < 6; ++count) us *= 10;
    return microseconds(us);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

Days ScanDate(Scanner& scanner, bool& valid) {
  int year = scanner.Digits(4);
  scanner.Expect('-');
  int month = scanner.Digits(2);
  scanner.Expect('-');
  int day = scanner.Digits(2);
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                   std::chrono::day(day)};
  valid = scanner.ok() && date.ok();
  return valid ? Days(date) : Days{};
}

microseconds ScanTimeOfDay(Scanner& scanner, bool& valid) {
  int hour = scanner.Digits(2);
  scanner.Expect(':');
  int minute = scanner.Digits(2);
  int second = scanner.Accept(':') ? scanner.Digits(2) : 0;
  microseconds fraction = scanner.Accept('.') ? scanner.Fraction() : microseconds(0);
  valid = valid && hour < 24 && minute < 60 && second < 60;
  return hours(hour) + minutes(minute) + seconds(second) + fraction;
}

minutes ScanOffset(Scanner& scanner, bool& valid) {
  if (scanner.done() || scanner.Accept('Z') || scanner.Accept('z')) return minutes(0);
  bool west = scanner.Accept('-');
  if (!west) scanner.Expect('+');
  int hour = scanner.Digits(2);
  int minute = scanner.Accept(':') || !scanner.done() ? scanner.Digits(2) : 0;
  valid = valid && hour < 24 && minute < 60;
  minutes offset = hours(hour) + minutes(minute);
  return west ? -offset : offset;
}

Error NotATime(std::string_view text, std::string_view what) {
  return InvalidArgument("'" + std::string(text.substr(0, 40)) + "' is not a valid " +
                         std::string(what));
}

}  // namespace

std::string FormatDate(Days date) {
  std::chrono::year_month_day ymd(date);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text;
}

std::string FormatTime(Time time, int fraction_digits) {
  Days day = floor<std::chrono::days>(time);
  std::chrono::hh_mm_ss clock(time - day);
  char text[32];
  int size = std::snprintf(
      text, sizeof text, "T%02d:%02d:%02d.%06d", static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  size -= fraction_digits == 0 ? 7 : 6 - fraction_digits;
  return FormatDate(day) + std::string(text, static_cast<size_t>(size)) + "Z";
}

std::string FormatTime(Time time) {
  int64_t us = (time - floor<seconds>(time)).count();
  return FormatTime(time, us == 0 ? 0 : us % 1000 == 0 ? 3 : 6);
}

Result<Days> ParseDate(std::string_view text) {
  Scanner scanner(text);
  bool valid = true;
  Days date = ScanDate(scanner, valid);
  if (!valid || !scanner.done()) return NotATime(text, "date (write 2026-01-31)");
  return date;
}

Result<Time> ParseTime(std::string_view text) {
  Scanner scanner(text);
  bool valid = true;
  Time time = ScanDate(scanner, valid);
  if (valid && !scanner.done()) {
    if (!scanner.Accept(' ')) scanner.Expect('T');
    time += ScanTimeOfDay(scanner, valid);
    time -= ScanOffset(scanner, valid);
  }
  if (!valid || !scanner.ok() || !scanner.done()) {
    return NotATime(text, "time (write 2026-01-31T09:05:07Z)");
  }
  return time;
}

}  // namespace sluice
