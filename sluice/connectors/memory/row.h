// A row of the database and its JSON.
#pragma once

#include <string>

#include "sluice/connectors/memory/database.h"

namespace sluice::memory {

// The JSON text of a cell; "null" where there is none.
std::string Cell(const Row& row, const std::string& field);

// `record` must be a JSON object: a test that writes another one is broken.
Row ParseRow(const std::string& record);
std::string ToRecord(const Row& row, const EntityDefinition& definition);

}  // namespace sluice::memory
