// Columns from JSON values and back, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sluice/connector/records.h"

namespace sluice::flow {

inline std::shared_ptr<arrow::Array> Column(DataType type, const std::vector<std::string>& values) {
  std::vector<std::string> records;
  for (const std::string& value : values) records.push_back("{\"v\":" + value + "}");
  std::vector<std::string_view> texts(records.begin(), records.end());
  auto batch = RecordsFromJson(arrow::schema({ToArrowField("v", type)}), texts);
  EXPECT_TRUE(batch.ok()) << batch.error().message;
  return (*batch)->column(0);
}

inline std::vector<std::string> Json(DataType type, const std::shared_ptr<arrow::Array>& column) {
  auto batch = arrow::RecordBatch::Make(arrow::schema({ToArrowField("v", type)}), column->length(),
                                        {column});
  EXPECT_TRUE(batch->ValidateFull().ok()) << batch->ValidateFull().ToString();
  auto records = RecordsToJson(*batch);
  EXPECT_TRUE(records.ok()) << records.error().message;
  std::vector<std::string> values;
  for (const std::string& record : *records) values.push_back(record.substr(5, record.size() - 6));
  return values;
}

}  // namespace sluice::flow
