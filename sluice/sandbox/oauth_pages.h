#pragma once

#include <string>
#include <string_view>

namespace sluice::sandbox {

// A form that posts username, password and startURL (where to go on) to /login.
std::string LogInPage(const std::string& start_url, std::string_view complaint);

// A form that posts consent (which request is meant) and decision=Allow or Deny.
std::string AllowPage(const std::string& client_name, const std::string& user_name,
                      const std::string& scope, const std::string& consent);

std::string ErrorPage(const std::string& error, const std::string& description);

}  // namespace sluice::sandbox
