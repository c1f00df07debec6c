// Folders of files, read as batches.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sluice/connector/connector.h"
#include "sluice/connectors/s3/input_settings.h"
#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

inline constexpr int64_t kBatchBytes = 1 << 20;

// The objects that a read of that location covers, in the order of their keys: all in the folder
// and below, or the one whose key the location is. Empty ones, which hold no records, are left out.
// At most `most` of them.
Result<std::vector<ObjectInfo>> ListFiles(ObjectStore& store, const Location& location,
                                          size_t most);

// Fields as the first file has them. kResourceNotFound: there is no file.
Result<std::vector<Field>> ReadFields(ObjectStore& store, const Location& location,
                                      const InputSettings& settings);

// Partitions of about equal bytes, each of whole objects. They hold the objects' keys, sizes and
// tags, so that a run reads the same ones to its end or fails with a sentence.
//
// `most` is one for each core. A partition of large files of CSV or Parquet keeps two of them busy,
// as reading, mapping and encoding overlap, so that half as many are made: more would take memory
// and save no time. JSON and gzip keep busy only who reads them, and small files have it wait.
Result<std::vector<Partition>> SplitFiles(ObjectStore& store, const Location& location,
                                          FileType type, int most);

// Batches are of about `batch_bytes`.
Result<std::unique_ptr<BatchReader>> OpenS3Reader(
    std::shared_ptr<ObjectStore> store, const ReadRequest& request, const InputSettings& settings,
    const Partition& partition, std::optional<Position> from, int64_t batch_bytes);

}  // namespace sluice::s3
