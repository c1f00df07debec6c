#include "sluice/sandbox/record_id.h"

#include <gmock/gmock.h>

namespace sluice::sandbox {
namespace {

// Ids that a real Salesforce org gave (TiDB's tutorial).
TEST(RecordId, ChecksumsAreThoseOfSalesforce) {
  for (std::string id :
       {"001Do000003EDTlIAO", "001Do000003EDTZIA4", "001Do000003EDTaIAO", "001Do000003EDTkIAO"}) {
    EXPECT_EQ(NormalizeRecordId(id.substr(0, 15)), id);
    EXPECT_EQ(NormalizeRecordId(id), id);
    EXPECT_EQ(MakeRecordId("001", NumberOfRecordId(id)), id);
  }
}

TEST(RecordId, WhatIsNoIdIsNothing) {
  for (const char* text : {"", "x", "001Do000003EDT", "001Do000003EDTlIAA", "001Do000003EDTlIA",
                           "001Do000003'DTl", "001Do000003EDTlIAOO"}) {
    EXPECT_EQ(NormalizeRecordId(text), std::nullopt) << text;
  }
}

TEST(RecordId, SortsByNumber) {
  std::string previous = MakeRecordId("001", 0);
  for (uint64_t number = 1; number < 10'000; number += 7) {
    std::string id = MakeRecordId("001", number);
    EXPECT_LT(previous, id);
    previous = id;
  }
}

}  // namespace
}  // namespace sluice::sandbox
