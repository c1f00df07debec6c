#include "sluice/conformance/write_plan.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "sluice/base/uuid.h"

namespace sluice::conformance {
namespace {

constexpr size_t kShortestTextKey = 12;

size_t MaxLength(const Field& field) {
  constexpr size_t kAny = 200;
  if (!field.constraints || !field.constraints->max_length) return kAny;
  return std::min<size_t>(kAny, std::strtoull(field.constraints->max_length->c_str(), nullptr, 10));
}

bool IsInteger(DataType type) {
  return type == DataType::kShort || type == DataType::kInteger || type == DataType::kLong ||
         type == DataType::kBigInteger || type == DataType::kBigDecimal;
}

// Whether any text will do: no list, no pattern, and not called by another name, such as "json".
bool TakesAnyText(const Field& field) {
  if (field.data_type != DataType::kString) return false;
  if (field.constraints && (!field.constraints->allowed_values.empty() ||
                            !field.constraints->allowed_values_regex.empty() ||
                            !field.constraints->allowed_date_format.empty())) {
    return false;
  }
  std::string label = field.data_type_label;
  std::transform(label.begin(), label.end(), label.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return label.empty() || label.find("char") != label.npos || label.find("text") != label.npos ||
         label.find("string") != label.npos;
}

bool IsWritable(const Field& field) {
  return field.write && (field.write->is_creatable || field.write->is_upsertable);
}

bool MayBeLeftOut(const Field& field) {
  return !IsWritable(field) || field.write->is_nullable || field.write->is_defaulted_on_create;
}

// Cut after whole characters.
std::string Cut(std::string text, size_t max_characters) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (characters++ == max_characters) return text.substr(0, i);
  }
  return text;
}

Value FromSample(const Field& field, const std::vector<Record>& sample) {
  for (const Record& record : sample) {
    Value value = ValueOf(record, field.name);
    if (!value.is_null() && !FindMisfit(field.data_type, value)) return value;
  }
  return {};
}

// The number where it fits between the limits that the field declares, else the nearer of them.
Value Within(const Field& field, std::string number) {
  Value value = Value::Number(std::move(number));
  if (!field.constraints) return value;
  const auto& [low, high] = std::tie(field.constraints->min_value, field.constraints->max_value);
  if (high && Compare(DataType::kBigDecimal, value, Value::Number(*high)) > 0) value.text = *high;
  if (low && Compare(DataType::kBigDecimal, value, Value::Number(*low)) < 0) value.text = *low;
  return value;
}

Value MadeUp(const Field& field) {
  using Kind = JsonValue::Kind;
  switch (field.data_type) {
    case DataType::kBoolean:
      return {Kind::kBoolean, "true"};
    case DataType::kDate:
      return Value::String("2024-02-29");
    case DataType::kDateTime:
      return Value::String("2024-02-29T23:59:59Z");
    case DataType::kByteArray:
      return MaxLength(field) >= 3 ? Value::String("AP+A") : Value();
    case DataType::kStruct:
    case DataType::kMap:
      return {Kind::kDocument, R"({"sluice":"test"})"};
    case DataType::kFloat:
    case DataType::kDouble:
      return Within(field, "1.5");
    case DataType::kString:
    case DataType::kList:
      return {};
    default:
      return Within(field, "12");
  }
}

// Nothing where no value is known.
Value OrdinaryValue(const Field& field, const std::vector<Record>& sample) {
  if (field.constraints && !field.constraints->allowed_values.empty()) {
    return Value::String(field.constraints->allowed_values[0]);
  }
  if (TakesAnyText(field)) return Value::String(Cut("sluice test", MaxLength(field)));
  Value value = FromSample(field, sample);
  return value.is_null() ? MadeUp(field) : value;
}

}  // namespace

std::string UnicodeText(const Field& field) {
  return Cut("é 漢字 \U0001F600 ßœ \"'\\ Привет نص", MaxLength(field));
}

Status WritePlan::AddKey(const Field& field, const std::vector<Record>& sample, bool& varies) {
  if (!IsWritable(field)) return InvalidArgument("its key '" + field.name + "' can't be written");
  const bool is_text = TakesAnyText(field) && MaxLength(field) >= kShortestTextKey;
  if (!varies && (is_text || IsInteger(field.data_type))) {
    varies = true;
    if (!is_text) {
      const int64_t run = std::strtoll(tag_.c_str(), nullptr, 10);
      int64_t base = field.data_type == DataType::kShort     ? 30'000
                     : field.data_type == DataType::kInteger ? 2'000'000'000 + run * 100
                                                             : 9'000'000'000'000'000 + run * 1000;
      if (field.constraints && field.constraints->max_value) {
        const int64_t high = std::strtoll(field.constraints->max_value->c_str(), nullptr, 10);
        base = std::min(base, high - kMaxRecords);
      }
      if (base <= 0) return InvalidArgument("its key '" + field.name + "' has too few values");
      base_ = base;
    }
    key_.insert(key_.begin(), {&field, {}});
    return Done{};
  }
  Value value = OrdinaryValue(field, sample);
  if (value.is_null()) return InvalidArgument("no value is known for its key '" + field.name + "'");
  key_.push_back({&field, std::move(value)});
  return Done{};
}

Status WritePlan::AddOther(const Field& field, const std::vector<Record>& sample) {
  if (!IsWritable(field)) return Done{};
  Value value = OrdinaryValue(field, sample);
  if (value.is_null() && MayBeLeftOut(field)) return Done{};
  if (value.is_null()) {
    return InvalidArgument("no value is known for its field '" + field.name +
                           "': put a record into it first");
  }
  if (TakesAnyText(field) && field.write->is_updatable &&
      (!text_field_ || MaxLength(field) > MaxLength(*text_field_))) {
    text_field_ = &field;
  }
  others_.push_back({&field, std::move(value)});
  return Done{};
}

Result<WritePlan> WritePlan::Make(const std::vector<Field>& fields,
                                  const std::vector<Record>& sample) {
  WritePlan plan;
  plan.tag_ = std::to_string(100'000 + std::hash<std::string>()(NewUuid()) % 900'000);
  bool varies = false;
  for (const Field& field : fields) {
    SLUICE_RETURN_IF_ERROR(field.is_primary_key ? plan.AddKey(field, sample, varies)
                                                : plan.AddOther(field, sample));
  }
  if (!varies) return InvalidArgument("it has no primary key of text or whole numbers");
  return plan;
}

Record WritePlan::Key(int n) const {
  Record key;
  for (const Part& part : key_) key[part.field->name] = part.value;
  const Field& field = *key_[0].field;
  key[field.name] = base_ > 0 ? Value::Number(std::to_string(base_ + n))
                              : Value::String("sl-" + tag_ + "-" + std::to_string(n));
  return key;
}

Record WritePlan::Full(int n) const {
  Record record = Key(n);
  for (const Part& part : others_) record[part.field->name] = part.value;
  return record;
}

Record WritePlan::Minimal(int n) const {
  Record record = Key(n);
  for (const Part& part : others_) {
    if (!MayBeLeftOut(*part.field)) record[part.field->name] = part.value;
  }
  return record;
}

std::vector<std::string> WritePlan::IdFields() const {
  std::vector<std::string> names;
  for (const Part& part : key_) names.push_back(part.field->name);
  return names;
}

std::optional<WritePlan::Change> WritePlan::AnyChange(int n) const {
  if (text_field_) {
    return Change{text_field_, Value::String(Cut("changed", MaxLength(*text_field_)))};
  }
  const Record full = Full(n);
  for (const Part& part : others_) {
    if (!part.field->write->is_updatable || !IsNumeric(part.field->data_type)) continue;
    Value seven = Within(*part.field, "7");
    if (seven != ValueOf(full, part.field->name)) return Change{part.field, seven};
  }
  return std::nullopt;
}

std::vector<const Field*> WritePlan::NullableFields() const {
  std::vector<const Field*> fields;
  for (const Part& part : others_) {
    if (part.field->write->is_nullable) fields.push_back(part.field);
  }
  return fields;
}

std::vector<WritePlan::Change> WritePlan::ExactNumbers() const {
  std::vector<Change> numbers;
  for (const Part& part : others_) {
    const Field& field = *part.field;
    if (!IsInteger(field.data_type)) continue;
    const bool is_limited = field.constraints && field.constraints->max_value;
    const bool is_long =
        field.data_type == DataType::kLong || field.data_type == DataType::kBigInteger;
    if (is_limited) numbers.push_back({&field, Value::Number(*field.constraints->max_value)});
    // One more than the largest odd number that a double holds.
    if (!is_limited && is_long) numbers.push_back({&field, Value::Number("9007199254740993")});
  }
  return numbers;
}

std::optional<Record> WritePlan::Impossible(int n) const {
  Record record = Full(n);
  for (const Part& part : others_) {
    const Field& field = *part.field;
    if (IsNumeric(field.data_type)) {
      record[field.name] = Value::String("no number");
      return record;
    }
    if (TakesAnyText(field) && field.constraints && field.constraints->max_length) {
      const size_t length = std::strtoull(field.constraints->max_length->c_str(), nullptr, 10);
      if (length > 100'000) continue;
      record[field.name] = Value::String(std::string(length + 1, 'x'));
      return record;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::conformance
