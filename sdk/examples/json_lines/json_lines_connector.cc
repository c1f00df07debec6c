// An AppFlow connector to a folder of JSON Lines files: "orders" is orders.jsonl, a record a line.
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "sluice/sdk/sdk.h"

using namespace sluice::sdk;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class JsonLinesConnector final : public Connector {
  Result<DescribeConnectorConfigurationResponse> DescribeConnectorConfiguration(
      const DescribeConnectorConfigurationRequest&, const Invocation&) override {
    ConnectorInfo info{.owner = "Example", .name = "JSON Lines", .version = "1.0"};
    info.is_source = true;
    info.runtime_settings = {
        {"folder", "Folder", "Where the files are", "String", true, "CONNECTOR_PROFILE"}};
    info.api_versions = {"v1"};
    return DescribeConnectorConfigurationResponse{info};
  }

  Result<ListEntitiesResponse> ListEntities(const ListEntitiesRequest& request,
                                            const Invocation&) override {
    std::set<std::string> names;
    for (const fs::path& file : fs::directory_iterator(request.context.Setting("folder"))) {
      if (file.extension() == ".jsonl") names.insert(file.stem());
    }
    ListEntitiesResponse page;
    for (auto name = names.upper_bound(request.next_token); name != names.end(); ++name) {
      page.entities.push_back({.identifier = *name});
      if (std::ssize(page.entities) < request.max_result) continue;
      if (*name != *names.rbegin()) page.next_token = *name;  // The next page begins behind it.
      break;
    }
    return page;
  }

  Result<DescribeEntityResponse> DescribeEntity(const DescribeEntityRequest& request,
                                                const Invocation&) override {
    SLUICE_ASSIGN(std::ifstream file, Open(request));
    std::string line;
    std::getline(file, line);  // The first record tells the fields.
    SLUICE_ASSIGN(auto members, reader_.Read(line));
    EntityDefinition definition{.entity = {.identifier = request.entity_identifier}};
    for (const auto& [name, value] : members) {
      bool is_number = value.kind == JsonValue::Kind::kNumber;
      definition.fields.push_back(
          {.name = std::string(name),
           .data_type = is_number ? DataType::kBigDecimal : DataType::kString});
    }
    return DescribeEntityResponse{definition};
  }

  Result<QueryDataResponse> QueryData(const QueryDataRequest& request,
                                      const Invocation& invocation) override {
    SLUICE_ASSIGN(RecordFilter filter, RecordFilter::Parse(request.filter_expression));
    const std::string& token = request.next_token;  // How much of the file was read.
    int64_t position = 0;
    auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), position);
    if (end != token.data() + token.size()) return InvalidArgument("not a token of this connector");
    SLUICE_ASSIGN(std::ifstream file, Open(request));
    file.seekg(position);
    QueryDataResponse page;
    std::string line;
    while (std::ssize(page.records) < request.max_results &&
           page.records.items().size() < 4'000'000 && DeadlineAfter(5s) < invocation.deadline &&
           std::getline(file, line)) {
      SLUICE_ASSIGN(auto members, reader_.Read(line));
      if (!filter.Matches(members)) continue;
      record_.Members(members, request.selected_field_names);
      SLUICE_RETURN_IF_ERROR(record_.AddTo(page.records));
    }
    if (file.peek() != EOF) page.next_token = std::to_string(file.tellg());
    return page;
  }

  template <class Request>
  static Result<std::ifstream> Open(const Request& request) {
    const std::string& entity = request.entity_identifier;
    std::ifstream file(fs::path(request.context.Setting("folder")) / (entity + ".jsonl"));
    bool leads_elsewhere = entity.find('/') != std::string::npos;
    if (!file || leads_elsewhere) return ResourceNotFound("there is no file " + entity + ".jsonl");
    return file;
  }

  JsonRecordReader reader_;
  RecordBuilder record_;
};

int main() {
  JsonLinesConnector connector;
  return RunLambda(connector);
}
