// For tests: an S3 server that somebody started, named by the environment: SLUICE_TEST_S3 is its
// URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY open it, and it has a bucket "live".
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "sluice/base/uuid.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/s3_api.h"
#include "sluice/net/curl_http_client.h"

namespace sluice::s3 {

inline constexpr char kLiveBucket[] = "live";

inline std::string LiveUrl() {
  const char* url = std::getenv("SLUICE_TEST_S3");
  EXPECT_TRUE(url) << "SLUICE_TEST_S3 names no S3 server";
  return url ? url : "";
}

// Keys begin with `prefix`, which is the test's own.
class LiveStore : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = OpenObjectStore({.url = LiveUrl()}, http_);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = *store;
  }

  void Put(const std::string& key, const std::string& content) {
    auto out = store_->OpenForWriting(kLiveBucket, prefix_ + key, "text/plain");
    ASSERT_TRUE(out.ok()) << out.error().message;
    ASSERT_TRUE((*out)->Write(content).ok());
    auto closed = (*out)->Close();
    ASSERT_TRUE(closed.ok()) << closed.message();
  }

  // Calls with this key.
  S3Api Api(std::string id, std::string secret, bool sends_checksums = false) {
    return S3Api(
        LiveUrl(), "us-east-1",
        [id, secret]() -> Result<net::AccessKey> {
          return net::AccessKey{.id = id, .secret = Secret(secret)};
        },
        http_, sends_checksums);
  }
  S3Api Api(bool sends_checksums = false) {
    return Api(std::getenv("AWS_ACCESS_KEY_ID"), std::getenv("AWS_SECRET_ACCESS_KEY"),
               sends_checksums);
  }

  // As a process leaves it that is killed: a part is there, and nobody sends another.
  void LeaveUpload(const std::string& key) {
    S3Api api = Api();
    auto upload = api.CreateUpload(kLiveBucket, key, "text/plain");
    ASSERT_TRUE(upload.ok()) << upload.error().message;
    std::string part(5 << 20, 'x');
    auto tag = api.UploadPart(kLiveBucket, *upload, 1, part);
    ASSERT_TRUE(tag.ok()) << tag.error().message;
  }

  const std::string prefix_ = NewUuid() + "/";
  const std::shared_ptr<net::HttpClient> http_ = net::MakeCurlHttpClient();
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace sluice::s3
