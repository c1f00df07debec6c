// Writes a struct of generated/shapes.h as JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sluice/api/rule.h"
#include "sluice/base/clock.h"
#include "sluice/base/json.h"
#include "sluice/base/secret.h"

namespace sluice::api {

// Absent members are left out. So are secrets, always: nothing that the service answers, remembers
// or compares as a request's text holds one.
class ShapeWriter {
 public:
  template <class T>
  void Member(std::string_view name, const std::optional<T>& value, const Rule& rule) {
    if (value) Member(name, *value, rule);
  }

  template <class T>
  void Member(std::string_view name, const T& value, const Rule&) {
    if constexpr (!IsSecret<T>::value) {
      WriteKey(name);
      WriteValue(value);
    }
  }

  template <class Shape>
  requires requires(ShapeWriter& writer, const Shape& shape) { Write(writer, shape); }
  void WriteValue(const Shape& shape) {
    text_ += '{';
    Write(*this, shape);
    text_ += '}';
  }

  std::string Take() { return std::move(text_); }

 private:
  template <class T>
  struct IsSecret : std::is_same<T, Secret> {};
  template <class T>
  struct IsSecret<std::map<std::string, T>> : std::is_same<T, Secret> {};

  void WriteValue(const std::string& value) { json::AppendQuoted(text_, value); }
  void WriteValue(bool value) { text_ += value ? "true" : "false"; }
  void WriteValue(int64_t value) { text_ += std::to_string(value); }
  void WriteValue(double value);
  void WriteValue(Time value);  // Seconds since 1970, as a number.

  template <class T>
  void WriteValue(const std::vector<T>& list) {
    text_ += '[';
    for (const T& value : list) {
      Comma();
      WriteValue(value);
    }
    text_ += ']';
  }

  template <class T>
  void WriteValue(const std::map<std::string, T>& map) {
    text_ += '{';
    for (const auto& [key, value] : map) {
      WriteKey(key);
      WriteValue(value);
    }
    text_ += '}';
  }

  void WriteKey(std::string_view name) {
    Comma();
    json::AppendQuoted(text_, name);
    text_ += ':';
  }

  // Before each element but the first of its list or object.
  void Comma() {
    if (text_.back() != '{' && text_.back() != '[') text_ += ',';
  }

  std::string text_;
};

template <class Shape>
std::string ToJson(const Shape& shape) {
  ShapeWriter writer;
  writer.WriteValue(shape);
  return writer.Take();
}

}  // namespace sluice::api
