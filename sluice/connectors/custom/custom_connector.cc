#include "sluice/connectors/custom/custom_connector.h"

#include <algorithm>

#include "sluice/connectors/custom/connector_function.h"
#include "sluice/connectors/custom/custom_reader.h"
#include "sluice/connectors/custom/custom_writer.h"
#include "sluice/protocol/filter_expression.h"

namespace sluice::custom {
namespace {

class CustomConnector final : public Connector {
 public:
  CustomConnector(protocol::FunctionInvoker& functions, const Account& account)
      : function_(functions, account) {}

  Status Check() override {
    if (function_.credentials().authentication_type != AuthenticationType::kNone) {
      SLUICE_RETURN_IF_ERROR(CheckCredentials());
    }
    return CheckSettings();
  }

  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    protocol::ListEntitiesRequest request{function_.Context(), path, max_results, next_token};
    SLUICE_ASSIGN(auto page, function_.Ask(request, &protocol::ParseListEntitiesResponse));
    return EntityPage{std::move(page.entities), std::move(page.next_token)};
  }

  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    protocol::DescribeEntityRequest request{identifier, function_.Context()};
    SLUICE_ASSIGN(auto described, function_.Ask(request, &protocol::ParseDescribeEntityResponse));
    return std::move(described.definition);
  }

  bool CanFilter(const EntityDefinition& entity, const Filter& filter) const override {
    const Field* field = entity.Find(filter.field);
    if (filter.kind != Filter::Kind::kCompare || !field || !field->read.is_queryable) return false;
    const std::vector<Operator>& operators = field->filter_operators.empty()
                                                 ? DefaultFilterOperators(field->data_type)
                                                 : field->filter_operators;
    return std::find(operators.begin(), operators.end(), filter.op) != operators.end() &&
           protocol::ToFilterExpression({filter, {}}).ok();
  }

  // The protocol has one sequence of pages, so there is nothing to cut.
  Result<std::vector<Partition>> Split(const ReadRequest&, int) override {
    return std::vector<Partition>{{"0", ""}};
  }

  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request, const Partition&,
                                                  std::optional<Position> from) override {
    return OpenCustomReader(function_, request, std::move(from));
  }

  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                  const std::string& stream) override {
    return OpenCustomWriter(function_, request, stream);
  }

 private:
  Status CheckCredentials() {
    protocol::ValidateCredentialsRequest request{function_.credentials(), function_.settings()};
    SLUICE_RETURN_IF_ERROR(function_.Ask(request, &protocol::ParseValidateCredentialsResponse));
    return Done{};
  }

  Status CheckSettings() {
    protocol::ValidateConnectorRuntimeSettingsRequest request{"CONNECTOR_PROFILE",
                                                              function_.settings()};
    SLUICE_ASSIGN(auto response,
                  function_.Ask(request, &protocol::ParseValidateConnectorRuntimeSettingsResponse));
    std::string refused;
    for (const auto& [field, why] : response.errors_by_input_field) {
      refused += (refused.empty() ? "the connector refuses the setting '" : "; the setting '") +
                 field + "': " + why;
    }
    if (!refused.empty()) return InvalidArgument(std::move(refused));
    if (response.error) return *response.error;
    return Done{};
  }

  ConnectorFunction function_;
};

// What holds for all of them; each one's own is in what it was registered with.
ConnectorInfo Info() {
  ConnectorInfo info;
  info.type = "CustomConnector";
  info.name = "CustomConnector";
  info.description = "A Lambda function that speaks AppFlow's custom connector protocol.";
  info.is_source = info.is_destination = true;
  info.operators = AllOperators();
  info.trigger_types = {"Scheduled", "OnDemand"};
  info.scheduling_frequencies = {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"};
  info.write_operations = {WriteOperation::kInsert, WriteOperation::kUpsert,
                           WriteOperation::kUpdate, WriteOperation::kDelete};
  return info;
}

}  // namespace

void Register(Registry& registry, protocol::FunctionInvoker& functions) {
  registry.Add(Info(), [&functions](const Account& account) -> Result<std::unique_ptr<Connector>> {
    if (account.function_arn.empty()) {
      return InvalidArgument("the connection '" + account.profile_name +
                             "' names no registered connector");
    }
    std::unique_ptr<Connector> connector = std::make_unique<CustomConnector>(functions, account);
    return connector;
  });
}

}  // namespace sluice::custom
