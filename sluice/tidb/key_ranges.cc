#include "sluice/tidb/key_ranges.h"

#include <algorithm>

namespace sluice::tidb {
namespace {

// Virtual tables, temporary tables; and TiDB before 5.0, which does not know TABLESAMPLE.
bool CannotSample(const SqlError& error) {
  constexpr unsigned kInvalidTableSample = 8128, kParseError = 1064;
  return error.number == kInvalidTableSample || error.number == kParseError;
}

std::vector<std::string> ToBound(const TextRow& region) {
  std::vector<std::string> bound;
  for (const auto& value : region) bound.push_back(value.value_or(""));
  return bound;
}

}  // namespace

std::vector<KeyRange> ToRanges(const std::vector<TextRow>& regions, size_t parts) {
  std::vector<KeyRange> ranges(1);
  parts = std::min(parts, regions.size());
  for (size_t i = 1; i < parts; ++i) {
    std::vector<std::string> border = ToBound(regions[regions.size() * i / parts]);
    if (border == ranges.back().from) continue;
    ranges.back().to = border;
    ranges.push_back({std::move(border), {}});
  }
  return ranges;
}

Result<std::vector<KeyRange>> SplitByRegions(Client& client, const ReadPlan& plan, size_t parts,
                                             Deadline deadline) {
  std::string sql = plan.RegionsSql();
  if (sql.empty() || parts <= 1) return std::vector<KeyRange>(1);
  auto regions = client.Select(sql, "table '" + plan.table().name + "'", deadline);
  if (!regions.ok() && CannotSample(client.last_error())) return std::vector<KeyRange>(1);
  if (!regions.ok()) return std::move(regions).error();
  return ToRanges(*regions, parts);
}

}  // namespace sluice::tidb
