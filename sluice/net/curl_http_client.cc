#include "sluice/net/curl_http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace sluice::net {
namespace {

struct EasyClose {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyClose>;

struct ListFree {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListFree>;

constexpr size_t kMaxHeaderBytes = 256 << 10;
constexpr size_t kMaxIdle = 32;
constexpr long kReceiveBytes = 128 << 10;  // At once; each idle connection keeps that much.

void Append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  SLUICE_CHECK(longer != nullptr);
  (void)list.release();
  list.reset(longer);
}

// libcurl adds what it finds missing; "Name:" keeps it from doing so, "Name;" sends it empty.
HeaderList ToList(const HttpRequest& request) {
  HeaderList list;
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoringCase(name, "Content-Length")) continue;
    Append(list, value.empty() ? name + ";" : name + ": " + value);
  }
  for (const char* name : {"Expect", "Content-Type"}) {
    if (!request.headers.Find(name)) Append(list, std::string(name) + ":");
  }
  return list;
}

// What arrives, and why we stopped it.
struct Receiver {
  HttpResponse response;
  size_t max_bytes = 0;
  size_t header_bytes = 0;
  bool too_large = false;
  bool head_complete = false;  // libcurl takes a head that was cut for a whole one.

  static size_t OnHeader(char* data, size_t, size_t size, void* self) {
    return static_cast<Receiver*>(self)->Header({data, size}) ? size : 0;
  }

  static size_t OnBody(char* data, size_t, size_t size, void* self) {
    return static_cast<Receiver*>(self)->Body({data, size}) ? size : 0;
  }

 private:
  bool Header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > kMaxHeaderBytes) return too_large = true, false;
    if (line.starts_with("HTTP/")) {  // The first one, or another after a 100 Continue.
      response.headers = {};
      head_complete = false;
    }
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.empty()) head_complete = true;
    size_t colon = line.find(':');
    if (line.starts_with("HTTP/") || colon == std::string_view::npos) return true;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    response.headers.Add(std::string(line.substr(0, colon)), std::string(value));
    return true;
  }

  size_t AnnouncedBytes() const {
    const std::string* length = response.headers.Find("Content-Length");
    size_t bytes = 0;
    if (length) std::from_chars(length->data(), length->data() + length->size(), bytes);
    return bytes;
  }

  bool Body(std::string_view data) {
    if (response.body.size() + data.size() > max_bytes) return too_large = true, false;
    if (response.body.empty()) response.body.reserve(std::min(AnnouncedBytes(), max_bytes));
    response.body += data;
    return true;
  }
};

// libcurl asks about once a second, also while nothing comes.
int OnProgress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Error FromCurl(CURLcode code, const char* detail, const Origin& origin, Deadline deadline) {
  std::string reason = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      if (std::chrono::steady_clock::now() >= deadline) {
        return {ErrorCode::kRequestTimeout, "no answer from " + origin.ToText() + " in time", {}};
      }
      return ServiceUnavailable("cannot connect to " + origin.ToText() + ": " + reason);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
      return ServiceUnavailable("cannot connect to " + origin.ToText() + ": " + reason);
    case CURLE_PEER_FAILED_VERIFICATION:
      return {ErrorCode::kAccessDenied,
              "the certificate of " + origin.ToText() + " is not trusted: " + reason,
              {}};
    case CURLE_SSL_CACERT_BADFILE:
      return InvalidArgument("the certificates to trust cannot be read: " + reason);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return ServiceUnavailable("the connection to " + origin.ToText() +
                                " was cut before the answer was complete: " + reason);
    case CURLE_ABORTED_BY_CALLBACK:
      return ServiceUnavailable("the request to " + origin.ToText() + " was stopped");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return ServerError(origin.ToText() + " answered something that is not HTTP: " + reason);
    default:
      return ServerError("the request to " + origin.ToText() + " failed: " + reason);
  }
}

class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(HttpClientOptions options) : options_(std::move(options)) {
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    SLUICE_CHECK(initialized == CURLE_OK);
    ChooseTrust();
  }

  Result<HttpResponse> Send(const HttpRequest& request, Deadline deadline,
                            std::stop_token stop) override {
    SLUICE_ASSIGN(Origin origin, OriginOf(request));
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return Error{ErrorCode::kRequestTimeout, "no time left to ask " + origin.ToText(), {}};
    }
    std::string key = origin.ToText();
    Easy easy = Take(key);
    auto response = Perform(easy.get(), request, origin, left, deadline, stop);
    Return(std::move(key), std::move(easy));
    return response;
  }

 private:
  // An easy handle keeps its connections; asking the same host with the same handle reuses them.
  struct Idle {
    std::string origin;
    Easy easy;
  };

  // Explicit options win; without any, what the environment says to OpenSSL; else libcurl's own.
  void ChooseTrust() {
    if (!options_.ca_file.empty() || !options_.ca_directory.empty()) return;
    if (const char* file = std::getenv("SSL_CERT_FILE")) options_.ca_file = file;
    if (const char* directory = std::getenv("SSL_CERT_DIR")) options_.ca_directory = directory;
  }

  Easy Take(const std::string& origin) {
    {
      std::lock_guard lock(mutex_);
      for (size_t i = idle_.size(); i-- > 0;) {
        if (idle_[i].origin != origin) continue;
        Easy easy = std::move(idle_[i].easy);
        idle_.erase(idle_.begin() + static_cast<ptrdiff_t>(i));
        return easy;
      }
    }
    Easy easy(curl_easy_init());
    SLUICE_CHECK(easy != nullptr);
    return easy;
  }

  void Return(std::string origin, Easy easy) {
    Idle oldest;  // Closed outside of the lock.
    std::lock_guard lock(mutex_);
    idle_.push_back({std::move(origin), std::move(easy)});
    if (idle_.size() <= kMaxIdle) return;
    oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
  }

  void SetTrust(CURL* easy) const {
    if (options_.ca_file.empty() && options_.ca_directory.empty()) return;
    auto text = [](const std::string& path) { return path.empty() ? nullptr : path.c_str(); };
    curl_easy_setopt(easy, CURLOPT_CAINFO, text(options_.ca_file));
    curl_easy_setopt(easy, CURLOPT_CAPATH, text(options_.ca_directory));
  }

  static void SetMethodAndBody(CURL* easy, const HttpRequest& request) {
    bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
                    request.method == "PATCH";
    if (has_body) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    } else if (request.method == "HEAD") {
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  Result<HttpResponse> Perform(CURL* easy, const HttpRequest& request, const Origin& origin,
                               std::chrono::milliseconds left, Deadline deadline,
                               const std::stop_token& stop) const {
    Receiver receiver;
    receiver.max_bytes = options_.max_response_bytes;
    char detail[CURL_ERROR_SIZE] = "";
    HeaderList headers = ToList(request);
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // A signature covers the path as it is.
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBytes);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Receiver::OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &receiver);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Receiver::OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
    if (stop.stop_possible()) {
      curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
      curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
      curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &stop);
    }
    if (IsLoopback(origin.host)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    SetTrust(easy);
    SetMethodAndBody(easy, request);

    CURLcode code = curl_easy_perform(easy);
    if (receiver.too_large) {
      return ServerError("the answer of " + origin.ToText() + " is larger than " +
                         std::to_string(options_.max_response_bytes) + " bytes");
    }
    if (code == CURLE_OK && !receiver.head_complete) code = CURLE_PARTIAL_FILE;
    if (code != CURLE_OK) return FromCurl(code, detail, origin, deadline);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    receiver.response.status = static_cast<int>(status);
    return std::move(receiver.response);
  }

  HttpClientOptions options_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // The most recently used last.
};

}  // namespace

std::unique_ptr<HttpClient> MakeCurlHttpClient(HttpClientOptions options) {
  return std::make_unique<CurlHttpClient>(std::move(options));
}

}  // namespace sluice::net
