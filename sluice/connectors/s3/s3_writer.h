// Records into S3: each object whole or not there, progress when objects are complete.
#pragma once

#include <memory>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// The flow's settings are those of ReadOutputSettings(), the objects' names those of ObjectNames,
// their content that of RecordEncoder. kInvalidArgument: a setting can't be, a partition key is no
// column, or the operation is not an INSERT. Only new objects are made; nothing else that lies in
// the bucket is touched but what follows.
//
// Size and durability. With the aggregation None an object has about "targetFileSize" MB, or 64 MB
// where none is set, which is also what is written again at most after a crash; Flush() ends it
// earlier unless a size is set. With SingleFile a stream is one object, nothing is durable before
// Finish(), and a crash begins it again: such a run should be one stream. Where rows go to folders
// (partition_keys), there is an object per folder, all of them are ended when the largest has that
// size, or when there are 500 or they take too much memory; so with SingleFile a folder has more
// than one object where there are many folders.
//
// Memory: about 64 MB a run, shared by its streams (WriteRequest::streams), at least 16 MB each.
//
// Resume(logged) answers `logged`, after it removed what the stream completed or began behind it.
// It and Finish() also give up uploads of the flow's other executions: a flow runs once at a time,
// so these are left by a process that was killed and whose run was never gone on with. Complete
// objects of other executions stay.
Result<std::unique_ptr<BatchWriter>> OpenS3Writer(std::shared_ptr<ObjectStore> store,
                                                  const WriteRequest& request,
                                                  const std::string& stream);

}  // namespace sluice::s3
