#include "sluice/sandbox/record.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sluice/base/json.h"

namespace sluice::sandbox {
namespace {

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

const Value& Record::Get(size_t field) const {
  static const Value null;
  auto found = std::lower_bound(values_.begin(), values_.end(), field,
                                [](const auto& entry, size_t key) { return entry.first < key; });
  return found != values_.end() && found->first == field ? found->second : null;
}

void Record::Set(size_t field, Value value) {
  auto found = std::lower_bound(values_.begin(), values_.end(), field,
                                [](const auto& entry, size_t key) { return entry.first < key; });
  bool is_set = found != values_.end() && found->first == field;
  if (IsNull(value)) {
    if (is_set) values_.erase(found);
  } else if (is_set) {
    found->second = std::move(value);
  } else {
    values_.emplace(found, field, std::move(value));
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
