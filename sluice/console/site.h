// The console's files, as a browser gets them.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sluice/net/http.h"

namespace sluice::console {

// A file as Vite has built it, compressed.
struct SiteFile {
  std::string_view path;  // "index.html", "assets/index-7bWjdPXc.css"
  std::string_view content_type;
  std::string_view hash;  // Of what is in it.
  std::string_view gzip;
};

// What tells a browser to run, load and embed nothing that is not ours; on each of the console's
// answers.
void AddSecurityHeaders(net::Headers& headers);

class Site {
 public:
  // `files` outlive it; none: a build without a console.
  explicit Site(std::span<const SiteFile> files) : files_(files) {}

  // GET and HEAD of pages and files. Nothing where the path is none of the console's and the client
  // is no browser.
  std::optional<net::HttpResponse> Answer(const net::HttpRequest& request) const;

 private:
  const SiteFile* Find(std::string_view path) const;

  const std::span<const SiteFile> files_;
};

}  // namespace sluice::console
