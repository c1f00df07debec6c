#include "sluice/connectors/s3/s3_store.h"

#include <arrow/filesystem/s3fs.h>

#include <cstdlib>
#include <utility>

#include "sluice/connectors/s3/object_key.h"
#include "sluice/connectors/s3/s3_api.h"
#include "sluice/connectors/s3/s3_file.h"
#include "sluice/connectors/s3/upload_stream.h"

namespace sluice::s3 {
namespace {

constexpr char kAwsDomain[] = ".amazonaws.com";

// The SDK can be started once in a process, and crashes it at its end if it still runs then. What
// ends it is registered behind the first credentials, whose making also makes the statics that
// ending it needs.
void EndSdkAtExit() {
  static const int registered = std::atexit([] { (void)arrow::fs::EnsureS3Finalized(); });
  SLUICE_CHECK(registered == 0);
}

// The default chain's key of the moment; roles change theirs every few hours.
Result<net::AccessKey> LoadKey(const arrow::fs::S3Options& options) {
  net::AccessKey key{.id = options.GetAccessKey(),
                     .secret = Secret(options.GetSecretKey()),
                     .session_token = Secret(options.GetSessionToken())};
  if (!key.id.empty()) return key;
  return Error{ErrorCode::kInvalidCredentials,
               "there are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
               "or AWS_PROFILE, or give this machine a role",
               {}};
}

struct Endpoint {
  std::string scheme = "https";
  std::string authority;  // Empty: AWS's own.
};

Result<Endpoint> ReadEndpoint(const std::string& url) {
  if (url.empty()) return Endpoint{};
  SLUICE_ASSIGN(net::Origin origin, net::OriginOf({.url = url}));
  Endpoint endpoint{origin.tls ? "https" : "http", url.substr(url.find("://") + 3)};
  if (endpoint.authority.ends_with('/')) endpoint.authority.pop_back();
  if (endpoint.authority.find_first_of("/?#@") == std::string::npos) return endpoint;
  return InvalidArgument("'" + url +
                         "' is not an S3 endpoint: it must be http(s)://host or "
                         "http(s)://host:port");
}

std::string ToText(const Endpoint& endpoint, const std::string& region) {
  if (!endpoint.authority.empty()) return endpoint.scheme + "://" + endpoint.authority;
  std::string domain = region.starts_with("cn-") ? ".amazonaws.com.cn" : kAwsDomain;
  return "https://s3." + region + domain;
}

class S3Store final : public ObjectStore {
 public:
  explicit S3Store(std::shared_ptr<S3Api> api) : api_(std::move(api)) {}

  Status CheckBucket(const std::string& bucket) override {
    SLUICE_RETURN_IF_ERROR(List({.bucket = bucket, .max_results = 1}));
    return Done{};
  }

  Result<std::vector<std::string>> ListBuckets() override { return api_->ListBuckets(); }

  Result<ObjectPage> List(const ListRequest& request) override {
    return In(request.bucket, api_->ListObjects(request));
  }

  // As a list of one, so that its tag is the one that List() gives.
  Result<ObjectInfo> Describe(const std::string& bucket, const std::string& key) override {
    SLUICE_RETURN_IF_ERROR(CheckKey(key));
    SLUICE_ASSIGN(ObjectPage page, List({.bucket = bucket, .prefix = key, .max_results = 1}));
    if (page.objects.empty() || page.objects[0].key != key) {
      return ResourceNotFound("there is no object '" + key + "' in bucket '" + bucket + "'");
    }
    return page.objects[0];
  }

  Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(
      const std::string& bucket, const ObjectInfo& object, std::stop_token stop) override {
    SLUICE_ASSIGN(ObjectInfo now, Describe(bucket, object.key));
    SLUICE_RETURN_IF_ERROR(CheckIsSame(bucket, object, now));
    return std::shared_ptr<arrow::io::RandomAccessFile>(
        std::make_shared<S3File>(api_, bucket, object, std::move(stop)));
  }

  Result<std::shared_ptr<arrow::io::OutputStream>> OpenForWriting(
      const std::string& bucket, const std::string& key, const std::string& content_type) override {
    SLUICE_RETURN_IF_ERROR(CheckBucketName(bucket));
    SLUICE_RETURN_IF_ERROR(CheckKey(key));
    return std::shared_ptr<arrow::io::OutputStream>(
        std::make_shared<UploadStream>(api_, bucket, key, content_type));
  }

  Status Delete(const std::string& bucket, const std::string& key) override {
    return In(bucket, api_->DeleteObject(bucket, key));
  }

  Result<std::vector<Upload>> ListUploads(const std::string& bucket,
                                          const std::string& prefix) override {
    return In(bucket, api_->ListUploads(bucket, prefix));
  }

  Status AbortUpload(const std::string& bucket, const Upload& upload) override {
    return In(bucket, api_->AbortUpload(bucket, upload));
  }

 private:
  template <class T>
  static Result<T> In(const std::string& bucket, Result<T> result) {
    if (result.ok()) return result;
    return WithContext(std::move(result).error(), "bucket '" + bucket + "'");
  }

  const std::shared_ptr<S3Api> api_;
};

}  // namespace

Result<std::shared_ptr<ObjectStore>> OpenS3Store(const ObjectStoreOptions& options,
                                                 std::shared_ptr<net::HttpClient> http) {
  SLUICE_ASSIGN(Endpoint endpoint, ReadEndpoint(options.url));
  arrow::Status started = arrow::fs::EnsureS3Initialized();
  if (!started.ok()) return FromObjectStore(started);
  auto load_key = [credentials = arrow::fs::S3Options::Defaults()] { return LoadKey(credentials); };
  EndSdkAtExit();
  std::string url = ToText(endpoint, options.region);
  bool is_aws = url.find(kAwsDomain) != std::string::npos;
  return std::shared_ptr<ObjectStore>(std::make_shared<S3Store>(
      std::make_shared<S3Api>(std::move(url), options.region, std::move(load_key), std::move(http),
                              /*sends_checksums=*/is_aws)));
}

}  // namespace sluice::s3
