#include "sluice/console/doors.h"

#include "sluice/base/json.h"
#include "sluice/base/log.h"
#include "sluice/base/uuid.h"

namespace sluice::console {
namespace {

using net::AwsError;
using net::HttpRequest;
using net::HttpResponse;

constexpr size_t kLongestTabName = 128;

// Browsers tell cookies apart by host, not by port, so that the name has to.
std::string CookieName(const HttpRequest& request) {
  const std::string* host = request.headers.Find("Host");
  const size_t colon = host ? host->rfind(':') : std::string::npos;
  std::string port;
  if (colon != std::string::npos) port = host->substr(colon + 1);
  const bool is_port = port.find_first_not_of("0123456789") == std::string::npos;
  return "sluice-console" + (is_port && !port.empty() ? "-" + port : "");
}

Secret CookieOf(const HttpRequest& request) {
  const std::string* all = request.headers.Find("Cookie");
  if (!all) return {};
  const std::string start = CookieName(request) + "=";
  std::string_view rest = *all;
  while (true) {
    const size_t end = rest.find(';');
    std::string_view cookie = rest.substr(0, end);
    cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
    if (cookie.starts_with(start)) return Secret(std::string(cookie.substr(start.size())));
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
}

HttpResponse Json(const json::Object& body) {
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          json::ToText(body)};
}

HttpResponse LoggedOut(std::string_view message) {
  return Json({{"loggedIn", false}, {"message", message}});
}

// Forms of other sites can't send JSON, and what their scripts send says where it comes from.
std::optional<HttpResponse> RefuseForeign(const HttpRequest& request) {
  const std::string* type = request.headers.Find("Content-Type");
  if (!type || !net::EqualsIgnoringCase(type->substr(0, type->find(';')), "application/json")) {
    return AwsError(415, "UnsupportedMediaTypeException",
                    "The Content-Type must be application/json.");
  }
  const std::string* origin = request.headers.Find("Origin");
  const std::string* host = request.headers.Find("Host");
  if (!origin) return std::nullopt;
  const size_t scheme = origin->find("://");
  if (scheme != std::string::npos && host &&
      net::EqualsIgnoringCase(origin->substr(scheme + 3), *host)) {
    return std::nullopt;
  }
  Log(LogLevel::kWarning, "a request to the console from another site was refused");
  return AwsError(403, "AccessDeniedException",
                  "Only the console's own pages may ask for this. Behind a proxy, it must pass the "
                  "Host header on as the browser sent it.");
}

struct Body {
  std::string tab;
  Secret token;
};

std::optional<Body> ReadBody(const HttpRequest& request) {
  auto object = json::ParseObject(request.body);
  if (!object.ok()) return std::nullopt;
  Body body{json::FindString(*object, "tab").value_or(""),
            Secret(json::FindString(*object, "token").value_or(""))};
  if (body.tab.empty() || body.tab.size() > kLongestTabName) return std::nullopt;
  return body;
}

HttpResponse WrongBody() {
  return AwsError(400, "ValidationException",
                  "The body must be a JSON object with the member 'tab', of 1 to 128 characters.");
}

}  // namespace

std::optional<HttpResponse> Doors::AnswerUnsigned(const HttpRequest& request) {
  HttpResponse (Doors::*answer)(const HttpRequest&) = nullptr;
  const std::string_view path = request.path();
  if (path == "/console/login") answer = &Doors::LogIn;
  if (path == "/console/session") answer = &Doors::Resume;
  if (path == "/console/logout") answer = &Doors::LogOut;
  if (!answer || request.method != "POST") return std::nullopt;
  if (auto refusal = RefuseForeign(request)) return refusal;
  return (this->*answer)(request);
}

std::optional<HttpResponse> Doors::AnswerSigned(const HttpRequest& request,
                                                const net::Caller& caller) {
  if (request.path() != "/console/sessions" || request.method != "POST") return std::nullopt;
  if (auto refusal = RefuseForeign(request)) return refusal;
  if (sessions_.Find(net::ReadClaimedCredential(request)->access_key_id)) {
    return AwsError(403, "AccessDeniedException",
                    "This key is a session's own, and ends with it. Log in with the access key "
                    "that the server was started with, or with a link that it printed.");
  }
  auto body = ReadBody(request);
  return body ? Begin(request, std::move(body->tab), caller.principal) : WrongBody();
}

HttpResponse Doors::LogIn(const HttpRequest& request) {
  auto body = ReadBody(request);
  if (!body) return WrongBody();
  auto principal = sessions_.UseLink(body->token);
  if (principal) return Begin(request, std::move(body->tab), *std::move(principal));
  Log(LogLevel::kWarning,
      "a log-in to the console was refused: the link is wrong, used or too old");
  return LoggedOut(
      "This link was used before, or is too old. Log in with an access key, or start the service "
      "again: it prints a new link.");
}

HttpResponse Doors::Resume(const HttpRequest& request) {
  auto body = ReadBody(request);
  if (!body) return WrongBody();
  auto session = sessions_.Resume({CookieOf(request), std::move(body->tab)});
  return session ? Describe(*session) : LoggedOut("Log in, please.");
}

HttpResponse Doors::LogOut(const HttpRequest& request) {
  auto body = ReadBody(request);
  if (!body) return WrongBody();
  sessions_.End({CookieOf(request), std::move(body->tab)});
  return Json({});
}

HttpResponse Doors::Begin(const HttpRequest& request, std::string tab, std::string principal) {
  // A cookie that is kept keeps the browser's other tabs logged in. One that nobody is logged in
  // with may come from anybody.
  Secret browser = CookieOf(request);
  const bool is_known = sessions_.HasAny(browser);
  if (!is_known) browser = Secret(RandomToken(43));
  HttpResponse response =
      Describe(sessions_.Begin({browser, std::move(tab)}, std::move(principal)));
  if (!is_known) {
    response.headers.Set("Set-Cookie", CookieName(request) + "=" + browser.Reveal() +
                                           "; Path=/console; HttpOnly; SameSite=Strict" +
                                           (options_.has_secure_cookies ? "; Secure" : ""));
  }
  Log(LogLevel::kInfo, "somebody logged in to the console");
  return response;
}

HttpResponse Doors::Describe(const Session& session) const {
  const std::chrono::duration<double> expires_at = session.expires_at.time_since_epoch();
  return Json({{"loggedIn", true},
               {"accessKeyId", session.key.id},
               {"secretAccessKey", session.key.secret.Reveal()},
               {"expiresAt", expires_at.count()},
               {"account", options_.account},
               {"region", options_.region}});
}

}  // namespace sluice::console
