#include "sluice/flow/pipeline.h"

#include <gtest/gtest.h>

#include "sluice/flow/test_readers.h"

namespace sluice::flow {
namespace {

using std::chrono::milliseconds;

Mapping OfOneField(const std::string& source_field) {
  EntityDefinition source{.fields = {{.name = source_field, .data_type = DataType::kLong}}};
  EntityDefinition target{
      .fields = {{.name = "v", .data_type = DataType::kLong, .write = WriteProperties{}}}};
  std::vector<Task> tasks = {
      {.type = TaskType::kFilter, .op = Operator::kProjection, .source_fields = {source_field}},
      {.source_fields = {source_field}, .destination_field = "v"}};
  auto mapping = Mapping::Make(tasks, source, target);
  EXPECT_TRUE(mapping.ok()) << mapping.error().message;
  return *mapping;
}

class PipelineTest : public ::testing::Test {
 protected:
  std::unique_ptr<Pipeline> Make(std::unique_ptr<BatchReader> reader, int64_t queue_bytes = 1000) {
    return std::make_unique<Pipeline>(
        std::move(reader), mapping_,
        PipelineOptions{.keeps_source = false, .queue_bytes = queue_bytes}, clock_);
  }
  std::unique_ptr<CountingReader> Counting(int64_t count, int64_t bytes) {
    return std::make_unique<CountingReader>(count, bytes, read_);
  }

  std::atomic<int64_t> read_ = 0;
  Mapping mapping_ = OfOneField("v");
  StageClock clock_;
};

TEST_F(PipelineTest, GivesAllBatchesInOrderAndThenTheEnd) {
  auto pipeline = Make(Counting(20, 10), 35);
  for (int64_t seq = 1; seq <= 20; ++seq) {
    auto pull = pipeline->Next({});
    ASSERT_EQ(pull->what, Pulled::kBatch);
    EXPECT_EQ(pull->mapped.batch.after.seq, seq);
  }
  EXPECT_EQ(pipeline->Next({})->what, Pulled::kEnd);
  EXPECT_FALSE(pipeline->has_reading_failed());
}

TEST_F(PipelineTest, KeepsNoMoreThanItsBytes) {
  auto pipeline = Make(Counting(1000, 10), 35);
  for (int64_t taken = 0; taken < 50; ++taken) {
    std::this_thread::sleep_for(milliseconds(1));
    EXPECT_LE(read_ - taken, 8) << "four in each of two queues";
    ASSERT_EQ(pipeline->Next({})->what, Pulled::kBatch);
  }
  // It does read ahead.
  while (read_ < 58) std::this_thread::sleep_for(milliseconds(1));
}

TEST_F(PipelineTest, TakesABatchThatIsLargerThanItsBytes) {
  auto pipeline = Make(Counting(2, 5000), 35);
  EXPECT_EQ(pipeline->Next({})->mapped.batch.after.seq, 1);
  EXPECT_EQ(pipeline->Next({})->mapped.batch.after.seq, 2);
}

TEST_F(PipelineTest, AnErrorComesAfterTheBatchesBeforeIt) {
  auto inner = Counting(2, 10);
  inner->error_at_end = ServerError("gone");
  auto pipeline = Make(std::move(inner));
  EXPECT_EQ(pipeline->Next({})->what, Pulled::kBatch);
  EXPECT_EQ(pipeline->Next({})->what, Pulled::kBatch);
  EXPECT_FALSE(pipeline->has_reading_failed());
  EXPECT_EQ(pipeline->Next({}).error().message, "gone");
  EXPECT_TRUE(pipeline->has_reading_failed());
}

TEST_F(PipelineTest, AnErrorOfTheMappingIsNoneOfTheReader) {
  mapping_ = OfOneField("other");
  auto pipeline = Make(Counting(2, 10));
  EXPECT_FALSE(pipeline->Next({}).ok());
  EXPECT_FALSE(pipeline->has_reading_failed());
}

TEST_F(PipelineTest, AnExceptionOfALibraryIsAnError) {
  auto inner = Counting(0, 10);
  inner->throws_at_end = true;
  EXPECT_EQ(Make(std::move(inner))->Next({}).error().code, ErrorCode::kUnknown);
}

TEST_F(PipelineTest, IsIdleWhenStopped) {
  auto pipeline = Make(std::make_unique<SilentReader>());
  std::stop_source stop;
  std::jthread later([&] { stop.request_stop(); });
  EXPECT_EQ(pipeline->Next(stop.get_token())->what, Pulled::kIdle);
}  // Destruction stops the silent reader.

TEST_F(PipelineTest, GivesNothingMoreOnceStopped) {
  auto pipeline = Make(Counting(20, 10));
  EXPECT_EQ(pipeline->Next({})->what, Pulled::kBatch);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(pipeline->Next(stop.get_token())->what, Pulled::kIdle);
}

TEST_F(PipelineTest, CanBeDestroyedWhileItIsFull) {
  auto pipeline = Make(Counting(1000, 10), 15);
  while (read_ < 4) std::this_thread::sleep_for(milliseconds(1));
}

TEST_F(PipelineTest, MeasuresEachStage) {
  auto pipeline = Make(std::make_unique<SilentReader>());
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  EXPECT_EQ(pipeline->Next(stop.get_token())->what, Pulled::kIdle);
  StageTimes times = clock_.Take();
  EXPECT_GE(times.wait, milliseconds(10));
  EXPECT_EQ(times.map.count(), 0);
  EXPECT_EQ(clock_.Take(), StageTimes{});
}

}  // namespace
}  // namespace sluice::flow
