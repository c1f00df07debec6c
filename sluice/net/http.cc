#include "sluice/net/http.h"

#include <algorithm>
#include <charconv>

namespace sluice::net {
namespace {

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct Split {
  std::string_view scheme, authority, path, query;
};

// RFC 3986, appendix B, without decoding anything.
Split SplitUrl(std::string_view url) {
  Split split;
  url = url.substr(0, url.find('#'));
  if (size_t query = url.find('?'); query != std::string_view::npos) {
    split.query = url.substr(query + 1);
    url = url.substr(0, query);
  }
  size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && !url.starts_with('/')) {
    split.scheme = url.substr(0, scheme);
    url = url.substr(scheme + 3);
    split.authority = url.substr(0, url.find('/'));
    url = url.substr(split.authority.size());
  }
  split.path = url.empty() ? std::string_view("/") : url;
  return split;
}

// RFC 9110, 5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (ToLower(c) >= 'a' && ToLower(c) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool HasSpaceOrControl(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool IsFieldValue(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Status CheckFraming(const HttpRequest& request) {
  if (!IsToken(request.method)) return InvalidArgument("not an HTTP method: " + request.method);
  if (HasSpaceOrControl(request.url)) {
    return InvalidArgument("a URL has a space or control character; percent-encode it");
  }
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return InvalidArgument("not an HTTP header name: " + name);
    if (!IsFieldValue(value)) {
      return InvalidArgument("the value of the header " + name + " has a line break");
    }
  }
  return Done{};
}

}  // namespace

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ToLower, ToLower);
}

const std::string* Headers::Find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (EqualsIgnoringCase(key, name)) return &value;
  }
  return nullptr;
}

void Headers::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string name, std::string value) {
  Remove(name);
  Add(std::move(name), std::move(value));
}

void Headers::Remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return EqualsIgnoringCase(field.first, name); });
}

bool Headers::AreValid() const {
  return std::ranges::all_of(fields_, [](const auto& field) {
    return IsToken(field.first) && IsFieldValue(field.second);
  });
}

std::string_view HttpRequest::path() const { return SplitUrl(url).path; }
std::string_view HttpRequest::query() const { return SplitUrl(url).query; }
std::string_view HttpRequest::authority() const { return SplitUrl(url).authority; }

std::string Origin::ToText() const {
  bool v6 = host.find(':') != std::string::npos;
  return std::string(tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

Result<Origin> OriginOf(const HttpRequest& request) {
  SLUICE_RETURN_IF_ERROR(CheckFraming(request));
  Split split = SplitUrl(request.url);
  Origin origin;
  origin.tls = EqualsIgnoringCase(split.scheme, "https");
  if (!origin.tls && !EqualsIgnoringCase(split.scheme, "http")) {
    return InvalidArgument("a URL must begin with http:// or https://");
  }
  if (split.authority.find('@') != std::string_view::npos) {
    return InvalidArgument("a URL must not hold a user name or password");
  }
  std::string_view host = split.authority;
  std::string_view port;
  size_t bracket = host.find(']');
  size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return InvalidArgument("a URL names no host");
  origin.host = host;
  origin.port = origin.tls ? 443 : 80;
  if (!port.empty()) {
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
    if (error != std::errc() || end != port.data() + port.size() || origin.port == 0) {
      return InvalidArgument("a URL has no valid port: " + std::string(split.authority));
    }
  }
  return origin;
}

}  // namespace sluice::net
