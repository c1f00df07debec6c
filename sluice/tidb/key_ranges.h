// Where a table may be cut, so that its parts can be read at once.
#pragma once

#include <vector>

#include "sluice/tidb/read_plan.h"

namespace sluice::tidb {

// Cuts the plan's rows into at most `parts` ranges (1 or more) which together are all of them, at
// borders of regions, each with about as many regions as the others: TiDB keeps a table in regions
// of about the same size. (Each partition of a partitioned table has regions of its own, so that
// its ranges differ where there are few.) One range of all rows where the table is one region, or
// where TiDB can't tell: for views, system tables, partitioned tables without a primary key, and
// keys whose first column is compared otherwise than it is stored.
Result<std::vector<KeyRange>> SplitByRegions(Client& client, const ReadPlan& plan, size_t parts,
                                             Deadline deadline);

// The borders (RegionsSql's rows) as such ranges.
std::vector<KeyRange> ToRanges(const std::vector<TextRow>& regions, size_t parts);

}  // namespace sluice::tidb
