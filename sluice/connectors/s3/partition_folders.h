// Rows by the folders that their values name.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::s3 {

struct FolderRows {
  std::string folders;  // "Industry=Apparel/Type=null/"; empty: no keys.
  std::shared_ptr<arrow::RecordBatch> rows;
};

// The rows of each folder in their order; folders in the order of their first rows. Rows keep the
// columns that name folders: a file is whole without its name. kInvalidArgument: a key is no
// column.
Result<std::vector<FolderRows>> SplitByFolders(const std::shared_ptr<arrow::RecordBatch>& rows,
                                               const std::vector<std::string>& keys);

}  // namespace sluice::s3
