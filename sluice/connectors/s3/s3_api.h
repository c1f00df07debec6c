// The calls of S3's own HTTP interface that Arrow has no words for: listing with tags and in pages,
// uploads that were begun, deleting without making folders.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sluice/connectors/s3/object_store.h"
#include "sluice/net/http.h"
#include "sluice/net/sigv4.h"

namespace sluice::s3 {

// Any thread. Failures that may be tried again have been, a few times.
class S3Api {
 public:
  using LoadKey = std::function<Result<net::AccessKey>()>;  // Any thread.

  // `endpoint` without a path: "https://s3.eu-west-1.amazonaws.com". `http` outlives this.
  S3Api(std::string endpoint, std::string region, LoadKey load_key, net::HttpClient& http);

  Result<std::vector<std::string>> ListBuckets();
  Result<ObjectPage> ListObjects(const ListRequest& request);
  Status DeleteObject(const std::string& bucket, const std::string& key);
  Result<std::vector<Upload>> ListUploads(const std::string& bucket, const std::string& prefix);
  Status AbortUpload(const std::string& bucket, const Upload& upload);

 private:
  using Query = std::vector<std::pair<std::string, std::string>>;

  // The body of a successful answer. `path` begins with "/".
  Result<std::string> Call(const char* method, const std::string& path, const Query& query);
  Result<std::string> CallOnce(const net::HttpRequest& unsigned_request);

  const std::string endpoint_, region_;
  const LoadKey load_key_;
  net::HttpClient& http_;
};

}  // namespace sluice::s3
