// Records on their way out: rows of the author's system as the JSON that the protocol wants.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/base/time_text.h"
#include "sluice/model/json_record.h"
#include "sluice/model/record_list.h"

namespace sluice::sdk {

// Writes one record, member by member, each in the form that the protocol has for its data type:
//
//   for (const Row& row : rows) {
//     RecordBuilder record(response.records);
//     record.String("name", row.name);
//     record.Decimal("price", row.price);
//     SLUICE_RETURN_IF_ERROR(record.Add());
//   }
//
// A builder belongs to one record of one answer, so that what was begun and given up, by a return
// or an exception, can't get into another record. Names must differ from each other.
class RecordBuilder {
 public:
  // `records` must outlive it.
  explicit RecordBuilder(RecordList& records) : records_(records) {}
  RecordBuilder(const RecordBuilder&) = delete;
  RecordBuilder& operator=(const RecordBuilder&) = delete;

  void Null(std::string_view name);
  void Bool(std::string_view name, bool value);
  void Int(std::string_view name, int64_t value);
  void Unsigned(std::string_view name, uint64_t value);
  // The shortest digits that read back to the same value. Infinity and "not a number" are an error.
  void Double(std::string_view name, double value);
  // `digits` is a number as JSON has it, "-1234.50"; all digits are kept. Anything else is an
  // error.
  void Decimal(std::string_view name, std::string_view digits);
  void String(std::string_view name, std::string_view utf8);
  void Bytes(std::string_view name, std::string_view bytes);  // As base64.
  void Date(std::string_view name, Days value);
  void DateTime(std::string_view name, Time value);  // UTC, to the microsecond.
  // A struct, map or list, or any other JSON text. An error where it is none.
  void Json(std::string_view name, std::string_view text);

  // What JsonRecordReader gave, as it was.
  void Value(std::string_view name, const JsonValue& value);
  // Those of `members` that `names` has, in its order; all where it is empty.
  void Members(std::span<const JsonMember> members, const std::vector<std::string>& names);

  // Once, whatever comes of it. kInvalidArgument says which member could not be written in JSON, or
  // that a name or string is not UTF-8; then nothing was added. kUnknown: it was called before.
  Status Add();

 private:
  std::string& Member(std::string_view name);
  void Complain(std::string_view name, std::string_view why);

  RecordList& records_;
  std::string text_;
  std::optional<Error> problem_;
};

}  // namespace sluice::sdk
