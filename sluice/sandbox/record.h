// One record, and the error that its reading or writing may give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sluice/base/time_text.h"
#include "sluice/sandbox/object_type.h"

namespace sluice::sandbox {

// Nothing is null. Numbers of all kinds are double: Salesforce has none of more than 18 digits, and
// those that the sandbox makes are exact.
using Value = std::variant<std::monostate, bool, double, std::string, Days, Time>;

inline bool IsNull(const Value& value) { return value.index() == 0; }

// Values by the index of their field in the ObjectType; most fields of most records are null.
class Record {
 public:
  const Value& Get(size_t field) const;
  void Set(size_t field, Value value);

  // Field 0 of every object is Id.
  const std::string& id() const { return std::get<std::string>(Get(0)); }

 private:
  bool IsSet(size_t field) const;
  // How many fields before this one are set.
  size_t PlaceOf(size_t field) const;

  std::vector<uint64_t> set_fields_;  // A bit each.
  std::vector<Value> values_;         // Of these.
};

// {"attributes":{…},"Name":"…",…} with the fields in that order.
void AppendRecord(std::string& out, const ObjectType& type, const Record& record,
                  const std::vector<size_t>& fields, std::string_view api_version);

// Salesforce's way to refuse: an HTTP status and [{"message":…,"errorCode":…,"fields":…}].
struct ApiError {
  int status = 400;
  std::string code, message;
  std::vector<std::string> fields = {};
};

}  // namespace sluice::sandbox
