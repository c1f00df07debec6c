#include "sluice/conformance/inspection.h"

namespace sluice::conformance {

const json::Value* Inspection::Find(std::string_view name) const {
  return object_ ? json::Find(*object_, name) : nullptr;
}

std::string Inspection::String(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && value->is_string()) return std::string(value->get_string());
  if (value) Complain(name, "is not a string");
  return "";
}

std::string Inspection::RequiredString(std::string_view name) const {
  if (!Has(name)) Complain(name, "is missing");
  return String(name);
}

bool Inspection::Bool(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && value->is_bool()) return value->get_bool();
  if (value) Complain(name, "is not true or false");
  return false;
}

void Inspection::RequiredBool(std::string_view name) const {
  if (!Has(name)) Complain(name, "is missing");
  Bool(name);
}

std::optional<std::string> Inspection::Number(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && value->is_number()) return json::ToText(*value);
  if (value && value->is_string()) return std::string(value->get_string());
  if (value) Complain(name, "is not a number");
  return std::nullopt;
}

std::vector<std::string> Inspection::Strings(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && !value->is_array()) Complain(name, "is not a list");
  std::vector<std::string> strings;
  if (!value || !value->is_array()) return strings;
  for (const json::Value& item : value->get_array()) {
    if (item.is_string()) {
      strings.emplace_back(item.get_string());
    } else {
      Complain(name, "has an item that is not a string");
    }
  }
  return strings;
}

Inspection Inspection::Object(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && !value->is_object()) Complain(name, "is not an object");
  return {value ? value->if_object() : nullptr, *problem_, path_ + std::string(name) + '.'};
}

void Inspection::ForEach(std::string_view name,
                         const std::function<void(const Inspection&)>& look) const {
  const json::Value* value = Find(name);
  if (value && !value->is_array()) Complain(name, "is not a list");
  if (!value || !value->is_array()) return;
  const json::Array& list = value->get_array();
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string item = std::string(name) + '[' + std::to_string(i) + ']';
    const json::Object* object = list[i].if_object();
    if (!object) return Complain(item, "is not an object");
    look(Inspection(object, *problem_, path_ + item + '.'));
  }
}

void Inspection::Complain(std::string_view name, std::string_view does_wrong) const {
  if (*problem_) return;
  *problem_ = "'" + path_ + std::string(name) + "' " + std::string(does_wrong);
}

}  // namespace sluice::conformance
