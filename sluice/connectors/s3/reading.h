// What the tests of files share: they lie in "in/" of the bucket "bucket".
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/compression.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/s3/temporary_store.h"

namespace sluice::s3 {

inline std::string Gzip(const std::string& text) {
  auto codec = *arrow::util::Codec::Create(arrow::Compression::GZIP);
  std::string packed(
      static_cast<size_t>(codec->MaxCompressedLen(static_cast<int64_t>(text.size()),
                                                  reinterpret_cast<const uint8_t*>(text.data()))),
      '\0');
  int64_t size = *codec->Compress(
      static_cast<int64_t>(text.size()), reinterpret_cast<const uint8_t*>(text.data()),
      static_cast<int64_t>(packed.size()), reinterpret_cast<uint8_t*>(packed.data()));
  return packed.substr(0, static_cast<size_t>(size));
}

class Reading : public ::testing::Test {
 protected:
  static constexpr char kEntity[] = "bucket/in";

  void Put(const std::string& key, std::string_view content) { files_.Put(key, content); }

  std::unique_ptr<Connector> Open(const Settings& settings, int64_t batch_bytes = kBatchBytes) {
    return MakeS3Connector(files_.store(), settings, batch_bytes);
  }

  ReadRequest Request(const Settings& settings, const std::vector<std::string>& fields) {
    auto entity = Open(settings)->DescribeEntity(kEntity);
    EXPECT_TRUE(entity.ok()) << entity.error().message;
    ReadRequest request;
    if (entity.ok()) request.entity = *entity;
    request.fields = fields;
    return request;
  }

  // All batches of a read by one partition; an error is kept in `error_`.
  std::vector<Batch> Batches(const Settings& settings, const std::vector<std::string>& fields,
                             int64_t batch_bytes = kBatchBytes,
                             std::optional<Position> from = std::nullopt) {
    auto connector = Open(settings, batch_bytes);
    ReadRequest request = Request(settings, fields);
    auto partitions = connector->Split(request, 1);
    EXPECT_TRUE(partitions.ok() && partitions->size() == 1);
    auto reader = connector->OpenReader(request, partitions->at(0), from);
    std::vector<Batch> batches;
    error_.reset();
    if (!reader.ok()) error_ = reader.error();
    while (!error_) {
      auto pull = (*reader)->Next(DeadlineAfter(std::chrono::minutes(1)), {});
      if (!pull.ok()) {
        error_ = pull.error();
      } else if (pull->what == Pulled::kEnd) {
        break;
      } else {
        EXPECT_TRUE(pull->batch.rows->schema()->Equals(*(*reader)->schema()));
        EXPECT_EQ(static_cast<int64_t>(pull->batch.source_row.size()),
                  pull->batch.rows->num_rows());
        batches.push_back(std::move(pull->batch));
      }
    }
    return batches;
  }

  // All records as JSON; those that aren't in `unreadable_`, the numbers of all in `indexes_`.
  std::vector<std::string> Read(const Settings& settings, const std::vector<std::string>& fields,
                                int64_t batch_bytes = kBatchBytes,
                                std::optional<Position> from = std::nullopt) {
    std::vector<std::string> records;
    unreadable_.clear();
    indexes_.clear();
    int64_t before = 0;
    for (Batch& batch : Batches(settings, fields, batch_bytes, from)) {
      auto texts = RecordsToJson(*batch.rows);
      EXPECT_TRUE(texts.ok()) << texts.error().message;
      if (texts.ok()) records.insert(records.end(), texts->begin(), texts->end());
      for (int64_t row : batch.source_row) indexes_.push_back(before + row);
      for (RejectedRow& row : batch.unreadable) {
        EXPECT_EQ(row.seq, batch.after.seq);
        indexes_.push_back(before + row.index);
        unreadable_.push_back(std::move(row));
      }
      before += batch.rows->num_rows() + static_cast<int64_t>(batch.unreadable.size());
    }
    EXPECT_FALSE(error_) << error_->message;
    std::ranges::sort(indexes_);
    return records;
  }

  std::string ErrorOf(const Settings& settings, const std::vector<std::string>& fields) {
    Batches(settings, fields);
    EXPECT_TRUE(error_);
    if (!error_) return "";
    EXPECT_EQ(error_->code, ErrorCode::kInvalidArgument) << error_->message;
    return error_->message;
  }

  std::vector<std::string> FieldsOf(const Settings& settings) {
    std::vector<std::string> fields;
    for (const Field& field : Request(settings, {}).entity.fields) {
      fields.push_back(field.name + ":" + std::string(ToString(field.data_type)));
    }
    return fields;
  }

  std::string DescribeError(const Settings& settings) {
    auto entity = Open(settings)->DescribeEntity(kEntity);
    EXPECT_FALSE(entity.ok());
    return entity.ok() ? "" : entity.error().message;
  }

  void ExpectToGoOnFromEachPosition(const Settings& settings,
                                    const std::vector<std::string>& fields, int64_t batch_bytes) {
    std::vector<std::string> all = Read(settings, fields, batch_bytes);
    size_t refused = unreadable_.size();
    std::vector<std::string> before;
    size_t refused_before = 0;
    for (const Batch& batch : Batches(settings, fields, batch_bytes)) {
      for (const std::string& record : *RecordsToJson(*batch.rows)) before.push_back(record);
      refused_before += batch.unreadable.size();
      std::vector<std::string> records = before;
      for (std::string& record : Read(settings, fields, batch_bytes, batch.after)) {
        records.push_back(std::move(record));
      }
      EXPECT_EQ(records, all) << "gone on with at " << batch.after.token;
      EXPECT_EQ(refused_before + unreadable_.size(), refused) << batch.after.token;
    }
  }

  TemporaryStore files_;
  std::vector<RejectedRow> unreadable_;
  std::vector<int64_t> indexes_;
  std::optional<Error> error_;
};

}  // namespace sluice::s3
