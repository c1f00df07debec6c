#include "sluice/connectors/salesforce/salesforce_client.h"

#include "sluice/base/encoding.h"
#include "sluice/connectors/salesforce/salesforce_error.h"

namespace sluice::salesforce {
namespace {

constexpr std::chrono::minutes kLongestRetry{10};

std::string Setting(const Account& account, const std::string& name) {
  auto found = account.settings.find(name);
  return found == account.settings.end() ? std::string() : found->second;
}

std::string WithoutFinalSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string TokenUrl(const Account& account, const std::string& instance_url) {
  std::string url = Setting(account, "tokenUrl");
  if (!url.empty()) return url;
  bool is_sandbox = Setting(account, "isSandboxEnvironment") == "true";
  std::string host = is_sandbox ? "https://test.salesforce.com" : "https://login.salesforce.com";
  return (instance_url.empty() ? host : instance_url) + "/services/oauth2/token";
}

}  // namespace

SalesforceClient::SalesforceClient(net::HttpClient& http, const Account& account,
                                   SalesforceOptions options)
    : http_(http),
      credentials_(account.credentials),
      options_(options),
      instance_url_(WithoutFinalSlash(Setting(account, "instanceUrl"))),
      token_url_(TokenUrl(account, instance_url_)) {}

Result<std::string> SalesforceClient::Get(const std::string& path, std::stop_token stop) {
  SLUICE_ASSIGN(Session session, CurrentSession(stop));
  auto body = Send(session, path, stop);
  if (body.ok() || body.error().code != ErrorCode::kInvalidCredentials) return body;

  SLUICE_ASSIGN(Session renewed, RenewSession(session, stop));
  auto again = Send(renewed, path, stop);
  if (again.ok() || again.error().code != ErrorCode::kInvalidCredentials) return again;
  return WithContext(std::move(again).error(),
                     "Salesforce refuses the session that it has just given; connect again, as a "
                     "user whose permissions include API Enabled");
}

Result<std::string> SalesforceClient::Query(const std::string& soql, bool with_deleted,
                                            std::stop_token stop) {
  std::string resource = with_deleted ? "/queryAll?q=" : "/query?q=";
  return Get(kApiPath + resource + PercentEncode(soql), stop);
}

Result<SalesforceClient::Session> SalesforceClient::CurrentSession(std::stop_token stop) {
  std::lock_guard lock(mutex_);
  if (!session_.access_token.empty()) return session_;
  SLUICE_ASSIGN(Credentials credentials, credentials_->Load());
  session_ = {instance_url_, credentials.Get("accessToken")};
  if (!session_.access_token.empty() && !session_.instance_url.empty()) return session_;
  SLUICE_ASSIGN(session_, Refresh(std::move(credentials), stop));
  return session_;
}

Result<SalesforceClient::Session> SalesforceClient::RenewSession(const Session& expired,
                                                                 std::stop_token stop) {
  std::lock_guard lock(mutex_);
  if (!(session_.access_token == expired.access_token)) return session_;
  SLUICE_ASSIGN(Credentials credentials, credentials_->Load());
  Secret saved = credentials.Get("accessToken");
  if (!saved.empty() && !(saved == expired.access_token)) {
    session_.access_token = saved;
    return session_;
  }
  SLUICE_ASSIGN(session_, Refresh(std::move(credentials), stop));
  return session_;
}

Result<SalesforceClient::Session> SalesforceClient::Refresh(Credentials credentials,
                                                            std::stop_token stop) {
  Secret refresh_token = credentials.Get("refreshToken");
  if (refresh_token.empty()) {
    return Error{
        ErrorCode::kInvalidCredentials,
        "the Salesforce session has ended and the connection has no refresh token; connect "
        "again and ask for the scope refresh_token",
        {}};
  }
  net::OAuth2Client client{
      token_url_, credentials.Get("clientId").Reveal(), credentials.Get("clientSecret"), {}};
  auto tokens = net::Retry(options_.retry, DeadlineAfter(kLongestRetry), stop, [&] {
    return net::RefreshTokens(http_, client, refresh_token, DeadlineAfter(options_.request_timeout),
                              stop);
  });
  if (!tokens.ok()) {
    return WithContext(std::move(tokens).error(),
                       "Salesforce did not refresh the session at " + token_url_);
  }
  Session session{instance_url_.empty() ? WithoutFinalSlash(tokens->instance_url) : instance_url_,
                  tokens->access_token};
  if (session.instance_url.empty()) {
    return ServerError("Salesforce's answer at " + token_url_ +
                       " has no instance_url; set the connection's instanceUrl");
  }
  credentials.values["accessToken"] = tokens->access_token;
  if (!tokens->refresh_token.empty()) credentials.values["refreshToken"] = tokens->refresh_token;
  SLUICE_RETURN_IF_ERROR(credentials_->Save(credentials));
  return session;
}

Result<std::string> SalesforceClient::Send(const Session& session, const std::string& path,
                                           std::stop_token stop) {
  return net::Retry(options_.retry, DeadlineAfter(kLongestRetry), stop,
                    [&] { return SendOnce(session, path, stop); });
}

Result<std::string> SalesforceClient::SendOnce(const Session& session, const std::string& path,
                                               std::stop_token stop) {
  net::HttpRequest request;
  request.url = session.instance_url + path;
  request.headers.Set("Authorization", "Bearer " + session.access_token.Reveal());
  request.headers.Set("Accept", "application/json");
  auto response = http_.Send(request, DeadlineAfter(options_.request_timeout), stop);
  if (!response.ok()) {
    return WithContext(std::move(response).error(), "Salesforce at " + session.instance_url);
  }
  if (response->status < 200 || response->status > 299) return FromSalesforce(*response);
  return std::move(response->body);
}

}  // namespace sluice::salesforce
