// Looks through an object of an answer member by member, and remembers the first thing that is
// wrong, with its place: "'connectorRuntimeSetting[2].scope' is missing".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::conformance {

// Absent and null are the same. A member of another kind is a problem, and then as if absent.
class Inspection {
 public:
  // `problem` is where the first problem goes; it outlives this. `object` may be null: then it has
  // no members.
  Inspection(const json::Object* object, std::optional<std::string>& problem, std::string path = "")
      : object_(object), path_(std::move(path)), problem_(&problem) {}

  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  std::string String(std::string_view name) const;
  std::string RequiredString(std::string_view name) const;
  bool Bool(std::string_view name) const;
  void RequiredBool(std::string_view name) const;
  // A number, or a string that stands for one, as text.
  std::optional<std::string> Number(std::string_view name) const;
  std::vector<std::string> Strings(std::string_view name) const;
  Inspection Object(std::string_view name) const;
  void ForEach(std::string_view name, const std::function<void(const Inspection&)>& look) const;

  // Notes that member `name` `does_wrong`, unless something was wrong before.
  void Complain(std::string_view name, std::string_view does_wrong) const;

 private:
  const json::Value* Find(std::string_view name) const;

  const json::Object* object_;
  std::string path_;
  std::optional<std::string>* problem_;
};

}  // namespace sluice::conformance
