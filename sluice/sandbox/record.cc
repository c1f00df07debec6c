#include "sluice/sandbox/record.h"

#include <bit>
#include <charconv>
#include <cmath>

#include "sluice/base/json.h"

namespace sluice::sandbox {
namespace {

constexpr size_t kWordBits = 64;

uint64_t BitOf(size_t field) { return uint64_t{1} << field % kWordBits; }

void AppendNumber(std::string& out, double number, FieldType type) {
  char text[64];
  if (type == FieldType::kInt || (std::floor(number) == number && std::abs(number) < 1e15)) {
    auto end = std::to_chars(text, text + sizeof text, static_cast<int64_t>(number)).ptr;
    out.append(text, end);
    if (type != FieldType::kInt) out += ".0";
  } else {
    out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
  }
}

void AppendTime(std::string& out, Time time) {
  std::string text = FormatTime(time, 3);
  text.replace(text.size() - 1, 1, "+0000");
  json::AppendQuoted(out, text);
}

void AppendValue(std::string& out, const Value& value, FieldType type) {
  if (IsNull(value)) {
    out += "null";
  } else if (auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else if (auto* number = std::get_if<double>(&value)) {
    AppendNumber(out, *number, type);
  } else if (auto* text = std::get_if<std::string>(&value)) {
    json::AppendQuoted(out, *text);
  } else if (auto* days = std::get_if<Days>(&value)) {
    json::AppendQuoted(out, FormatDate(*days));
  } else {
    AppendTime(out, std::get<Time>(value));
  }
}

// "BillingStreet" of "BillingAddress" is "street". Null as long as no part is set.
void AppendAddress(std::string& out, const ObjectType& type, const Record& record,
                   const Field& address) {
  size_t prefix_size = address.name.size() - std::string_view("Address").size();
  std::string object;
  bool is_empty = true;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const Field& part = type.fields[i];
    if (part.compound_field_name != address.name) continue;
    std::string name = part.name.substr(prefix_size);
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    object += object.empty() ? '{' : ',';
    json::AppendQuoted(object, name);
    object += ':';
    AppendValue(object, record.Get(i), part.type);
    if (!IsNull(record.Get(i))) is_empty = false;
  }
  out += is_empty ? "null" : object + '}';
}

}  // namespace

bool Record::IsSet(size_t field) const {
  size_t word = field / kWordBits;
  return word < set_fields_.size() && (set_fields_[word] & BitOf(field)) != 0;
}

size_t Record::PlaceOf(size_t field) const {
  size_t word = field / kWordBits;
  int count = std::popcount(set_fields_[word] & (BitOf(field) - 1));
  for (size_t i = 0; i < word; ++i) count += std::popcount(set_fields_[i]);
  return static_cast<size_t>(count);
}

const Value& Record::Get(size_t field) const {
  static const Value null;
  return IsSet(field) ? values_[PlaceOf(field)] : null;
}

void Record::Set(size_t field, Value value) {
  size_t word = field / kWordBits;
  if (word >= set_fields_.size()) set_fields_.resize(word + 1);
  auto place = values_.begin() + static_cast<ptrdiff_t>(PlaceOf(field));
  bool was_set = IsSet(field);
  if (IsNull(value)) {
    if (was_set) values_.erase(place);
    set_fields_[word] &= ~BitOf(field);
  } else if (was_set) {
    *place = std::move(value);
  } else {
    values_.insert(place, std::move(value));
    set_fields_[word] |= BitOf(field);
  }
}

void AppendRecord(std::string& out, const ObjectType& type, const Record& record,
                  const std::vector<size_t>& fields, std::string_view api_version) {
  out.append(R"({"attributes":{"type":")").append(type.name);
  out.append(R"(","url":"/services/data/)").append(api_version);
  out.append("/sobjects/").append(type.name).append("/").append(record.id()).append("\"}");
  for (size_t index : fields) {
    const Field& field = type.fields[index];
    out.append(",\"").append(field.name).append("\":");
    if (field.type == FieldType::kAddress) {
      AppendAddress(out, type, record, field);
    } else if (field.name == "PhotoUrl") {
      json::AppendQuoted(out, "/services/images/photo/" + record.id());
    } else {
      AppendValue(out, record.Get(index), field.type);
    }
  }
  out += '}';
}

}  // namespace sluice::sandbox
