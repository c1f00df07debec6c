// Reads a JSON object into a struct of generated/shapes.h, checking it against AWS's model.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/api/rule.h"
#include "sluice/base/clock.h"
#include "sluice/base/json.h"
#include "sluice/base/secret.h"

namespace sluice::api {

// Unknown members are ignored and null is as good as absent, as AWS does. What is wrong is
// collected while reading: JSON of a kind that can't become the member (malformed) and broken
// constraints (violations).
class ShapeReader {
 public:
  explicit ShapeReader(const json::Object& object) : object_(&object) {}

  // A member that may be absent.
  template <class T>
  void Member(std::string_view name, std::optional<T>& out, const Rule& rule) {
    if (const json::Value* value = json::Find(*object_, name)) {
      Step step(*this, name);
      ReadValue(*value, out.emplace(), rule);
    }
  }

  // A required one.
  template <class T>
  void Member(std::string_view name, T& out, const Rule& rule) {
    Step step(*this, name);
    const json::Value* value = json::Find(*object_, name);
    if (value == nullptr) return violations_.MissingMember(path_);
    ReadValue(*value, out, rule);
  }

  // The first JSON value of a wrong kind: "'maxResults' must be a whole number, not a string."
  const std::optional<std::string>& malformed() const { return malformed_; }
  const Violations& violations() const { return violations_; }

 private:
  // Where in the document the reader is, while this lives.
  class Step {
   public:
    Step(ShapeReader& reader, std::string_view name) : path_(reader.path_), length_(path_.size()) {
      if (!path_.empty()) path_ += '.';
      path_ += name;
    }
    ~Step() { path_.resize(length_); }

   private:
    std::string& path_;
    const size_t length_;
  };

  void ReadValue(const json::Value& value, std::string& out, const Rule& rule);
  void ReadValue(const json::Value& value, Secret& out, const Rule& rule);
  void ReadValue(const json::Value& value, bool& out, const Rule& rule);
  void ReadValue(const json::Value& value, int64_t& out, const Rule& rule);
  void ReadValue(const json::Value& value, double& out, const Rule& rule);
  void ReadValue(const json::Value& value, Time& out, const Rule& rule);

  template <class T>
  void ReadValue(const json::Value& value, std::vector<T>& out, const Rule& rule) {
    const json::Array* array = value.if_array();
    if (array == nullptr) return Malformed("a list", value);
    violations_.CheckCount(rule, array->size(), path_);
    const Rule& member = rule.member == nullptr ? kNoRule : *rule.member;
    out.reserve(array->size());
    for (const json::Value& element : *array) {
      Step step(*this, std::to_string(out.size() + 1) + ".member");
      ReadValue(element, out.emplace_back(), member);
    }
  }

  template <class T>
  void ReadValue(const json::Value& value, std::map<std::string, T>& out, const Rule& rule) {
    const json::Object* object = value.if_object();
    if (object == nullptr) return Malformed("an object", value);
    violations_.CheckCount(rule, object->size(), path_);
    for (const auto& [key, element] : *object) {
      if (rule.key != nullptr) violations_.CheckMapPart(*rule.key, "Map keys", key, path_);
      ReadMapValue(element, out[std::string(key)], rule.member == nullptr ? kNoRule : *rule.member);
    }
  }

  void ReadMapValue(const json::Value& value, std::string& out, const Rule& rule);
  void ReadMapValue(const json::Value& value, Secret& out, const Rule& rule);
  template <class T>
  void ReadMapValue(const json::Value& value, T& out, const Rule& rule) {
    ReadValue(value, out, rule);
  }

  template <class Shape>
  requires requires(ShapeReader& reader, Shape& shape) { Read(reader, shape); }
  void ReadValue(const json::Value& value, Shape& out, const Rule&) {
    const json::Object* object = value.if_object();
    if (object == nullptr) return Malformed("an object", value);
    const json::Object* outer = std::exchange(object_, object);
    Read(*this, out);
    object_ = outer;
  }

  void Malformed(std::string_view expected, const json::Value& value);

  const json::Object* object_;
  std::string path_;
  std::optional<std::string> malformed_;
  Violations violations_;
};

}  // namespace sluice::api
