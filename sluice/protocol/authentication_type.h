// How kinds of authentication are spelled: by the connector protocol, and by AppFlow's API.
#pragma once

#include <array>
#include <string_view>

#include "sluice/model/connector_info.h"

namespace sluice::protocol {

struct AuthenticationTypeName {
  AuthenticationType type;
  std::string_view protocol, api;
};
inline constexpr std::array<AuthenticationTypeName, 5> kAuthenticationTypes = {
    {{AuthenticationType::kNone, "", ""},
     {AuthenticationType::kOAuth2, "OAuth2", "OAUTH2"},
     {AuthenticationType::kApiKey, "ApiKey", "APIKEY"},
     {AuthenticationType::kBasic, "BasicAuth", "BASIC"},
     {AuthenticationType::kCustom, "CustomAuth", "CUSTOM"}}};

}  // namespace sluice::protocol
