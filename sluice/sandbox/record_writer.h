// Creates, changes and deletes records as the REST API does, with its refusals.
#pragma once

#include <optional>
#include <string>

#include "sluice/base/json.h"
#include "sluice/sandbox/org.h"

namespace sluice::sandbox {

// Under the org's lock. Each gives an ApiError, and then changed nothing, or nothing.
class RecordWriter {
 public:
  RecordWriter(Org& org, Time now) : org_(org), now_(now) {}

  // `values`: the members of the request's JSON; "attributes" is passed over.
  std::optional<ApiError> Create(Table& table, const json::Object& values, std::string& id);
  std::optional<ApiError> Update(Table& table, std::string_view id, const json::Object& values);
  std::optional<ApiError> Delete(Table& table, std::string_view id);
  // By the value of an external id field, or of Id.
  std::optional<ApiError> Upsert(Table& table, std::string_view field, std::string_view value,
                                 const json::Object& values, std::string& id, bool& created);

  // The record of a 15- or 18-character id that is not deleted.
  static std::optional<ApiError> Find(const Table& table, std::string_view id,
                                      RecordPointer& record);

 private:
  std::optional<ApiError> Apply(const Table& table, const json::Object& values, bool is_new,
                                Record& record) const;
  std::optional<ApiError> Convert(const Field& field, const ObjectType& type,
                                  const json::Value& json, Value& value) const;
  std::optional<ApiError> CheckReference(const Field& field, std::string& id) const;
  std::optional<ApiError> CheckRequired(const ObjectType& type, const Record& record) const;
  std::optional<ApiError> CheckUnique(const Table& table, const Record& record) const;

  Org& org_;
  Time now_;
};

}  // namespace sluice::sandbox
