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

constexpr size_t kMostConnections = 4;
constexpr int64_t kDefaultPage = 1000;

// Leaves time to answer, and ends before AppFlow's 30 s in any case.
Deadline DeadlineOf(const Invocation& invocation) {
  return std::min(invocation.deadline - std::chrono::seconds(1),
                  DeadlineAfter(std::chrono::seconds(25)));
}

size_t PageSize(int64_t asked) { return static_cast<size_t>(asked > 0 ? asked : kDefaultPage); }

}  // namespace

Result<tidb::Client*> TidbConnector::Open(const std::optional<CredentialsReference>& reference,
                                          Deadline deadline) {
  if (!reference || reference->secret_arn.empty()) {
    return InvalidArgument("the request has no credentials; connect with a connector profile");
  }
  auto client = OpenOnce(*reference, deadline);
  if (client.ok() || client.error().code != ErrorCode::kInvalidCredentials) return client;
  credentials_.Forget(*reference);  // The password may have been changed since it was looked up.
  return OpenOnce(*reference, deadline);
}

Result<tidb::Client*> TidbConnector::OpenOnce(const CredentialsReference& reference,
                                              Deadline deadline) {
  SLUICE_ASSIGN(Credentials credentials, credentials_.Get(reference, deadline));
  SLUICE_ASSIGN(tidb::ConnectOptions options, ToConnectOptions(credentials, packed_));
  auto kept = std::find_if(clients_.begin(), clients_.end(),
                           [&](const auto& client) { return client->options() == options; });
  if (kept == clients_.end()) {
    SLUICE_ASSIGN(auto client, tidb::Client::Connect(std::move(options), deadline));
    clients_.push_front(std::move(client));
    if (clients_.size() > kMostConnections) clients_.pop_back();
  } else {
    clients_.splice(clients_.begin(), clients_, kept);
    SLUICE_RETURN_IF_ERROR(clients_.front()->Renew(deadline));
  }
  return clients_.front().get();
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
  SLUICE_ASSIGN(tidb::Client * client, Open(request.credentials, deadline));
  // A connection that was kept proves nothing about the password.
  SLUICE_RETURN_IF_ERROR(client->Reconnect(deadline));
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
  SLUICE_ASSIGN(tidb::Client * client, Open(request.context.credentials, deadline));
  size_t limit = PageSize(request.max_result);
  SLUICE_ASSIGN(auto tables, tidb::ListTables(*client, *after, limit + 1, deadline));

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
  SLUICE_ASSIGN(tidb::Client * client, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table,
                tidb::DescribeTable(*client, request.entity_identifier, deadline));
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
  SLUICE_ASSIGN(tidb::Client * client, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table,
                tidb::DescribeTable(*client, request.entity_identifier, deadline));
  SLUICE_ASSIGN(tidb::Page page,
                tidb::ReadPage(*client, table, query, request.next_token, deadline));
  return protocol::QueryDataResponse{std::move(page.records), std::move(page.next_token)};
}

Result<protocol::RetrieveDataResponse> TidbConnector::RetrieveData(
    const protocol::RetrieveDataRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  SLUICE_ASSIGN(tidb::Client * client, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Table table,
                tidb::DescribeTable(*client, request.entity_identifier, deadline));
  SLUICE_ASSIGN(auto records, tidb::ReadByIds(*client, table, request.selected_field_names,
                                              request.id_field_name, request.ids, deadline));
  return protocol::RetrieveDataResponse{std::move(records)};
}

protocol::WriteDataResponse TidbConnector::WriteData(const protocol::WriteDataRequest& request,
                                                     const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  auto client = Open(request.context.credentials, deadline);
  if (!client.ok()) return {.error = client.error()};
  auto table = tidb::DescribeTable(**client, request.entity_identifier, deadline);
  if (!table.ok()) return {.error = table.error()};

  tidb::WriteRequest write{request.operation, request.id_field_names, request.records,
                           request.all_or_none};
  tidb::WriteOutcome outcome = tidb::WriteRecords(**client, *table, write, deadline);
  protocol::WriteDataResponse response{.error = std::move(outcome.error)};
  for (tidb::RecordOutcome& record : outcome.records) {
    response.results.push_back(
        {record.is_written, std::move(record.record_id), std::move(record.message)});
  }
  return response;
}

}  // namespace sluice::tidb_lambda
