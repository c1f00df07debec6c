#include "sluice/connectors/s3/s3_writer.h"

#include <arrow/record_batch.h>

#include <map>
#include <set>

#include "sluice/connectors/s3/object_name.h"
#include "sluice/connectors/s3/output_settings.h"
#include "sluice/connectors/s3/writer_fixture.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Columns kColumns = {
    {"id", DataType::kLong}, {"kind", DataType::kString}, {"text", DataType::kString}};

// Records with ids from `first` on; the kind is "k0", "k1" … and, of every 7th, null.
std::vector<std::string> Records(int64_t first, int64_t count, int64_t kinds = 2,
                                 size_t text_bytes = 0) {
  std::vector<std::string> records;
  for (int64_t id = first; id < first + count; ++id) {
    std::string kind = id % 7 == 0 ? "null" : "\"k" + std::to_string(id % kinds) + "\"";
    records.push_back("{\"id\":" + std::to_string(id) + ",\"kind\":" + kind + ",\"text\":\"" +
                      std::string(text_bytes, 'x') + "\"}");
  }
  return records;
}

std::shared_ptr<arrow::RecordBatch> Rows(int64_t first, int64_t count, int64_t kinds = 2,
                                         size_t text_bytes = 0) {
  return MakeRows(kColumns, Records(first, count, kinds, text_bytes));
}

std::string Lines(const std::vector<std::string>& records) {
  std::string lines;
  for (const std::string& record : records) lines += record + "\n";
  return lines;
}

class S3Writer : public ::testing::Test {
 protected:
  std::unique_ptr<BatchWriter> Open(const WriteRequest& request = MakeRequest(kColumns),
                                    const Position& logged = {}) {
    auto writer = OpenWriter(store_.store(), request);
    auto resumed = writer->Resume(logged);
    EXPECT_TRUE(resumed.ok()) << resumed.error().message;
    EXPECT_TRUE(resumed.ok() && *resumed == logged);
    return writer;
  }
  static Progress Check(Result<Progress> progress) {
    EXPECT_TRUE(progress.ok()) << progress.error().message;
    return progress.ok() ? *progress : Progress{};
  }
  std::vector<std::string> Keys() { return s3::Keys(*store_.store()); }

  TemporaryStore store_;
};

TEST_F(S3Writer, WritesJsonLinesUnlessToldOtherwise) {
  Progress total = WriteAll(store_.store(), MakeRequest(kColumns), {Rows(0, 3)});
  EXPECT_EQ(total.rows_written, 3);
  EXPECT_EQ(Contents(store_), Lines(Records(0, 3)));
  EXPECT_EQ(total.bytes_written, static_cast<int64_t>(Contents(store_).size()));
  ASSERT_THAT(Keys(), SizeIs(1));
  EXPECT_THAT(Keys()[0], StartsWith(kFolder));
}

TEST_F(S3Writer, CountsTheRowsAndBytesOfCompleteObjects) {
  for (const char* type : {"CSV", "JSON", "PARQUET"}) {
    TemporaryStore store;
    Progress total = WriteAll(store.store(), MakeRequest(kColumns, {{"fileType", type}}),
                              {Rows(0, 5), Rows(5, 5, 2, 2'000'000)});
    EXPECT_EQ(total.rows_written, 10);
    EXPECT_EQ(total.bytes_written, static_cast<int64_t>(Contents(store).size())) << type;
  }
}

TEST_F(S3Writer, AnObjectIsNotSeenBeforeItIsComplete) {
  auto writer = Open();
  std::vector<std::string> all;
  // More than is held in memory before the store gets to see anything.
  for (int64_t seq = 1; seq <= 3; ++seq) {
    auto records = Records(seq * 10, 10, 2, 70'000);
    all.insert(all.end(), records.begin(), records.end());
    EXPECT_EQ(Check(writer->Write(MakeBatch(MakeRows(kColumns, records), seq))).durable,
              Position{});
    EXPECT_THAT(Keys(), IsEmpty());
  }
  EXPECT_THAT(Uploads(*store_.store()), SizeIs(1));
  Progress last = Check(writer->Finish());
  EXPECT_EQ(last.durable, (Position{3, "after-3"}));
  EXPECT_EQ(last.rows_written, 30);
  EXPECT_EQ(Contents(store_), Lines(all));
  EXPECT_THAT(Uploads(*store_.store()), IsEmpty());
}

TEST_F(S3Writer, PositionsMoveAtOnceWhereNothingIsOpen) {
  auto writer = Open();
  EXPECT_EQ(Check(writer->Write(MakeBatch(Rows(0, 0), 1))).durable.seq, 1);
  EXPECT_EQ(Check(writer->Write(MakeBatch(Rows(0, 1), 2))).durable.seq, 1);
  EXPECT_EQ(Check(writer->Write(MakeBatch(Rows(0, 0), 3))).durable.seq, 1);
  EXPECT_EQ(Check(writer->Flush()).durable.seq, 3);
  EXPECT_EQ(Check(writer->Flush()).durable.seq, 3);
}

TEST_F(S3Writer, NoRecordsAreNoObject) {
  for (const char* type : {"CSV", "JSON", "PARQUET"}) {
    WriteRequest request = MakeRequest(kColumns, {{"fileType", type}});
    Progress total = WriteAll(store_.store(), request, {Rows(0, 0), Rows(0, 0)});
    EXPECT_EQ(total.durable.seq, 2);
    EXPECT_EQ(total.rows_written, 0);
    EXPECT_THAT(Keys(), IsEmpty());
  }
}

TEST_F(S3Writer, ATargetSizeIsAboutTheSizeOfObjects) {
  for (const char* type : {"CSV", "JSON", "PARQUET"}) {
    TemporaryStore store;
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    for (int i = 0; i < 40; ++i) batches.push_back(Rows(i * 10'000, 10'000, 5'003));
    Progress total = WriteAll(
        store.store(),
        MakeRequest(kColumns, {{"fileType", type}, {"aggregationConfig.targetFileSize", "1"}}),
        batches);
    EXPECT_EQ(total.rows_written, 400'000);
    auto keys = s3::Keys(*store.store());
    EXPECT_GE(keys.size(), 3u) << type;
    keys.pop_back();
    for (const std::string& key : keys) {
      auto bytes = static_cast<int64_t>(store.Get(key).size());
      EXPECT_GT(bytes, 600'000) << type;
      EXPECT_LT(bytes, 1'700'000) << type;
    }
  }
}

TEST_F(S3Writer, ASingleFileIsOneObjectWhateverComes) {
  auto writer = Open(MakeRequest(kColumns, {{"aggregationConfig.aggregationType", "SingleFile"}}));
  std::vector<std::string> all;
  for (int64_t seq = 1; seq <= 90; ++seq) {
    auto records = Records(seq * 10, 10, 2, 100'000);
    all.insert(all.end(), records.begin(), records.end());
    EXPECT_EQ(Check(writer->Write(MakeBatch(MakeRows(kColumns, records), seq))).durable.seq, 0);
    EXPECT_EQ(Check(writer->Flush()).durable.seq, 0);
  }
  EXPECT_EQ(Check(writer->Finish()).durable.seq, 90);
  EXPECT_THAT(Keys(), SizeIs(1));
  std::string content = Contents(store_);
  EXPECT_GT(content.size(), size_t{64} << 20) << "larger than objects that are not single";
  EXPECT_EQ(content, Lines(all));
}

TEST_F(S3Writer, FlushEndsObjectsUnlessASizeIsWanted) {
  auto writer = Open();
  Check(writer->Write(MakeBatch(Rows(0, 1), 1)));
  EXPECT_EQ(Check(writer->Flush()).durable.seq, 1);
  EXPECT_THAT(Keys(), SizeIs(1));
  auto sized =
      Open(MakeRequest(kColumns, {{"aggregationConfig.targetFileSize", "1"}}), {1, "after-1"});
  Check(sized->Write(MakeBatch(Rows(1, 1), 2)));
  EXPECT_EQ(Check(sized->Flush()).durable.seq, 1);
  EXPECT_THAT(Keys(), SizeIs(1));
}

TEST_F(S3Writer, EachCombinationOfValuesHasAFolder) {
  WriteRequest request =
      MakeRequest({{"id", DataType::kLong}, {"a", DataType::kString}, {"b", DataType::kBoolean}});
  request.partition_keys = {"b", "a"};
  std::vector<std::string> records = {
      R"({"id":0,"a":"x y","b":true})", R"({"id":1,"a":"x/y","b":true})",
      R"({"id":2,"a":null,"b":null})", R"({"id":3,"a":"x y","b":true})",
      R"({"id":4,"a":"","b":false})"};
  Columns columns = {{"id", DataType::kLong}, {"a", DataType::kString}, {"b", DataType::kBoolean}};
  Progress total = WriteAll(store_.store(), request, {MakeRows(columns, records)});
  EXPECT_EQ(total.rows_written, 5);
  std::map<std::string, std::string> by_folder;
  for (const std::string& key : Keys()) {
    std::string folder = key.substr(std::string(kFolder).size());
    by_folder[folder.substr(0, folder.rfind('/'))] = store_.Get(key);
  }
  EXPECT_EQ(by_folder,
            (std::map<std::string, std::string>{{"b=true/a=x y", Lines({records[0], records[3]})},
                                                {"b=true/a=x%2Fy", Lines({records[1]})},
                                                {"b=null/a=null", Lines({records[2]})},
                                                {"b=false/a=", Lines({records[4]})}}));
}

TEST_F(S3Writer, ManyFoldersAreEndedTogether) {
  WriteRequest request = MakeRequest(kColumns, {{"fileType", "PARQUET"}});
  request.partition_keys = {"kind"};
  auto writer = Open(request);
  std::vector<int64_t> durable;
  for (int64_t seq = 1; seq <= 4; ++seq) {
    auto rows = Rows(seq * 200, 200, 1'000'000);
    durable.push_back(Check(writer->Write(MakeBatch(rows, seq))).durable.seq);
  }
  EXPECT_THAT(durable, ElementsAre(0, 0, 3, 3)) << "at most about 500 at once";
  EXPECT_EQ(Check(writer->Finish()).durable.seq, 4);
  // Every 7th is in the folder of null, which has an object of each time.
  EXPECT_THAT(Keys(), SizeIs(800 - 114 + 2));
}

TEST_F(S3Writer, FoldersTakeNoMoreMemoryThanTheyMay) {
  WriteRequest request =
      MakeRequest(kColumns, {{"aggregationConfig.aggregationType", "SingleFile"}});
  request.partition_keys = {"kind"};
  request.streams = 8;
  auto writer = Open(request);
  int64_t durable = 0, times = 0;
  for (int64_t seq = 1; seq <= 100; ++seq) {
    Progress progress = Check(writer->Write(MakeBatch(Rows(seq * 64, 64, 64, 10'000), seq)));
    times += progress.durable.seq > durable;
    durable = progress.durable.seq;
  }
  EXPECT_GE(times, 2) << "66 MB in 65 folders, 16 MB at a time";
  EXPECT_LE(times, 8);
}

TEST_F(S3Writer, AbandonLeavesNothing) {
  auto writer = Open();
  for (int64_t seq = 1; seq <= 3; ++seq) {
    Check(writer->Write(MakeBatch(Rows(seq * 10, 10, 2, 70'000), seq)));
  }
  ASSERT_THAT(Uploads(*store_.store()), SizeIs(1));
  writer->Abandon();
  EXPECT_THAT(Uploads(*store_.store()), IsEmpty());
  EXPECT_THAT(Keys(), IsEmpty());
}

TEST_F(S3Writer, ResumeRemovesWhatIsBehindThePosition) {
  for (bool has_folders : {false, true}) {
    TemporaryStore store;
    WriteRequest request = MakeRequest(kColumns);
    if (has_folders) request.partition_keys = {"kind"};
    auto others = OpenWriter(store.store(), request, "1");
    Check(others->Write(MakeBatch(Rows(1000, 1), 9)));
    Check(others->Finish());
    store.Put(std::string(kFolder) + "readme", "x");
    auto writer = OpenWriter(store.store(), request);
    ASSERT_TRUE(writer->Resume({}).ok());
    std::vector<size_t> objects = {s3::Keys(*store.store()).size()};
    for (int64_t seq = 1; seq <= 3; ++seq) {
      Check(writer->Write(MakeBatch(Rows(seq * 10, 10), seq)));
      Check(writer->Flush());
      objects.push_back(s3::Keys(*store.store()).size());
    }
    for (int64_t logged : {2, 1, 0}) {
      Position position{logged, "after"};
      auto resumed = OpenWriter(store.store(), request)->Resume(position);
      ASSERT_TRUE(resumed.ok());
      EXPECT_EQ(**resumed, position);
      EXPECT_EQ(s3::Keys(*store.store()).size(), objects[static_cast<size_t>(logged)]);
    }
  }
}

// Objects that were begun and never ended, as a process that was killed leaves them.
class Leftovers : public S3Writer {
 protected:
  void Begin(const std::string& key) {
    auto out = store_.store()->OpenForWriting("bucket", key, "text/plain");
    ASSERT_TRUE(out.ok()) << out.error().message;
    ASSERT_TRUE((*out)->Write("abc").ok());
    begun_.push_back(*out);
  }
  std::string KeyOf(const std::string& execution, const std::string& partition,
                    const std::string& flow = "flow", const std::string& prefix = "in") {
    auto settings = ReadOutputSettings({{"bucketName", "bucket"}, {"bucketPrefix", prefix}});
    return ObjectNames(*settings, {.flow_name = flow, .execution_id = execution},
                       execution + "/" + partition)
        .Key("", 1);
  }
  std::vector<std::string> Begun() {
    std::vector<std::string> keys;
    for (const Upload& upload : Uploads(*store_.store())) keys.push_back(upload.key);
    return keys;
  }

  std::vector<std::shared_ptr<arrow::io::OutputStream>> begun_;
};

TEST_F(Leftovers, OfTheStreamAndOfEarlierRunsAreGivenUp) {
  const std::string earlier = "11111111-6c1d-4c55-9d4e-1f2a3b4c5d6e";
  const std::string sibling = KeyOf(kExecution, "1"), foreign = "in/flow/of-somebody.csv",
                    other_flow = KeyOf(earlier, "0", "flow2"),
                    nested_flow = KeyOf(earlier, "0", "nested", "in/flow");
  for (const std::string& key : {KeyOf(kExecution, "0"), KeyOf(earlier, "0"), KeyOf(earlier, "7"),
                                 sibling, foreign, other_flow, nested_flow}) {
    Begin(key);
  }
  Open();
  EXPECT_THAT(Begun(), ::testing::UnorderedElementsAre(sibling, foreign, other_flow, nested_flow));
}

TEST_F(Leftovers, OfRequestsWhoseAnswerWasLostAreGivenUpAtTheEnd) {
  auto writer = Open();
  Begin(KeyOf(kExecution, "0"));
  Check(writer->Write(MakeBatch(Rows(0, 60, 2, 100'000), 1)));
  Check(writer->Finish());
  EXPECT_THAT(Begun(), IsEmpty());
  EXPECT_THAT(Keys(), SizeIs(1));
}

TEST_F(S3Writer, WhatCantBeWrittenIsRefusedAtOnce) {
  WriteRequest request = MakeRequest(kColumns);
  request.partition_keys = {"nope"};
  auto writer = OpenS3Writer(store_.store(), request, "x/0");
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(writer.error().message, HasSubstr("'nope'"));
  request = MakeRequest(kColumns);
  request.operation = WriteOperation::kUpsert;
  EXPECT_FALSE(OpenS3Writer(store_.store(), request, "x/0").ok());
  request = MakeRequest(kColumns, {{"fileType", "XML"}});
  EXPECT_FALSE(OpenS3Writer(store_.store(), request, "x/0").ok());
}

// A store whose n-th call fails, before or after it did its work: as one whose answer was lost.
class FailingStore final : public ObjectStore {
 public:
  FailingStore(std::shared_ptr<ObjectStore> store, int failing_call, bool does_its_work)
      : store_(std::move(store)), left_(failing_call), does_its_work_(does_its_work) {}

  bool has_failed() const { return left_ <= 0; }

  Status CheckBucket(const std::string& bucket) override {
    return Do([&] { return store_->CheckBucket(bucket); });
  }
  Result<std::vector<std::string>> ListBuckets() override {
    return Do([&] { return store_->ListBuckets(); });
  }
  Result<ObjectPage> List(const ListRequest& request) override {
    return Do([&] { return store_->List(request); });
  }
  Result<ObjectInfo> Describe(const std::string& bucket, const std::string& key) override {
    return Do([&] { return store_->Describe(bucket, key); });
  }
  Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(
      const std::string& bucket, const ObjectInfo& object, std::stop_token stop) override {
    return Do([&] { return store_->OpenForReading(bucket, object, stop); });
  }
  Result<std::shared_ptr<arrow::io::OutputStream>> OpenForWriting(
      const std::string& bucket, const std::string& key, const std::string& type) override {
    auto stream = Do([&] { return store_->OpenForWriting(bucket, key, type); });
    if (!stream.ok()) return stream;
    return std::shared_ptr<arrow::io::OutputStream>(std::make_shared<Stream>(*this, *stream));
  }
  Status Delete(const std::string& bucket, const std::string& key) override {
    return Do([&] { return store_->Delete(bucket, key); });
  }
  Result<std::vector<Upload>> ListUploads(const std::string& bucket,
                                          const std::string& prefix) override {
    return Do([&] { return store_->ListUploads(bucket, prefix); });
  }
  Status AbortUpload(const std::string& bucket, const Upload& upload) override {
    return Do([&] { return store_->AbortUpload(bucket, upload); });
  }

 private:
  class Stream final : public arrow::io::OutputStream {
   public:
    Stream(FailingStore& store, std::shared_ptr<arrow::io::OutputStream> stream)
        : store_(store), stream_(std::move(stream)) {}
    arrow::Status Write(const void* data, int64_t size) override {
      return store_.DoInStream([&] { return stream_->Write(data, size); });
    }
    arrow::Result<int64_t> Tell() const override { return stream_->Tell(); }
    bool closed() const override { return stream_->closed(); }
    arrow::Status Close() override {
      return store_.DoInStream([&] { return stream_->Close(); });
    }
    arrow::Status Abort() override { return stream_->Abort(); }

   private:
    FailingStore& store_;
    const std::shared_ptr<arrow::io::OutputStream> stream_;
  };

  template <class Call>
  auto Do(Call call) -> decltype(call()) {
    Error error = ServiceUnavailable("injected");
    bool fails = --left_ == 0;
    if (fails && !does_its_work_) return error;
    auto result = call();
    if (fails) return error;
    return result;
  }
  template <class Call>
  arrow::Status DoInStream(Call call) {
    arrow::Status error = arrow::Status::IOError("injected");
    bool fails = --left_ == 0;
    if (fails && !does_its_work_) return error;
    arrow::Status status = call();
    return fails ? error : status;
  }

  const std::shared_ptr<ObjectStore> store_;
  std::atomic<int> left_;
  const bool does_its_work_;
};

// What the engine does: on an Error it opens a new writer, asks where it is and goes on from there.
void CopyAsTheEngine(const std::shared_ptr<ObjectStore>& store, const WriteRequest& request,
                     const std::vector<Batch>& batches) {
  Position logged;
  int64_t rows = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto writer = OpenWriter(store, request);
    auto resumed = writer->Resume(logged);
    if (!resumed.ok()) continue;
    ASSERT_EQ(**resumed, logged);
    bool failed = false;
    auto save = [&](const Result<Progress>& progress) {
      failed = !progress.ok();
      if (failed) return;
      logged = progress->durable;
      rows += progress->rows_written;
    };
    for (const Batch& batch : batches) {
      if (!failed && batch.after.seq > logged.seq) save(writer->Write(batch));
      if (!failed && batch.after.seq % 3 == 0) save(writer->Flush());
    }
    if (!failed) save(writer->Finish());
    if (failed) continue;
    EXPECT_EQ(logged, batches.back().after);
    EXPECT_EQ(rows, 4 * 60);
    return;
  }
  FAIL() << "one failure must not take more than two tries";
}

TEST(S3WriterFaults, WhicheverCallFailsEachRowIsThereOnce) {
  std::vector<Batch> batches;
  std::multiset<std::string> expected;
  for (int64_t seq = 1; seq <= 4; ++seq) {
    auto records = Records(seq * 60, 60, 2, 10'000);
    expected.insert(records.begin(), records.end());
    batches.push_back(MakeBatch(MakeRows(kColumns, records), seq));
  }
  struct {
    Settings format;
    std::vector<std::string> keys;
  } cases[] = {{{}, {}},
               {{{"aggregationConfig.targetFileSize", "1"}}, {}},
               {{{"aggregationConfig.aggregationType", "SingleFile"}}, {"kind"}},
               {{}, {"kind"}}};
  for (const auto& [format, keys] : cases) {
    for (bool does_its_work : {false, true}) {
      bool is_over = false;
      for (int failing_call = 1; !is_over; ++failing_call) {
        TemporaryStore store;
        auto failing = std::make_shared<FailingStore>(store.store(), failing_call, does_its_work);
        WriteRequest request = MakeRequest(kColumns, format);
        request.partition_keys = keys;
        CopyAsTheEngine(failing, request, batches);
        is_over = !failing->has_failed();
        std::multiset<std::string> lines;
        std::istringstream contents(Contents(store));
        for (std::string line; std::getline(contents, line);) lines.insert(line);
        ASSERT_TRUE(lines == expected) << "call " << failing_call << " failed";
        ASSERT_THAT(Uploads(*store.store()), IsEmpty());
      }
    }
  }
}

TEST(S3WriterFaults, AParquetFileThatCantBeWrittenIsAnErrorWhereverItFails) {
  Columns columns = {{"id", DataType::kLong}, {"text", DataType::kString}};
  std::vector<std::string> records;
  for (int i = 0; i < 20'000; ++i) {
    records.push_back("{\"id\":" + std::to_string(i) + ",\"text\":\"" + NewUuid() + NewUuid() +
                      "\"}");
  }
  auto rows = MakeRows(columns, records);
  int successes = 0;
  for (int failing_call = 1; successes < 2; ++failing_call) {
    TemporaryStore store;
    auto failing = std::make_shared<FailingStore>(store.store(), failing_call, false);
    auto writer = OpenWriter(failing, MakeRequest(columns, {{"fileType", "PARQUET"}}));
    bool failed = false;
    for (int64_t seq = 1; seq <= 4 && !failed; ++seq) {
      failed = !writer->Write(MakeBatch(rows, seq)).ok();
    }
    if (!failed) failed = !writer->Finish().ok();
    writer.reset();
    // Looking for stray uploads, once all is complete, may fail.
    successes += !failed;
    EXPECT_EQ(failing->has_failed(), successes < 2) << "an Error that nobody told of";
    EXPECT_EQ(s3::Keys(*store.store()).size(), failed ? 0u : 1u);
    EXPECT_THAT(Uploads(*store.store()), IsEmpty());
  }
}

}  // namespace
}  // namespace sluice::s3
