// The records that an org begins with.
#pragma once

#include <cstdint>

#include "sluice/sandbox/org.h"

namespace sluice::sandbox {

// The 13 accounts that a Developer Edition org comes with, with the ids of TiDB's tutorial.
void AddSampleAccounts(Org& org);

// `count` further records that differ in what they lack, in length and in script: the same ones for
// the same seed. False where the object is unknown or can't be written.
bool AddMadeUpRecords(Org& org, std::string_view object, int64_t count, uint64_t seed);

}  // namespace sluice::sandbox
