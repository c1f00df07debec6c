// The TiDB connector for Amazon AppFlow: the eight operations, each one turned into a call of
// tidb/.
#pragma once

#include <list>
#include <memory>

#include "sluice/bin/tidb_lambda/connection_settings.h"
#include "sluice/sdk/connector.h"
#include "sluice/sdk/credentials.h"
#include "sluice/tidb/reader.h"

namespace sluice::tidb_lambda {

// Keeps connections open from one invocation to the next.
class TidbConnector final : public sdk::Connector {
 public:
  // `credentials` must outlive it.
  TidbConnector(sdk::CredentialProvider& credentials, PackedFiles packed)
      : credentials_(credentials), packed_(std::move(packed)) {}

  Result<protocol::DescribeConnectorConfigurationResponse> DescribeConnectorConfiguration(
      const protocol::DescribeConnectorConfigurationRequest& request,
      const sdk::Invocation&) override;
  protocol::ValidateConnectorRuntimeSettingsResponse ValidateConnectorRuntimeSettings(
      const protocol::ValidateConnectorRuntimeSettingsRequest& request,
      const sdk::Invocation&) override;
  Result<protocol::ValidateCredentialsResponse> ValidateCredentials(
      const protocol::ValidateCredentialsRequest& request, const sdk::Invocation&) override;
  Result<protocol::ListEntitiesResponse> ListEntities(const protocol::ListEntitiesRequest& request,
                                                      const sdk::Invocation&) override;
  Result<protocol::DescribeEntityResponse> DescribeEntity(
      const protocol::DescribeEntityRequest& request, const sdk::Invocation&) override;
  Result<protocol::QueryDataResponse> QueryData(const protocol::QueryDataRequest& request,
                                                const sdk::Invocation&) override;
  Result<protocol::RetrieveDataResponse> RetrieveData(const protocol::RetrieveDataRequest& request,
                                                      const sdk::Invocation&) override;
  protocol::WriteDataResponse WriteData(const protocol::WriteDataRequest& request,
                                        const sdk::Invocation&) override;

 private:
  // A TiDB that a profile's credentials lead to.
  struct Account {
    explicit Account(tidb::ConnectOptions options) : pool(std::move(options)), reader(pool) {}
    tidb::Pool pool;
    tidb::Reader reader;
  };
  // One whose credentials are good; it stays the connector's.
  Result<Account*> Open(const std::optional<protocol::CredentialsReference>& reference,
                        Deadline deadline);
  Result<Account*> OpenOnce(const protocol::CredentialsReference& reference, Deadline deadline);
  static Result<tidb::Table> Describe(Account& account, const std::string& entity,
                                      Deadline deadline);

  sdk::CredentialProvider& credentials_;
  PackedFiles packed_;
  std::list<Account> accounts_;  // The one used last comes first.
};

}  // namespace sluice::tidb_lambda
