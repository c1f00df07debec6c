// One object that is being written.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connectors/s3/late_stream.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/connectors/s3/record_encoder.h"

namespace sluice::s3 {

// One thread at a time. After an Error only Abort() and the destructor, which aborts too.
class ObjectFile {
 public:
  // The rows' schema is `schema`; `entity` says more about its fields.
  ObjectFile(std::shared_ptr<ObjectStore> store, const OutputSettings& settings,
             const std::string& key, const std::shared_ptr<arrow::Schema>& schema,
             const EntityDefinition& entity);
  ~ObjectFile() { Abort(); }
  ObjectFile(const ObjectFile&) = delete;

  Status Write(const arrow::RecordBatch& rows);
  // The object appears.
  Status Close();
  void Abort();

  // Of the file, with about what is not encoded yet.
  int64_t size() const { return stream_->position() + encoder_->pending_bytes(); }
  int64_t memory_bytes() const { return stream_->memory_bytes() + encoder_->memory_bytes(); }

 private:
  Status Check(Status status) const;

  const std::shared_ptr<LateStream> stream_;
  const std::unique_ptr<RecordEncoder> encoder_;
};

}  // namespace sluice::s3
