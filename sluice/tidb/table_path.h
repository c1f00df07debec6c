// What tables are called where no database is given beforehand: "db.table". A part with a dot or a
// backquote in it stands in backquotes, those inside doubled: "db.`a.b`".
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice::tidb {

struct TablePath {
  std::string database;
  std::string table;  // Empty: the path names the database itself.

  friend bool operator==(const TablePath&, const TablePath&) = default;
};

std::string ToString(const TablePath& path);

// The reverse; takes backquotes where none are needed, too. kInvalidArgument says how to write it.
Result<TablePath> ParseTablePath(std::string_view text);

}  // namespace sluice::tidb
