// A connector function for tests: one table in memory behind the protocol's JSON, or whatever
// answers a test wants. Counts each request once where the table announces "sluice.progress".
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/protocol/codec.h"
#include "sluice/protocol/filter_expression.h"
#include "sluice/protocol/function_invoker.h"

namespace sluice::custom {

inline constexpr char kFunctionArn[] = "arn:aws:lambda:eu-west-1:1:function:fake";
inline constexpr char kRightSecret[] = "arn:aws:secretsmanager:eu-west-1:1:secret:right";

class FakeFunction final : public protocol::FunctionInvoker {
 public:
  using Row = std::map<std::string, std::string>;  // JSON by field; "id" tells rows apart.

  EntityDefinition table;
  std::map<std::string, Row> rows;  // By the JSON of "id".
  size_t page_size = 10;
  int inserted = 0;  // Rows, all told.

  struct Stream {
    int64_t seq = 0;
    std::string token;
    std::string report, answer;  // Of the last request.
  };
  std::map<std::string, Stream> streams;
  // Whether the account may have them, and what the entity with them is called.
  bool may_keep_streams = true;
  std::string streams_entity = "_sluice_progress";

  // Of the requests from now on, the one with this number is lost: before it was carried out, or
  // the answer to it. -1: none.
  int lost_request = -1, lost_answer = -1;

  // Answers instead of the table's, one a call, while there are any.
  std::deque<Result<std::string>> scripted;
  // What was asked, in order.
  std::vector<protocol::Request> requests;

  Result<std::string> Invoke(std::string_view function_arn, std::string_view payload,
                             Deadline) override {
    if (function_arn != kFunctionArn) return ResourceNotFound("no such function");
    auto request = protocol::ParseRequest(payload);
    if (!request.ok()) return ServerError("the function threw: " + request.error().message);
    requests.push_back(*request);
    if (lost_request >= 0 && lost_request-- == 0) return ServerError("the request was lost");
    bool is_lost = lost_answer >= 0 && lost_answer-- == 0;
    if (!scripted.empty()) {
      Result<std::string> answer = scripted.front();
      scripted.pop_front();
      return answer;
    }
    auto answer = std::visit([this](const auto& message) { return Answer(message); }, *request);
    if (is_lost) return ServerError("the answer was lost");
    return answer;
  }

  static Row ToRow(const std::string& record) {
    Row row;
    simdjson::padded_string text(record);
    simdjson::ondemand::parser parser;
    auto document = parser.iterate(text);
    for (auto member : document.get_object()) {
      std::string name(std::string_view(member.unescaped_key()));
      row[name] = RawJson(member.value());
    }
    return row;
  }

  std::string ToRecord(const Row& row) const {
    std::string record;
    for (const Field& field : table.fields) {
      auto value = row.find(field.name);
      record += record.empty() ? "{" : ",";
      json::AppendQuoted(record, field.name);
      record += ':' + (value == row.end() ? "null" : value->second);
    }
    return record + "}";
  }

 private:
  // A value as it stands in the record, so that no digit is lost.
  static std::string RawJson(simdjson::ondemand::value value) {
    switch (value.type()) {
      case simdjson::ondemand::json_type::object:
        return std::string(value.get_object().value().raw_json().value());
      case simdjson::ondemand::json_type::array:
        return std::string(value.get_array().value().raw_json().value());
      default: {
        std::string token(value.raw_json_token());
        return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
      }
    }
  }

  std::string Answer(const protocol::DescribeConnectorConfigurationRequest&) {
    return R"({"isSuccess":false,"errorDetails":{"errorCode":"ClientError","errorMessage":"not here"}})";
  }
  std::string Answer(const protocol::ValidateConnectorRuntimeSettingsRequest& request) {
    protocol::ValidateConnectorRuntimeSettingsResponse response;
    if (request.runtime_settings.contains("bad")) {
      response.errors_by_input_field["bad"] = "must go";
    }
    return ToJson(response);
  }
  std::string Answer(const protocol::ValidateCredentialsRequest& request) {
    return ToJson(Authenticated(request.credentials, protocol::ValidateCredentialsResponse{}));
  }
  std::string Answer(const protocol::ListEntitiesRequest& request) {
    protocol::ListEntitiesResponse response;
    bool second = !request.next_token.empty();
    response.entities = {second ? Entity{.identifier = "zzz"} : table.entity};
    if (!second) response.next_token = "1";
    return ToJson(Authenticated(*request.context.credentials, response));
  }
  std::string Answer(const protocol::DescribeEntityRequest& request) {
    Result<protocol::DescribeEntityResponse> response =
        ResourceNotFound("there is no entity '" + request.entity_identifier + "'");
    if (request.entity_identifier == table.entity.identifier) {
      response = protocol::DescribeEntityResponse{table, {}};
    }
    return ToJson(response);
  }
  std::string Answer(const protocol::QueryDataRequest& request) {
    size_t at = request.next_token.empty() ? 0 : std::stoul(request.next_token);
    std::optional<Filter> condition;
    if (!request.filter_expression.empty()) {
      auto filter = protocol::ParseFilterExpression(request.filter_expression);
      if (!filter.ok()) return ToJson(Result<protocol::QueryDataResponse>(filter.error()));
      condition = filter->condition;
    }
    protocol::QueryDataResponse page;
    auto row = rows.begin();
    std::advance(row, static_cast<long>(std::min(at, rows.size())));
    for (; row != rows.end() && page.records.size() < page_size; ++row, ++at) {
      if (!condition || Matches(*condition, row->second)) {
        page.records.Add(ToRecord(row->second));
      }
    }
    if (row != rows.end()) page.next_token = std::to_string(at);
    return ToJson(Result<protocol::QueryDataResponse>(page));
  }
  std::string Answer(const protocol::RetrieveDataRequest& request) {
    Result<protocol::RetrieveDataResponse> response = protocol::RetrieveDataResponse{};
    if (request.entity_identifier != streams_entity) {
      response = InvalidArgument("'" + request.entity_identifier + "' names no table");
    } else if (!may_keep_streams) {
      response = Error{ErrorCode::kAccessDenied, "SELECT denied", {}};
    } else if (auto found = streams.find(request.ids.at(0)); found != streams.end()) {
      const Stream& stream = found->second;
      response->records.Add(json::ToText(
          json::Object{{"seq", stream.seq}, {"token", stream.token}, {"report", stream.report}}));
    }
    return ToJson(response);
  }
  std::string Answer(const protocol::WriteDataRequest& request) {
    std::string setting = request.context.Setting("sluice.progress");
    if (setting.empty()) return ToJson(Write(request));
    if (!may_keep_streams) return ToJson(Refused({ErrorCode::kAccessDenied, "CREATE denied", {}}));
    auto progress = *json::ParseObject(setting);
    Stream& stream = streams[*json::FindString(progress, "stream")];
    int64_t seq = *json::FindInt(progress, "seq");
    if (stream.seq == seq && seq > 0) return stream.answer;
    if (stream.seq != *json::FindInt(progress, "previous")) {
      return ToJson(Refused({ErrorCode::kClientError, "another writer has taken it over", {}}));
    }
    protocol::WriteDataResponse response = Write(request);
    json::Array refused;
    for (size_t i = 0; i < response.results.size(); ++i) {
      if (!response.results[i].is_success) refused.push_back(json::Array{i, "why"});
    }
    std::string report = json::ToText(json::Object{{"refused", refused}});
    stream = {seq, *json::FindString(progress, "token"), report, ToJson(response)};
    return stream.answer;
  }

  static protocol::WriteDataResponse Refused(Error error) {
    protocol::WriteDataResponse response;
    response.error = std::move(error);
    return response;
  }

  protocol::WriteDataResponse Write(const protocol::WriteDataRequest& request) {
    protocol::WriteDataResponse response;
    for (const std::string& record : request.records) {
      Row row = ToRow(record);
      std::string id = row["id"];
      bool known = rows.contains(id);
      bool refused = request.operation == WriteOperation::kInsert   ? known
                     : request.operation == WriteOperation::kUpsert ? false
                                                                    : !known;
      if (refused) {
        response.results.push_back({false, id, known ? "duplicate id" : "no such id"});
        continue;
      }
      response.results.push_back({true, id, ""});
      if (!known) ++inserted;
      if (request.operation == WriteOperation::kDelete) {
        rows.erase(id);
      } else {
        for (auto& [name, value] : row) rows[id][name] = value;
      }
    }
    return response;
  }

  template <class Response>
  static Result<Response> Authenticated(const protocol::CredentialsReference& credentials,
                                        Response response) {
    if (credentials.secret_arn == kRightSecret) return response;
    return Error{ErrorCode::kInvalidCredentials, "the password is wrong", {}};
  }

  static int Compare(const std::string& json, const FilterValue& value) {
    if (value.kind == FilterValue::Kind::kNumber) {
      double difference = std::stod(json) - std::stod(value.text);
      return difference < 0 ? -1 : difference > 0;
    }
    auto text = json::Parse(json);
    return (text->is_string() ? std::string(text->get_string()) : json).compare(value.text);
  }

  static bool Matches(const Filter& filter, const Row& row) {
    auto operand = [&](const Filter& inner) { return Matches(inner, row); };
    switch (filter.kind) {
      case Filter::Kind::kAnd:
        return std::all_of(filter.operands.begin(), filter.operands.end(), operand);
      case Filter::Kind::kOr:
        return std::any_of(filter.operands.begin(), filter.operands.end(), operand);
      case Filter::Kind::kNot:
        return !operand(filter.operands[0]);
      default:
        break;
    }
    auto found = row.find(filter.field);
    if (found == row.end() || found->second == "null") return false;
    const std::string& json = found->second;
    int order = Compare(json, filter.values[0]);
    switch (filter.op) {
      case Operator::kEqualTo:
        return order == 0;
      case Operator::kNotEqualTo:
        return order != 0;
      case Operator::kLessThan:
        return order < 0;
      case Operator::kLessThanOrEqualTo:
        return order <= 0;
      case Operator::kGreaterThan:
        return order > 0;
      case Operator::kGreaterThanOrEqualTo:
        return order >= 0;
      case Operator::kContains:
        return json.find(filter.values[0].text) != std::string::npos;
      case Operator::kBetween:
        return order >= 0 && Compare(json, filter.values[1]) <= 0;
      default:
        return false;
    }
  }
};

}  // namespace sluice::custom
