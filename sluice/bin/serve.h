// `sluice serve`: the whole service in one process.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "sluice/base/result.h"
#include "sluice/base/secret.h"
#include "sluice/console/site.h"

namespace sluice::bin {

struct ServeOptions {
  std::string listen = "127.0.0.1:7575";
  std::string data = "sluice-data";  // Everything that is remembered lies in this folder.
  std::string tls_certificate, tls_key;
  bool allow_plain_http = false;  // Listen beyond loopback without TLS.
  std::string ca_file;            // Trusted for outgoing https, instead of the system's CAs.
  std::string account = "000000000000";
  std::string region = "us-east-1";  // Of functions' ARNs and environment, and of S3.
  std::string python;                // Interpreter for python3.x functions.
  // Where S3's buckets are: "file:///folder", which has a folder for each, or an endpoint's URL.
  // Empty: `data`/buckets.
  std::string s3;
  bool public_metrics = false;  // GET /metrics for everybody, where it listens beyond loopback.
  std::span<const console::SiteFile> console_files;
  std::chrono::minutes login_link_life{15};
};

// A running service; stops when destroyed.
class Service {
 public:
  // Errors say what to change: the address, the folder, the certificate.
  static Result<std::unique_ptr<Service>> Start(const ServeOptions& options);
  virtual ~Service() = default;

  virtual std::string url() const = 0;
  // For `<url>/#/login/<token>`, which logs in to the console once, as the root.
  virtual Secret NewLoginToken() = 0;
};

// Starts the service, prints how to reach it, and serves until SIGINT or SIGTERM. The process's
// exit status.
int Serve(const ServeOptions& options);

}  // namespace sluice::bin
