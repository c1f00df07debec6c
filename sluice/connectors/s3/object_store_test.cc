#include "sluice/connectors/s3/object_store.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sluice/connectors/s3/folder_store.h"
#include "sluice/connectors/s3/s3_error.h"
#include "sluice/connectors/s3/temporary_store.h"
#include "sluice/net/curl_http_client.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FolderStore : public ::testing::Test {
 protected:
  std::vector<std::string> Keys(ListRequest request) {
    request.bucket = "bucket";
    std::vector<std::string> keys;
    do {
      auto page = store_->List(request);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) break;
      EXPECT_LE(page->objects.size() + page->folders.size(),
                static_cast<size_t>(request.max_results));
      for (const ObjectInfo& object : page->objects) keys.push_back(object.key);
      for (const std::string& folder : page->folders) keys.push_back(folder);
      request.next_token = page->next_token;
    } while (!request.next_token.empty());
    return keys;
  }

  TemporaryStore temporary_;
  std::shared_ptr<ObjectStore> store_ = temporary_.store();
};

TEST_F(FolderStore, ListsKeysInTheOrderOfTheirBytesAsS3Does) {
  for (const char* key : {"in/b", "in/a/2", "in/a.csv", "in/a-x", "in/a/1/z", "out/c", "in/é"}) {
    temporary_.Put(key, "x");
  }
  std::vector<std::string> all = {"in/a-x", "in/a.csv", "in/a/1/z", "in/a/2",
                                  "in/b",   "in/é",     "out/c"};
  EXPECT_EQ(Keys({}), all);
  for (int size = 1; size <= 7; ++size) EXPECT_EQ(Keys({.max_results = size}), all) << size;
}

TEST_F(FolderStore, FindsAPrefixToTheByte) {
  for (const char* key : {"accounts/1", "accounts2/1", "accountant", "b"}) temporary_.Put(key, "x");
  EXPECT_THAT(Keys({.prefix = "account"}), ElementsAre("accountant", "accounts/1", "accounts2/1"));
  EXPECT_THAT(Keys({.prefix = "accounts/"}), ElementsAre("accounts/1"));
  EXPECT_THAT(Keys({.prefix = "nothing/at/all"}), IsEmpty());
  EXPECT_THAT(Keys({.prefix = "b/c"}), IsEmpty()) << "b is no folder";
}

TEST_F(FolderStore, GathersFoldersWhenAskedTo) {
  for (const char* key : {"in/a/1", "in/a/2", "in/b", "in/c/1"}) temporary_.Put(key, "x");
  EXPECT_THAT(Keys({.prefix = "in/", .is_recursive = false}),
              ::testing::UnorderedElementsAre("in/b", "in/a/", "in/c/"));
  EXPECT_THAT(Keys({.is_recursive = false, .max_results = 1}), ElementsAre("in/"));
}

TEST_F(FolderStore, AnObjectAppearsWholeOrNotAtAll) {
  auto out = store_->OpenForWriting("bucket", "out/a", "text/csv");
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_TRUE((*out)->Write("half", 4).ok());
  EXPECT_THAT(Keys({}), IsEmpty());
  auto uploads = store_->ListUploads("bucket", "out/");
  ASSERT_TRUE(uploads.ok());
  ASSERT_EQ(uploads->size(), 1u);
  EXPECT_EQ((*uploads)[0].key, "out/a");
  ASSERT_TRUE((*out)->Write("whole", 5).ok());
  ASSERT_TRUE((*out)->Close().ok());
  EXPECT_THAT(Keys({}), ElementsAre("out/a"));
  EXPECT_EQ(temporary_.Get("out/a"), "halfwhole");
  EXPECT_THAT(*store_->ListUploads("bucket", ""), IsEmpty());
}

TEST_F(FolderStore, TakesThePlaceOfAnObjectOnlyWhenClosed) {
  temporary_.Put("a", "old");
  auto out = store_->OpenForWriting("bucket", "a", "text/csv");
  ASSERT_TRUE((*out)->Write("new", 3).ok());
  EXPECT_EQ(temporary_.Get("a"), "old");
  ASSERT_TRUE((*out)->Close().ok());
  EXPECT_EQ(temporary_.Get("a"), "new");
}

TEST_F(FolderStore, WhatIsDroppedOrAbortedLeavesNothing) {
  {
    auto dropped = store_->OpenForWriting("bucket", "a/b", "text/csv");
    ASSERT_TRUE((*dropped)->Write("x", 1).ok());
    auto aborted = store_->OpenForWriting("bucket", "c", "text/csv");
    ASSERT_TRUE((*aborted)->Abort().ok());
    EXPECT_FALSE((*aborted)->Write("x", 1).ok());
  }
  EXPECT_THAT(Keys({}), IsEmpty());
  EXPECT_THAT(*store_->ListUploads("bucket", ""), IsEmpty());
}

TEST_F(FolderStore, WhatACrashLeftIsFoundAndGivenUp) {
  auto out = store_->OpenForWriting("bucket", "run/1", "text/csv");
  auto other = store_->OpenForWriting("bucket", "run2/1", "text/csv");
  auto uploads = store_->ListUploads("bucket", "run/");
  ASSERT_EQ(uploads->size(), 1u);
  ASSERT_TRUE(store_->AbortUpload("bucket", (*uploads)[0]).ok());
  ASSERT_TRUE(store_->AbortUpload("bucket", (*uploads)[0]).ok()) << "twice is the same";
  EXPECT_FALSE((*out)->Close().ok()) << "there is nothing left to publish";
  EXPECT_TRUE((*other)->Close().ok());
  EXPECT_THAT(Keys({}), ElementsAre("run2/1"));
  EXPECT_EQ(store_->AbortUpload("bucket", {"a", "../../other"}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(FolderStore, KeysDontLeadOutOfTheBucket) {
  for (std::string key :
       {"../x", "a/../../x", "/etc/passwd", "a//b", "a/", ".", "a/./b", "", ".sluice-uploads/x"}) {
    EXPECT_EQ(store_->OpenForWriting("bucket", key, "").error().code, ErrorCode::kInvalidArgument)
        << key;
    EXPECT_EQ(store_->Describe("bucket", key).error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->Delete("bucket", key).error().code, ErrorCode::kInvalidArgument) << key;
  }
  std::string nul("a\0b", 3);
  EXPECT_EQ(store_->OpenForWriting("bucket", nul, "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(Keys({.prefix = "../"}), IsEmpty());
  for (std::string bucket : {"..", "a/b", "", "ab", ".hidden", "a..b"}) {
    EXPECT_EQ(store_->CheckBucket(bucket).error().code, ErrorCode::kInvalidArgument) << bucket;
  }
}

TEST_F(FolderStore, SaysThatABucketOrObjectIsMissing) {
  EXPECT_EQ(store_->CheckBucket("nowhere").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(store_->List({.bucket = "nowhere"}).error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(store_->Describe("bucket", "a").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(store_->OpenForReading("bucket", {.key = "a/b"}).error().code,
            ErrorCode::kResourceNotFound);
  EXPECT_TRUE(store_->Delete("bucket", "a/b").ok());
  EXPECT_THAT(*store_->ListBuckets(), ElementsAre("bucket"));
}

TEST_F(FolderStore, RefusesToReadAnObjectThatWasChanged) {
  temporary_.Put("a", "one");
  auto before = store_->Describe("bucket", "a");
  ASSERT_TRUE(store_->OpenForReading("bucket", *before).ok());
  temporary_.Put("a", "two, longer");
  auto file = store_->OpenForReading("bucket", *before);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kClientError);
  EXPECT_THAT(file.error().message, HasSubstr("'a' in bucket 'bucket' was changed"));
}

TEST_F(FolderStore, AFolderIsNotAnObject) {
  temporary_.Put("a/b", "x");
  EXPECT_EQ(store_->Describe("bucket", "a").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(store_->OpenForWriting("bucket", "a", "").error().code, ErrorCode::kInvalidArgument);
}

TEST(ObjectStoreUrls, ThatNameNoStoreAreRefused) {
  std::shared_ptr<net::HttpClient> http = net::MakeCurlHttpClient();
  for (const char* url : {"ftp://host", "http://host/path", "http://user@host", "host:9000",
                          "file://relative", "file://", "http://"}) {
    EXPECT_EQ(OpenObjectStore({.url = url}, http).error().code, ErrorCode::kInvalidArgument) << url;
  }
}

TEST(ObjectStoreUrls, OfFilesNameAFolderThatIsMade) {
  std::shared_ptr<net::HttpClient> http = net::MakeCurlHttpClient();
  TemporaryStore temporary;
  auto store = OpenObjectStore({.url = "file://" + temporary.PathOf("a%20b").string()}, http);
  ASSERT_TRUE(store.ok()) << store.error().message;
  EXPECT_TRUE(std::filesystem::is_directory(temporary.PathOf("a b")));
}

TEST(S3Errors, HaveTheCodeThatTheEngineActsUpon) {
  EXPECT_EQ(FromS3("NoSuchBucket", 404, "").code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(FromS3("SlowDown", 503, "").code, ErrorCode::kRateLimitExceeded);
  EXPECT_EQ(FromS3("", 503, "").code, ErrorCode::kServiceUnavailable);
  EXPECT_EQ(FromS3("InternalError", 500, "").code, ErrorCode::kServerError);
  EXPECT_EQ(FromS3("SignatureDoesNotMatch", 403, "").code, ErrorCode::kInvalidCredentials);
  EXPECT_EQ(FromS3("SomethingNew", 403, "").code, ErrorCode::kAccessDenied);
  EXPECT_EQ(FromS3("EntityTooLarge", 400, "").code, ErrorCode::kClientError);
}

}  // namespace
}  // namespace sluice::s3
