#include "sluice/connectors/salesforce/salesforce_connector.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/connectors/salesforce/salesforce_describe.h"
#include "sluice/connectors/salesforce/salesforce_reader.h"
#include "sluice/connectors/salesforce/soql.h"

namespace sluice::salesforce {
namespace {

class SalesforceConnector final : public Connector {
 public:
  SalesforceConnector(net::HttpClient& http, const Account& account, SalesforceOptions options)
      : client_(http, account, options) {}

  Status Check() override {
    // The list of resources: the one answer that every user with API access may have.
    SLUICE_RETURN_IF_ERROR(client_.Get(std::string(kApiPath) + "/"));
    return Done{};
  }

  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    if (!path.empty()) {
      return ResourceNotFound("Salesforce's objects have nothing below them: '" + path + "'");
    }
    SLUICE_ASSIGN(std::string body, client_.Get(std::string(kApiPath) + "/sobjects"));
    SLUICE_ASSIGN(std::vector<Entity> entities, ReadDescribeGlobal(body));
    std::sort(entities.begin(), entities.end(),
              [](const Entity& a, const Entity& b) { return a.identifier < b.identifier; });
    return PageOf(std::move(entities), max_results, next_token);
  }

  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    auto body =
        client_.Get(std::string(kApiPath) + "/sobjects/" + PercentEncode(identifier) + "/describe");
    if (!body.ok() && body.error().code == ErrorCode::kResourceNotFound) {
      return ResourceNotFound("Salesforce has no object '" + identifier +
                              "', or the connected user may not see it");
    }
    SLUICE_ASSIGN(std::string description, std::move(body));
    return ReadDescribe(description);
  }

  bool CanFilter(const EntityDefinition& entity, const Filter& filter) const override {
    if (filter.kind == Filter::Kind::kAnd || filter.kind == Filter::Kind::kOr ||
        filter.kind == Filter::Kind::kNot) {
      return std::all_of(filter.operands.begin(), filter.operands.end(),
                         [&](const Filter& operand) { return CanFilter(entity, operand); });
    }
    const Field* field = entity.Find(filter.field);
    if (!field || !field->read.is_queryable) return false;
    if (filter.kind == Filter::Kind::kIn) return true;
    const auto& operators = field->filter_operators;
    return std::find(operators.begin(), operators.end(), filter.op) != operators.end();
  }

  bool CanLimit() const override { return true; }

  Result<std::vector<Partition>> Split(const ReadRequest&, int) override {
    return std::vector<Partition>{{"all", ""}};
  }

  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request, const Partition&,
                                                  std::optional<Position> from) override {
    return OpenSalesforceReader(client_, request, from);
  }

  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest&,
                                                  const std::string&) override {
    return InvalidArgument("Salesforce is a source only; it can't be a flow's destination");
  }

 private:
  // Pages in the order of the identifiers: a token is the last one of the page before.
  static EntityPage PageOf(std::vector<Entity> entities, int64_t max_results,
                           const std::string& next_token) {
    auto begin = std::find_if(entities.begin(), entities.end(),
                              [&](const Entity& entity) { return entity.identifier > next_token; });
    entities.erase(entities.begin(), begin);
    EntityPage page{std::move(entities), ""};
    auto limit = static_cast<size_t>(std::max<int64_t>(max_results, 0));
    if (limit > 0 && page.entities.size() > limit) {
      page.entities.resize(limit);
      page.next_token = page.entities.back().identifier;
    }
    return page;
  }

  SalesforceClient client_;
};

RuntimeSetting Setting(std::string key, std::string label, std::string data_type, std::string scope,
                       std::vector<std::string> values = {}) {
  RuntimeSetting setting;
  setting.key = std::move(key);
  setting.label = std::move(label);
  setting.data_type = std::move(data_type);
  setting.scope = std::move(scope);
  setting.supplied_values = std::move(values);
  return setting;
}

ConnectorInfo Info() {
  ConnectorInfo info;
  info.type = "Salesforce";
  info.owner = "Sluice";
  info.name = "Salesforce";
  info.version = "1.0";
  info.description = "Reads the objects of a Salesforce org through its REST API.";
  info.is_source = true;
  info.authentication.is_oauth2_supported = true;
  info.authentication.oauth2 = {{"api", "refresh_token"},
                                {"https://login.salesforce.com/services/oauth2/token",
                                 "https://test.salesforce.com/services/oauth2/token"},
                                {"https://login.salesforce.com/services/oauth2/authorize",
                                 "https://test.salesforce.com/services/oauth2/authorize"},
                                {"AUTHORIZATION_CODE"},
                                {}};
  info.runtime_settings = {
      Setting("instanceUrl", "Instance URL", "Url", "CONNECTOR_PROFILE"),
      Setting("isSandboxEnvironment", "Salesforce environment is a sandbox", "Boolean",
              "CONNECTOR_PROFILE"),
      Setting("includeDeletedRecords", "Include deleted records", "Boolean", "SOURCE"),
      Setting("dataTransferApi", "Salesforce API preference", "String", "SOURCE",
              {"AUTOMATIC", "REST_SYNC"}),
  };
  info.api_versions = {"v58.0"};
  info.operators = AllOperators();
  info.trigger_types = {"OnDemand", "Scheduled"};
  info.scheduling_frequencies = {"BYMINUTE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "ONCE"};
  return info;
}

}  // namespace

void Register(Registry& registry, net::HttpClient& http, SalesforceOptions options) {
  registry.Add(Info(),
               [&http, options](const Account& account) -> Result<std::unique_ptr<Connector>> {
                 return std::unique_ptr<Connector>(
                     std::make_unique<SalesforceConnector>(http, account, options));
               });
}

}  // namespace sluice::salesforce
