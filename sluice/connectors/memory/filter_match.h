#pragma once

#include "sluice/connectors/memory/database.h"
#include "sluice/model/filter.h"

namespace sluice::memory {

// Whether a row meets a condition. Nothing compares to null.
bool Matches(const Filter& filter, const Row& row);

}  // namespace sluice::memory
