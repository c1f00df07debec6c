#include "sluice/sandbox/oauth.h"

#include <algorithm>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/base/uuid.h"
#include "sluice/sandbox/oauth_pages.h"

namespace sluice::sandbox {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using namespace std::chrono_literals;

constexpr std::string_view kAuthorizePath = "/services/oauth2/authorize";
constexpr char kLogInCookie[] = "sid";
constexpr auto kCodeLifetime = 15min;
constexpr auto kLogInLifetime = 2h;

HttpResponse Html(int status, std::string page) {
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}},
          std::move(page)};
}

HttpResponse Json(int status, const json::Object& object) {
  return {status,
          {{"Content-Type", "application/json;charset=UTF-8"}, {"Cache-Control", "no-store"}},
          json::ToText(object)};
}

HttpResponse Refuse(std::string_view error, std::string_view description) {
  return Json(400, {{"error", error}, {"error_description", description}});
}

HttpResponse Redirect(const std::string& location) { return {302, {{"Location", location}}, ""}; }

HttpResponse RedirectWith(const std::string& redirect_uri, Form parameters) {
  std::erase_if(parameters, [](const auto& parameter) { return parameter.second.empty(); });
  char separator = redirect_uri.find('?') == std::string::npos ? '?' : '&';
  return Redirect(redirect_uri + separator + FormEncode(parameters));
}

std::string Base64Url(std::string_view bytes) {
  std::string text = Base64Encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string Cookie(const HttpRequest& request, std::string_view name) {
  const std::string* header = request.headers.Find("Cookie");
  std::string_view rest = header ? std::string_view(*header) : std::string_view();
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) {
      return std::string(one.substr(name.size() + 1));
    }
  }
  return {};
}

// "Bearer X" or, as older clients write it, "OAuth X".
std::string BearerToken(const HttpRequest& request) {
  const std::string* header = request.headers.Find("Authorization");
  if (!header) return {};
  size_t space = header->find(' ');
  if (space == std::string::npos) return {};
  std::string_view scheme = std::string_view(*header).substr(0, space);
  bool is_bearer =
      net::EqualsIgnoringCase(scheme, "Bearer") || net::EqualsIgnoringCase(scheme, "OAuth");
  return is_bearer ? header->substr(space + 1) : std::string();
}

bool HasScope(const std::string& scope, std::string_view wanted) {
  return (' ' + scope + ' ').find(' ' + std::string(wanted) + ' ') != std::string::npos;
}

template <class Map>
void DropExpired(Map& map, Time now) {
  std::erase_if(map, [&](const auto& entry) {
    if constexpr (std::is_same_v<typename Map::mapped_type, Time>) {
      return entry.second <= now;
    } else {
      return entry.second.expires <= now;
    }
  });
}

}  // namespace

void OAuth::SetIdentity(std::string organization_id, std::string user_id) {
  organization_id_ = std::move(organization_id);
  user_id_ = std::move(user_id);
}

std::optional<HttpResponse> OAuth::Handle(const HttpRequest& request, const std::string& base_url) {
  std::string_view path = request.path();
  bool is_get = request.method == "GET", is_post = request.method == "POST";
  if (path == "/login" && is_post) return LogIn(request);
  if (path == kAuthorizePath && is_get) return Authorize(request);
  if (path == kAuthorizePath && is_post) return Decide(request);
  if (path == "/services/oauth2/token" && is_post) return Token(request, base_url);
  if (path == "/services/oauth2/userinfo" && (is_get || is_post))
    return UserInfo(request, base_url);
  if (path == "/services/oauth2/revoke" && (is_get || is_post)) return Revoke(request);
  return std::nullopt;
}

bool OAuth::IsAuthorized(const HttpRequest& request) {
  std::lock_guard lock(mutex_);
  auto session = sessions_.find(BearerToken(request));
  return session != sessions_.end() && session->second.expires > clock_.Now();
}

void OAuth::RevokeSessions() {
  std::lock_guard lock(mutex_);
  sessions_.clear();
}

bool OAuth::MayRedirectTo(const std::string& uri) const {
  if (uri.find_first_of("\r\n#") != std::string::npos) return false;
  if (options_.redirect_uris.empty())
    return uri.starts_with("http://") || uri.starts_with("https://");
  return std::any_of(options_.redirect_uris.begin(), options_.redirect_uris.end(),
                     [&](const std::string& prefix) { return uri.starts_with(prefix); });
}

bool OAuth::HasLogIn(const HttpRequest& request) const {
  auto log_in = log_ins_.find(Cookie(request, kLogInCookie));
  return log_in != log_ins_.end() && log_in->second > clock_.Now();
}

HttpResponse OAuth::Authorize(const HttpRequest& request) {
  Form query = ParseForm(request.query());
  // Where client or redirect are wrong, nobody may be redirected to.
  if (Get(query, "client_id") != options_.client_id) {
    return Html(400, ErrorPage("invalid_client_id", "client identifier invalid"));
  }
  Authorization asked{Get(query, "redirect_uri"), Get(query, "state"), Get(query, "scope"),
                      Get(query, "code_challenge"), clock_.Now() + kCodeLifetime};
  if (!MayRedirectTo(asked.redirect_uri)) {
    return Html(400, ErrorPage("redirect_uri_mismatch",
                               "redirect_uri must match configuration of the connected app"));
  }
  if (Get(query, "response_type") != "code") {
    return RedirectWith(asked.redirect_uri, {{"error", "unsupported_response_type"},
                                             {"error_description", "response type not supported"},
                                             {"state", asked.state}});
  }
  std::string method = Get(query, "code_challenge_method");
  if (!asked.code_challenge.empty() && !method.empty() && method != "S256") {
    return RedirectWith(asked.redirect_uri,
                        {{"error", "invalid_request"},
                         {"error_description", "code_challenge_method must be S256"},
                         {"state", asked.state}});
  }
  if (asked.scope.empty()) asked.scope = "api refresh_token";

  std::lock_guard lock(mutex_);
  if (!HasLogIn(request)) return Html(200, LogInPage(request.url, ""));
  DropExpired(consents_, clock_.Now());
  std::string consent = RandomToken(32);
  std::string page = AllowPage(options_.client_name, options_.user_name, asked.scope, consent);
  consents_.emplace(consent, std::move(asked));
  return Html(200, std::move(page));
}

HttpResponse OAuth::LogIn(const HttpRequest& request) {
  Form form = ParseForm(request.body);
  std::string start_url = Get(form, "startURL");
  // Only back to our own page, never to somebody else's.
  if (!start_url.starts_with(std::string(kAuthorizePath) + '?')) {
    return Html(400, ErrorPage("invalid_request", "startURL must be this server's authorize page"));
  }
  if (Get(form, "username") != options_.user_name ||
      !(Secret(Get(form, "password")) == options_.password)) {
    return Html(200, LogInPage(start_url, "Please check your username and password."));
  }
  std::lock_guard lock(mutex_);
  DropExpired(log_ins_, clock_.Now());
  std::string cookie = RandomToken(32);
  log_ins_[cookie] = clock_.Now() + kLogInLifetime;
  HttpResponse reply = Redirect(start_url);
  reply.headers.Add("Set-Cookie",
                    std::string(kLogInCookie) + '=' + cookie + "; Path=/; HttpOnly; SameSite=Lax");
  return reply;
}

HttpResponse OAuth::Decide(const HttpRequest& request) {
  Form form = ParseForm(request.body);
  std::lock_guard lock(mutex_);
  DropExpired(consents_, clock_.Now());
  auto consent = consents_.find(Get(form, "consent"));
  if (!HasLogIn(request) || consent == consents_.end()) {
    return Html(400, ErrorPage("invalid_request", "this page has expired; begin again"));
  }
  Authorization asked = std::move(consent->second);
  consents_.erase(consent);
  if (Get(form, "decision") != "Allow") {
    return RedirectWith(asked.redirect_uri, {{"error", "access_denied"},
                                             {"error_description", "end-user denied authorization"},
                                             {"state", asked.state}});
  }
  std::string code = "aPrx" + RandomToken(60);
  HttpResponse reply = RedirectWith(asked.redirect_uri, {{"code", code}, {"state", asked.state}});
  asked.expires = clock_.Now() + kCodeLifetime;
  codes_.emplace(std::move(code), std::move(asked));
  return reply;
}

std::optional<HttpResponse> OAuth::CheckClient(const HttpRequest& request, const Form& form) {
  std::string id = Get(form, "client_id");
  Secret secret(Get(form, "client_secret"));
  const std::string* basic = request.headers.Find("Authorization");
  if (id.empty() && basic && basic->starts_with("Basic ")) {
    auto decoded = Base64Decode(basic->substr(6));
    size_t colon = decoded.ok() ? decoded->find(':') : std::string::npos;
    if (colon != std::string::npos) {
      id = decoded->substr(0, colon);
      secret = Secret(decoded->substr(colon + 1));
    }
  }
  if (id != options_.client_id) return Refuse("invalid_client_id", "client identifier invalid");
  if (!(secret == options_.client_secret))
    return Refuse("invalid_client", "invalid client credentials");
  return std::nullopt;
}

std::optional<HttpResponse> OAuth::GrantCode(const Form& form, std::string& scope) {
  auto found = codes_.find(Get(form, "code"));
  if (found == codes_.end()) return Refuse("invalid_grant", "invalid authorization code");
  // Used up, whatever comes of it.
  Authorization allowed = std::move(found->second);
  codes_.erase(found);
  if (allowed.expires <= clock_.Now()) return Refuse("invalid_grant", "expired authorization code");
  if (Get(form, "redirect_uri") != allowed.redirect_uri) {
    return Refuse("redirect_uri_mismatch", "redirect_uri must match the one of the authorization");
  }
  if (!allowed.code_challenge.empty() &&
      Base64Url(Sha256(Get(form, "code_verifier"))) != allowed.code_challenge) {
    return Refuse("invalid_grant", "invalid code verifier");
  }
  scope = allowed.scope;
  return std::nullopt;
}

std::optional<HttpResponse> OAuth::Grant(const Form& form, std::string& scope) {
  std::string grant_type = Get(form, "grant_type");
  if (grant_type == "authorization_code") return GrantCode(form, scope);
  if (grant_type == "client_credentials") return scope = "api", std::nullopt;
  if (grant_type == "refresh_token") {
    auto found = refresh_tokens_.find(Get(form, "refresh_token"));
    if (found == refresh_tokens_.end()) {
      return Refuse("invalid_grant", "expired access/refresh token");
    }
    return scope = found->second, std::nullopt;
  }
  if (grant_type == "password") {
    bool is_right = Get(form, "username") == options_.user_name &&
                    Secret(Get(form, "password")) == options_.password;
    if (!is_right) return Refuse("invalid_grant", "authentication failure");
    return scope = "api", std::nullopt;
  }
  return Refuse("unsupported_grant_type", "grant type not supported");
}

HttpResponse OAuth::Token(const HttpRequest& request, const std::string& base_url) {
  Form form = ParseForm(request.body);
  if (auto refused = CheckClient(request, form)) return *refused;
  std::lock_guard lock(mutex_);
  std::string scope;
  if (auto refused = Grant(form, scope)) return *refused;
  return IssueTokens(Get(form, "grant_type"), Get(form, "refresh_token"), scope, base_url);
}

HttpResponse OAuth::IssueTokens(const std::string& grant_type, const std::string& refresh_token,
                                const std::string& scope, const std::string& base_url) {
  Time now = clock_.Now();
  DropExpired(sessions_, now);
  Session session{now + options_.session_length, ""};
  std::string access_token = organization_id_.substr(0, 15) + '!' + RandomToken(80);
  std::string id = base_url + "/id/" + organization_id_ + '/' + user_id_;
  std::string issued_at =
      std::to_string(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  json::Object reply{
      {"access_token", access_token},
      {"instance_url", base_url},
      {"id", id},
      {"token_type", "Bearer"},
      {"issued_at", issued_at},
      {"signature", Base64Encode(HmacSha256(options_.client_secret.Reveal(), id + issued_at))},
      {"scope", scope},
  };
  if (grant_type == "refresh_token") {
    session.refresh_token = refresh_token;
  } else if (grant_type == "authorization_code" &&
             (HasScope(scope, "refresh_token") || HasScope(scope, "offline_access"))) {
    session.refresh_token = "5Aep" + RandomToken(80);
    refresh_tokens_[session.refresh_token] = scope;
    reply["refresh_token"] = session.refresh_token;
  }
  sessions_[access_token] = std::move(session);
  return Json(200, reply);
}

HttpResponse OAuth::UserInfo(const HttpRequest& request, const std::string& base_url) {
  if (!IsAuthorized(request)) return {403, {{"Content-Type", "text/plain"}}, "Bad_OAuth_Token"};
  return Json(200, {{"sub", base_url + "/id/" + organization_id_ + '/' + user_id_},
                    {"user_id", user_id_},
                    {"organization_id", organization_id_},
                    {"preferred_username", options_.user_name},
                    {"name", "Sandbox Administrator"},
                    {"email", options_.user_name},
                    {"email_verified", true},
                    {"active", true},
                    {"urls", {{"rest", base_url + "/services/data/v{version}/"}}}});
}

HttpResponse OAuth::Revoke(const HttpRequest& request) {
  Form form =
      ParseForm(request.method == "POST" ? std::string_view(request.body) : request.query());
  std::string token = Get(form, "token");
  std::lock_guard lock(mutex_);
  if (sessions_.erase(token) > 0) return {200, {}, ""};
  if (token.empty() || refresh_tokens_.erase(token) == 0) {
    return Refuse("unsupported_token_type", "this token type is not supported");
  }
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.refresh_token == token; });
  return {200, {}, ""};
}

}  // namespace sluice::sandbox
