#include <gmock/gmock.h>

#include <thread>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/live_store.h"
#include "sluice/connectors/s3/s3_connector.h"
#include "sluice/connectors/s3/s3_reader.h"

namespace sluice::s3 {
namespace {

class S3Reading : public LiveStore {
 protected:
  // All records, one partition after the other.
  std::vector<std::string> Read(const std::vector<std::string>& fields, int parts) {
    auto connector = MakeS3Connector(store_, {});
    auto entity = connector->DescribeEntity(std::string(kLiveBucket) + "/" + prefix_);
    EXPECT_TRUE(entity.ok()) << entity.error().message;
    ReadRequest request{.entity = *entity, .fields = fields};
    auto partitions = connector->Split(request, parts);
    EXPECT_TRUE(partitions.ok()) << partitions.error().message;
    EXPECT_EQ(static_cast<int>(partitions->size()), parts);
    std::vector<std::string> records;
    for (const Partition& partition : *partitions) {
      auto reader = connector->OpenReader(request, partition, {});
      while (true) {
        auto pull = (*reader)->Next(DeadlineAfter(std::chrono::minutes(1)), {});
        EXPECT_TRUE(pull.ok()) << pull.error().message;
        if (!pull.ok() || pull->what == Pulled::kEnd) break;
        for (std::string& record : *RecordsToJson(*pull->batch.rows)) {
          records.push_back(std::move(record));
        }
      }
    }
    return records;
  }
};

TEST_F(S3Reading, ReadsAFileOfManyChunks) {
  std::string text = "id,text\n";
  std::vector<std::string> expected;
  for (int i = 0; text.size() < (10 << 20); ++i) {  // Chunks are of 2 MB.
    std::string number = std::to_string(i);
    text += number + ",\"some text\nof number " + number + "\"\n";
    expected.push_back("{\"text\":\"some text\\nof number " + number + "\",\"id\":\"" + number +
                       "\"}");
  }
  Put("a.csv", text);
  EXPECT_EQ(Read({"text", "id"}, 1), expected);
}

TEST_F(S3Reading, ReadsAFolderOfMoreFilesThanOnePageLists) {
  constexpr int kFiles = 1100;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = t; i < kFiles; i += 8) {
        Put("folder " + std::to_string(i % 7) + "/é" + std::to_string(i) + ".csv",
            "id\n" + std::to_string(i) + "\n");
      }
    });
  }
  threads.clear();
  std::vector<std::string> records = Read({"id"}, 3);
  std::ranges::sort(records);
  EXPECT_EQ(std::ranges::unique(records).begin(), records.end());
  EXPECT_EQ(records.size(), static_cast<size_t>(kFiles));
}

}  // namespace
}  // namespace sluice::s3
