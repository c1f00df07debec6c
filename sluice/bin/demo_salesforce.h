// The demo's user of Salesforce: logs in, clicks Allow, and changes a record now and then.
#pragma once

#include <string>

#include "sluice/net/http.h"

namespace sluice::bin {

// What the demo starts its sandbox with.
struct SalesforceLogin {
  std::string user, client_id, redirect_url;
  Secret password, client_secret;
};

class DemoSalesforce {
 public:
  DemoSalesforce(net::HttpClient& http, std::string url, SalesforceLogin login)
      : http_(http), url_(std::move(url)), login_(std::move(login)) {}

  // What a person does in the browser: opens the authorization page, logs in, clicks Allow. The
  // code with which the browser is sent back.
  Result<std::string> Allow();

  // For what is looked up and changed beside the flow, in a session of its own.
  Status LogIn();
  Result<int64_t> Count(const std::string& soql);
  Status Update(const std::string& object, const std::string& id, const std::string& field,
                const std::string& value);

 private:
  // Fills in the form of a page and sends it.
  Result<net::HttpResponse> Submit(const net::HttpResponse& page,
                                   std::vector<std::pair<std::string, std::string>> fields);
  Result<net::HttpResponse> Browse(net::HttpRequest request);
  Result<net::HttpResponse> Send(net::HttpRequest request);

  net::HttpClient& http_;
  const std::string url_;
  const SalesforceLogin login_;
  std::string cookie_;  // Of the browser.
  Secret session_;      // Of the API.
};

}  // namespace sluice::bin
