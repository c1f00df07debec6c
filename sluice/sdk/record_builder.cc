#include "sluice/sdk/record_builder.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"

namespace sluice::sdk {
namespace {

template <class Number>
void AppendNumber(std::string& text, Number value) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

void RecordBuilder::Null(std::string_view name) { Member(name) += "null"; }

void RecordBuilder::Bool(std::string_view name, bool value) {
  Member(name) += value ? "true" : "false";
}

void RecordBuilder::Int(std::string_view name, int64_t value) { AppendNumber(Member(name), value); }

void RecordBuilder::Unsigned(std::string_view name, uint64_t value) {
  AppendNumber(Member(name), value);
}

void RecordBuilder::Double(std::string_view name, double value) {
  if (!std::isfinite(value)) return Complain(name, "is not a finite number");
  AppendNumber(Member(name), value);
}

void RecordBuilder::Decimal(std::string_view name, std::string_view digits) {
  auto number = json::Parse(digits);
  if (!number.ok() || !number->is_number()) return Complain(name, "is not a number");
  Member(name) += digits;
}

void RecordBuilder::String(std::string_view name, std::string_view utf8) {
  json::AppendQuoted(Member(name), utf8);
}

void RecordBuilder::Bytes(std::string_view name, std::string_view bytes) {
  Member(name).append(1, '"').append(Base64Encode(bytes)).append(1, '"');
}

void RecordBuilder::Date(std::string_view name, Days value) {
  Member(name).append(1, '"').append(FormatDate(value)).append(1, '"');
}

void RecordBuilder::DateTime(std::string_view name, Time value) {
  Member(name).append(1, '"').append(FormatTime(value)).append(1, '"');
}

void RecordBuilder::Json(std::string_view name, std::string_view text) {
  auto value = json::Parse(text);
  if (!value.ok()) return Complain(name, value.error().message);
  Member(name) += text;
}

void RecordBuilder::Value(std::string_view name, const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      return Null(name);
    case JsonValue::Kind::kString:
      return String(name, value.text);
    default:
      Member(name) += value.text;
  }
}

void RecordBuilder::Members(std::span<const JsonMember> members,
                            const std::vector<std::string>& names) {
  if (names.empty()) {
    for (const JsonMember& member : members) Value(member.name, member.value);
  }
  for (const std::string& name : names) {
    auto found = std::find_if(members.begin(), members.end(),
                              [&](const JsonMember& member) { return member.name == name; });
    if (found != members.end()) Value(found->name, found->value);
  }
}

Status RecordBuilder::Add() {
  Error again{
      ErrorCode::kUnknown, "a RecordBuilder writes one record, and this one did before", {}};
  if (auto problem = std::exchange(problem_, std::move(again))) return *std::move(problem);
  if (text_.empty()) text_ = '{';
  text_ += '}';
  // Strings went in as they came; the reader knows UTF-8.
  JsonRecordReader reader;
  SLUICE_RETURN_IF_ERROR(reader.Read(text_));
  records_.Add(text_);
  return Done{};
}

std::string& RecordBuilder::Member(std::string_view name) {
  text_ += text_.empty() ? '{' : ',';
  json::AppendQuoted(text_, name);
  return text_ += ':';
}

void RecordBuilder::Complain(std::string_view name, std::string_view why) {
  if (problem_) return;
  problem_ = InvalidArgument("field '" + std::string(name) + "' " + std::string(why));
}

}  // namespace sluice::sdk
