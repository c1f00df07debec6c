#include "sluice/connectors/s3/s3_file.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_http_server.h"

namespace sluice::s3 {
namespace {

using net::HttpRequest;
using net::testing::TestReply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr size_t kPiece = 4 << 20;

class S3FileTest : public ::testing::Test {
 protected:
  S3FileTest() {
    for (size_t i = 0; i < content_.size(); ++i) content_[i] = static_cast<char>(i * 31 % 251);
  }

  std::unique_ptr<S3File> Open(std::stop_token stop = {}) {
    auto key = []() -> Result<net::AccessKey> {
      return net::AccessKey{.id = "AKIA", .secret = Secret("s")};
    };
    return std::make_unique<S3File>(
        std::make_shared<S3Api>(server_.url(), "us-east-1", key, http_), "bucket",
        ObjectInfo{.key = "in/é.csv", .size = static_cast<int64_t>(content_.size())},
        std::move(stop));
  }

  // As S3 does it, but for the fault that a test has chosen.
  TestReply Answer(const HttpRequest& request) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.url, "/bucket/in/%C3%A9.csv");
    ranges_.push_back(*request.headers.Find("Range"));
    size_t first = 0, last = 0;
    EXPECT_EQ(std::sscanf(ranges_.back().c_str(), "bytes=%zu-%zu", &first, &last), 2);
    TestReply reply{.status = 206,
                    .headers = {{"ETag", etag_}},
                    .body = content_.substr(first, last - first + 1)};
    if (is_cut_) reply.cut_after = 10;
    is_cut_ = false;
    reply.delay = delay_;
    return reply;
  }

  std::string content_ = std::string(2 * kPiece + 100, '\0');
  std::string etag_ = "\"one\"";
  bool is_cut_ = false;
  std::chrono::milliseconds delay_{0};
  std::vector<std::string> ranges_;
  net::testing::TestHttpServer server_{
      [this](const HttpRequest& request) { return Answer(request); }};
  const std::shared_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
};

TEST_F(S3FileTest, ReadsWhatIsAskedForAndNothingBehindTheEnd) {
  auto file = Open();
  const auto size = static_cast<int64_t>(content_.size());
  EXPECT_EQ(*file->GetSize(), size);
  EXPECT_EQ((*file->ReadAt(7, 5))->ToString(), content_.substr(7, 5));
  EXPECT_EQ((*file->ReadAt(size - 3, 100))->ToString(), content_.substr(content_.size() - 3));
  EXPECT_EQ((*file->ReadAt(size, 100))->size(), 0);
  EXPECT_EQ((*file->ReadAt(size + 5, 100))->size(), 0);
  EXPECT_EQ((*file->ReadAt(3, 0))->size(), 0);
  EXPECT_THAT(ranges_, ElementsAre("bytes=7-11", "bytes=8388705-8388707"));
}

TEST_F(S3FileTest, ReadsMuchInPieces) {
  auto file = Open();
  EXPECT_EQ((*file->ReadAt(0, 1 << 30))->ToString(), content_);
  EXPECT_THAT(ranges_,
              ElementsAre("bytes=0-4194303", "bytes=4194304-8388607", "bytes=8388608-8388707"));
}

TEST_F(S3FileTest, ReadsOnFromWhereItIs) {
  auto file = Open();
  EXPECT_EQ((*file->Read(3))->ToString(), content_.substr(0, 3));
  EXPECT_EQ((*file->Read(3))->ToString(), content_.substr(3, 3));
  ASSERT_TRUE(file->Seek(100).ok());
  char bytes[4];
  EXPECT_EQ(*file->Read(4, bytes), 4);
  EXPECT_EQ(std::string(bytes, 4), content_.substr(100, 4));
  EXPECT_EQ(*file->Tell(), 104);
}

TEST_F(S3FileTest, AsksAgainForWhatWasCut) {
  is_cut_ = true;
  EXPECT_EQ((*Open()->ReadAt(5, 1000))->ToString(), content_.substr(5, 1000));
  EXPECT_THAT(ranges_, ElementsAre("bytes=5-1004", "bytes=5-1004"));
}

TEST_F(S3FileTest, AnAnswerIsNotWaitedForOnceStopIsRequested) {
  delay_ = std::chrono::minutes(1);
  std::stop_source stop;
  std::jthread stopper([&] {
    while (server_.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop.request_stop();
  });
  auto buffer = Open(stop.get_token())->ReadAt(5, 1000);
  ASSERT_FALSE(buffer.ok());
  EXPECT_THAT(buffer.status().message(), HasSubstr("was stopped"));
  EXPECT_THAT(ranges_, ElementsAre("bytes=5-1004"));
}

TEST_F(S3FileTest, IsNeverHalfOfOneObjectAndHalfOfAnother) {
  auto file = Open();
  ASSERT_TRUE(file->ReadAt(0, 10).ok());
  etag_ = "\"two\"";
  auto buffer = file->ReadAt(10, 10);
  ASSERT_FALSE(buffer.ok());
  Error error = FromObjectStore(buffer.status());
  EXPECT_EQ(error.code, ErrorCode::kClientError);
  EXPECT_THAT(error.message, HasSubstr("was changed since the run began"));
}

TEST_F(S3FileTest, ThatHasBecomeShorterIsNoFileThatEnds) {
  auto file = Open();
  content_.resize(100);
  auto buffer = file->ReadAt(90, 50);
  ASSERT_FALSE(buffer.ok());
  Error error = FromObjectStore(buffer.status());
  EXPECT_EQ(error.code, ErrorCode::kServerError);
  EXPECT_THAT(error.message, HasSubstr("asked for 50 bytes from 90 on and sent 10"));
}

}  // namespace
}  // namespace sluice::s3
