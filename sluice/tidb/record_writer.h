// Rows as records.
#pragma once

#include <string>
#include <vector>

#include "sluice/model/record_list.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

class RecordWriter {
 public:
  // `columns` are those of a row's first values, and must outlive the writer.
  explicit RecordWriter(const std::vector<const Column*>& columns);

  // Appends the row as a JSON object with explicit nulls. After an error, which names the column,
  // `records` is as it was before.
  Status Append(RecordList& records, const std::vector<Text>& row) const;

 private:
  Status AppendValues(std::string& text, const std::vector<Text>& row) const;

  const std::vector<const Column*>& columns_;
  std::vector<std::string> names_;  // With what stands before and after, escaped.
};

}  // namespace sluice::tidb
