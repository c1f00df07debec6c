// Times and dates as text, and back. UTC everywhere; nothing reads the machine's time zone.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"

namespace sluice {

using Days = std::chrono::sys_days;

// "2026-01-31T09:05:07Z"; with a fraction of 3 or 6 digits where there is one.
std::string FormatTime(Time time);
// "2026-01-31T09:05:07.000Z": always `fraction_digits` digits (0 to 6), truncated.
std::string FormatTime(Time time, int fraction_digits);
// "2026-01-31".
std::string FormatDate(Days date);

// The same for many of them: written to `out`, which has room for this many characters. The end.
inline constexpr size_t kMaxTimeText = 40, kMaxDateText = 16;
char* WriteTime(Time time, char* out);
char* WriteDate(Days date, char* out);

// ISO 8601 as SaaS APIs write it: "T" or a space between; a fraction of up to 9 digits (beyond 6
// truncated); "Z", "+02:00", "+0200", "+02" or nothing (then UTC); a date alone is its midnight.
// Anything else, a 13th month or February 30th included, is kInvalidArgument.
Result<Time> ParseTime(std::string_view text);
// "2026-01-31".
Result<Days> ParseDate(std::string_view text);

}  // namespace sluice
