#include "sluice/net/sigv4.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"

namespace sluice::net {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr auto kMaxSkew = std::chrono::minutes(5);

using HeaderNames = std::vector<std::string>;  // Lower case, sorted.

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string Join(const std::vector<std::string>& parts, char separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

// "20150830T123600Z"
std::string FormatBasic(Time time) {
  std::string text = FormatTime(time, 0);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Result<Time> ParseBasic(std::string_view text) {
  Error wrong = InvalidArgument("not a date of the form 20150830T123600Z");
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return wrong;
  std::string extended;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 6) extended += '-';
    if (i == 11 || i == 13) extended += ':';
    extended += text[i];
  }
  return ParseTime(extended);
}

// RFC 3986, 5.2.4, and double slashes become one.
std::string NormalizePath(std::string_view path) {
  std::vector<std::string_view> kept;
  std::vector<std::string_view> parts = SplitAt(path, '/');
  for (std::string_view part : parts) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string normal;
  for (std::string_view part : kept) normal.append(1, '/').append(part);
  bool is_folder = parts.back().empty() || parts.back() == "." || parts.back() == "..";
  if (is_folder || normal.empty()) normal += '/';
  return normal;
}

// Percent-encoded exactly once, however much of it came encoded.
std::string EncodeOnce(std::string_view text, bool keep_slash = false) {
  Result<std::string> decoded = PercentDecode(text);
  return PercentEncode(decoded.ok() ? *decoded : text, keep_slash);
}

// S3 wants the path as it is, encoded once; all other services encode what is on the wire again.
std::string CanonicalPath(std::string_view path, std::string_view service) {
  return service == "s3" ? EncodeOnce(path, true) : PercentEncode(NormalizePath(path), true);
}

std::string CanonicalQuery(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::string_view parameter : SplitAt(query, '&')) {
    size_t equals = parameter.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
    parameters.emplace_back(EncodeOnce(parameter.substr(0, equals)), EncodeOnce(value));
  }
  std::ranges::sort(parameters);
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + '=' + value;
  }
  return canonical;
}

// Without white space at its ends, and any inside is a single space.
std::string Trim(std::string_view value) {
  std::string trimmed;
  for (char c : value) {
    bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space) {
      trimmed += c;
    } else if (!trimmed.empty() && trimmed.back() != ' ') {
      trimmed += ' ';
    }
  }
  if (trimmed.ends_with(' ')) trimmed.pop_back();
  return trimmed;
}

std::string CanonicalHeaders(const HttpRequest& request, const HeaderNames& names) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : request.headers) {
    auto [entry, is_new] = values.try_emplace(ToLower(name), Trim(value));
    if (!is_new) entry->second += ',' + Trim(value);
  }
  std::string canonical;
  for (const std::string& name : names) canonical += name + ':' + values[name] + '\n';
  return canonical;
}

std::string CanonicalRequest(const HttpRequest& request, const HeaderNames& names,
                             std::string_view service, const std::string& body_hash) {
  return request.method + '\n' + CanonicalPath(request.path(), service) + '\n' +
         CanonicalQuery(request.query()) + '\n' + CanonicalHeaders(request, names) + '\n' +
         Join(names, ';') + '\n' + body_hash;
}

std::string ScopeText(const std::string& date, const SigningScope& scope) {
  return date + '/' + scope.region + '/' + scope.service + '/' + std::string(kTerminator);
}

std::string Signature(const HttpRequest& request, const HeaderNames& names, const Secret& secret,
                      const SigningScope& scope, const std::string& time,
                      const std::string& body_hash) {
  std::string date = time.substr(0, 8);
  std::string to_sign =
      std::string(kAlgorithm) + '\n' + time + '\n' + ScopeText(date, scope) + '\n' +
      HexEncode(Sha256(CanonicalRequest(request, names, scope.service, body_hash)));
  Secret first("AWS4" + secret.Reveal());
  Secret key(HmacSha256(first.Reveal(), date));
  key = Secret(HmacSha256(key.Reveal(), scope.region));
  key = Secret(HmacSha256(key.Reveal(), scope.service));
  key = Secret(HmacSha256(key.Reveal(), kTerminator));
  return HexEncode(HmacSha256(key.Reveal(), to_sign));
}

// Headers that clients or proxies set or change after signing.
bool IsSignable(const std::string& name) {
  static constexpr std::string_view kChangeable[] = {"authorization", "connection",
                                                     "expect",        "transfer-encoding",
                                                     "user-agent",    "x-amzn-trace-id"};
  return std::ranges::find(kChangeable, name) == std::end(kChangeable);
}

HeaderNames SignableHeaders(const HttpRequest& request) {
  HeaderNames names;
  for (const auto& [name, value] : request.headers) {
    if (std::string lower = ToLower(name); IsSignable(lower)) names.push_back(std::move(lower));
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

// The host as every client sends it: without the scheme's own port.
std::string HostHeader(const HttpRequest& request) {
  std::string_view host = request.authority();
  std::string_view default_port = request.url.starts_with("https") ? ":443" : ":80";
  if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
  return std::string(host);
}

// An Authorization header, taken apart: "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, …".
using Parameters = std::map<std::string, std::string_view, std::less<>>;

std::optional<Parameters> ReadAuthorization(const HttpRequest& request) {
  const std::string* header = request.headers.Find("Authorization");
  if (!header || !header->starts_with(kAlgorithm)) return std::nullopt;
  std::string_view rest = *header;
  rest.remove_prefix(kAlgorithm.size());
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;  // "AWS4-HMAC-SHA256X".
  Parameters parameters;
  for (std::string_view part : SplitAt(rest, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    parameters.emplace(part.substr(0, equals), part.substr(equals + 1));
  }
  return parameters;
}

std::optional<ClaimedCredential> ReadCredential(std::string_view text) {
  std::vector<std::string_view> parts = SplitAt(text, '/');
  if (parts.size() != 5 || parts[4] != kTerminator) return std::nullopt;
  auto part = [&](size_t i) { return std::string(parts[i]); };
  return ClaimedCredential{part(0), part(1), {part(2), part(3)}};
}

// One request on its way through the checks. Each returns nothing where it finds all right.
class Verification {
 public:
  using Verdict = std::optional<SignatureError>;

  explicit Verification(const HttpRequest& request) : request_(request) {}

  Verdict Run(const AccessKeys& keys, Time now, AccessKey& caller) {
    if (Verdict wrong = ReadHeader()) return wrong;
    std::optional<AccessKey> key = keys.Find(claimed_.access_key_id);
    if (!key || !HasTokenOf(*key)) {
      return SignatureError{"UnrecognizedClientException",
                            "The security token included in the request is invalid."};
    }
    if (Verdict wrong = CheckTime(now)) return wrong;
    if (Verdict wrong = CheckWhatIsSigned()) return wrong;
    if (Verdict wrong = CheckBody()) return wrong;
    if (Verdict wrong = CheckSignature(*key)) return wrong;
    caller = *std::move(key);
    return std::nullopt;
  }

 private:
  static SignatureError Incomplete(std::string message) {
    return {"IncompleteSignatureException", std::move(message)};
  }

  static SignatureError Invalid(std::string message) {
    return {"InvalidSignatureException", std::move(message)};
  }

  Verdict ReadHeader() {
    std::optional<Parameters> authorization = ReadAuthorization(request_);
    if (!authorization) {
      return SignatureError{"MissingAuthenticationTokenException", "Missing Authentication Token"};
    }
    std::string missing;
    for (const char* name : {"Credential", "Signature", "SignedHeaders"}) {
      if (authorization->contains(name)) continue;
      missing += std::string("Authorization header requires '") + name + "' parameter. ";
    }
    const std::string* time = request_.headers.Find("X-Amz-Date");
    if (!time) missing += "Authorization header requires existence of a 'X-Amz-Date' header. ";
    if (!missing.empty()) {
      missing.pop_back();
      return Incomplete(missing);
    }
    std::optional<ClaimedCredential> claimed = ReadCredential((*authorization)["Credential"]);
    if (!claimed) {
      return Incomplete(
          "Credential must have exactly 5 slash-delimited elements, the last one 'aws4_request', "
          "e.g. keyid/date/region/service/aws4_request.");
    }
    claimed_ = *std::move(claimed);
    signature_ = (*authorization)["Signature"];
    for (std::string_view name : SplitAt((*authorization)["SignedHeaders"], ';')) {
      signed_headers_.emplace_back(name);
    }
    time_ = *time;
    return std::nullopt;
  }

  bool HasTokenOf(const AccessKey& key) const {
    const std::string* token = request_.headers.Find("X-Amz-Security-Token");
    return Secret(token ? *token : "") == key.session_token;
  }

  Verdict CheckTime(Time now) const {
    Result<Time> time = ParseBasic(time_);
    if (!time.ok()) {
      return Incomplete(
          "X-Amz-Date must be in ISO-8601 'basic format', as in 20150830T123600Z; got '" + time_ +
          "'.");
    }
    if (std::string date = time_.substr(0, 8); date != claimed_.date) {
      return Invalid(
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
          "HTTP: '" +
          claimed_.date + "' != '" + date + "'.");
    }
    if (*time < now - kMaxSkew) {
      return Invalid("Signature expired: " + time_ + " is now earlier than " +
                     FormatBasic(now - kMaxSkew) + " (" + FormatBasic(now) + " - 5 min.)");
    }
    if (*time > now + kMaxSkew) {
      return Invalid("Signature not yet current: " + time_ + " is still later than " +
                     FormatBasic(now + kMaxSkew) + " (" + FormatBasic(now) + " + 5 min.)");
    }
    return std::nullopt;
  }

  // A header that decides what a request does must not be changeable on the way.
  Verdict CheckWhatIsSigned() const {
    for (const std::string& name : signed_headers_) {
      if (!request_.headers.Find(name)) {
        return Invalid("'" + name + "' is a 'SignedHeader', but the request does not have it.");
      }
    }
    HeaderNames needed = {"host"};
    for (const auto& [name, value] : request_.headers) {
      std::string lower = ToLower(name);
      if (lower.starts_with("x-amz-")) needed.push_back(lower);
    }
    for (const std::string& name : needed) {
      if (std::ranges::find(signed_headers_, name) != signed_headers_.end()) continue;
      return Invalid("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
    }
    return std::nullopt;
  }

  Verdict CheckBody() {
    body_hash_ = HexEncode(Sha256(request_.body));
    const std::string* claimed = request_.headers.Find("X-Amz-Content-Sha256");
    if (!claimed || *claimed == body_hash_) return std::nullopt;
    return Invalid(
        "The value of the header 'x-amz-content-sha256' is not the SHA-256 of the body; unsigned "
        "and streamed bodies are not supported.");
  }

  Verdict CheckSignature(const AccessKey& key) const {
    std::string right =
        Signature(request_, signed_headers_, key.secret, claimed_.scope, time_, body_hash_);
    if (right.size() == signature_.size() &&
        CRYPTO_memcmp(right.data(), signature_.data(), right.size()) == 0) {
      return std::nullopt;
    }
    return Invalid(
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        "details.");
  }

  const HttpRequest& request_;
  ClaimedCredential claimed_;
  HeaderNames signed_headers_;
  std::string signature_;
  std::string time_;
  std::string body_hash_;
};

}  // namespace

void Sign(HttpRequest& request, const AccessKey& key, const SigningScope& scope, Time now) {
  std::string time = FormatBasic(now);
  std::string body_hash = HexEncode(Sha256(request.body));
  if (!request.headers.Find("Host")) request.headers.Add("Host", HostHeader(request));
  request.headers.Set("X-Amz-Date", time);
  if (!key.session_token.empty()) {
    request.headers.Set("X-Amz-Security-Token", key.session_token.Reveal());
  }
  if (scope.service == "s3") request.headers.Set("X-Amz-Content-Sha256", body_hash);
  HeaderNames names = SignableHeaders(request);
  std::string signature = Signature(request, names, key.secret, scope, time, body_hash);
  request.headers.Set("Authorization", std::string(kAlgorithm) + " Credential=" + key.id + '/' +
                                           ScopeText(time.substr(0, 8), scope) +
                                           ", SignedHeaders=" + Join(names, ';') +
                                           ", Signature=" + signature);
}

std::optional<ClaimedCredential> ReadClaimedCredential(const HttpRequest& request) {
  std::optional<Parameters> authorization = ReadAuthorization(request);
  if (!authorization) return std::nullopt;
  auto credential = authorization->find("Credential");
  if (credential == authorization->end()) return std::nullopt;
  return ReadCredential(credential->second);
}

std::optional<SignatureError> Verify(const HttpRequest& request, const AccessKeys& keys, Time now,
                                     AccessKey& caller) {
  return Verification(request).Run(keys, now, caller);
}

}  // namespace sluice::net
