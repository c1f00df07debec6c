// For tests of the writing side: a table in all types, batches of it, and a writer as the engine
// uses it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sluice/base/time_text.h"
#include "sluice/connector/records.h"
#include "sluice/connectors/s3/s3_writer.h"
#include "sluice/connectors/s3/temporary_store.h"

namespace sluice::s3 {

inline constexpr char kExecution[] = "0f5b1a4e-6c1d-4c55-9d4e-1f2a3b4c5d6e";
inline constexpr char kFolder[] = "in/flow/0f5b1a4e-6c1d-4c55-9d4e-1f2a3b4c5d6e/";

using Columns = std::vector<std::pair<std::string, DataType>>;

inline EntityDefinition MakeEntity(const Columns& columns) {
  EntityDefinition entity;
  for (const auto& [name, type] : columns)
    entity.fields.push_back({.name = name, .data_type = type});
  return entity;
}

inline std::shared_ptr<arrow::RecordBatch> MakeRows(const Columns& columns,
                                                    const std::vector<std::string>& records) {
  arrow::FieldVector fields;
  for (const auto& [name, type] : columns) fields.push_back(ToArrowField(name, type));
  std::vector<std::string_view> texts(records.begin(), records.end());
  auto rows = RecordsFromJson(arrow::schema(std::move(fields)), texts);
  EXPECT_TRUE(rows.ok()) << rows.error().message;
  return *rows;
}

inline Batch MakeBatch(std::shared_ptr<arrow::RecordBatch> rows, int64_t seq) {
  return {.rows = std::move(rows), .after = {seq, "after-" + std::to_string(seq)}};
}

inline WriteRequest MakeRequest(const Columns& columns, const Settings& format = {}) {
  WriteRequest request;
  request.entity = MakeEntity(columns);
  for (const auto& [name, type] : columns) request.fields.push_back(name);
  request.settings = {{"bucketName", "bucket"}, {"bucketPrefix", "in"}};
  for (const auto& [name, value] : format) {
    request.settings["s3OutputFormatConfig." + name] = value;
  }
  request.run = {"flow", kExecution, 1, *ParseTime("2026-01-31T09:05:07Z")};
  return request;
}

inline std::unique_ptr<BatchWriter> OpenWriter(const std::shared_ptr<ObjectStore>& store,
                                               const WriteRequest& request,
                                               const std::string& partition = "0") {
  auto writer = OpenS3Writer(store, request, request.run.execution_id + "/" + partition);
  EXPECT_TRUE(writer.ok()) << writer.error().message;
  return *std::move(writer);
}

inline void Add(Progress& total, const Progress& more) {
  EXPECT_GE(more.durable.seq, total.durable.seq);
  total.durable = more.durable;
  total.rows_written += more.rows_written;
  total.bytes_written += more.bytes_written;
}

// The batches, numbered from 1, in one go.
inline Progress WriteAll(const std::shared_ptr<ObjectStore>& store, const WriteRequest& request,
                         const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches) {
  auto writer = OpenWriter(store, request);
  auto resumed = writer->Resume({});
  EXPECT_TRUE(resumed.ok()) << resumed.error().message;
  Progress total;
  int64_t seq = 0;
  for (const auto& rows : batches) {
    auto progress = writer->Write(MakeBatch(rows, ++seq));
    EXPECT_TRUE(progress.ok()) << progress.error().message;
    if (progress.ok()) Add(total, *progress);
  }
  auto last = writer->Finish();
  EXPECT_TRUE(last.ok()) << last.error().message;
  if (last.ok()) Add(total, *last);
  return total;
}

inline std::vector<std::string> Keys(ObjectStore& store) {
  std::vector<std::string> keys;
  ListRequest request{.bucket = "bucket"};
  do {
    auto page = store.List(request);
    EXPECT_TRUE(page.ok()) << page.error().message;
    for (const ObjectInfo& object : page->objects) keys.push_back(object.key);
    request.next_token = page->next_token;
  } while (!request.next_token.empty());
  return keys;
}

inline std::vector<Upload> Uploads(ObjectStore& store) {
  auto uploads = store.ListUploads("bucket", "");
  EXPECT_TRUE(uploads.ok()) << uploads.error().message;
  return *uploads;
}

// All objects' content, one behind the other in the order of their keys.
inline std::string Contents(const TemporaryStore& store) {
  std::string contents;
  for (const std::string& key : Keys(*store.store())) contents += store.Get(key);
  return contents;
}

}  // namespace sluice::s3
