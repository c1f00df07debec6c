#include "sluice/bin/tidb_lambda/tidb_connector.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "sluice/bin/tidb_lambda/progress_setting.h"
#include "sluice/protocol/filter_expression.h"
#include "sluice/tidb/connector_info.h"
#include "sluice/tidb/reader.h"
#include "sluice/tidb/schema.h"
#include "sluice/tidb/writer.h"

namespace sluice::tidb_lambda {
namespace {

using protocol::CredentialsReference;
using sdk::Invocation;

constexpr size_t kMostAccounts = 4;
constexpr int64_t kDefaultPage = 1000;
constexpr size_t kManyRecords = 100;

// Leaves time to answer, and ends before AppFlow's 30 s in any case.
Deadline DeadlineOf(const Invocation& invocation) {
  return std::min(invocation.deadline - std::chrono::seconds(1),
                  DeadlineAfter(std::chrono::seconds(25)));
}

size_t PageSize(int64_t asked) { return static_cast<size_t>(asked > 0 ? asked : kDefaultPage); }

template <class T>
const Error* ErrorOf(const Result<T>& result) {
  return result.ok() ? nullptr : &result.error();
}
const Error* ErrorOf(const tidb::WriteOutcome& outcome) {
  return outcome.error ? &*outcome.error : nullptr;
}

// Whether a column that came or went since the table was described may be the reason. None of these
// leaves anything written behind.
bool MayBeOutOfDate(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kResourceNotFound ||
         error.code == ErrorCode::kServerError;
}

template <class Answer>
Answer Failed(Error error) {
  if constexpr (std::is_same_v<Answer, tidb::WriteOutcome>) {
    return {{}, std::move(error)};
  } else {
    return error;
  }
}

// Does something with a table; again, if it failed with one that is only remembered.
template <class Use>
auto OnTable(TableCache& tables, const tidb::TablePath& path, Deadline deadline, Use use,
             TableCache::Facts facts = TableCache::Facts::kDescription) {
  using Answer = decltype(use(TableCache::Found()));
  auto found = tables.Find(path, facts, deadline);
  if (!found.ok()) return Failed<Answer>(found.error());
  Answer answer = use(*found);
  if (found->is_new || !ErrorOf(answer) || !MayBeOutOfDate(*ErrorOf(answer))) return answer;
  tables.Forget(path);
  found = tables.Find(path, facts, deadline);
  if (!found.ok()) return Failed<Answer>(found.error());
  return use(*found);
}

}  // namespace

Result<TidbConnector::Account*> TidbConnector::Open(
    const std::optional<CredentialsReference>& reference, Deadline deadline,
    std::string_view next_token) {
  if (!reference || reference->secret_arn.empty()) {
    return InvalidArgument("the request has no credentials; connect with a connector profile");
  }
  auto account = OpenOnce(*reference, deadline, next_token);
  if (account.ok() || account.error().code != ErrorCode::kInvalidCredentials) return account;
  credentials_.Forget(*reference);  // The password may have been changed since it was looked up.
  return OpenOnce(*reference, deadline, next_token);
}

Result<TidbConnector::Account*> TidbConnector::OpenOnce(const CredentialsReference& reference,
                                                        Deadline deadline,
                                                        std::string_view next_token) {
  SLUICE_ASSIGN(Credentials credentials, credentials_.Get(reference, deadline));
  SLUICE_ASSIGN(tidb::ConnectOptions options, tidb::ToConnectOptions(credentials, packed_));
  auto kept = std::find_if(accounts_.begin(), accounts_.end(),
                           [&](const Account& kept) { return kept.pool.options() == options; });
  if (kept == accounts_.end()) {
    accounts_.emplace_front(std::move(options), clock_);
    if (accounts_.size() > kMostAccounts) accounts_.pop_back();
  } else {
    accounts_.splice(accounts_.begin(), accounts_, kept);
  }
  Account* account = &accounts_.front();
  // A connection shows that the credentials are good; one that is being read from has shown it.
  if (!account->reader.GoesOnBehind(next_token)) {
    SLUICE_RETURN_IF_ERROR(account->pool.Take(deadline));
  }
  return account;
}

Result<protocol::DescribeConnectorConfigurationResponse>
TidbConnector::DescribeConnectorConfiguration(
    const protocol::DescribeConnectorConfigurationRequest&, const Invocation&) {
  ConnectorInfo info = tidb::DescribeConnector();
  info.type = "CustomConnector";
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
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::Pool::Lease client, account->pool.Take(deadline));
  SLUICE_ASSIGN(tidb::Catalog::Listing listing,
                account->catalog.List(*client, request.entities_path, PageSize(request.max_result),
                                      request.next_token, deadline));
  return protocol::ListEntitiesResponse{std::move(listing.entities), std::move(listing.next_token)};
}

Result<protocol::DescribeEntityResponse> TidbConnector::DescribeEntity(
    const protocol::DescribeEntityRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::TablePath path, account->catalog.PathOf(request.entity_identifier));
  account->tables.Forget(path);  // Who asks wants to know how the table is now.
  SLUICE_ASSIGN(TableCache::Found found,
                account->tables.Find(path, TableCache::Facts::kDescription, deadline));
  const tidb::Table& table = *found.table;
  protocol::DescribeEntityResponse response{.definition = account->catalog.Define(table)};
  if (!table.is_view) response.definition.custom_properties[kProgressSetting] = "1";
  return response;
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
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline, request.next_token));
  SLUICE_ASSIGN(tidb::TablePath path, account->catalog.PathOf(request.entity_identifier));
  SLUICE_ASSIGN(
      tidb::Page page, OnTable(account->tables, path, deadline, [&](TableCache::Found found) {
        return account->reader.ReadPage(*found.table, query, request.next_token, deadline);
      }));
  return protocol::QueryDataResponse{std::move(page.records), std::move(page.next_token)};
}

Result<protocol::RetrieveDataResponse> TidbConnector::RetrieveData(
    const protocol::RetrieveDataRequest& request, const Invocation& invocation) {
  Deadline deadline = DeadlineOf(invocation);
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::TablePath path, account->catalog.PathOf(request.entity_identifier));
  SLUICE_ASSIGN(tidb::Pool::Lease client, account->pool.Take(deadline));
  auto records = OnTable(account->tables, path, deadline, [&](TableCache::Found found) {
    return tidb::ReadByIds(*client, *found.table, request.selected_field_names,
                           request.id_field_name, request.ids, deadline);
  });
  // The first batch of the first stream makes the table; until then no stream has got anywhere.
  bool is_absent = !records.ok() && records.error().code == ErrorCode::kResourceNotFound;
  if (is_absent && path.table == tidb::kProgressTable) return protocol::RetrieveDataResponse{};
  if (!records.ok()) return std::move(records).error();
  return protocol::RetrieveDataResponse{*std::move(records)};
}

protocol::WriteDataResponse TidbConnector::WriteData(const protocol::WriteDataRequest& request,
                                                     const Invocation& invocation) {
  auto outcome = Write(request, DeadlineOf(invocation));
  if (!outcome.ok()) return {.error = outcome.error()};
  protocol::WriteDataResponse response{.error = std::move(outcome->error)};
  for (tidb::RecordOutcome& record : outcome->records) {
    response.results.push_back(
        {record.is_written, std::move(record.record_id), std::move(record.message)});
  }
  return response;
}

Result<tidb::WriteOutcome> TidbConnector::Write(const protocol::WriteDataRequest& request,
                                                Deadline deadline) {
  SLUICE_ASSIGN(auto position, PositionFrom(request.context.runtime_settings));
  SLUICE_ASSIGN(Account * account, Open(request.context.credentials, deadline));
  SLUICE_ASSIGN(tidb::TablePath path, account->catalog.PathOf(request.entity_identifier));
  tidb::WriteRequest write{request.operation, request.id_field_names, request.records,
                           request.all_or_none, std::move(position)};
  // What only the fast way for many rows needs to know is not asked for a few.
  using enum TableCache::Facts;
  bool inserts =
      request.operation == WriteOperation::kInsert || request.operation == WriteOperation::kUpsert;
  TableCache::Facts facts =
      inserts && request.records.size() >= kManyRecords ? kConstraintsToo : kDescription;
  return OnTable(
      account->tables, path, deadline,
      [&](TableCache::Found found) {
        write.is_table_remembered = !found.is_new;
        return tidb::WriteRecords(account->pool, *found.table, write, deadline);
      },
      facts);
}

}  // namespace sluice::tidb_lambda
