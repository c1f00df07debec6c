#include "sluice/api/shape_reader.h"

#include <cmath>

#include "sluice/base/time_text.h"

namespace sluice::api {
namespace {

constexpr double kLargestEpochSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z.

std::string_view KindOf(const json::Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

std::optional<double> NumberOf(const json::Value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

}  // namespace

void ShapeReader::ReadValue(const json::Value& value, std::string& out, const Rule& rule) {
  if (!value.is_string()) return Malformed("a string", value);
  out = value.get_string();
  violations_.CheckText(rule, out, path_);
}

void ShapeReader::ReadValue(const json::Value& value, Secret& out, const Rule& rule) {
  if (!value.is_string()) return Malformed("a string", value);
  out = Secret(std::string(value.get_string()));
  violations_.CheckText(rule, out.Reveal(), path_);
}

void ShapeReader::ReadValue(const json::Value& value, bool& out, const Rule&) {
  if (!value.is_bool()) return Malformed("a boolean", value);
  out = value.get_bool();
}

void ShapeReader::ReadValue(const json::Value& value, int64_t& out, const Rule& rule) {
  constexpr double kTooLarge = 9'223'372'036'854'775'808.0;
  std::optional<double> number = NumberOf(value);
  if (!number || *number != std::trunc(*number) || std::abs(*number) >= kTooLarge) {
    return Malformed("a whole number", value);
  }
  out = value.is_int64() ? value.get_int64() : static_cast<int64_t>(*number);
  violations_.CheckNumber(rule, *number, path_);
}

void ShapeReader::ReadValue(const json::Value& value, double& out, const Rule&) {
  std::optional<double> number = NumberOf(value);
  if (!number) return Malformed("a number", value);
  out = *number;
}

// SDKs send seconds since 1970, whole, with a fraction or with an exponent; people write ISO 8601.
void ShapeReader::ReadValue(const json::Value& value, Time& out, const Rule&) {
  if (value.is_string()) {
    auto time = ParseTime(value.get_string());
    if (!time.ok()) return Malformed("a time (seconds since 1970, or ISO 8601)", value);
    out = *time;
    return;
  }
  std::optional<double> seconds = NumberOf(value);
  if (!seconds || std::abs(*seconds) > kLargestEpochSecond) {
    return Malformed("a time (seconds since 1970, or ISO 8601)", value);
  }
  out = Time(std::chrono::microseconds(std::llround(*seconds * 1e6)));
}

void ShapeReader::ReadMapValue(const json::Value& value, std::string& out, const Rule& rule) {
  if (!value.is_string()) return Malformed("an object of strings", value);
  out = value.get_string();
  violations_.CheckMapPart(rule, "Map value", out, path_);
}

void ShapeReader::ReadMapValue(const json::Value& value, Secret& out, const Rule& rule) {
  if (!value.is_string()) return Malformed("an object of strings", value);
  out = Secret(std::string(value.get_string()));
  violations_.CheckMapPart(rule, "Map value", out.Reveal(), path_);
}

void ShapeReader::Malformed(std::string_view expected, const json::Value& value) {
  if (malformed_) return;
  malformed_ = "'" + path_ + "' must be " + std::string(expected) + ", not " +
               std::string(KindOf(value)) + ".";
}

}  // namespace sluice::api
