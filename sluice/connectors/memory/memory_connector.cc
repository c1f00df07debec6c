#include "sluice/connectors/memory/memory_connector.h"

#include <algorithm>
#include <charconv>

#include "sluice/connectors/memory/memory_reader.h"
#include "sluice/connectors/memory/memory_writer.h"

namespace sluice::memory {
namespace {

class MemoryConnector final : public Connector {
 public:
  MemoryConnector(Database& database, Secret password, MemoryOptions options)
      : database_(database), password_(std::move(password)), options_(options) {}

  Status Check() override {
    if (database_.IsRightPassword(password_)) return Done{};
    return Error{ErrorCode::kInvalidCredentials, "the password is wrong; check the connection", {}};
  }

  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    SLUICE_RETURN_IF_ERROR(Check());
    EntityPage page;
    if (!path.empty()) return page;  // Nothing is nested here.
    for (Entity& entity : database_.Entities()) {
      if (entity.identifier <= next_token) continue;
      if (static_cast<int64_t>(page.entities.size()) == max_results) {
        page.next_token = page.entities.back().identifier;
        break;
      }
      page.entities.push_back(std::move(entity));
    }
    return page;
  }

  Result<EntityDefinition> DescribeEntity(const std::string& identifier) override {
    SLUICE_RETURN_IF_ERROR(Check());
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kDescribe));
    return database_.Describe(identifier);
  }

  bool CanFilter(const EntityDefinition& entity, const Filter& filter) const override {
    if (!filter.operands.empty()) {
      return std::ranges::all_of(filter.operands,
                                 [&](const Filter& operand) { return CanFilter(entity, operand); });
    }
    const Field* field = entity.Find(filter.field);
    if (!field || !field->read.is_queryable) return false;
    const auto& operators = field->filter_operators.empty()
                                ? DefaultFilterOperators(field->data_type)
                                : field->filter_operators;
    return std::find(operators.begin(), operators.end(), filter.op) != operators.end();
  }

  Result<std::vector<Partition>> Split(const ReadRequest& request, int parts) override {
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kSplit));
    SLUICE_ASSIGN(size_t count, database_.Count(request.entity.entity.identifier));
    return SplitRows(options_.is_endless ? kNoEnd : count, options_.is_endless ? 1 : parts);
  }

  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request,
                                                  const Partition& partition,
                                                  std::optional<Position> from) override {
    SLUICE_RETURN_IF_ERROR(Check());
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kOpenReader));
    return OpenMemoryReader(database_, request, partition, from, options_);
  }

  int MostStreams(const WriteRequest&) const override { return options_.most_streams; }

  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                  const std::string& stream) override {
    SLUICE_RETURN_IF_ERROR(Check());
    SLUICE_RETURN_IF_ERROR(database_.Pass(Point::kOpenWriter));
    return OpenMemoryWriter(database_, request, stream, options_);
  }

 private:
  Database& database_;
  Secret password_;
  MemoryOptions options_;
};

}  // namespace

std::unique_ptr<Connector> MakeMemoryConnector(Database& database, Secret password,
                                               MemoryOptions options) {
  return std::make_unique<MemoryConnector>(database, std::move(password), options);
}

ConnectorInfo MemoryInfo() {
  ConnectorInfo info;
  info.type = "Memory";
  info.owner = "Sluice";
  info.name = "Memory";
  info.version = "1.0";
  info.description = "Entities in the memory of one process, for tests.";
  info.is_source = info.is_destination = true;
  info.authentication.is_custom_supported = true;
  info.authentication.custom = {
      {"Password", {{"password", "Password", "Of the database", false, true, {}}}}};
  info.api_versions = {"v1"};
  info.operators = AllOperators();
  info.trigger_types = {"OnDemand"};
  info.write_operations = {WriteOperation::kInsert, WriteOperation::kUpsert,
                           WriteOperation::kUpdate, WriteOperation::kDelete};
  return info;
}

void Register(Registry& registry, Database& database) {
  registry.Add(MemoryInfo(),
               [&database](const Account& account) -> Result<std::unique_ptr<Connector>> {
                 SLUICE_ASSIGN(Credentials credentials, account.credentials->Load());
                 return MakeMemoryConnector(database, credentials.Get("password"));
               });
}

}  // namespace sluice::memory
