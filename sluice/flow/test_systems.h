// Two memory databases and a flow between them, for tests.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sluice/connectors/memory/memory_connector.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

// "source" and "destination" are the profiles' names.
struct TestSystems final : Accounts {
  memory::Database source, destination;
  memory::MemoryOptions source_options, destination_options;
  std::map<std::string, Error> unreachable;  // By profile.

  Result<std::unique_ptr<Connector>> Open(const Endpoint& endpoint) override {
    auto error = unreachable.find(endpoint.profile_name);
    if (error != unreachable.end()) return error->second;
    bool is_source = endpoint.profile_name == "source";
    return memory::MakeMemoryConnector(is_source ? source : destination, {},
                                       is_source ? source_options : destination_options);
  }

  static EntityDefinition Account() {
    EntityDefinition account;
    account.entity.identifier = "Account";
    account.fields = {{.name = "Id", .is_primary_key = true},
                      {.name = "Name"},
                      {.name = "Employees", .data_type = DataType::kString},
                      {.name = "Revenue", .data_type = DataType::kDouble}};
    return account;
  }

  static EntityDefinition Table() {
    EntityDefinition table;
    table.entity.identifier = "sf_account";
    WriteProperties not_null{.is_nullable = false};
    WriteProperties id = not_null;
    id.supported_write_operations = {WriteOperation::kUpsert, WriteOperation::kUpdate,
                                     WriteOperation::kDelete};
    table.fields = {
        {.name = "id", .is_primary_key = true, .write = id},
        {.name = "name", .write = WriteProperties{}},
        {.name = "employees", .data_type = DataType::kLong, .write = WriteProperties{}}};
    return table;
  }

  static Flow MakeFlow() {
    Flow flow;
    flow.name = "sf-to-tidb";
    flow.source = {.connector_type = "Memory", .profile_name = "source", .entity = "Account"};
    flow.destination.connector_type = "Memory";
    flow.destination.profile_name = "destination";
    flow.destination.entity = "sf_account";
    flow.tasks = {{.type = TaskType::kFilter,
                   .op = Operator::kProjection,
                   .source_fields = {"Id", "Name", "Employees"}},
                  {.source_fields = {"Id"}, .destination_field = "id"},
                  {.source_fields = {"Name"}, .destination_field = "name"},
                  {.source_fields = {"Employees"}, .destination_field = "employees"}};
    return flow;
  }

  static std::string Id(int n) {
    std::string digits = std::to_string(n);
    return "\"" + std::string(4 - digits.size(), '0') + digits + "\"";
  }

  // `count` accounts; number n has n employees.
  void Fill(int count) {
    std::vector<std::string> records;
    for (int n = 0; n < count; ++n) {
      records.push_back(R"({"Id":)" + Id(n) + R"(,"Name":"Zoë","Employees":")" + std::to_string(n) +
                        "\"}");
    }
    source.Put(Account(), records);
    destination.Put(Table(), {});
  }

  // What the destination holds once `count` accounts are in it.
  static std::vector<std::string> Expected(int count) {
    std::vector<std::string> records;
    for (int n = 0; n < count; ++n) {
      records.push_back(R"({"id":)" + Id(n) + R"(,"name":"Zoë","employees":)" + std::to_string(n) +
                        "}");
    }
    return records;
  }
};

}  // namespace sluice::flow
