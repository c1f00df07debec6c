// Buckets of objects: those of S3, of whatever else speaks its protocol, or folders of this
// machine.
#pragma once

#include <arrow/io/interfaces.h>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/net/http.h"

namespace sluice::s3 {

struct ObjectInfo {
  std::string key;
  int64_t size = 0;
  std::string etag;  // Another one when the content is another; without the quotes around it.
  Time modified_at{};

  friend bool operator==(const ObjectInfo&, const ObjectInfo&) = default;
};

struct ListRequest {
  std::string bucket;
  std::string prefix;        // Of the key, to the byte: "in/a" finds "in/a.csv" and "in/ab/c.csv".
  bool is_recursive = true;  // Else what comes after the next "/" is gathered in `folders`.
  int max_results = 1000;    // At most this many; at most 1000.
  std::string next_token;    // Of the page before.
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;   // In the order of their keys' bytes.
  std::vector<std::string> folders;  // Whole prefixes, with the "/" at their end.
  std::string next_token;            // Empty: the last page.
};

// An object that was begun and neither completed nor given up: it takes space and is not seen.
struct Upload {
  std::string key;
  std::string id;

  friend bool operator==(const Upload&, const Upload&) = default;
};

// Any thread, several at once. Errors: kResourceNotFound (no such bucket, object), kAccessDenied,
// kInvalidCredentials, kInvalidArgument (a name that can't be one), and those that may be tried
// again: kRateLimitExceeded, kServiceUnavailable, kServerError, kRequestTimeout. Calls have been
// tried again a few times before one of these comes.
//
// The streams that it hands out are for one thread each and speak in arrow::Status, which
// FromObjectStore makes an Error of. They may outlive the store.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // Done where the bucket exists and may be listed.
  virtual Status CheckBucket(const std::string& bucket) = 0;
  virtual Result<std::vector<std::string>> ListBuckets() = 0;  // In order.

  virtual Result<ObjectPage> List(const ListRequest& request) = 0;
  virtual Result<ObjectInfo> Describe(const std::string& bucket, const std::string& key) = 0;

  // `object` as it was listed: kClientError where it is another one by now, kResourceNotFound where
  // it is gone. Each Read or ReadAt is a request of its own, so ask for megabytes. Those that a
  // network still keeps waiting when `stop` is requested end within about a second.
  virtual Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(
      const std::string& bucket, const ObjectInfo& object, std::stop_token stop = {}) = 0;

  // The object appears, whole, when Close() succeeds, in the place of one that has that key; until
  // then nothing of it is seen. Abort(), a failed Close() and the destructor without a Close() give
  // it up; what they can't remove (no connection, a crash) ListUploads finds.
  virtual Result<std::shared_ptr<arrow::io::OutputStream>> OpenForWriting(
      const std::string& bucket, const std::string& key, const std::string& content_type) = 0;

  // Done also where there is no such object.
  virtual Status Delete(const std::string& bucket, const std::string& key) = 0;

  // Those whose key begins with `prefix`, of this and of other processes, in the order of keys.
  virtual Result<std::vector<Upload>> ListUploads(const std::string& bucket,
                                                  const std::string& prefix) = 0;
  // Done also where there is no such upload any more.
  virtual Status AbortUpload(const std::string& bucket, const Upload& upload) = 0;
};

struct ObjectStoreOptions {
  // "file:///folder": a folder per bucket. "https://host:port": an S3 endpoint. Empty: AWS's.
  std::string url;
  std::string region = "us-east-1";
};

// Credentials for S3 are those of AWS's default chain: environment, configuration files, container
// or machine role.
Result<std::shared_ptr<ObjectStore>> OpenObjectStore(const ObjectStoreOptions& options,
                                                     std::shared_ptr<net::HttpClient> http);

// The failure of a stream that an ObjectStore handed out, or of what was read from it.
Error FromObjectStore(const arrow::Status& status);

}  // namespace sluice::s3
