#include "sluice/connectors/s3/s3_connector.h"

#include <arrow/util/future.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sluice/base/json.h"
#include "sluice/connectors/s3/reading.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class S3Connector : public Reading {
 protected:
  std::vector<std::string> Entities(const std::string& path, int64_t most) {
    auto connector = Open({});
    std::vector<std::string> identifiers;
    std::string token;
    do {
      auto page = connector->ListEntities(path, most, token);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) break;
      for (const Entity& entity : page->entities) identifiers.push_back(entity.identifier);
      token = page->next_token;
    } while (!token.empty());
    return identifiers;
  }

  // Which objects each partition covers.
  std::vector<std::string> SharesOf(int parts, const Settings& settings = {}) {
    ReadRequest request;
    request.entity.entity.identifier = kEntity;
    auto partitions = Open(settings)->Split(request, parts);
    EXPECT_TRUE(partitions.ok()) << partitions.error().message;
    std::vector<std::string> shares;
    for (const Partition& partition : *partitions) {
      auto state = json::ParseObject(partition.state);
      std::string keys;
      for (const json::Value& object : *json::FindArray(*state, "objects")) {
        keys += std::string(object.as_array()[0].as_string()).substr(3);
      }
      shares.push_back(std::move(keys));
    }
    return shares;
  }
};

TEST_F(S3Connector, ListsBucketsThenFolders) {
  for (const char* key : {"in/a/1", "in/b/1", "in/c", "out/1"}) Put(key, "x");
  for (int64_t most : {1, 2, 100}) {
    EXPECT_THAT(Entities("", most), ElementsAre("bucket"));
    EXPECT_THAT(Entities("bucket", most), ElementsAre("bucket/in", "bucket/out"));
    EXPECT_THAT(Entities("bucket/in", most), ElementsAre("bucket/in/a", "bucket/in/b"));
    EXPECT_THAT(Entities("bucket/in/", most), ElementsAre("bucket/in/a", "bucket/in/b"));
    EXPECT_THAT(Entities("bucket/nothing", most), IsEmpty());
  }
}

TEST_F(S3Connector, AFolderIsNotTheOnesWhoseNameBeginsTheSame) {
  Put("in/1.csv", "id\n1\n");
  Put("in/sub/folder/2.csv", "id\n2\n");
  Put("in2/3.csv", "id\n3\n");
  Put("in.csv", "id\n4\n");
  EXPECT_THAT(Read({}, {"id"}), ElementsAre(R"({"id":"1"})", R"({"id":"2"})"));
}

TEST_F(S3Connector, ReadsASingleFileByItsName) {
  Put("in", "id\n1\n");
  EXPECT_THAT(Read({}, {"id"}), ElementsAre(R"({"id":"1"})"));
}

TEST_F(S3Connector, LeavesOutEmptyFiles) {
  Put("in/1.csv", "");
  Put("in/2.csv", "id\n1\n");
  Put("in/_SUCCESS", "");
  EXPECT_THAT(Read({}, {"id"}), ElementsAre(R"({"id":"1"})"));
}

TEST_F(S3Connector, SaysThatThereIsNothingToDescribe) {
  EXPECT_THAT(DescribeError({}), HasSubstr("no file with records below 'in/' in bucket 'bucket'"));
  EXPECT_EQ(Open({})->DescribeEntity("nowhere/in").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(Open({})->DescribeEntity("../in").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Open({})->DescribeEntity("bucket/../in").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      Open({{"s3InputFormatConfig.s3InputFileType", "XML"}})->DescribeEntity(kEntity).error().code,
      ErrorCode::kInvalidArgument);
}

TEST_F(S3Connector, AFolderThatIsEmptyByNowHasNoRecords) {
  Put("in/1.csv", "id\n1\n");
  ReadRequest request = Request({}, {"id"});
  ASSERT_TRUE(files_.store()->Delete("bucket", "in/1.csv").ok());
  auto connector = Open({});
  auto partitions = connector->Split(request, 4);
  ASSERT_TRUE(partitions.ok()) << partitions.error().message;
  ASSERT_EQ(partitions->size(), 1u);
  auto reader = connector->OpenReader(request, partitions->at(0), {});
  EXPECT_EQ((*reader)->Next(DeadlineAfter(std::chrono::seconds(5)), {})->what, Pulled::kEnd);
}

TEST_F(S3Connector, SplitsByBytes) {
  for (auto [key, size] : std::map<std::string, size_t>{
           {"in/a", 10}, {"in/b", 70}, {"in/c", 20}, {"in/d", 30}, {"in/e", 60}}) {
    Put(key, std::string(size, 'x'));
  }
  EXPECT_THAT(SharesOf(1), ElementsAre("abcde"));
  EXPECT_THAT(SharesOf(2), ElementsAre("abc", "de"));
  EXPECT_EQ(SharesOf(100).size(), 5u) << "a file is not divided";
}

TEST_F(S3Connector, APartitionOfLargeFilesIsForTwoCores) {
  for (const char* key : {"in/a", "in/b", "in/c", "in/d", "in/e", "in/f"}) {
    Put(key, std::string(5 << 20, 'x'));
  }
  EXPECT_EQ(SharesOf(1).size(), 1u);
  EXPECT_EQ(SharesOf(2).size(), 1u);
  EXPECT_EQ(SharesOf(3).size(), 2u);
  EXPECT_EQ(SharesOf(8).size(), 4u);
  const Settings json = {{"s3InputFormatConfig.s3InputFileType", "JSON"}};
  EXPECT_EQ(SharesOf(2, json).size(), 2u) << "who reads it has most to do";
  Put("in/g.csv.gz", "x");
  EXPECT_EQ(SharesOf(2).size(), 2u) << "who unpacks it has most to do";
}

TEST_F(S3Connector, ReadsWhatWasThereWhenTheRunBeganOrFails) {
  Put("in/1.csv", "id\n1\n");
  Put("in/2.csv", "id\n2\n");
  auto connector = Open({});
  ReadRequest request = Request({}, {"id"});
  Partition partition = connector->Split(request, 1)->at(0);
  Put("in/3.csv", "id\n3\n");
  Put("in/2.csv", "id\nother\n");
  auto reader = connector->OpenReader(request, partition, {});
  auto until = DeadlineAfter(std::chrono::seconds(5));
  ASSERT_EQ((*reader)->Next(until, {})->batch.rows->num_rows(), 1);
  auto changed = (*reader)->Next(until, {});
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, ErrorCode::kClientError);
  EXPECT_THAT(changed.error().message, HasSubstr("'in/2.csv' in bucket 'bucket' was changed"));

  ASSERT_TRUE(files_.store()->Delete("bucket", "in/1.csv").ok());
  reader = connector->OpenReader(request, partition, {});
  auto gone = (*reader)->Next(until, {});
  ASSERT_FALSE(gone.ok());
  EXPECT_THAT(gone.error().message, HasSubstr("'in/1.csv'"));
}

// A store whose files take forever to read.
class SleepyFile final : public arrow::io::RandomAccessFile {
 public:
  explicit SleepyFile(int64_t size) : size_(size) {}
  arrow::Result<int64_t> GetSize() override { return size_; }
  arrow::Future<std::shared_ptr<arrow::Buffer>> ReadAsync(const arrow::io::IOContext&, int64_t,
                                                          int64_t) override {
    return arrow::Future<std::shared_ptr<arrow::Buffer>>::Make();
  }
  arrow::Result<int64_t> Read(int64_t, void*) override { return Never(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t) override { return Never(); }
  arrow::Status Seek(int64_t) override { return Never(); }
  arrow::Result<int64_t> Tell() const override { return Never(); }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }

 private:
  static arrow::Status Never() { return arrow::Status::Invalid("nobody may wait here"); }
  const int64_t size_;
};

class SleepyStore final : public ObjectStore {
 public:
  explicit SleepyStore(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(const std::string&,
                                                                      const ObjectInfo& object,
                                                                      std::stop_token) override {
    return std::shared_ptr<arrow::io::RandomAccessFile>(std::make_shared<SleepyFile>(object.size));
  }
  Status CheckBucket(const std::string& bucket) override { return store_->CheckBucket(bucket); }
  Result<std::vector<std::string>> ListBuckets() override { return store_->ListBuckets(); }
  Result<ObjectPage> List(const ListRequest& request) override { return store_->List(request); }
  Result<ObjectInfo> Describe(const std::string& bucket, const std::string& key) override {
    return store_->Describe(bucket, key);
  }
  Result<std::shared_ptr<arrow::io::OutputStream>> OpenForWriting(
      const std::string& bucket, const std::string& key, const std::string& type) override {
    return store_->OpenForWriting(bucket, key, type);
  }
  Status Delete(const std::string& bucket, const std::string& key) override {
    return store_->Delete(bucket, key);
  }
  Result<std::vector<Upload>> ListUploads(const std::string& bucket,
                                          const std::string& prefix) override {
    return store_->ListUploads(bucket, prefix);
  }
  Status AbortUpload(const std::string& bucket, const Upload& upload) override {
    return store_->AbortUpload(bucket, upload);
  }

 private:
  const std::shared_ptr<ObjectStore> store_;
};

TEST_F(S3Connector, StopsThoughTheStoreDoesNotAnswer) {
  Put("in/1", "id\n1\n" + std::string(100, '\n'));
  ReadRequest request = Request({}, {"id"});
  for (const char* type : {"CSV", "JSON", "PARQUET"}) {
    auto connector = MakeS3Connector(std::make_shared<SleepyStore>(files_.store()),
                                     {{"s3InputFormatConfig.s3InputFileType", type}});
    auto reader = connector->OpenReader(request, connector->Split(request, 1)->at(0), {});
    std::stop_source stop;
    std::jthread stopper([&stop] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      stop.request_stop();
    });
    auto pull = (*reader)->Next(DeadlineAfter(std::chrono::minutes(10)), stop.get_token());
    ASSERT_FALSE(pull.ok());
    EXPECT_THAT(pull.error().message, HasSubstr("reading was stopped")) << type;
  }
}

TEST_F(S3Connector, RefusesPositionsAndPartitionsThatAreNotIts) {
  Put("in/1.csv", "id\n1\n");
  auto connector = Open({});
  ReadRequest request = Request({}, {"id"});
  Partition partition = connector->Split(request, 1)->at(0);
  for (const char* token : {"", "1", "0:0", "0:0:0:0", "0:0:-1", "x:0:0", "0:0:0 "}) {
    EXPECT_EQ(connector->OpenReader(request, partition, Position{1, token}).error().code,
              ErrorCode::kInvalidArgument)
        << token;
  }
  for (const char* state : {"", "{}", "[]", R"({"bucket":"b","objects":[["k",1]]})"}) {
    EXPECT_EQ(connector->OpenReader(request, {"0", state}, {}).error().code,
              ErrorCode::kInvalidArgument)
        << state;
  }
}

TEST_F(S3Connector, TakesTheShapeOfWhatComes) {
  TargetRequest request;
  request.entity = "bucket/out";
  request.fields.resize(2);
  request.fields[0].name = "id";
  request.fields[0].data_type = DataType::kLong;
  request.fields[1].name = "at";
  request.fields[1].data_type = DataType::kDateTime;
  auto types = [&](Settings settings) {
    settings["bucketName"] = "bucket";
    auto target = Open(settings)->DescribeTarget(request);
    EXPECT_TRUE(target.ok()) << target.error().message;
    std::string text;
    for (const Field& field : target->fields) {
      EXPECT_TRUE(field.write);
      text += std::string(ToString(field.data_type)) + " ";
    }
    return text;
  };
  EXPECT_EQ(types({}), "Long DateTime ") << "JSON lines";
  EXPECT_EQ(types({{"s3OutputFormatConfig.fileType", "CSV"}}), "String String ");
  EXPECT_EQ(types({{"s3OutputFormatConfig.fileType", "PARQUET"}}), "String String ");
  EXPECT_EQ(types({{"s3OutputFormatConfig.fileType", "PARQUET"},
                   {"s3OutputFormatConfig.preserveSourceDataTyping", "true"}}),
            "Long DateTime ");
}

TEST_F(S3Connector, WritesOneStreamIntoASingleFile) {
  WriteRequest request;
  request.settings["bucketName"] = "bucket";
  EXPECT_GT(Open({})->MostStreams(request), 1);
  request.settings["s3OutputFormatConfig.aggregationConfig.aggregationType"] = "SingleFile";
  EXPECT_EQ(Open({})->MostStreams(request), 1);
}

TEST_F(S3Connector, ChecksTheBucketThatTheFlowNames) {
  EXPECT_TRUE(Open({})->Check().ok());
  EXPECT_TRUE(Open({{"bucketName", "bucket"}})->Check().ok());
  EXPECT_EQ(Open({{"bucketName", "nowhere"}})->Check().error().code, ErrorCode::kResourceNotFound);
}

}  // namespace
}  // namespace sluice::s3
