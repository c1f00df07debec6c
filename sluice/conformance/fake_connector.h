// A connector for tests: one entity in memory behind the protocol's JSON. It is right, unless a
// test bends what it answers.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/conformance/record.h"
#include "sluice/model/filter.h"
#include "sluice/protocol/filter_expression.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::conformance {

inline constexpr char kFakeSecret[] = "swordfish";

class FakeConnector final : public protocol::FunctionInvoker {
 public:
  FakeConnector() {
    for (int n = 1; n <= 12; ++n) {
      std::string id = "r" + std::to_string(100 + n);
      rows[id] = {{"id", Value::String(id)},
                  {"name", n % 4 ? Value::String("name " + std::to_string(n)) : Value()},
                  {"count", Value::Number(std::to_string(n))},
                  {"made", Value::String("2024-02-29T10:00:" + std::to_string(10 + n) + "Z")}};
    }
  }

  std::map<std::string, Record> rows;  // By id.
  // By what the connector answers a request instead, where it is not empty.
  std::function<std::string(const json::Object& request)> instead;
  // Changes an answer.
  std::function<void(const json::Object& request, json::Object& answer)> bend;
  // What Invoke returns instead of an answer, where it is set.
  std::function<std::optional<Error>(const json::Object& request)> fail;
  std::vector<json::Object> requests;
  std::map<std::string, std::string> secrets;  // By ARN.

  Result<std::string> Invoke(std::string_view, std::string_view payload, Deadline) override {
    auto request = json::ParseObject(payload);
    if (!request.ok()) return request.error();
    requests.push_back(*request);
    if (fail) {
      if (auto error = fail(*request)) return *error;
    }
    if (instead) {
      if (std::string text = instead(*request); !text.empty()) return text;
    }
    auto answer = Answer(*request);
    if (!answer.ok()) return answer.error();
    if (bend) bend(*request, *answer);
    return json::ToText(*answer);
  }

  static std::string TypeOf(const json::Object& request) {
    return json::FindString(request, "type").value_or("");
  }
  static json::Object Refusal(const char* code, const char* message) {
    return {{"isSuccess", false},
            {"errorDetails", {{"errorCode", code}, {"errorMessage", message}}}};
  }

 private:
  Result<json::Object> Answer(const json::Object& request) {
    const std::string type = TypeOf(request);
    if (type == "DescribeConnectorConfigurationRequest") return Configuration();
    if (type == "ValidateConnectorRuntimeSettingsRequest") return json::Object{{"isSuccess", true}};
    if (type == "ValidateCredentialsRequest") return Validate(request);
    if (type == "ListEntitiesRequest") return List(request);
    if (type == "DescribeEntityRequest") return Describe(request);
    if (type == "QueryDataRequest") return Query(request);
    if (type == "RetrieveDataRequest") return Retrieve(request);
    if (type == "WriteDataRequest") return Write(request);
    return ServerError("IllegalArgument: no such type");
  }

  static json::Object Parse(const char* text) { return *json::ParseObject(text); }

  static json::Object Configuration() {
    return Parse(R"({"isSuccess":true,"connectorOwner":"Test","connectorName":"Fake",
      "connectorVersion":"1.0","connectorModes":["SOURCE","DESTINATION"],
      "supportedApiVersions":["v1"],"authenticationConfig":{"isBasicAuthSupported":true},
      "connectorRuntimeSetting":[{"key":"region","dataType":"String","required":false,
        "label":"Region","description":"Where it is","scope":"CONNECTOR_PROFILE"}]})");
  }

  json::Object Validate(const json::Object& request) {
    const std::string arn =
        json::FindString(*json::FindObject(request, "credentials"), "secretArn").value_or("");
    if (!secrets.contains(arn)) return Refusal("ResourceNotFoundError", "no such secret");
    auto secret = json::ParseObject(secrets[arn]);
    if (json::FindString(*secret, "password") == kFakeSecret) return {{"isSuccess", true}};
    return Refusal("InvalidCredentials", "wrong");
  }

  static json::Object List(const json::Object& request) {
    if (json::FindString(request, "nextToken")) return Refusal("InvalidArgument", "no such token");
    return Parse(R"({"isSuccess":true,"entities":[
      {"entityIdentifier":"things","hasNestedEntities":false,"isWritable":true}]})");
  }

  static json::Object Describe(const json::Object& request) {
    if (json::FindString(request, "entityIdentifier") != "things") {
      return Refusal("ResourceNotFoundError", "no such entity");
    }
    return Parse(R"({"isSuccess":true,"entityDefinition":{
      "entity":{"entityIdentifier":"things","hasNestedEntities":false},"fields":[
      {"fieldName":"id","dataType":"String","isPrimaryKey":true,
       "readProperties":{"isRetrievable":true,"isNullable":false,"isQueryable":true},
       "writeProperties":{"isCreatable":true,"isNullable":false,
                          "supportedWriteOperations":["UPDATE","UPSERT","DELETE"]}},
      {"fieldName":"name","dataType":"String",
       "writeProperties":{"isCreatable":true,"isUpdatable":true,"isNullable":true}},
      {"fieldName":"count","dataType":"Long",
       "writeProperties":{"isCreatable":true,"isUpdatable":true,"isNullable":true}},
      {"fieldName":"made","dataType":"DateTime",
       "writeProperties":{"isCreatable":true,"isUpdatable":true,"isNullable":true}}]}})");
  }

  static DataType TypeOfField(const std::string& field) {
    return field == "count"  ? DataType::kLong
           : field == "made" ? DataType::kDateTime
                             : DataType::kString;
  }

  static bool Matches(const Filter& filter, const Record& row) {
    switch (filter.kind) {
      case Filter::Kind::kAnd:
        return std::all_of(filter.operands.begin(), filter.operands.end(),
                           [&](const Filter& operand) { return Matches(operand, row); });
      case Filter::Kind::kOr:
        return std::any_of(filter.operands.begin(), filter.operands.end(),
                           [&](const Filter& operand) { return Matches(operand, row); });
      default:
        break;
    }
    const Value value = ValueOf(row, filter.field);
    auto literal = [&](size_t i) { return Value::String(filter.values[i].text); };
    auto order = Compare(TypeOfField(filter.field), value, literal(0));
    if (!order) return false;
    switch (filter.op) {
      case Operator::kEqualTo:
        return *order == 0;
      case Operator::kNotEqualTo:
        return *order != 0;
      case Operator::kLessThan:
        return *order < 0;
      case Operator::kLessThanOrEqualTo:
        return *order <= 0;
      case Operator::kGreaterThan:
        return *order > 0;
      case Operator::kGreaterThanOrEqualTo:
        return *order >= 0;
      case Operator::kContains:
        return value.text.find(filter.values[0].text) != std::string::npos;
      default:  // BETWEEN
        return *order >= 0 && *Compare(TypeOfField(filter.field), value, literal(1)) <= 0;
    }
  }

  static std::string ToRecord(const json::Object& request, const Record& row) {
    const json::Array* selected = json::FindArray(request, "selectedFieldNames");
    Record record;
    for (const auto& [name, value] : row) {
      bool wanted = !selected || std::any_of(selected->begin(), selected->end(), [&](auto& item) {
        return std::string_view(item.get_string()) == name;
      });
      if (wanted && !value.is_null()) record[name] = value;
    }
    return ToJson(record);
  }

  json::Object Query(const json::Object& request) {
    if (json::FindString(request, "entityIdentifier") != "things") {
      return Refusal("ResourceNotFoundError", "no such entity");
    }
    auto filter = protocol::ParseFilterExpression(
        json::FindString(request, "filterExpression").value_or("LIMIT 1000000"));
    if (!filter.ok()) return Refusal("InvalidArgument", "no filter");
    if (filter->condition && filter->condition->field == "sluiceNoSuchField") {
      return Refusal("InvalidArgument", "no such field");
    }
    const std::string token = json::FindString(request, "nextToken").value_or("");
    if (!token.empty() && !rows.contains(token)) return Refusal("InvalidArgument", "no token");
    const auto max = static_cast<size_t>(std::min(
        json::FindInt(request, "maxResults").value_or(1000), filter->limit.value_or(1'000'000)));
    json::Array records;
    json::Object answer = {{"isSuccess", true}};
    for (auto row = token.empty() ? rows.begin() : rows.find(token); row != rows.end(); ++row) {
      if (filter->condition && !Matches(*filter->condition, row->second)) continue;
      if (records.size() == max) {
        if (!filter->limit || *filter->limit > 1000) answer["nextToken"] = row->first;
        break;
      }
      records.emplace_back(ToRecord(request, row->second));
    }
    answer["records"] = std::move(records);
    return answer;
  }

  json::Object Retrieve(const json::Object& request) {
    json::Array records;
    for (const json::Value& id : *json::FindArray(request, "ids")) {
      auto row = rows.find(std::string(id.get_string()));
      if (row != rows.end()) records.emplace_back(ToRecord(request, row->second));
    }
    return {{"isSuccess", true}, {"records", std::move(records)}};
  }

  json::Object WriteOne(const std::string& operation, const Record& record) {
    const std::string id = ValueOf(record, "id").text;
    const bool known = rows.contains(id);
    const bool refused = operation != "UPSERT" && (operation == "INSERT") == known;
    json::Object result = {{"isSuccess", !refused}, {"recordId", id}};
    if (refused) result["errorMessage"] = known ? "the id is taken" : "no such id";
    if (!refused && operation == "DELETE") rows.erase(id);
    if (!refused && operation != "DELETE") {
      for (const auto& [name, value] : record) rows[id][name] = value;
    }
    return result;
  }

  json::Object Write(const json::Object& request) {
    if (json::FindString(request, "entityIdentifier") != "things") {
      return Refusal("ResourceNotFoundError", "no such entity");
    }
    const auto before = rows;
    json::Array results;
    bool all = true;
    for (const json::Value& text : *json::FindArray(request, "records")) {
      results.push_back(WriteOne(json::FindString(request, "operation").value_or(""),
                                 *ReadRecord(std::string_view(text.get_string()))));
      all &= results.back().at("isSuccess").get_bool();
    }
    json::Object answer = all ? json::Object{{"isSuccess", true}}
                              : Refusal("PartialWriteFailure", "some were refused");
    if (!all && json::FindBool(request, "allOrNone").value_or(false)) {
      rows = before;
      for (json::Value& result : results) result.get_object()["isSuccess"] = false;
    }
    answer["writeRecordResults"] = std::move(results);
    return answer;
  }
};

}  // namespace sluice::conformance
