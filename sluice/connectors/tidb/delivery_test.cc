#include "sluice/connectors/tidb/delivery.h"

#include <gtest/gtest.h>

namespace sluice::tidb_connector {
namespace {

RejectedRow Row(int64_t seq, int64_t index, std::string why, std::string field = "") {
  return {seq, index, InvalidArgument(std::move(why)), std::move(field), {}};
}

TEST(Delivery, ComesBackFromItsReport) {
  std::deque<Delivery> deliveries = {{3, 10, 200, {}},
                                     {7, 0, 0, {Row(7, 4, "why \"é\"\n", "ag'e"), Row(7, 9, "b")}}};
  auto again = FromReport(ToReport(deliveries));
  ASSERT_TRUE(again.ok()) << again.error().message;
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ((*again)[0].seq, 3);
  EXPECT_EQ((*again)[0].rows_written, 10);
  EXPECT_EQ((*again)[0].bytes_written, 200);
  EXPECT_TRUE((*again)[0].rejected.empty());
  ASSERT_EQ((*again)[1].rejected.size(), 2u);
  const RejectedRow& row = (*again)[1].rejected[0];
  EXPECT_EQ(row.seq, 7);
  EXPECT_EQ(row.index, 4);
  EXPECT_EQ(row.error.message, "why \"é\"\n");
  EXPECT_EQ(row.field, "ag'e");
  EXPECT_EQ((*again)[1].rejected[1].index, 9);
}

TEST(Delivery, OfAStreamThatHasOnlyBegunThereIsNone) {
  EXPECT_TRUE(FromReport("")->empty());
  EXPECT_TRUE(FromReport(ToReport({}))->empty());
}

TEST(Delivery, WhatIsNoReportIsAnError) {
  for (const char* text : {"x", "[]", "{}", R"({"records":1,"refused":[]})", R"({"batches":[1]})",
                           R"({"batches":[{"seq":1}]})",
                           R"({"batches":[{"seq":1,"rows":1,"bytes":1,"refused":[[]]}]})"}) {
    auto deliveries = FromReport(text);
    ASSERT_FALSE(deliveries.ok()) << text;
    EXPECT_EQ(deliveries.error().code, ErrorCode::kServerError);
  }
}

// A row of TiDB's has at most 6 MB.
TEST(Delivery, OfVeryManyRefusedRowsAllAreKnownAndTheFirstWithTheirReasons) {
  constexpr int64_t kRows = 100'000;
  Delivery delivery{1, 0, 0, {}};
  for (int64_t i = 0; i < kRows; ++i) {
    delivery.rejected.push_back(Row(1, i, std::string(100, 'w'), "column"));
  }
  std::string report = ToReport({delivery});
  EXPECT_LT(report.size(), 5'000'000u);
  auto again = FromReport(report);
  ASSERT_TRUE(again.ok());
  const auto& rejected = again->front().rejected;
  ASSERT_EQ(rejected.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(rejected[3].error.message.size(), 100u);
  EXPECT_EQ(rejected.back().index, kRows - 1);
  EXPECT_NE(rejected.back().error.message, "");
}

}  // namespace
}  // namespace sluice::tidb_connector
