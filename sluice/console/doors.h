// Logging in to the console and out of it, over HTTP: POST /console/login, /session and /logout as
// any browser sends them, and POST /console/sessions, signed with an access key.
#pragma once

#include <optional>
#include <string>

#include "sluice/console/sessions.h"
#include "sluice/net/aws_gateway.h"

namespace sluice::console {

struct DoorsOptions {
  std::string account, region;      // What the pages need to know besides their key.
  bool has_secure_cookies = false;  // The browser gives them to https only.
};

class Doors {
 public:
  Doors(DoorsOptions options, Sessions& sessions)
      : options_(std::move(options)), sessions_(sessions) {}

  // Nothing where the request is for none of these.
  std::optional<net::HttpResponse> AnswerUnsigned(const net::HttpRequest& request);
  std::optional<net::HttpResponse> AnswerSigned(const net::HttpRequest& request,
                                                const net::Caller& caller);

 private:
  net::HttpResponse LogIn(const net::HttpRequest& request);
  net::HttpResponse LogOut(const net::HttpRequest& request);
  net::HttpResponse Resume(const net::HttpRequest& request);
  // Logs the tab in, with the cookie that its browser has or a new one.
  net::HttpResponse Begin(const net::HttpRequest& request, std::string tab, std::string principal);
  net::HttpResponse Describe(const Session& session) const;

  const DoorsOptions options_;
  Sessions& sessions_;
};

}  // namespace sluice::console
