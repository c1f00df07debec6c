#include "sluice/api/shape_writer.h"

#include <charconv>
#include <cstdlib>

namespace sluice::api {

void ShapeWriter::WriteValue(double value) {
  char digits[400];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  text_.append(digits, end);
}

void ShapeWriter::WriteValue(Time value) {
  int64_t us = value.time_since_epoch().count();
  if (us < 0) text_ += '-';
  text_ += std::to_string(std::abs(us) / 1'000'000);
  int64_t fraction = std::abs(us) % 1'000'000;
  if (fraction == 0) return;
  std::string digits = std::to_string(1'000'000 + fraction).substr(1);
  digits.resize(digits.find_last_not_of('0') + 1);
  text_ += '.' + digits;
}

}  // namespace sluice::api
