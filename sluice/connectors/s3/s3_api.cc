#include "sluice/connectors/s3/s3_api.h"

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"
#include "sluice/connectors/s3/object_key.h"
#include "sluice/connectors/s3/s3_error.h"
#include "sluice/net/retry.h"

namespace sluice::s3 {
namespace {

namespace xml = boost::property_tree;

constexpr auto kAnswerTimeout = std::chrono::seconds(30);
constexpr auto kPartTimeout = std::chrono::seconds(120);  // For what is large, or is put together.
constexpr auto kPatience = std::chrono::seconds(90);      // Nothing is tried again after this.
constexpr int kAttempts = 5;
constexpr int kMostResults = 1000;  // S3's own limit for a page.

Result<xml::ptree> ParseXml(const std::string& text) {
  xml::ptree document;
  std::istringstream stream(text);
  try {
    xml::read_xml(stream, document);
  } catch (const xml::xml_parser_error& error) {
    return ServerError("S3's answer is not XML: " + error.message());
  }
  return document;
}

// The element of that name with its content, e.g. "ListBucketResult".
Result<xml::ptree> ParseAnswer(const std::string& text, const char* name) {
  SLUICE_ASSIGN(xml::ptree document, ParseXml(text));
  auto root = document.get_child_optional(name);
  if (!root) return ServerError(std::string("S3's answer has no ") + name);
  return *root;
}

Error ReadError(const net::HttpResponse& response) {
  Result<xml::ptree> body = ParseXml(response.body);
  if (!body.ok()) return FromS3("", response.status, "");
  std::string message = body->get("Error.Message", "");
  if (std::string region = body->get("Error.Region", ""); !region.empty()) {
    message += "; the bucket's region is " + region;
  }
  return FromS3(body->get("Error.Code", ""), response.status, message);
}

// With encoding-type=url, names come percent-encoded, and a space as "+".
class Names {
 public:
  explicit Names(const xml::ptree& answer) : is_encoded_(answer.get("EncodingType", "") == "url") {}

  Result<std::string> Decode(std::string name) const {
    if (!is_encoded_) return name;
    std::ranges::replace(name, '+', ' ');
    return PercentDecode(name);
  }

 private:
  const bool is_encoded_;
};

Result<ObjectInfo> ReadObject(const xml::ptree& item, const Names& names) {
  ObjectInfo object;
  SLUICE_ASSIGN(object.key, names.Decode(item.get("Key", "")));
  object.size = item.get<int64_t>("Size", 0);
  object.etag = item.get("ETag", "");
  std::erase(object.etag, '"');
  SLUICE_ASSIGN(object.modified_at, ParseTime(item.get("LastModified", "")));
  return object;
}

std::string Folder(const std::string& bucket) { return "/" + PercentEncode(bucket); }

Result<std::string> ObjectPath(const std::string& bucket, const std::string& key) {
  SLUICE_RETURN_IF_ERROR(CheckBucketName(bucket));
  SLUICE_RETURN_IF_ERROR(CheckKey(key));
  return Folder(bucket) + "/" + PercentEncode(key, true);
}

Status DoneIfGone(Error error) {
  if (IsMissingInBucket(error)) return Done{};
  return error;
}

}  // namespace

S3Api::S3Api(std::string endpoint, std::string region, LoadKey load_key,
             std::shared_ptr<net::HttpClient> http, bool sends_checksums)
    : endpoint_(std::move(endpoint)),
      region_(std::move(region)),
      load_key_(std::move(load_key)),
      http_(std::move(http)),
      sends_checksums_(sends_checksums) {}

Result<std::vector<std::string>> S3Api::ListBuckets() {
  SLUICE_ASSIGN(std::string body, Call("GET", "/", {}));
  SLUICE_ASSIGN(xml::ptree answer, ParseAnswer(body, "ListAllMyBucketsResult"));
  std::vector<std::string> buckets;
  if (auto list = answer.get_child_optional("Buckets")) {
    for (const auto& [name, item] : *list) {
      if (name == "Bucket") buckets.push_back(item.get("Name", ""));
    }
  }
  std::ranges::sort(buckets);
  return buckets;
}

Result<ObjectPage> S3Api::ListObjects(const ListRequest& request) {
  SLUICE_RETURN_IF_ERROR(CheckBucketName(request.bucket));
  Query query = {{"list-type", "2"},
                 {"encoding-type", "url"},
                 {"max-keys", std::to_string(std::clamp(request.max_results, 1, kMostResults))},
                 {"prefix", request.prefix}};
  if (!request.is_recursive) query.emplace_back("delimiter", "/");
  if (!request.next_token.empty()) query.emplace_back("continuation-token", request.next_token);
  SLUICE_ASSIGN(std::string body, Call("GET", Folder(request.bucket), query));
  SLUICE_ASSIGN(xml::ptree answer, ParseAnswer(body, "ListBucketResult"));

  Names names(answer);
  ObjectPage page;
  for (const auto& [name, item] : answer) {
    if (name == "Contents") {
      SLUICE_ASSIGN(ObjectInfo object, ReadObject(item, names));
      page.objects.push_back(std::move(object));
    } else if (name == "CommonPrefixes") {
      SLUICE_ASSIGN(std::string folder, names.Decode(item.get("Prefix", "")));
      page.folders.push_back(std::move(folder));
    }
  }
  if (answer.get("IsTruncated", "false") == "true") {
    page.next_token = answer.get("NextContinuationToken", "");
  }
  return page;
}

Result<ObjectPart> S3Api::GetObject(const std::string& bucket, const std::string& key,
                                    int64_t offset, int64_t size, const std::stop_token& stop) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, key));
  net::HttpRequest request = Request("GET", path, {});
  request.headers.Set("Range",
                      "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + size - 1));
  SLUICE_ASSIGN(net::HttpResponse response, Call(request, kPartTimeout, stop));
  if (response.body.size() != static_cast<size_t>(size)) {
    return ServerError("S3 was asked for " + std::to_string(size) + " bytes from " +
                       std::to_string(offset) + " on and sent " +
                       std::to_string(response.body.size()));
  }
  const std::string* etag = response.headers.Find("ETag");
  return ObjectPart{std::move(response.body), etag ? *etag : ""};
}

Status S3Api::PutObject(const std::string& bucket, const std::string& key,
                        const std::string& content_type, std::string content) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, key));
  net::HttpRequest request = Request("PUT", path, {});
  request.headers.Set("Content-Type", content_type);
  request.body = std::move(content);
  SLUICE_RETURN_IF_ERROR(Call(request, kPartTimeout));
  return Done{};
}

Status S3Api::DeleteObject(const std::string& bucket, const std::string& key) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, key));
  Result<std::string> answer = Call("DELETE", path, {});
  return answer.ok() ? Status(Done{}) : DoneIfGone(std::move(answer).error());
}

Result<Upload> S3Api::CreateUpload(const std::string& bucket, const std::string& key,
                                   const std::string& content_type) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, key));
  net::HttpRequest request = Request("POST", path, {{"uploads", ""}});
  request.headers.Set("Content-Type", content_type);
  SLUICE_ASSIGN(net::HttpResponse response, Call(request, kAnswerTimeout));
  SLUICE_ASSIGN(xml::ptree answer, ParseAnswer(response.body, "InitiateMultipartUploadResult"));
  Upload upload{key, answer.get("UploadId", "")};
  if (upload.id.empty()) return ServerError("S3's answer names no upload");
  return upload;
}

Result<std::string> S3Api::UploadPart(const std::string& bucket, const Upload& upload,
                                      size_t number, std::string& content) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, upload.key));
  net::HttpRequest request =
      Request("PUT", path, {{"partNumber", std::to_string(number)}, {"uploadId", upload.id}});
  request.body.swap(content);
  Result<net::HttpResponse> response = Call(request, kPartTimeout);
  request.body.swap(content);
  if (!response.ok()) return std::move(response).error();
  const std::string* tag = response->headers.Find("ETag");
  if (!tag) return ServerError("S3's answer has no tag of the part");
  return *tag;
}

Status S3Api::CompleteUpload(const std::string& bucket, const Upload& upload,
                             const std::vector<std::string>& tags) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, upload.key));
  xml::ptree parts;
  for (size_t i = 0; i < tags.size(); ++i) {
    xml::ptree& part = parts.add("CompleteMultipartUpload.Part", "");
    part.put("PartNumber", i + 1);
    part.put("ETag", tags[i]);
  }
  net::HttpRequest request = Request("POST", path, {{"uploadId", upload.id}});
  std::ostringstream body;
  xml::write_xml(body, parts);
  request.body = body.str();
  SLUICE_ASSIGN(net::HttpResponse response, Call(request, kPartTimeout));
  // It may fail after it has begun to answer.
  if (ParseAnswer(response.body, "CompleteMultipartUploadResult").ok()) return Done{};
  return ReadError(response);
}

Result<std::vector<Upload>> S3Api::ListUploads(const std::string& bucket,
                                               const std::string& prefix) {
  SLUICE_RETURN_IF_ERROR(CheckBucketName(bucket));
  std::vector<Upload> uploads;
  std::string key_marker, id_marker;
  while (true) {
    Query query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", prefix}};
    if (!key_marker.empty()) query.emplace_back("key-marker", key_marker);
    if (!id_marker.empty()) query.emplace_back("upload-id-marker", id_marker);
    SLUICE_ASSIGN(std::string body, Call("GET", Folder(bucket), query));
    SLUICE_ASSIGN(xml::ptree answer, ParseAnswer(body, "ListMultipartUploadsResult"));
    Names names(answer);
    for (const auto& [name, item] : answer) {
      if (name != "Upload") continue;
      SLUICE_ASSIGN(std::string key, names.Decode(item.get("Key", "")));
      uploads.push_back({std::move(key), item.get("UploadId", "")});
    }
    if (answer.get("IsTruncated", "false") != "true") return uploads;
    SLUICE_ASSIGN(key_marker, names.Decode(answer.get("NextKeyMarker", "")));
    id_marker = answer.get("NextUploadIdMarker", "");
    if (key_marker.empty()) return ServerError("S3's list of uploads goes on nowhere");
  }
}

Status S3Api::AbortUpload(const std::string& bucket, const Upload& upload) {
  SLUICE_ASSIGN(std::string path, ObjectPath(bucket, upload.key));
  Result<std::string> answer = Call("DELETE", path, {{"uploadId", upload.id}});
  return answer.ok() ? Status(Done{}) : DoneIfGone(std::move(answer).error());
}

net::HttpRequest S3Api::Request(const char* method, const std::string& path,
                                const Query& query) const {
  net::HttpRequest request{.method = method, .url = endpoint_ + path};
  if (!query.empty()) request.url += "?" + FormEncode(query);
  return request;
}

Result<std::string> S3Api::Call(const char* method, const std::string& path, const Query& query) {
  net::HttpRequest request = Request(method, path, query);
  SLUICE_ASSIGN(net::HttpResponse response, Call(request, kAnswerTimeout));
  return std::move(response.body);
}

Result<net::HttpResponse> S3Api::Call(net::HttpRequest& request, std::chrono::seconds timeout,
                                      const std::stop_token& stop) {
  if (sends_checksums_ && !request.body.empty()) {
    request.headers.Set("Content-MD5", Base64Encode(Md5(request.body)));
  }
  return net::Retry({.attempts = kAttempts}, DeadlineAfter(kPatience), stop,
                    [&] { return CallOnce(request, timeout, stop); });
}

Result<net::HttpResponse> S3Api::CallOnce(net::HttpRequest& request, std::chrono::seconds timeout,
                                          const std::stop_token& stop) {
  SLUICE_ASSIGN(net::AccessKey key, load_key_());
  net::Sign(request, key, {region_, "s3"}, SystemClock().Now());
  SLUICE_ASSIGN(net::HttpResponse response, http_->Send(request, DeadlineAfter(timeout), stop));
  if (response.status / 100 == 2) return response;
  return ReadError(response);
}

}  // namespace sluice::s3
