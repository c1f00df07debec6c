#include <arrow/buffer.h>
#include <gmock/gmock.h>

#include "sluice/connectors/s3/live_store.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/s3_api.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kSeveralParts = 12 << 20;  // Parts have 5 MB.

class S3Store : public LiveStore {
 protected:
  std::vector<std::string> Keys(ListRequest request) {
    request.bucket = kLiveBucket;
    request.prefix = prefix_ + request.prefix;
    std::vector<std::string> keys;
    do {
      auto page = store_->List(request);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) break;
      for (const ObjectInfo& object : page->objects) {
        keys.push_back(object.key.substr(prefix_.size()));
      }
      for (const std::string& folder : page->folders) {
        keys.push_back(folder.substr(prefix_.size()));
      }
      request.next_token = page->next_token;
    } while (!request.next_token.empty());
    return keys;
  }
};

TEST_F(S3Store, ListsWhatIsThereInPagesAndInOrder) {
  std::vector<std::string> keys = {"a b+c&d.csv", "a%20.csv", "a/1", "a/2", "é/<x>.csv"};
  for (const std::string& key : keys) Put(key, key);
  std::ranges::sort(keys);
  EXPECT_EQ(Keys({}), keys);
  EXPECT_EQ(Keys({.max_results = 2}), keys);
  EXPECT_THAT(Keys({.prefix = "a", .is_recursive = false}),
              ::testing::UnorderedElementsAre("a b+c&d.csv", "a%20.csv", "a/"));
  EXPECT_THAT(Keys({.prefix = "nothing"}), IsEmpty());
}

TEST_F(S3Store, DescribesAndReadsAnObject) {
  Put("a/é b.txt", "content");
  auto object = store_->Describe(kLiveBucket, prefix_ + "a/é b.txt");
  ASSERT_TRUE(object.ok()) << object.error().message;
  EXPECT_EQ(object->size, 7);
  EXPECT_FALSE(object->etag.empty());
  EXPECT_LT(std::chrono::abs(SystemClock().Now() - object->modified_at), std::chrono::minutes(1));
  auto file = store_->OpenForReading(kLiveBucket, *object);
  ASSERT_TRUE(file.ok()) << file.error().message;
  auto content = (*file)->ReadAt(3, 100);
  ASSERT_TRUE(content.ok()) << content.status().message();
  EXPECT_EQ((*content)->ToString(), "tent");
}

TEST_F(S3Store, RefusesToReadAnObjectThatWasChangedOrIsGone) {
  Put("a", "one");
  auto before = store_->Describe(kLiveBucket, prefix_ + "a");
  ASSERT_TRUE(before.ok());
  Put("a", "two");
  EXPECT_EQ(store_->OpenForReading(kLiveBucket, *before).error().code, ErrorCode::kClientError);
  ASSERT_TRUE(store_->Delete(kLiveBucket, prefix_ + "a").ok());
  ASSERT_TRUE(store_->Delete(kLiveBucket, prefix_ + "a").ok()) << "twice is the same";
  EXPECT_EQ(store_->OpenForReading(kLiveBucket, *before).error().code,
            ErrorCode::kResourceNotFound);
}

TEST_F(S3Store, AnObjectOfManyPartsAppearsWhole) {
  std::string part(kSeveralParts, 'x');
  auto out = store_->OpenForWriting(kLiveBucket, prefix_ + "big", "text/csv");
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_TRUE((*out)->Write(part).ok());
  EXPECT_THAT(Keys({}), IsEmpty());
  auto uploads = store_->ListUploads(kLiveBucket, prefix_);
  ASSERT_TRUE(uploads.ok()) << uploads.error().message;
  EXPECT_EQ(uploads->size(), 1u);
  ASSERT_TRUE((*out)->Close().ok());
  EXPECT_THAT(Keys({}), ElementsAre("big"));
  EXPECT_EQ(store_->Describe(kLiveBucket, prefix_ + "big")->size,
            static_cast<int64_t>(part.size()));
  EXPECT_THAT(*store_->ListUploads(kLiveBucket, prefix_), IsEmpty());
}

TEST_F(S3Store, TakesChecksumsOfBodies) {
  S3Api api = Api(/*sends_checksums=*/true);
  auto put = api.PutObject(kLiveBucket, prefix_ + "one", "text/csv", "some content");
  ASSERT_TRUE(put.ok()) << put.error().message;
  auto upload = api.CreateUpload(kLiveBucket, prefix_ + "parts", "text/csv");
  ASSERT_TRUE(upload.ok()) << upload.error().message;
  std::string part(5 << 20, 'x');
  auto first = api.UploadPart(kLiveBucket, *upload, 1, part);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(part.size(), size_t{5} << 20) << "it is only borrowed";
  part = "end";
  auto last = api.UploadPart(kLiveBucket, *upload, 2, part);
  ASSERT_TRUE(last.ok()) << last.error().message;
  auto completed = api.CompleteUpload(kLiveBucket, *upload, {*first, *last});
  ASSERT_TRUE(completed.ok()) << completed.error().message;
  EXPECT_THAT(Keys({}), ElementsAre("one", "parts"));
}

TEST_F(S3Store, WhatIsDroppedLeavesNeitherObjectNorUpload) {
  for (bool is_big : {false, true}) {
    auto out = store_->OpenForWriting(kLiveBucket, prefix_ + "dropped", "text/csv");
    ASSERT_TRUE((*out)->Write(std::string(is_big ? kSeveralParts : 5, 'x')).ok());
  }
  EXPECT_THAT(Keys({}), IsEmpty());
  EXPECT_THAT(*store_->ListUploads(kLiveBucket, prefix_), IsEmpty());
}

TEST_F(S3Store, AnUploadThatACrashLeftIsFoundAndGivenUp) {
  LeaveUpload(prefix_ + "run 1/é");
  auto uploads = store_->ListUploads(kLiveBucket, prefix_ + "run 1/");
  ASSERT_TRUE(uploads.ok()) << uploads.error().message;
  ASSERT_EQ(uploads->size(), 1u);
  EXPECT_EQ((*uploads)[0].key, prefix_ + "run 1/é");
  EXPECT_THAT(*store_->ListUploads(kLiveBucket, prefix_ + "run 2/"), IsEmpty());
  auto aborted = store_->AbortUpload(kLiveBucket, (*uploads)[0]);
  ASSERT_TRUE(aborted.ok()) << aborted.error().message;
  aborted = store_->AbortUpload(kLiveBucket, (*uploads)[0]);
  EXPECT_TRUE(aborted.ok()) << aborted.error().message;
  EXPECT_THAT(*store_->ListUploads(kLiveBucket, prefix_), IsEmpty());
  EXPECT_THAT(Keys({}), IsEmpty());
}

TEST_F(S3Store, SaysWhatIsWrong) {
  EXPECT_TRUE(store_->CheckBucket(kLiveBucket).ok());
  Error error = store_->CheckBucket("no-such-bucket").error();
  EXPECT_EQ(error.code, ErrorCode::kResourceNotFound);
  EXPECT_THAT(error.message, HasSubstr("bucket 'no-such-bucket': there is no such bucket"));
  EXPECT_THAT(*store_->ListBuckets(), ::testing::Contains(kLiveBucket));

  error = Api("NOBODY", "x").ListBuckets().error();
  EXPECT_EQ(error.code, ErrorCode::kInvalidCredentials) << error.message;
  error = Api(std::getenv("AWS_ACCESS_KEY_ID"), "wrong").ListBuckets().error();
  EXPECT_EQ(error.code, ErrorCode::kInvalidCredentials) << error.message;

  auto nowhere = store_->OpenForWriting("no-such-bucket", "a", "text/csv");
  if (nowhere.ok()) {  // The SDK asks only when there is something to send.
    auto closed = (*nowhere)->Close();
    ASSERT_FALSE(closed.ok());
    error = FromObjectStore(closed);
  } else {
    error = nowhere.error();
  }
  EXPECT_EQ(error.code, ErrorCode::kResourceNotFound) << error.message;
}

TEST_F(S3Store, SaysThatAnEndpointCannotBeReached) {
  auto store = OpenObjectStore({.url = "http://127.0.0.1:1"}, http_);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ((*store)->CheckBucket("live").error().code, ErrorCode::kServiceUnavailable);
  auto out = (*store)->OpenForWriting("live", "a", "text/csv");
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(FromObjectStore((*out)->Close()).code, ErrorCode::kServiceUnavailable);
}

}  // namespace
}  // namespace sluice::s3
