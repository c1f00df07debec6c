// A table for the tests that need none in TiDB.
#pragma once

#include "sluice/tidb/schema.h"

namespace sluice::tidb {

inline Table SampleTable() {
  Table table;
  table.database = "d";
  table.name = "t";
  table.is_clustered = true;
  auto add = [&](const char* name, const char* type, bool nullable) {
    Column column;
    column.name = name;
    column.type = ParseColumnType(type);
    column.is_nullable = column.has_default = nullable;
    table.columns.push_back(column);
  };
  add("id", "varchar(20)", false);
  add("n", "int", true);
  add("price", "decimal(10,2)", true);
  add("at", "datetime(6)", true);
  add("day", "date", true);
  add("ok", "tinyint(1)", true);
  add("data", "blob", true);
  add("odd`name", "varchar(3)", true);
  add("sum", "int", true);
  table.columns.back().is_generated = true;
  add("must", "int", false);
  add("state", "varchar(9)", false);
  table.columns.back().has_default = true;
  table.columns.back().default_text = "";
  table.keys = {{"PRIMARY", {"id"}, true}};
  return table;
}

}  // namespace sluice::tidb
