// Reads the protocol's JSON member by member, and remembers the first thing that is wrong, with its
// place. So a message is read in one go, and its problem, if any, is looked at once at the end.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::protocol {

// A message as a document, but for its "records": they are most of it, so they are read into their
// place at once.
struct Message {
  json::Object members;
  std::vector<std::string> records;
};

// JSON as json::ParseObject reads it, except that a number which no 64-bit integer holds is kept as
// a string of its digits, so that a limit on a DECIMAL field is not rounded.
Result<Message> ParseMessage(std::string_view text);

// One object of a document. Absent and null are the same. Every getter returns the fallback and
// notes the problem where a member is of another kind.
class JsonReader {
 public:
  // `problem` is where the first problem goes, e.g. "'connectorContext' is missing". Both must
  // outlive the reader and those made from it.
  JsonReader(Message& message, std::optional<std::string>& problem)
      : object_(&message.members), records_(&message.records), problem_(&problem) {}

  bool Has(std::string_view name) const;
  std::string String(std::string_view name, std::string_view fallback = "") const;
  std::string RequiredString(std::string_view name) const;
  bool Bool(std::string_view name, bool fallback) const;
  bool RequiredBool(std::string_view name) const;
  // A number, rounded up where it has a fraction.
  int64_t Int(std::string_view name, int64_t fallback) const;
  // A number or a string, as text.
  std::optional<std::string> Text(std::string_view name) const;
  std::vector<std::string> Strings(std::string_view name) const;
  // The message's "records". They are moved out of it.
  std::vector<std::string> TakeRecords() const;
  // Members that are no strings are taken as their JSON text.
  std::map<std::string, std::string> StringMap(std::string_view name) const;
  JsonReader Object(std::string_view name) const;
  JsonReader RequiredObject(std::string_view name) const;
  void ForEach(std::string_view name, const std::function<void(const JsonReader&)>& read) const;

  // Of the strings in a list, those that `from_text` knows. A newer SDK may know more.
  template <class Enum>
  std::vector<Enum> Enums(std::string_view name,
                          std::optional<Enum> (*from_text)(std::string_view)) const {
    std::vector<Enum> values;
    for (const std::string& text : Strings(name)) {
      if (auto value = from_text(text)) values.push_back(*value);
    }
    return values;
  }
  // One of an enumeration that can't be done without.
  template <class Enum>
  Enum RequiredEnum(std::string_view name,
                    std::optional<Enum> (*from_text)(std::string_view)) const {
    std::string text = RequiredString(name);
    if (auto value = from_text(text)) return *value;
    if (!text.empty()) Complain(name, "has the unknown value '" + text + "'");
    return Enum{};
  }

  // Notes that member `name` `does_wrong`, unless something was wrong before.
  void Complain(std::string_view name, std::string_view does_wrong) const;

 private:
  // `object` may be null: then it has no members.
  JsonReader(const json::Object* object, std::string path, std::optional<std::string>& problem)
      : object_(object), path_(std::move(path)), problem_(&problem) {}

  const json::Value* Find(std::string_view name) const;
  const json::Value* Required(std::string_view name) const;
  const json::Array* List(std::string_view name) const;

  const json::Object* object_;
  std::vector<std::string>* records_ = nullptr;  // Of the message itself only.
  std::string path_;
  std::optional<std::string>* problem_;
};

}  // namespace sluice::protocol
