#include "sluice/connectors/s3/s3_store.h"

#include <arrow/filesystem/s3fs.h>

#include <cstdlib>
#include <utility>

#include "sluice/connectors/s3/object_key.h"
#include "sluice/connectors/s3/s3_api.h"
#include "sluice/connectors/s3/upload_stream.h"

namespace sluice::s3 {
namespace {

constexpr int kAttempts = 5;
constexpr char kAwsDomain[] = ".amazonaws.com";
constexpr double kConnectTimeoutSeconds = 10;
constexpr double kSilenceTimeoutSeconds = 30;

// The SDK can be started once in a process, and crashes it at its end if it still runs then. What
// ends it is registered behind the first file system, whose making also makes the statics that
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

arrow::fs::S3Options MakeOptions(const ObjectStoreOptions& options, const Endpoint& endpoint) {
  arrow::fs::S3Options s3 = arrow::fs::S3Options::Defaults();
  s3.region = options.region;
  s3.scheme = endpoint.scheme;
  s3.endpoint_override = endpoint.authority;
  s3.tls_ca_file_path = options.ca_file;
  s3.connect_timeout = kConnectTimeoutSeconds;
  s3.request_timeout = kSilenceTimeoutSeconds;
  s3.retry_strategy = arrow::fs::S3RetryStrategy::GetAwsStandardRetryStrategy(kAttempts);
  return s3;
}

std::string EndpointOf(const arrow::fs::S3Options& s3) {
  if (!s3.endpoint_override.empty()) return s3.scheme + "://" + s3.endpoint_override;
  std::string domain = s3.region.starts_with("cn-") ? ".amazonaws.com.cn" : kAwsDomain;
  return "https://s3." + s3.region + domain;
}

class S3Store final : public ObjectStore {
 public:
  S3Store(std::shared_ptr<arrow::fs::S3FileSystem> files, const arrow::fs::S3Options& options,
          net::HttpClient& http)
      : files_(std::move(files)),
        api_(std::make_shared<S3Api>(
            EndpointOf(options), options.region, [options] { return LoadKey(options); }, http,
            /*sends_checksums=*/EndpointOf(options).find(kAwsDomain) != std::string::npos)) {}

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
      const std::string& bucket, const ObjectInfo& object) override {
    SLUICE_ASSIGN(ObjectInfo now, Describe(bucket, object.key));
    SLUICE_RETURN_IF_ERROR(CheckIsSame(bucket, object, now));
    arrow::fs::FileInfo info(bucket + "/" + object.key, arrow::fs::FileType::File);
    info.set_size(object.size);
    auto file = files_->OpenInputFile(info);
    if (!file.ok()) return WithContext(FromObjectStore(file.status()), Name(bucket, object.key));
    return *std::move(file);
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
  static std::string Name(const std::string& bucket, const std::string& key) {
    return "object '" + key + "' in bucket '" + bucket + "'";
  }

  template <class T>
  static Result<T> In(const std::string& bucket, Result<T> result) {
    if (result.ok()) return result;
    return WithContext(std::move(result).error(), "bucket '" + bucket + "'");
  }

  const std::shared_ptr<arrow::fs::S3FileSystem> files_;
  const std::shared_ptr<S3Api> api_;
};

}  // namespace

Result<std::shared_ptr<ObjectStore>> OpenS3Store(const ObjectStoreOptions& options,
                                                 net::HttpClient& http) {
  SLUICE_ASSIGN(Endpoint endpoint, ReadEndpoint(options.url));
  arrow::Status started = arrow::fs::EnsureS3Initialized();
  if (!started.ok()) return FromObjectStore(started);
  arrow::fs::S3Options s3 = MakeOptions(options, endpoint);
  auto files = arrow::fs::S3FileSystem::Make(s3);
  EndSdkAtExit();
  if (!files.ok()) return FromObjectStore(files.status());
  return std::shared_ptr<ObjectStore>(std::make_shared<S3Store>(*std::move(files), s3, http));
}

}  // namespace sluice::s3
