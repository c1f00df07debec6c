// The calls of S3's HTTP interface that a store is made of. Arrow's file system, for comparison,
// lists without tags, has parts of one size, makes folders where it deletes, and reads more slowly
// (docs/decisions/0021-object-stores.md).
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sluice/connectors/s3/object_store.h"
#include "sluice/net/http.h"
#include "sluice/net/sigv4.h"

namespace sluice::s3 {

struct ObjectPart {
  std::string content;
  std::string etag;  // Of the object, as it came; empty where the answer has none.
};

// Any thread. Failures that may be tried again have been, a few times.
class S3Api {
 public:
  using LoadKey = std::function<Result<net::AccessKey>()>;  // Any thread.

  // `endpoint` without a path: "https://s3.eu-west-1.amazonaws.com".
  // `sends_checksums`: with each body, which buckets with Object Lock ask for and not all that
  // speak S3's protocol know.
  S3Api(std::string endpoint, std::string region, LoadKey load_key,
        std::shared_ptr<net::HttpClient> http, bool sends_checksums = false);

  Result<std::vector<std::string>> ListBuckets();
  Result<ObjectPage> ListObjects(const ListRequest& request);
  // `size` bytes from `offset` on, which the object has. Given up once `stop` is requested.
  Result<ObjectPart> GetObject(const std::string& bucket, const std::string& key, int64_t offset,
                               int64_t size, const std::stop_token& stop);
  Status PutObject(const std::string& bucket, const std::string& key,
                   const std::string& content_type, std::string content);
  Status DeleteObject(const std::string& bucket, const std::string& key);

  Result<Upload> CreateUpload(const std::string& bucket, const std::string& key,
                              const std::string& content_type);
  // The part's tag. Parts count from 1; all but the last have 5 MiB or more. `content` is borrowed:
  // it is the same again afterwards.
  Result<std::string> UploadPart(const std::string& bucket, const Upload& upload, size_t number,
                                 std::string& content);
  // The object appears, of the parts with these tags.
  Status CompleteUpload(const std::string& bucket, const Upload& upload,
                        const std::vector<std::string>& tags);
  Result<std::vector<Upload>> ListUploads(const std::string& bucket, const std::string& prefix);
  Status AbortUpload(const std::string& bucket, const Upload& upload);

 private:
  using Query = std::vector<std::pair<std::string, std::string>>;

  // `path` begins with "/".
  net::HttpRequest Request(const char* method, const std::string& path, const Query& query) const;
  // A successful answer. The request is signed anew each time that it is sent.
  Result<net::HttpResponse> Call(net::HttpRequest& request, std::chrono::seconds timeout,
                                 const std::stop_token& stop = {});
  Result<net::HttpResponse> CallOnce(net::HttpRequest& request, std::chrono::seconds timeout,
                                     const std::stop_token& stop);
  // The body of one without a body of its own.
  Result<std::string> Call(const char* method, const std::string& path, const Query& query);

  const std::string endpoint_, region_;
  const LoadKey load_key_;
  const std::shared_ptr<net::HttpClient> http_;
  const bool sends_checksums_;
};

}  // namespace sluice::s3
