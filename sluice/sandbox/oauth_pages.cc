#include "sluice/sandbox/oauth_pages.h"

#include <sstream>

#include "sluice/net/markup.h"

namespace sluice::sandbox {
namespace {

std::string Page(const std::string& title, const std::string& content) {
  return R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)" +
         title + R"( | Salesforce sandbox</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; background: #f3f3f3; color: #181818; margin: 0; }
main { max-width: 24rem; margin: 4rem auto; padding: 2rem; background: #fff; border-radius: 4px;
       border: 1px solid #c9c9c9; }
h1 { font-size: 1.5rem; margin-top: 0; }
label { display: block; margin-top: 1rem; }
input { width: 100%; box-sizing: border-box; padding: .5rem; font: inherit; }
button { font: inherit; padding: .5rem 1.5rem; margin: 1.5rem .5rem 0 0; border-radius: 4px;
         border: 1px solid #747474; background: #fff; color: #0b5cab; }
button.primary { background: #0b5cab; border-color: #0b5cab; color: #fff; }
.complaint { color: #ba0517; }
small { color: #444; }
</style>
</head>
<body>
<main>
<h1>)" + title +
         "</h1>\n" + content + R"(
<p><small>This is a sandbox on your own machine, not Salesforce.</small></p>
</main>
</body>
</html>
)";
}

std::string Hidden(const std::string& name, const std::string& value) {
  return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + net::EscapeMarkup(value) +
         "\">\n";
}

// What a scope lets the client do.
std::string Permission(const std::string& scope) {
  if (scope == "api") return "Manage user data via APIs";
  if (scope == "refresh_token" || scope == "offline_access") return "Perform requests at any time";
  if (scope == "id" || scope == "openid" || scope == "profile" || scope == "email") {
    return "Access the identity URL service (" + net::EscapeMarkup(scope) + ")";
  }
  return net::EscapeMarkup(scope);
}

}  // namespace

std::string LogInPage(const std::string& start_url, std::string_view complaint) {
  std::string alert = complaint.empty() ? ""
                                        : "<p class=\"complaint\" role=\"alert\">" +
                                              net::EscapeMarkup(complaint) + "</p>\n";
  return Page("Log In", alert + "<form method=\"post\" action=\"/login\">\n" +
                            Hidden("startURL", start_url) +
                            R"(<label for="username">Username</label>
<input id="username" name="username" type="email" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="primary" type="submit">Log In</button>
</form>)");
}

std::string AllowPage(const std::string& client_name, const std::string& user_name,
                      const std::string& scope, const std::string& consent) {
  std::string permissions;
  std::istringstream scopes(scope);
  for (std::string one; scopes >> one;) permissions += "<li>" + Permission(one) + "</li>\n";
  return Page("Allow Access?",
              "<p><b>" + net::EscapeMarkup(client_name) + "</b> is asking to:</p>\n<ul>\n" +
                  permissions + "</ul>\n<p>Do you want to allow access for " +
                  net::EscapeMarkup(user_name) +
                  "?</p>\n<form method=\"post\" action=\"/services/oauth2/authorize\">\n" +
                  Hidden("consent", consent) +
                  R"(<button type="submit" name="decision" value="Deny">Deny</button>
<button class="primary" type="submit" name="decision" value="Allow">Allow</button>
</form>)");
}

std::string ErrorPage(const std::string& error, const std::string& description) {
  return Page("Error", "<p class=\"complaint\" role=\"alert\">error=" + net::EscapeMarkup(error) +
                           "&amp;error_description=" + net::EscapeMarkup(description) + "</p>");
}

}  // namespace sluice::sandbox
