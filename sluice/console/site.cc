#include "sluice/console/site.h"

#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sluice/base/check.h"

namespace sluice::console {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view kAssets = "/assets/";

// All pages are one file, which chooses by path and fragment what to show.
constexpr std::string_view kPages[] = {"/", "/appflow/home", "/lambda/home", "/cloudwatch/home"};
constexpr std::string_view kOAuthPage = "/appflow/oauth";

// The name of the file behind a path; empty where the console has nothing there.
std::string_view FileName(std::string_view path) {
  if (std::ranges::find(kPages, path) != std::end(kPages)) return "index.html";
  if (path == kOAuthPage) return "oauth.html";
  return path.substr(1);
}

std::string_view HeaderOf(const HttpRequest& request, std::string_view name) {
  const std::string* value = request.headers.Find(name);
  return value ? std::string_view(*value) : std::string_view();
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(Trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// RFC 9110, 12.5.3, as far as one coding needs it.
bool AcceptsGzip(const HttpRequest& request) {
  for (std::string_view entry : Split(HeaderOf(request, "Accept-Encoding"), ',')) {
    std::vector<std::string_view> parts = Split(entry, ';');
    if (!net::EqualsIgnoringCase(parts[0], "gzip")) continue;
    return parts.size() == 1 || parts[1].find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

// RFC 9110, 13.1.2.
bool HasCopy(const HttpRequest& request, std::string_view etag) {
  for (std::string_view known : Split(HeaderOf(request, "If-None-Match"), ',')) {
    if (known == etag || known == "*") return true;
  }
  return false;
}

std::string Decompress(std::string_view gzip) {
  z_stream stream{};
  SLUICE_CHECK(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);  // + 16: gzip's header.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK) {
    char piece[64 << 10];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  SLUICE_CHECK(state == Z_STREAM_END);  // They are part of the program.
  return text;
}

bool IsFromBrowser(const HttpRequest& request) {
  return HeaderOf(request, "Accept").find("text/html") != std::string_view::npos;
}

HttpResponse NotFound(std::string text) {
  HttpResponse response{
      404,
      {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-cache"}},
      std::move(text)};
  AddSecurityHeaders(response.headers);
  return response;
}

}  // namespace

void AddSecurityHeaders(net::Headers& headers) {
  headers.Set("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              "font-src 'self' data:; connect-src 'self'; form-action 'none'; "
              "frame-ancestors 'none'; base-uri 'none'");
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("Referrer-Policy", "no-referrer");
  headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  headers.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups");
  headers.Set("Permissions-Policy",
              "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
}

const SiteFile* Site::Find(std::string_view path) const {
  auto file = std::ranges::find(files_, FileName(path), &SiteFile::path);
  return file == files_.end() ? nullptr : &*file;
}

std::optional<HttpResponse> Site::Answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const std::string_view path = request.path();
  const SiteFile* file = Find(path);
  if (!file && files_.empty() && IsFromBrowser(request)) {
    return NotFound(
        "This is Sluice, built without its console. It speaks the API of Amazon AppFlow: ask it "
        "with\nthe aws command line or an AWS SDK. Set AWS_ENDPOINT_URL to this address, and the "
        "access key\nthat the server printed when it first started.\n");
  }
  if (!file && (path.starts_with(kAssets) || IsFromBrowser(request))) {
    return NotFound("There is nothing at this address. The console is at /\n");
  }
  if (!file) return std::nullopt;

  const std::string etag = '"' + std::string(file->hash) + '"';
  HttpResponse response;
  response.headers = {
      {"Content-Type", std::string(file->content_type)},
      {"Cache-Control",
       path.starts_with(kAssets) ? "public, max-age=31536000, immutable" : "no-cache"},
      // Weak: the same content, whether it is compressed or not.
      {"ETag", "W/" + etag},
      {"Vary", "Accept-Encoding"}};
  AddSecurityHeaders(response.headers);
  if (path == kOAuthPage) {
    // It comes in a window that has been at Salesforce, which the console's tab still watches: with
    // a policy of its own, the browser would take that window away from the tab.
    response.headers.Remove("Cross-Origin-Opener-Policy");
  }
  if (HasCopy(request, "W/" + etag)) {
    response.status = 304;
  } else if (AcceptsGzip(request)) {
    response.headers.Set("Content-Encoding", "gzip");
    response.body = std::string(file->gzip);
  } else {
    response.body = Decompress(file->gzip);
  }
  return response;
}

}  // namespace sluice::console
