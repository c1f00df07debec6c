// Which connectors there are. Filled by ordinary calls (connectors/all.h), never by static
// initializers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/model/connector_info.h"

namespace sluice {

// The secret of a connector profile, from the connector's side. Any thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual Result<Credentials> Load() = 0;
  // Keeps what an OAuth 2 refresh gave, so that the next run starts with it.
  virtual Status Save(const Credentials& credentials) = 0;
};

// What it takes to open one connected account.
struct Account {
  std::string profile_name;
  Settings settings;  // The profile's properties by AppFlow's names, e.g. "instanceUrl".
  std::shared_ptr<CredentialSource> credentials;

  // Custom connectors only: the function that answers and what it was registered as.
  std::string function_arn;
  std::string secret_arn;
  AuthenticationType authentication_type = AuthenticationType::kNone;
  std::string api_version;
};

using OpenConnector = std::function<Result<std::unique_ptr<Connector>>(const Account& account)>;

class Registry {
 public:
  // At start, before any other call. A type can be added once.
  void Add(ConnectorInfo info, OpenConnector open);

  // kResourceNotFound: no connector of that type.
  Result<std::unique_ptr<Connector>> Open(std::string_view type, const Account& account) const;

  // By connector type ("Salesforce"). Custom connectors are one entry, "CustomConnector".
  const std::map<std::string, ConnectorInfo, std::less<>>& infos() const { return infos_; }

 private:
  std::map<std::string, ConnectorInfo, std::less<>> infos_;
  std::map<std::string, OpenConnector, std::less<>> open_;
};

}  // namespace sluice
