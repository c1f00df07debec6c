// An AppFlow connector to a folder of JSON Lines files: "orders" is orders.jsonl, a record a line.
#include <filesystem>
#include <fstream>
#include <set>

#include "sluice/sdk/sdk.h"

using namespace sluice::sdk;
using namespace std::literals;
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
    SLUICE_ASSIGN(std::ifstream file, Open(request));
    if (!request.next_token.empty()) SLUICE_RETURN_IF_ERROR(GoTo(request.next_token, file));
    QueryDataResponse page;
    std::string line;
    while (std::ssize(page.records) < request.max_results &&
           page.records.items().size() < 4'000'000 && DeadlineAfter(5s) < invocation.deadline &&
           std::getline(file, line)) {
      SLUICE_ASSIGN(auto members, reader_.Read(line));
      if (!filter.Matches(members)) continue;
      RecordBuilder record(page.records);
      record.Members(members, request.selected_field_names);
      SLUICE_RETURN_IF_ERROR(record.Add());
    }
    if (file.peek() != EOF) page.next_token = std::to_string(file.tellg());
    return page;
  }

  template <class Request>
  static Result<std::ifstream> Open(const Request& request) {
    const std::string name = request.entity_identifier + ".jsonl";
    std::ifstream file;
    bool leads_elsewhere = name.find_first_of("/\0"s) != name.npos;
    if (!leads_elsewhere) file.open(fs::path(request.context.Setting("folder")) / name);
    if (!file.is_open()) return ResourceNotFound("there is no file " + name);
    return file;
  }

  // A token is how much of the file was read, to the end of a line.
  static Status GoTo(const std::string& token, std::ifstream& file) {
    uint64_t position = std::strtoull(token.c_str(), nullptr, 10);
    bool is_number = std::to_string(position) == token;
    if (is_number && file.seekg(position - 1) && file.get() == '\n') return Done{};
    return InvalidArgument("'" + token + "' is not a token of this connector");
  }

  JsonRecordReader reader_;
};

int main() {
  JsonLinesConnector connector;
  return RunLambda(connector);
}
