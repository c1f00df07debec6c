// The TiDB connector for Amazon AppFlow: the eight operations, each one turned into a call of
// tidb/.
#pragma once

#include <list>
#include <memory>

#include "sluice/base/clock.h"
#include "sluice/bin/tidb_lambda/table_cache.h"
#include "sluice/sdk/connector.h"
#include "sluice/sdk/credentials.h"
#include "sluice/tidb/catalog.h"
#include "sluice/tidb/connection_settings.h"
#include "sluice/tidb/reader.h"
#include "sluice/tidb/writer.h"

namespace sluice::tidb_lambda {

// Keeps connections open, and what is known about tables, from one invocation to the next.
class TidbConnector final : public sdk::Connector {
 public:
  // `credentials` and `clock` must outlive it.
  TidbConnector(sdk::CredentialProvider& credentials, tidb::PackedFiles packed, const Clock& clock)
      : credentials_(credentials), packed_(std::move(packed)), clock_(clock) {}

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
    Account(tidb::ConnectOptions options, const Clock& clock)
        : pool(std::move(options)),
          catalog(pool.options().database),
          reader(pool),
          tables(pool, clock) {}
    tidb::Pool pool;
    tidb::Catalog catalog;
    tidb::Reader reader;
    TableCache tables;
  };
  // One whose credentials are good; it stays the connector's. `next_token` is of the page that is
  // asked for, if one is.
  Result<Account*> Open(const std::optional<protocol::CredentialsReference>& reference,
                        Deadline deadline, std::string_view next_token = "");
  Result<Account*> OpenOnce(const protocol::CredentialsReference& reference, Deadline deadline,
                            std::string_view next_token);
  Result<tidb::WriteOutcome> Write(const protocol::WriteDataRequest& request, Deadline deadline);

  sdk::CredentialProvider& credentials_;
  tidb::PackedFiles packed_;
  const Clock& clock_;
  std::list<Account> accounts_;  // The one used last comes first.
};

}  // namespace sluice::tidb_lambda
