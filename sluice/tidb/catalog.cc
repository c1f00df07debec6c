#include "sluice/tidb/catalog.h"

#include "sluice/base/encoding.h"

namespace sluice::tidb {
namespace {

// Leaves `limit` of what was found; where there is more, the token leads to it.
template <class Found, class NameOf>
std::string TrimToPage(Found& found, size_t limit, NameOf name_of) {
  if (found.size() <= limit) return "";
  found.resize(limit);
  return Base64Encode(name_of(found.back()));
}

Entity DatabaseEntity(const std::string& name) {
  return {.identifier = ToString(TablePath{name, ""}),
          .label = name,
          .has_nested_entities = true,
          .is_writable = false};
}

}  // namespace

Result<TablePath> Catalog::PathOf(const std::string& entity) const {
  if (!database_.empty()) return TablePath{database_, entity};
  SLUICE_ASSIGN(TablePath path, ParseTablePath(entity));
  if (IsSystemDatabase(path.database)) {
    return ResourceNotFound("'" + path.database + "' is TiDB's own database");
  }
  if (!path.table.empty()) return path;
  return InvalidArgument("'" + entity +
                         "' is a database; name one of its tables as database.table");
}

std::string Catalog::IdentifierOf(const TablePath& path) const {
  return database_.empty() ? ToString(path) : path.table;
}

Result<Catalog::Listing> Catalog::List(Client& client, const std::string& path, size_t limit,
                                       const std::string& next_token, Deadline deadline) const {
  auto after = Base64Decode(next_token);
  if (!after.ok()) return InvalidArgument("nextToken is not one that ListEntities returned");
  std::string database = database_;
  if (!path.empty()) {
    auto parsed = ParseTablePath(path);
    if (!database.empty() || !parsed.ok() || !parsed->table.empty()) {
      return InvalidArgument("'" + path + "' has no entities in it");
    }
    database = parsed->database;
  }

  Listing listing;
  if (database.empty()) {
    SLUICE_ASSIGN(auto names, ListDatabases(client, *after, limit + 1, deadline));
    listing.next_token = TrimToPage(names, limit, [](auto& name) { return name; });
    for (const std::string& name : names) listing.entities.push_back(DatabaseEntity(name));
  } else {
    SLUICE_ASSIGN(auto tables, ListTables(client, database, *after, limit + 1, deadline));
    listing.next_token = TrimToPage(tables, limit, [](auto& table) { return table.name; });
    for (const TableName& table : tables) {
      listing.entities.push_back(ToEntity(table, IdentifierOf({database, table.name})));
    }
  }
  return listing;
}

EntityDefinition Catalog::Define(const Table& table) const {
  return ToDefinition(table, IdentifierOf({table.database, table.name}));
}

}  // namespace sluice::tidb
