#include "sluice/sandbox/org.h"

#include <algorithm>
#include <utility>

#include "sluice/net/http.h"
#include "sluice/sandbox/record_id.h"

namespace sluice::sandbox {
namespace {

std::string ExternalKey(size_t field, std::string_view value) {
  return std::to_string(field) + ' ' + ToLower(value);
}

void SetNamed(const ObjectType& type, Record& record, std::string_view name, Value value) {
  if (auto field = type.Find(name)) record.Set(*field, std::move(value));
}

// A person's Name is made of its parts.
void ComposeName(const ObjectType& type, Record& record) {
  auto last = type.Find("LastName"), first = type.Find("FirstName");
  if (!last) return;
  std::string name;
  for (size_t part : {*first, *last}) {
    if (IsNull(record.Get(part))) continue;
    if (!name.empty()) name += ' ';
    name += std::get<std::string>(record.Get(part));
  }
  SetNamed(type, record, "Name", std::move(name));
}

}  // namespace

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

RecordPointer Table::Find(const std::string& id) const {
  auto found = records_.find(id);
  return found == records_.end() ? nullptr : found->second;
}

RecordPointer Table::FindExternal(size_t field, std::string_view value) const {
  auto found = external_ids_.find(ExternalKey(field, value));
  return found == external_ids_.end() ? nullptr : found->second;
}

std::string Table::NextId() { return MakeRecordId(type_.key_prefix, ++last_number_); }

void Table::Put(Record record) {
  ComposeName(type_, record);
  auto pointer = std::make_shared<const Record>(std::move(record));
  last_number_ = std::max(last_number_, NumberOfRecordId(pointer->id()));
  RecordPointer& place = records_[pointer->id()];
  if (place) Unindex(*place);
  place = pointer;
  Index(pointer);
}

void Table::Erase(const std::string& id) {
  auto record = records_.find(id);
  Unindex(*record->second);
  records_.erase(record);
}

void Table::Index(const RecordPointer& record) {
  if (record->Get(*type_.Find("IsDeleted")) == Value(true)) return;
  for (size_t i = 0; i < type_.fields.size(); ++i) {
    auto* value = std::get_if<std::string>(&record->Get(i));
    if (type_.fields[i].external_id && value) external_ids_[ExternalKey(i, *value)] = record;
  }
}

void Table::Unindex(const Record& record) {
  for (size_t i = 0; i < type_.fields.size(); ++i) {
    auto* value = std::get_if<std::string>(&record.Get(i));
    if (type_.fields[i].external_id && value) external_ids_.erase(ExternalKey(i, *value));
  }
}

Org::Org() {
  for (const ObjectType& type : AllObjectTypes()) tables_.try_emplace(type.name, type);
}

const Table* Org::Find(std::string_view object) const {
  auto found = std::find_if(tables_.begin(), tables_.end(), [&](const auto& entry) {
    return net::EqualsIgnoringCase(entry.first, object);
  });
  return found == tables_.end() ? nullptr : &found->second;
}

Table* Org::Find(std::string_view object) {
  return const_cast<Table*>(std::as_const(*this).Find(object));
}

Table* Org::FindByIdPrefix(std::string_view id) {
  for (auto& [name, table] : tables_) {
    if (id.starts_with(table.type().key_prefix)) return &table;
  }
  return nullptr;
}

void Org::AddUser(const std::string& user_name, Time now) {
  Table& users = *Find("User");
  user_id_ = users.NextId();
  Record user;
  user.Set(0, user_id_);
  SetNamed(users.type(), user, "Username", user_name);
  SetNamed(users.type(), user, "Email", user_name);
  SetNamed(users.type(), user, "FirstName", "Sandbox");
  SetNamed(users.type(), user, "LastName", "Administrator");
  SetNamed(users.type(), user, "IsActive", true);
  Stamp(users, user_id_, now, now, user);
  users.Put(std::move(user));
}

void Stamp(Table& table, const std::string& user_id, Time created, Time modified, Record& record) {
  const ObjectType& type = table.type();
  if (IsNull(record.Get(0))) record.Set(0, table.NextId());
  if (auto owner = type.Find("OwnerId"); owner && IsNull(record.Get(*owner))) {
    record.Set(*owner, user_id);
  }
  SetNamed(type, record, "IsDeleted", false);
  SetNamed(type, record, "CreatedDate", created);
  SetNamed(type, record, "CreatedById", user_id);
  SetNamed(type, record, "LastModifiedDate", modified);
  SetNamed(type, record, "LastModifiedById", user_id);
  SetNamed(type, record, "SystemModstamp", modified);
}

}  // namespace sluice::sandbox
