#include "sluice/connectors/s3/upload_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "sluice/base/encoding.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/test_http_server.h"

namespace sluice::s3 {
namespace {

using net::HttpRequest;
using net::testing::TestReply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kPart = 5 << 20;

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  uint32_t state = 1;
  for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

TestReply S3Error(int status, const std::string& code, const std::string& message) {
  return {.status = status,
          .body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"};
}

class UploadStreamTest : public ::testing::Test {
 protected:
  using Fault = std::function<std::optional<TestReply>(const std::string& call)>;

  std::unique_ptr<UploadStream> Open(bool sends_checksums = false) {
    auto key = []() -> Result<net::AccessKey> {
      return net::AccessKey{.id = "AKIA", .secret = Secret("s")};
    };
    auto api = std::make_shared<S3Api>(server_.url(), "us-east-1", key, http_, sends_checksums);
    return std::make_unique<UploadStream>(std::move(api), "bucket", "out/é.csv", "text/csv");
  }

  Error CloseError(UploadStream& stream) {
    arrow::Status status = stream.Close();
    EXPECT_FALSE(status.ok());
    return FromObjectStore(status);
  }

  std::vector<std::string> Calls() {
    std::lock_guard lock(mutex_);
    return calls_;
  }

  // "PUT", "POST uploads=", "PUT partNumber=1&uploadId=u": how S3 answers, where `fault_` doesn't.
  TestReply Answer(const HttpRequest& request) {
    EXPECT_EQ(request.path(), "/bucket/out/%C3%A9.csv");
    std::string call = request.method;
    if (!request.query().empty()) call += " " + std::string(request.query());
    std::lock_guard lock(mutex_);
    calls_.push_back(call);
    if (std::optional<TestReply> reply = fault_ ? fault_(call) : std::nullopt) return *reply;
    if (call == "POST uploads=") {
      return {.body =
                  "<InitiateMultipartUploadResult><UploadId>u</UploadId>"
                  "</InitiateMultipartUploadResult>"};
    }
    if (call == "POST uploadId=u") {
      completion_ = request.body;
      for (const std::string& part : parts_) object_ += part;
      return {.body = "<?xml version=\"1.0\"?>\n<CompleteMultipartUploadResult/>"};
    }
    if (call.starts_with("PUT partNumber=")) {
      parts_.push_back(request.body);
      return {.headers = {{"ETag", "\"t" + std::to_string(parts_.size()) + "\""}}};
    }
    if (call == "PUT") object_ = request.body;
    if (call == "DELETE uploadId=u") return {.status = 204};
    return {};
  }

  std::mutex mutex_;
  std::vector<std::string> calls_;
  Fault fault_;
  std::vector<std::string> parts_;
  std::string completion_;
  std::string object_;
  net::testing::TestHttpServer server_{
      [this](const HttpRequest& request) { return Answer(request); }};
  const std::shared_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
};

TEST_F(UploadStreamTest, WhatFitsIntoOnePartIsOneRequest) {
  auto stream = Open();
  ASSERT_TRUE(stream->Write("some ").ok());
  ASSERT_TRUE(stream->Write("content").ok());
  EXPECT_EQ(*stream->Tell(), 12);
  EXPECT_THAT(Calls(), IsEmpty());
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_THAT(Calls(), ElementsAre("PUT"));
  EXPECT_EQ(object_, "some content");
  const net::Headers headers = server_.requests()[0].headers;
  EXPECT_EQ(*headers.Find("Content-Type"), "text/csv");
  EXPECT_EQ(*headers.Find("X-Amz-Content-Sha256"), HexEncode(Sha256("some content")));
  EXPECT_FALSE(headers.Find("Content-MD5"));
}

TEST_F(UploadStreamTest, AnObjectMayBeEmpty) {
  ASSERT_TRUE(Open()->Close().ok());
  EXPECT_THAT(Calls(), ElementsAre("PUT"));
}

TEST_F(UploadStreamTest, WhatIsLargerIsPutTogetherOfParts) {
  const std::string content = RandomBytes(2 * kPart + 12345);
  auto stream = Open();
  for (size_t at = 0; at < content.size(); at += 77'777) {
    ASSERT_TRUE(stream->Write(content.substr(at, 77'777)).ok());
  }
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_THAT(Calls(), ElementsAre("POST uploads=", "PUT partNumber=1&uploadId=u",
                                   "PUT partNumber=2&uploadId=u", "PUT partNumber=3&uploadId=u",
                                   "POST uploadId=u"));
  EXPECT_EQ(parts_[0].size(), kPart);
  EXPECT_EQ(parts_[1].size(), kPart);
  EXPECT_TRUE(object_ == content);
  for (const char* tag : {"t1", "t2", "t3"}) EXPECT_THAT(completion_, HasSubstr(tag));
  EXPECT_LT(completion_.find("t1"), completion_.find("t3"));
}

TEST_F(UploadStreamTest, AnObjectMayEndWithAWholePart) {
  auto stream = Open();
  ASSERT_TRUE(stream->Write(RandomBytes(2 * kPart)).ok());
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_EQ(parts_.size(), 2u);
}

TEST_F(UploadStreamTest, APartIsSentWhileTheNextIsCollected) {
  std::promise<void> collected;
  fault_ = [&](const std::string& call) -> std::optional<TestReply> {
    if (call.starts_with("PUT partNumber=1&")) {
      EXPECT_EQ(collected.get_future().wait_for(std::chrono::seconds(30)),
                std::future_status::ready);
    }
    return std::nullopt;
  };
  auto stream = Open();
  const std::string content = RandomBytes(2 * kPart - 1);
  ASSERT_TRUE(stream->Write(content).ok());
  collected.set_value();
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_TRUE(object_ == content);
}

TEST_F(UploadStreamTest, PartsGrowSoThatTheMostThereMayBeAreALargeObject) {
  EXPECT_EQ(UploadStream::PartBytes(1), kPart);
  EXPECT_EQ(UploadStream::PartBytes(1000), kPart);
  EXPECT_EQ(UploadStream::PartBytes(1001), 2 * kPart);
  EXPECT_EQ(UploadStream::PartBytes(UploadStream::kMostParts), 10 * kPart);
  size_t total = 0;
  for (size_t n = 1; n <= UploadStream::kMostParts; ++n) total += UploadStream::PartBytes(n);
  EXPECT_GE(total, size_t{275'000'000'000});
}

TEST_F(UploadStreamTest, APartThatFailsForNowIsSentAgainWhole) {
  int failures = 2;
  fault_ = [&](const std::string& call) -> std::optional<TestReply> {
    if (!call.starts_with("PUT partNumber=1&") || failures-- <= 0) return std::nullopt;
    return S3Error(503, "SlowDown", "Please reduce your request rate.");
  };
  const std::string content = RandomBytes(kPart + 1);
  auto stream = Open();
  ASSERT_TRUE(stream->Write(content).ok());
  ASSERT_TRUE(stream->Close().ok());
  EXPECT_TRUE(object_ == content);
}

TEST_F(UploadStreamTest, APartThatIsRefusedEndsTheUploadAndLeavesNothing) {
  fault_ = [](const std::string& call) -> std::optional<TestReply> {
    if (!call.starts_with("PUT partNumber=1&")) return std::nullopt;
    return S3Error(403, "AccessDenied", "Access Denied");
  };
  auto stream = Open();
  ASSERT_TRUE(stream->Write(RandomBytes(kPart)).ok()) << "it is under way";
  Error error = CloseError(*stream);
  EXPECT_EQ(error.code, ErrorCode::kAccessDenied);
  EXPECT_THAT(error.message, HasSubstr("S3 says: Access Denied"));
  EXPECT_EQ(Calls().back(), "DELETE uploadId=u");
  EXPECT_FALSE(stream->Write("more").ok());
}

TEST_F(UploadStreamTest, ABucketThatIsNotThereIsNotThere) {
  fault_ = [](const std::string&) { return S3Error(404, "NoSuchBucket", ""); };
  auto small = Open();
  EXPECT_EQ(CloseError(*small).code, ErrorCode::kResourceNotFound);
  auto large = Open();
  EXPECT_EQ(FromObjectStore(large->Write(RandomBytes(kPart))).code, ErrorCode::kResourceNotFound);
}

// The answer to a request that completed it may have been lost.
TEST_F(UploadStreamTest, AnUploadThatIsGoneMayBeTriedAgainFromTheStart) {
  for (const char* lost : {"PUT partNumber=1&uploadId=u", "POST uploadId=u"}) {
    fault_ = [&](const std::string& call) -> std::optional<TestReply> {
      if (call != lost) return std::nullopt;
      return S3Error(404, "NoSuchUpload", "The specified upload does not exist.");
    };
    auto stream = Open();
    ASSERT_TRUE(stream->Write(RandomBytes(kPart)).ok());
    EXPECT_EQ(CloseError(*stream).code, ErrorCode::kServerError) << lost;
  }
}

TEST_F(UploadStreamTest, AnAnswerThatTurnsIntoAnErrorIsNoSuccess) {
  fault_ = [&](const std::string& call) -> std::optional<TestReply> {
    if (call != "POST uploadId=u") return std::nullopt;
    return S3Error(200, "InternalError", "We encountered an internal error.");
  };
  auto stream = Open();
  ASSERT_TRUE(stream->Write(RandomBytes(kPart)).ok());
  EXPECT_EQ(CloseError(*stream).code, ErrorCode::kServerError);
  EXPECT_EQ(Calls().back(), "DELETE uploadId=u");
}

TEST_F(UploadStreamTest, WhatIsNotClosedIsGivenUpOnce) {
  {
    auto small = Open();
    ASSERT_TRUE(small->Write("some").ok());
  }
  EXPECT_THAT(Calls(), IsEmpty());
  {
    auto large = Open();
    ASSERT_TRUE(large->Write(RandomBytes(kPart)).ok());
    ASSERT_TRUE(large->Abort().ok());
    ASSERT_TRUE(large->Close().ok()) << "it is over";
  }
  EXPECT_THAT(Calls(),
              ElementsAre("POST uploads=", "PUT partNumber=1&uploadId=u", "DELETE uploadId=u"));
}

TEST_F(UploadStreamTest, SendsChecksumsWhereTheyAreAskedFor) {
  const std::string content = RandomBytes(kPart + 1);
  auto stream = Open(/*sends_checksums=*/true);
  ASSERT_TRUE(stream->Write(content).ok());
  ASSERT_TRUE(stream->Close().ok());
  for (const HttpRequest& request : server_.requests()) {
    const std::string* checksum = request.headers.Find("Content-MD5");
    EXPECT_EQ(checksum != nullptr, !request.body.empty()) << request.url;
    if (checksum) {
      EXPECT_EQ(*checksum, Base64Encode(Md5(request.body)));
    }
  }
}

}  // namespace
}  // namespace sluice::s3
