#include <arrow/buffer.h>

#include "sluice/connectors/s3/live_store.h"
#include "sluice/connectors/s3/object_name.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/connectors/s3/writer_fixture.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Columns kColumns = {{"id", DataType::kLong}, {"text", DataType::kString}};

class S3WriterLive : public LiveStore {
 protected:
  WriteRequest Request(const Settings& format = {}) const {
    WriteRequest request = MakeRequest(kColumns, format);
    request.settings["bucketName"] = kLiveBucket;
    request.settings["bucketPrefix"] = prefix_;
    return request;
  }
  static std::string Record(int64_t id, const std::string& text) {
    return "{\"id\":" + std::to_string(id) + ",\"text\":\"" + text + "\"}";
  }
  std::vector<std::string> Keys() {
    auto page = store_->List({.bucket = kLiveBucket, .prefix = prefix_});
    EXPECT_TRUE(page.ok()) << page.error().message;
    std::vector<std::string> keys;
    for (const ObjectInfo& object : page->objects) keys.push_back(object.key);
    return keys;
  }
  std::vector<Upload> Uploads() {
    auto uploads = store_->ListUploads(kLiveBucket, prefix_);
    EXPECT_TRUE(uploads.ok()) << uploads.error().message;
    return *uploads;
  }
  std::string Get(const std::string& key) {
    auto object = store_->Describe(kLiveBucket, key);
    EXPECT_TRUE(object.ok()) << object.error().message;
    auto file = store_->OpenForReading(kLiveBucket, *object);
    EXPECT_TRUE(file.ok()) << file.error().message;
    auto content = (*file)->ReadAt(0, object->size);
    EXPECT_TRUE(content.ok()) << content.status().message();
    return (*content)->ToString();
  }
  // 25 records of a megabyte in as many batches.
  std::string WriteSeveralParts(BatchWriter& writer) {
    EXPECT_TRUE(writer.Resume({}).ok());
    std::string lines;
    for (int64_t seq = 1; seq <= 25; ++seq) {
      std::string record = Record(seq, std::string(1 << 20, static_cast<char>('a' + seq)));
      auto progress = writer.Write(MakeBatch(MakeRows(kColumns, {record}), seq));
      EXPECT_TRUE(progress.ok()) << progress.error().message;
      lines += record + "\n";
    }
    return lines;
  }
};

TEST_F(S3WriterLive, AnObjectOfSeveralPartsIsSeenWhenItIsComplete) {
  auto writer = OpenWriter(store_, Request());
  std::string lines = WriteSeveralParts(*writer);
  EXPECT_THAT(Keys(), IsEmpty());
  EXPECT_THAT(Uploads(), SizeIs(1));
  auto last = writer->Finish();
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_EQ(last->bytes_written, static_cast<int64_t>(lines.size()));
  EXPECT_THAT(Uploads(), IsEmpty());
  ASSERT_THAT(Keys(), SizeIs(1));
  EXPECT_TRUE(Get(Keys()[0]) == lines);
}

TEST_F(S3WriterLive, AbandonedItLeavesNoUpload) {
  auto writer = OpenWriter(store_, Request());
  WriteSeveralParts(*writer);
  ASSERT_THAT(Uploads(), SizeIs(1));
  writer->Abandon();
  EXPECT_THAT(Uploads(), IsEmpty());
  EXPECT_THAT(Keys(), IsEmpty());
}

TEST_F(S3WriterLive, WhatACrashLeftIsRemovedByTheNextWriter) {
  WriteRequest request = Request();
  auto settings = ReadOutputSettings(request.settings);
  ASSERT_TRUE(settings.ok());
  LeaveUpload(ObjectNames(*settings, request.run, std::string(kExecution) + "/0").Key("", 3));
  ASSERT_THAT(Uploads(), SizeIs(1));
  {
    auto writer = OpenWriter(store_, request);
    ASSERT_TRUE(writer->Resume({}).ok());
    EXPECT_THAT(Uploads(), IsEmpty());
    ASSERT_TRUE(writer->Write(MakeBatch(MakeRows(kColumns, {Record(1, "a")}), 1)).ok());
    ASSERT_TRUE(writer->Finish().ok());
    EXPECT_THAT(Keys(), SizeIs(1));
  }
  auto again = OpenWriter(store_, request);
  ASSERT_TRUE(again->Resume({}).ok());
  EXPECT_THAT(Keys(), IsEmpty()) << "complete, but not on record";
}

TEST_F(S3WriterLive, FoldersOfOddValuesAreWrittenAndRemoved) {
  WriteRequest request = Request();
  request.partition_keys = {"text"};
  std::vector<std::string> records = {Record(1, "a b+c"), Record(2, "é/😀"), Record(3, "100%"),
                                      Record(4, "")};
  auto writer = OpenWriter(store_, request);
  ASSERT_TRUE(writer->Resume({}).ok());
  ASSERT_TRUE(writer->Write(MakeBatch(MakeRows(kColumns, records), 1)).ok());
  ASSERT_TRUE(writer->Finish().ok());
  std::vector<std::string> folders;
  for (const std::string& key : Keys()) {
    std::string rest = key.substr(key.find(kExecution) + 37);
    folders.push_back(rest.substr(0, rest.find('/')));
  }
  EXPECT_THAT(folders, ElementsAre("text=", "text=100%25", "text=a b+c", "text=é%2F😀"));
  EXPECT_EQ(Get(Keys()[3]), records[1] + "\n");
  ASSERT_TRUE(OpenWriter(store_, request)->Resume({}).ok());
  EXPECT_THAT(Keys(), IsEmpty());
}

}  // namespace
}  // namespace sluice::s3
