#include "sluice/bin/demo_salesforce.h"

#include <regex>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/net/oauth2.h"

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;
using Form = std::vector<std::pair<std::string, std::string>>;

constexpr char kData[] = "/services/data/v58.0";

std::string Unescape(std::string text) {
  const std::pair<const char*, const char*> entities[] = {
      {"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (auto [entity, character] : entities) {
    for (size_t at; (at = text.find(entity)) != std::string::npos;) {
      text.replace(at, std::string_view(entity).size(), character);
    }
  }
  return text;
}

std::string Attribute(const std::string& tag, const std::string& name) {
  std::smatch match;
  bool found = std::regex_search(tag, match, std::regex("\\b" + name + "=\"([^\"]*)\""));
  return found ? Unescape(match[1]) : "";
}

Error Unexpected(const std::string& what, const net::HttpResponse& response) {
  return ServerError(what + " answered " + std::to_string(response.status) + ": " +
                     response.body.substr(0, 300));
}

}  // namespace

// A GET or a POST of a form, as a browser does it: with the cookie of the log-in, and on to
// wherever the answer redirects, as long as it stays at Salesforce.
Result<net::HttpResponse> DemoSalesforce::Browse(net::HttpRequest request) {
  if (!cookie_.empty()) request.headers.Set("Cookie", cookie_);
  SLUICE_ASSIGN(net::HttpResponse page, Send(std::move(request)));
  if (const std::string* cookie = page.headers.Find("Set-Cookie")) {
    cookie_ = cookie->substr(0, cookie->find(';'));
  }
  const std::string* location = page.headers.Find("Location");
  if (page.status / 100 != 3 || !location || !location->starts_with('/')) return page;
  return Browse({"GET", url_ + *location});
}

Result<net::HttpResponse> DemoSalesforce::Send(net::HttpRequest request) {
  return http_.Send(request, DeadlineAfter(30s));
}

Result<net::HttpResponse> DemoSalesforce::Submit(const net::HttpResponse& page, Form fields) {
  std::smatch form;
  if (!std::regex_search(page.body, form, std::regex("<form[^>]*>"))) {
    return Unexpected("a page of Salesforce without a form", page);
  }
  const std::regex hidden("<input[^>]*type=\"hidden\"[^>]*>");
  for (std::sregex_iterator tag(page.body.begin(), page.body.end(), hidden), end; tag != end;
       ++tag) {
    fields.emplace_back(Attribute(tag->str(), "name"), Attribute(tag->str(), "value"));
  }
  return Browse({"POST",
                 url_ + Attribute(form[0], "action"),
                 {{"Content-Type", "application/x-www-form-urlencoded"}},
                 FormEncode(fields)});
}

Result<std::string> DemoSalesforce::Allow() {
  const Form parameters = {{"response_type", "code"},
                           {"client_id", login_.client_id},
                           {"redirect_uri", login_.redirect_url},
                           {"scope", "api refresh_token"}};
  SLUICE_ASSIGN(net::HttpResponse page,
                Browse({"GET", url_ + "/services/oauth2/authorize?" + FormEncode(parameters)}));
  SLUICE_ASSIGN(page,
                Submit(page, {{"username", login_.user}, {"password", login_.password.Reveal()}}));
  SLUICE_ASSIGN(page, Submit(page, {{"decision", "Allow"}}));

  const std::string* location = page.headers.Find("Location");
  std::smatch code;
  if (!location || !std::regex_search(*location, code, std::regex("[?&]code=([^&]*)"))) {
    return Unexpected("Salesforce's Allow page", page);
  }
  return PercentDecode(code[1].str());
}

Status DemoSalesforce::LogIn() {
  const Form form = {{"grant_type", "password"},
                     {"client_id", login_.client_id},
                     {"client_secret", login_.client_secret.Reveal()},
                     {"username", login_.user},
                     {"password", login_.password.Reveal()}};
  SLUICE_ASSIGN(net::HttpResponse response,
                Send({"POST",
                      url_ + "/services/oauth2/token",
                      {{"Content-Type", "application/x-www-form-urlencoded"}},
                      FormEncode(form)}));
  if (response.status != 200) return Unexpected("Salesforce's log-in", response);
  SLUICE_ASSIGN(json::Object body, json::ParseObject(response.body));
  session_ = Secret(json::FindString(body, "access_token").value_or(""));
  return Done{};
}

Result<int64_t> DemoSalesforce::Count(const std::string& soql) {
  SLUICE_ASSIGN(net::HttpResponse response,
                Send({"GET",
                      url_ + kData + "/query?q=" + PercentEncode(soql),
                      {{"Authorization", "Bearer " + session_.Reveal()}}}));
  if (response.status != 200) return Unexpected("Salesforce's query", response);
  SLUICE_ASSIGN(json::Object body, json::ParseObject(response.body));
  return json::FindInt(body, "totalSize").value_or(0);
}

Status DemoSalesforce::Update(const std::string& object, const std::string& id,
                              const std::string& field, const std::string& value) {
  SLUICE_ASSIGN(net::HttpResponse response, Send({"PATCH",
                                                  url_ + kData + "/sobjects/" + object + "/" + id,
                                                  {{"Authorization", "Bearer " + session_.Reveal()},
                                                   {"Content-Type", "application/json"}},
                                                  json::ToText(json::Object{{field, value}})}));
  if (response.status != 204) return Unexpected("Salesforce's update", response);
  return Done{};
}

}  // namespace sluice::bin
