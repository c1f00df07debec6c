// The records of one Salesforce org, in memory.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/sandbox/record.h"

namespace sluice::sandbox {

// Records never change; a new one takes the place of the old one. So a reply may be written from
// them after the org's lock was given back.
using RecordPointer = std::shared_ptr<const Record>;

// All records of one object, deleted ones (IsDeleted) included.
class Table {
 public:
  explicit Table(const ObjectType& type) : type_(type) {}

  const ObjectType& type() const { return type_; }
  const std::map<std::string, RecordPointer>& records() const { return records_; }  // By id.

  // nullptr where there is none. Ids have 18 characters.
  RecordPointer Find(const std::string& id) const;
  // By the value of an external id field, whatever its case; nullptr where there is none.
  RecordPointer FindExternal(size_t field, std::string_view value) const;

  std::string NextId();
  // A new record, or another version of one; it has an id.
  void Put(Record record);
  // As if it had never been; there is one with that id.
  void Erase(const std::string& id);

 private:
  void Index(const RecordPointer& record);
  void Unindex(const Record& record);

  const ObjectType& type_;
  std::map<std::string, RecordPointer> records_;
  std::unordered_map<std::string, RecordPointer> external_ids_;  // By field and lower-case value.
  uint64_t last_number_ = 0;
};

class Org {
 public:
  Org();

  // By name, whatever its case, or nullptr.
  Table* Find(std::string_view object);
  const Table* Find(std::string_view object) const;
  // The table whose ids begin as this one, or nullptr.
  Table* FindByIdPrefix(std::string_view id);

  // The only user, who owns and makes all records.
  const std::string& user_id() const { return user_id_; }
  // Adds the user under this name.
  void AddUser(const std::string& user_name, Time now);

 private:
  std::map<std::string, Table> tables_;
  std::string user_id_;
};

std::string ToLower(std::string_view text);  // ASCII letters only.

// Sets what the system sets in a new record: id, owner, creator, times.
void Stamp(Table& table, const std::string& user_id, Time created, Time modified, Record& record);

}  // namespace sluice::sandbox
