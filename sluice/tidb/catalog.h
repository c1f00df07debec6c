// What requests call the tables of a TiDB.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/table_path.h"

namespace sluice::tidb {

// Where a profile names a database, entities are its tables, called by their names. Otherwise they
// are the databases, and in them tables called as table_path.h says.
class Catalog {
 public:
  // `database`: the profile's; empty where it names none.
  explicit Catalog(std::string database) : database_(std::move(database)) {}

  // kInvalidArgument: names no table. kResourceNotFound: in one of TiDB's own databases.
  Result<TablePath> PathOf(const std::string& entity) const;
  std::string IdentifierOf(const TablePath& path) const;

  struct Listing {
    std::vector<Entity> entities;
    std::string next_token;  // Empty: the last page.
  };
  // Up to `limit` entities below `path` (empty: the top). kInvalidArgument: there can't be any
  // there, or not a token of this list.
  Result<Listing> List(Client& client, const std::string& path, size_t limit,
                       const std::string& next_token, Deadline deadline) const;

  EntityDefinition Define(const Table& table) const;

 private:
  std::string database_;
};

}  // namespace sluice::tidb
