#include "sluice/bin/tidb_lambda/tidb_connector.h"

#include <algorithm>

#include "sluice/base/encoding.h"
#include "sluice/protocol/filter_expression.h"
#include "sluice/tidb/reader.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/writer.h"

namespace sluice::tidb_lambda {
namespace {

using protocol::CredentialsReference;
using sdk::Invocation;

constexpr size_t kMostAccounts = 4;
constexpr int64_t kDefaultPage = 1000;

// Leaves time to answer, and ends before AppFlow's 30 s in any case.
Deadline DeadlineOf(const Invocation& invocation) {
  return std::min(invocation.deadline - std::chrono::seconds(1),
                  DeadlineAfter(std::chrono::seconds(25)));
}

size_t PageSize(int64_t asked) { return static_cast<size_t>(asked > 0 ? asked : kDefaultPage); }

}  // namespace

Result<TidbConnector::Account*> TidbConnector::Open(
    const std::optional<CredentialsReference>& reference, Deadline deadline) {
  if (!reference || reference->secret_arn.empty()) {
    return InvalidArgument("the request has no credentials; connect with a connector profile");
  }
  auto account = OpenOnce(*reference, deadline);
  if (account.ok() || account.error().code != ErrorCode::kInvalidCredentials) return account;
  credentials_.Forget(*reference);  // The password may have been changed since it was looked up.
  return OpenOnce(*reference, deadline);
}

Result<TidbConnector::Account*> TidbConnector::OpenOnce(const CredentialsReference& reference,
                                                        Deadline deadline) {
  SLUICE_ASSIGN(Credentials credentials, credentials_.Get(reference, deadline));
  SLUICE_ASSIGN(tidb::ConnectOptions options, ToConnectOptions(credentials, packed_));
  auto kept = std::find_if(accounts_.begin(), accounts_.end(),
                           [&](const Account& kept) { return kept.pool.options() == options; });
  if (kept == accounts_.end()) {
    accounts_.emplace_front(std::move(options));
    if (accounts_.size() > kMostAccounts) accounts_.pop_back();
  } else {
    accounts_.splice(accounts_.begin(), accounts_, kept);
  }
  Account* account = &accounts_.front();
  SLUICE_RETURN_IF_ERROR(account->pool.Take(deadline));  // Shows that the credentials are good.
  return account;
}

Result<tidb::Table> TidbConnector::Describe(Account& account, const std::string& entity,
                                            Deadline deadline) {
  SLUICE_ASSIGN(tidb::Pool::Lease client, account.pool.Take(deadline));
  return tidb::DescribeTable(*client, account.pool.options().database, entity, deadline);
}

Result<protocol::DescribeConnectorConfigurationResponse>
TidbConnector::DescribeConnectorConfiguration(
    const protocol::DescribeConnectorConfigurationRequest&, const Invocation&) {
  using enum WriteOperation;
  ConnectorInfo info;
  info.type = "CustomConnector";
  info.owner = "Sluice";
  info.name = "TiDB";
  info.version = "1.0";
  info.description = "Reads and writes the tables of a TiDB database";
  info.is_source = true;
  info.is_destination = true;
  info.authentication.is_custom_supported = true;
  info.authentication.custom = {AuthenticationForm()};
  info.api_versions = {"v1"};
  info.operators = AllOperators();
  info.trigger_types = {"Scheduled", "OnDemand"};
  info.scheduling_frequencies = {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"};
  info.write_operations = {kInsert, kUpsert, kUpdate, kDelete};
  return protocol::DescribeConnectorConfigurationResponse{std::move(info)};
}

protocol::ValidateConnectorRuntimeSettingsResponse TidbConnector::ValidateConnectorRuntimeSettings(
    const protocol::ValidateConnectorRuntimeSettingsRequest&, const Invocation&) {
  return {};  // There are none.
}

Result<protocol::ValidateCredentialsResponse> TidbConnector::ValidateCredentials(
    const protocol::ValidateCredentialsRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  // What is to be tried is the secret as it is now, not as it was some minutes ago.
  credentials_.Forget(request.credentials);
  SLUICE_ASSIGN(Account * account, Open(request.credentials, deadline));
  // A connection that was kept proves nothing about the password.
  SLUICE_RETURN_IF_ERROR(account->pool.Connect(deadline));
  return protocol::ValidateCredentialsResponse{};
}

Result<protocol::ListEntitiesResponse> TidbConnector::ListEntities(
    const protocol::ListEntitiesRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  if (!request.entities_path.empty()) {
    return InvalidArgument("'" + request.entities_path + "' has no entities in it");
  }
  auto after = Base64Decode(request.next_token);
  if (!after.ok()) return InvalidArgument("nextToken is not one that ListEntities returned");
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  size_t limit = PageSize(request.max_result);
  SLUICE_ASSIGN(tidb::Pool::Lease client, account->pool.Take(deadline));
  SLUICE_ASSIGN(auto tables, tidb::ListTables(*client, account->pool.options().database, *after,
                                              limit + 1, deadline));

  protocol::ListEntitiesResponse response;
  if (tables.size() > limit) {
    tables.resize(limit);
    response.next_token = Base64Encode(tables.back().name);
  }
  for (const tidb::TableName& table : tables) response.entities.push_back(tidb::ToEntity(table));
  return response;
}

Result<protocol::DescribeEntityResponse> TidbConnector::DescribeEntity(
    const protocol::DescribeEntityRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table, Describe(*account, request.entity_identifier, deadline));
  return protocol::DescribeEntityResponse{.definition = tidb::ToDefinition(table)};
}

Result<protocol::QueryDataResponse> TidbConnector::QueryData(
    const protocol::QueryDataRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  tidb::Query query;
  query.fields = request.selected_field_names;
  query.max_rows = PageSize(request.max_results);
  if (!request.filter_expression.empty()) {
    SLUICE_ASSIGN(query.filter, protocol::ParseFilterExpression(request.filter_expression));
  }
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table, Describe(*account, request.entity_identifier, deadline));
  SLUICE_ASSIGN(tidb::Page page,
                account->reader.ReadPage(table, query, request.next_token, deadline));
  return protocol::QueryDataResponse{std::move(page.records), std::move(page.next_token)};
}

Result<protocol::RetrieveDataResponse> TidbConnector::RetrieveData(
    const protocol::RetrieveDataRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table, Describe(*account, request.entity_identifier, deadline));
  SLUICE_ASSIGN(tidb::Pool::Lease client, account->pool.Take(deadline));
  SLUICE_ASSIGN(auto records, tidb::ReadByIds(*client, table, request.selected_field_names,
                                              request.id_field_name, request.ids, deadline));
  return protocol::RetrieveDataResponse{std::move(records)};
}

protocol::WriteDataResponse TidbConnector::WriteData(const protocol::WriteDataRequest& request,
                                                     const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  auto account = Open(request.context.credentials, deadline);
  if (!account.ok()) return {.error = account.error()};
  auto table = Describe(**account, request.entity_identifier, deadline);
  if (!table.ok()) return {.error = table.error()};

  tidb::WriteRequest write{
      request.operation, request.id_field_names, request.records, request.all_or_none, {}};
  tidb::WriteOutcome outcome = tidb::WriteRecords((*account)->pool, *table, write, deadline);
  protocol::WriteDataResponse response{.error = std::move(outcome.error)};
  for (tidb::RecordOutcome& record : outcome.records) {
    response.results.push_back(
        {record.is_written, std::move(record.record_id), std::move(record.message)});
  }
  return response;
}

}  // namespace sluice::tidb_lambda
