// The TiDB connector for Amazon AppFlow: the eight operations, each one turned into a call of
// tidb/.
#pragma once

#include <list>
#include <memory>

#include "sluice/bin/tidb_lambda/connection_settings.h"
#include "sluice/sdk/connector.h"
#include "sluice/sdk/credentials.h"

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
  // An open connection for the credentials; it stays the connector's.
  Result<tidb::Client*> Open(const std::optional<protocol::CredentialsReference>& reference,
                             Deadline deadline);
  Result<tidb::Client*> OpenOnce(const protocol::CredentialsReference& reference,
                                 Deadline deadline);

  sdk::CredentialProvider& credentials_;
  PackedFiles packed_;
  std::list<std::unique_ptr<tidb::Client>> clients_;  // The one used last comes first.
};

}  // namespace sluice::tidb_lambda
