#include "sluice/base/time_text.h"

#include <charconv>
#include <cstdlib>
#include <optional>

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

// "2026-01-31 09:05:07", also with "T" or "Z": how most of them are written. Nothing: it is another
// text, or none of a time.
std::optional<Time> ScanPlainTime(std::string_view text) {
  constexpr size_t kSize = 19;
  const bool is_alike = text.size() == kSize || (text.size() == kSize + 1 && text.back() == 'Z');
  if (!is_alike || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  bool valid = true;
  const auto two = [&](size_t at) {
    const unsigned tens = static_cast<unsigned char>(text[at]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
    valid = valid && tens <= 9 && ones <= 9;
    return static_cast<int>(tens * 10 + ones);
  };
  const std::chrono::year year(two(0) * 100 + two(2));
  const std::chrono::month month(static_cast<unsigned>(two(5)));
  const std::chrono::day day(static_cast<unsigned>(two(8)));
  const int hour = two(11), minute = two(14), second = two(17);
  const std::chrono::year_month_day date(year, month, day);
  if (!valid || !date.ok() || hour >= 24 || minute >= 60 || second >= 60) return std::nullopt;
  return Days(date) + seconds(hour * 3600 + minute * 60 + second);
}

// The last `count` digits.
char* WriteDigits(int64_t value, int count, char* out) {
  auto rest = static_cast<uint32_t>(value);  // Of six digits at most.
  for (int i = count - 1; i >= 0; --i, rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
  return out + count;
}

char* WriteTimeTo(int fraction_digits, Time time, char* out) {
  const Days day = floor<std::chrono::days>(time);
  const int64_t us = (time - day).count(), second = us / 1'000'000;
  out = WriteDate(day, out);
  *out++ = 'T';
  out = WriteDigits(second / 3600, 2, out);
  *out++ = ':';
  out = WriteDigits(second / 60 % 60, 2, out);
  *out++ = ':';
  out = WriteDigits(second % 60, 2, out);
  if (fraction_digits > 0) {
    *out = '.';
    WriteDigits(us % 1'000'000, 6, out + 1);
    out += 1 + fraction_digits;
  }
  *out++ = 'Z';
  return out;
}

Error NotATime(std::string_view text, std::string_view what) {
  return InvalidArgument("'" + std::string(text.substr(0, 40)) + "' is not a valid " +
                         std::string(what));
}

}  // namespace

char* WriteDate(Days date, char* out) {
  const std::chrono::year_month_day ymd(date);
  const auto year = static_cast<int>(ymd.year());
  if (year < 0) *out++ = '-';
  out = WriteDigits(std::abs(year), year < -9999 || year > 9999 ? 5 : 4, out);
  *out++ = '-';
  out = WriteDigits(static_cast<unsigned>(ymd.month()), 2, out);
  *out++ = '-';
  return WriteDigits(static_cast<unsigned>(ymd.day()), 2, out);
}

char* WriteTime(Time time, char* out) {
  const int64_t us = (time - floor<seconds>(time)).count();
  return WriteTimeTo(us == 0 ? 0 : us % 1000 == 0 ? 3 : 6, time, out);
}

std::string FormatDate(Days date) {
  char text[kMaxDateText];
  return {text, WriteDate(date, text)};
}

std::string FormatTime(Time time, int fraction_digits) {
  char text[kMaxTimeText];
  return {text, WriteTimeTo(fraction_digits, time, text)};
}

std::string FormatTime(Time time) {
  char text[kMaxTimeText];
  return {text, WriteTime(time, text)};
}

Result<Days> ParseDate(std::string_view text) {
  Scanner scanner(text);
  bool valid = true;
  Days date = ScanDate(scanner, valid);
  if (!valid || !scanner.done()) return NotATime(text, "date (write 2026-01-31)");
  return date;
}

Result<Time> ParseTime(std::string_view text) {
  if (auto plain = ScanPlainTime(text)) return *plain;
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
