#include "sluice/protocol/json_reader.h"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

namespace sluice::protocol {
namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::string_view kRecords = "records";

// Boost.JSON's events to a document: as its own parser does it, but for on_double and the records.
// What is no string among those stays in the document.
class MessageHandler {
 public:
  static constexpr size_t max_object_size = json::Object::max_size();
  static constexpr size_t max_array_size = json::Array::max_size();
  static constexpr size_t max_key_size = boost::json::string::max_size();
  static constexpr size_t max_string_size = boost::json::string::max_size();

  bool on_document_begin(error_code&) {
    stack_.reset(boost::json::make_shared_resource<boost::json::monotonic_resource>());
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return ++depth_, true; }
  bool on_object_end(size_t n, error_code&) { return --depth_, stack_.push_object(n), true; }
  bool on_array_begin(error_code&) {
    ++depth_;
    if (depth_ == 2 && key_ == kRecords) {
      in_records_ = true;
      records_.clear();
    }
    return true;
  }
  bool on_array_end(size_t n, error_code&) {
    if (in_records_ && depth_ == 2) {
      in_records_ = false;
      n -= records_.size();
    }
    return --depth_, stack_.push_array(n), true;
  }
  bool on_key_part(string_view s, size_t, error_code&) {
    if (depth_ == 1) part_ += s;
    return stack_.push_chars(s), true;
  }
  bool on_key(string_view s, size_t, error_code&) {
    if (depth_ == 1) {
      key_.assign(part_).append(s);
      part_.clear();
    }
    return stack_.push_key(s), true;
  }
  bool on_string_part(string_view s, size_t, error_code&) {
    if (IsRecord()) return part_ += s, true;
    return stack_.push_chars(s), true;
  }
  bool on_string(string_view s, size_t, error_code&) {
    if (!IsRecord()) return stack_.push_string(s), true;
    if (part_.empty()) {
      records_.emplace_back(s);
    } else {
      records_.push_back(part_.append(s));
      part_.clear();
    }
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(int64_t i, string_view, error_code&) { return stack_.push_int64(i), true; }
  bool on_uint64(uint64_t u, string_view, error_code&) { return stack_.push_uint64(u), true; }
  bool on_double(double, string_view s, error_code&) { return stack_.push_string(s), true; }
  bool on_bool(bool b, error_code&) { return stack_.push_bool(b), true; }
  bool on_null(error_code&) { return stack_.push_null(), true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  json::Value ReleaseDocument() { return stack_.release(); }
  std::vector<std::string> ReleaseRecords() { return std::move(records_); }

 private:
  bool IsRecord() const { return in_records_ && depth_ == 2; }

  boost::json::value_stack stack_;
  std::vector<std::string> records_;
  std::string key_;   // The message's own last key.
  std::string part_;  // What has come of a key or a record so far.
  size_t depth_ = 0;
  bool in_records_ = false;
};

boost::json::parse_options Options() {
  boost::json::parse_options options;
  options.max_depth = 64;
  return options;
}

}  // namespace

Result<Message> ParseMessage(std::string_view text) {
  boost::json::basic_parser<MessageHandler> parser(Options());
  error_code error;
  size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    error = boost::json::error::extra_data;
  }
  if (error) {
    return InvalidArgument("not valid JSON at byte " + std::to_string(used) + ": " +
                           error.message());
  }
  json::Value value = parser.handler().ReleaseDocument();
  if (!value.is_object()) return InvalidArgument("not a JSON object");
  return Message{std::move(value.get_object()), parser.handler().ReleaseRecords()};
}

bool JsonReader::Has(std::string_view name) const { return Find(name) != nullptr; }

std::string JsonReader::String(std::string_view name, std::string_view fallback) const {
  const json::Value* value = Find(name);
  if (!value) return std::string(fallback);
  if (value->is_string()) return std::string(value->get_string());
  Complain(name, "is not a string");
  return std::string(fallback);
}

std::string JsonReader::RequiredString(std::string_view name) const {
  return Required(name) ? String(name) : "";
}

bool JsonReader::Bool(std::string_view name, bool fallback) const {
  const json::Value* value = Find(name);
  if (!value) return fallback;
  if (value->is_bool()) return value->get_bool();
  Complain(name, "is not true or false");
  return fallback;
}

bool JsonReader::RequiredBool(std::string_view name) const {
  return Required(name) && Bool(name, false);
}

int64_t JsonReader::Int(std::string_view name, int64_t fallback) const {
  const json::Value* value = Find(name);
  if (!value) return fallback;
  if (value->is_int64()) return value->get_int64();
  if (value->is_string()) {  // 1.5, which ParseMessage keeps as its digits.
    std::string_view text = value->get_string();
    double number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && std::abs(number) < 1e15) {
      return static_cast<int64_t>(std::ceil(number));
    }
  }
  Complain(name, "is not a number that can be used");
  return fallback;
}

std::optional<std::string> JsonReader::Text(std::string_view name) const {
  const json::Value* value = Find(name);
  if (!value) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  if (value->is_number()) return json::ToText(*value);
  Complain(name, "is not a number");
  return std::nullopt;
}

std::vector<std::string> JsonReader::Strings(std::string_view name) const {
  std::vector<std::string> strings;
  const json::Array* list = List(name);
  if (!list) return strings;
  strings.reserve(list->size());
  for (const json::Value& item : *list) {
    if (!item.is_string()) {
      Complain(std::string(name) + '[' + std::to_string(strings.size()) + ']', "is not a string");
      return {};
    }
    strings.emplace_back(item.get_string());
  }
  return strings;
}

std::vector<std::string> JsonReader::TakeRecords() const {
  const json::Array* others = List(kRecords);
  if (others && !others->empty()) Complain(kRecords, "has an item that is not a string");
  return others ? std::move(*records_) : std::vector<std::string>();
}

std::map<std::string, std::string> JsonReader::StringMap(std::string_view name) const {
  std::map<std::string, std::string> map;
  const json::Value* value = Find(name);
  if (!value) return map;
  if (!value->is_object()) {
    Complain(name, "is not an object");
    return map;
  }
  for (const auto& [key, item] : value->get_object()) {
    if (item.is_null()) continue;
    map[std::string(key)] = item.is_string() ? std::string(item.get_string()) : json::ToText(item);
  }
  return map;
}

JsonReader JsonReader::Object(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && !value->is_object()) Complain(name, "is not an object");
  return {value ? value->if_object() : nullptr, path_ + std::string(name) + '.', *problem_};
}

JsonReader JsonReader::RequiredObject(std::string_view name) const {
  Required(name);
  return Object(name);
}

void JsonReader::ForEach(std::string_view name,
                         const std::function<void(const JsonReader&)>& read) const {
  const json::Array* list = List(name);
  if (!list) return;
  for (size_t i = 0; i < list->size(); ++i) {
    std::string item = std::string(name) + '[' + std::to_string(i) + ']';
    const json::Object* object = (*list)[i].if_object();
    if (!object) return Complain(item, "is not an object");
    read(JsonReader(object, path_ + item + '.', *problem_));
  }
}

void JsonReader::Complain(std::string_view name, std::string_view does_wrong) const {
  if (*problem_) return;
  *problem_ = "'" + path_ + std::string(name) + "' " + std::string(does_wrong);
}

const json::Value* JsonReader::Find(std::string_view name) const {
  return object_ ? json::Find(*object_, name) : nullptr;
}

const json::Value* JsonReader::Required(std::string_view name) const {
  const json::Value* value = Find(name);
  if (!value) Complain(name, "is missing");
  return value;
}

const json::Array* JsonReader::List(std::string_view name) const {
  const json::Value* value = Find(name);
  if (value && !value->is_array()) Complain(name, "is not a list");
  return value ? value->if_array() : nullptr;
}

}  // namespace sluice::protocol
