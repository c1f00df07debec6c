#include "sluice/flow/retrying_reader.h"

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <atomic>

#include "sluice/flow/test_readers.h"

namespace sluice::flow {
namespace {

using std::chrono::milliseconds;

Deadline Late() { return DeadlineAfter(std::chrono::seconds(30)); }

RetryPolicy Quick(int attempts) {
  return {.attempts = attempts, .first_delay = milliseconds(1), .max_delay = milliseconds(1)};
}

TEST(RetryingReader, GoesOnBehindTheLastBatch) {
  LiveRun live;
  std::vector<std::optional<Position>> opened;
  std::atomic<int64_t> read = 0;
  auto open = [&](std::optional<Position> from) -> Result<std::unique_ptr<BatchReader>> {
    opened.push_back(from);
    if (opened.size() == 2) return ServiceUnavailable("still gone");
    auto reader = std::make_unique<CountingReader>(3, 1, read);
    if (opened.size() < 4) reader->error_at_end = ServerError("gone");
    return std::unique_ptr<BatchReader>(std::move(reader));
  };
  auto reader = RetryingReader::Make(open, Position{7, "start"}, Quick(3), live, {});
  ASSERT_TRUE(reader.ok());
  int batches = 0;
  while (true) {
    auto pull = (*reader)->Next(Late(), {});
    ASSERT_TRUE(pull.ok()) << pull.error().message;
    if (pull->what == Pulled::kEnd) break;
    ++batches;
  }
  EXPECT_EQ(batches, 9);
  ASSERT_EQ(opened.size(), 4u);
  EXPECT_EQ(opened[0], (Position{7, "start"}));
  EXPECT_EQ(opened[1], (Position{3, ""}));
  EXPECT_EQ(opened[2], (Position{3, ""}));
  EXPECT_EQ(opened[3], (Position{3, ""}));
}

TEST(RetryingReader, GivesUpAfterEnoughFailuresInARow) {
  LiveRun live;
  int opened = 0;
  auto open = [&](std::optional<Position>) -> Result<std::unique_ptr<BatchReader>> {
    ++opened;
    return ServiceUnavailable("gone");
  };
  EXPECT_EQ(RetryingReader::Make(open, {}, Quick(3), live, {}).error().message, "gone");
  EXPECT_EQ(opened, 3);
}

TEST(RetryingReader, DoesNotRepeatWhatIsFinal) {
  LiveRun live;
  int opened = 0;
  auto open = [&](std::optional<Position>) -> Result<std::unique_ptr<BatchReader>> {
    ++opened;
    return ResourceNotFound("no such table");
  };
  EXPECT_FALSE(RetryingReader::Make(open, {}, Quick(3), live, {}).ok());
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace sluice::flow
