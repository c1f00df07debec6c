#include "sluice/tidb/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/tidb/sample_table.h"

namespace sluice::tidb {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

// Of rows with these ids, as JSON.
std::vector<uint64_t> Hashes(const char* type, const std::vector<std::string>& ids) {
  Table table = SampleTable();
  table.columns[0].type = ParseColumnType(type);
  table.columns[0].collation = "utf8mb4_bin";
  Outcomes outcomes(ids.size());
  auto batch = DecodeBatch(
      table, WriteOperation::kUpsert, {"id"},
      [&](RowDecoder& decoder, size_t i) { return decoder.Decode("{\"id\":" + ids[i] + "}"); },
      outcomes);
  auto hashes = HashIds(*batch);
  EXPECT_TRUE(hashes && std::ranges::is_sorted(*hashes));
  return hashes.value_or(std::vector<uint64_t>());
}

TEST(HashIds, WholeNumbersStandForThemselves) {
  EXPECT_THAT(Hashes("bigint", {"7", "3", "12"}), ElementsAre(3, 7, 12));
  EXPECT_THAT(Hashes("bigint", {"-1", "\"007\"", "7.0", "0"}), ElementsAre(0, 7, uint64_t(-1)));
}

TEST(HashIds, AreTheSameForTheSameId) {
  const std::vector<std::string> large = {"18446744073709551615", "9223372036854775808"};
  auto hashes = Hashes("bigint unsigned", large);
  EXPECT_THAT(hashes, SizeIs(2));
  EXPECT_THAT(Hashes("bigint unsigned", {"1", large[1], large[0]}), IsSupersetOf(hashes));
  EXPECT_THAT(Hashes("varchar(9)", {"\"b\"", "\"a\""}),
              Contains(Hashes("varchar(9)", {"\"a \""}).at(0)));
}

}  // namespace
}  // namespace sluice::tidb
