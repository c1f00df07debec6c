// Writes the protocol's JSON straight into one string: a page of records is several megabytes, and
// a document in between would double that.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::protocol {

// Members appear in the order of the calls. What is optional and empty is left out by the
// …IfAny calls: absent and null mean the same in this protocol.
class JsonWriter {
 public:
  explicit JsonWriter(size_t expected_bytes = 256) { text_.reserve(expected_bytes); }

  void BeginObject() { Begin('{'); }
  void BeginObject(std::string_view name) { Name(name), Open('{'); }
  void EndObject() { End('}'); }
  void BeginList(std::string_view name) { Name(name), Open('['); }
  void EndList() { End(']'); }

  void String(std::string_view name, std::string_view value) {
    Name(name);
    json::AppendQuoted(text_, value);
  }
  void StringIfAny(std::string_view name, std::string_view value) {
    if (!value.empty()) String(name, value);
  }
  void Bool(std::string_view name, bool value) { Raw(name, value ? "true" : "false"); }
  void Int(std::string_view name, int64_t value) { Raw(name, std::to_string(value)); }
  // `value` is JSON already.
  void Raw(std::string_view name, std::string_view value) { Name(name), text_ += value; }

  void Item(std::string_view value) {
    Separate();
    json::AppendQuoted(text_, value);
  }
  template <class Values, class ToString>
  void List(std::string_view name, const Values& values, ToString to_string) {
    BeginList(name);
    for (const auto& value : values) Item(to_string(value));
    EndList();
  }
  void Strings(std::string_view name, const std::vector<std::string>& values) {
    List(name, values, [](const std::string& value) -> std::string_view { return value; });
  }
  void StringsIfAny(std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) Strings(name, values);
  }
  void Map(std::string_view name, const std::map<std::string, std::string>& values) {
    BeginObject(name);
    for (const auto& [key, value] : values) String(key, value);
    EndObject();
  }
  void MapIfAny(std::string_view name, const std::map<std::string, std::string>& values) {
    if (!values.empty()) Map(name, values);
  }

  std::string Take() { return std::move(text_); }

 private:
  void Separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  void Name(std::string_view name) {
    Separate();
    json::AppendQuoted(text_, name);
    text_ += ':';
  }
  void Open(char bracket) { text_ += bracket, first_ = true; }
  void Begin(char bracket) { Separate(), Open(bracket); }
  void End(char bracket) { text_ += bracket, first_ = false; }

  std::string text_;
  bool first_ = true;
};

}  // namespace sluice::protocol
