#include "sluice/flow/task_property.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"

namespace sluice::flow {

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string NameOf(const Task& task) {
  std::string name = "The " + std::string(ToString(task.type)) + " task";
  if (task.type == TaskType::kMap && !task.destination_field.empty()) {
    return name + " for the destination field " + Quoted(task.destination_field);
  }
  if (task.source_fields.empty()) return name;
  return name + " on " + Quoted(JoinWithCommas(task.source_fields));
}

Error Wrong(const Task& task, std::string_view what) {
  return InvalidArgument(NameOf(task) + " " + std::string(what));
}

bool IsProjection(const Task& task) {
  return task.type == TaskType::kFilter && task.op == Operator::kProjection;
}

bool MapsAll(const Task& task) {
  return task.type == TaskType::kMapAll || task.type == TaskType::kPassthrough;
}

std::optional<std::string> FindProperty(const Task& task, const std::string& key) {
  auto found = task.properties.find(key);
  if (found == task.properties.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<int64_t> CharacterCount(const Task& task, const std::string& key) {
  auto text = FindProperty(task, key);
  if (!text) {
    return Wrong(task, "needs the task property " + key + ", a whole number from 1.");
  }
  int64_t count = 0;
  const char* end = text->data() + text->size();
  auto parsed = std::from_chars(text->data(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count < 1) {
    return Wrong(task,
                 "has the " + key + " " + Shorten(*text) + ", which is not a whole number from 1.");
  }
  return count;
}

Result<std::vector<std::string>> NameArray(const Task& task, const std::string& key) {
  std::vector<std::string> names;
  auto text = FindProperty(task, key);
  if (!text) return names;
  auto list = json::Parse(*text);
  bool is_array = list.ok() && list->is_array();
  for (size_t i = 0; is_array && i < list->get_array().size(); ++i) {
    const json::Value& item = list->get_array()[i];
    is_array = item.is_string();
    if (is_array) names.emplace_back(item.get_string());
  }
  if (!is_array) {
    return Wrong(task, "has an " + key +
                           R"( that is not a JSON array of field names, such as ["Id","Name"].)");
  }
  return names;
}

Result<std::vector<std::string>> PartitionKeysOf(const Task& task) {
  const std::string key = "ORDERED_PARTITION_KEYS_LIST";
  const auto list = FindProperty(task, key);
  if (!list) return task.source_fields;
  if (list->starts_with('[')) return NameArray(task, key);
  return SplitAtCommas(*list);
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  size_t from = 0;
  for (size_t comma; (comma = text.find(',', from)) != std::string::npos; from = comma + 1) {
    parts.push_back(text.substr(from, comma - from));
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string JoinWithCommas(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return joined;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace sluice::flow
