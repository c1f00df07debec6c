// Tables made for what comes.
#pragma once

#include <string>
#include <vector>

#include "sluice/model/entity.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

// The table that takes rows of `fields`, as DescribeTable would describe it once it is there: texts
// compare by their bytes, `id_fields` are the primary key, everything else may be null. Its types
// hold whatever the fields' types can be, but:
// - Texts and bytes that are ids have to be short, as TiDB's keys have at most 3072 bytes.
// - A BigDecimal has at most 35 digits before its point, and 30 behind it are kept.
// - A Short, Integer or Long has as many bits as AppFlow says: 16, 32, 64.
//
// kInvalidArgument says which name or field can't be in a table, and why.
Result<Table> PlanTable(std::string database, std::string name, const std::vector<Field>& fields,
                        const std::vector<std::string>& id_fields);

// Makes a table that PlanTable() planned, from how ToDefinition() described it; leaves one that is
// there as it is. kAccessDenied says what to grant.
Status CreateTable(Client& client, const std::string& database, const std::string& name,
                   const EntityDefinition& planned, const std::vector<std::string>& id_fields,
                   Deadline deadline);

}  // namespace sluice::tidb
