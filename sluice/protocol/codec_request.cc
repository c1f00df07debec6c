#include <algorithm>

#include "sluice/protocol/authentication_type.h"
#include "sluice/protocol/codec.h"
#include "sluice/protocol/codec_parts.h"

namespace sluice::protocol {
namespace {

constexpr int64_t kDefaultPage = 1000;

ConnectorContext ReadContext(const JsonReader& in) {
  ConnectorContext context;
  context.runtime_settings = in.StringMap("connectorRuntimeSettings");
  if (in.Has("credentials")) context.credentials = ReadCredentials(in.Object("credentials"));
  context.api_version = in.String("apiVersion");
  context.flow_name = in.String("flowName");
  context.execution_id = in.String("executionId");
  context.profile_name = in.String("connectorProfileLabel");
  if (in.Has("entityDefinition")) {
    context.entity_definition = ReadEntityDefinition(in.Object("entityDefinition"));
  }
  return context;
}

ConnectorContext ReadRequiredContext(const JsonReader& in) {
  return ReadContext(in.RequiredObject("connectorContext"));
}

// apiVersion and the settings are written even when empty: AWS's Python SDK insists on the former,
// and connectors look into the latter without asking whether it is there.
void WriteContext(JsonWriter& out, const ConnectorContext& context) {
  out.BeginObject("connectorContext");
  out.Map("connectorRuntimeSettings", context.runtime_settings);
  if (context.credentials) WriteCredentials(out, *context.credentials);
  out.String("apiVersion", context.api_version);
  out.StringIfAny("flowName", context.flow_name);
  out.StringIfAny("executionId", context.execution_id);
  out.StringIfAny("connectorProfileLabel", context.profile_name);
  if (context.entity_definition) WriteEntityDefinition(out, *context.entity_definition);
  out.EndObject();
}

int64_t ReadPageSize(const JsonReader& in, std::string_view name) {
  int64_t size = in.Int(name, kDefaultPage);
  if (size < 0) in.Complain(name, "is negative");
  return size == 0 ? kDefaultPage : size;
}

// One overload pair a message. Braces and "type" are the callers'.
void Read(const JsonReader& in, DescribeConnectorConfigurationRequest& request) {
  request.locale = in.String("locale", "en-US");
  request.connector_label = in.String("connectorLabel");
}
void Write(JsonWriter& out, const DescribeConnectorConfigurationRequest& request) {
  out.String("locale", request.locale);
  out.StringIfAny("connectorLabel", request.connector_label);
}

void Read(const JsonReader& in, ValidateConnectorRuntimeSettingsRequest& request) {
  request.scope = in.RequiredString("scope");
  request.runtime_settings = in.StringMap("connectorRuntimeSettings");
}
void Write(JsonWriter& out, const ValidateConnectorRuntimeSettingsRequest& request) {
  out.String("scope", request.scope);
  out.Map("connectorRuntimeSettings", request.runtime_settings);
}

void Read(const JsonReader& in, ValidateCredentialsRequest& request) {
  request.credentials = ReadCredentials(in.Object("credentials"));
  request.runtime_settings = in.StringMap("connectorRuntimeSettings");
}
void Write(JsonWriter& out, const ValidateCredentialsRequest& request) {
  WriteCredentials(out, request.credentials);
  out.Map("connectorRuntimeSettings", request.runtime_settings);
}

void Read(const JsonReader& in, ListEntitiesRequest& request) {
  request.context = ReadRequiredContext(in);
  request.entities_path = in.String("entitiesPath");
  request.max_result = ReadPageSize(in, "maxResult");
  request.next_token = in.String("nextToken");
}
void Write(JsonWriter& out, const ListEntitiesRequest& request) {
  out.StringIfAny("entitiesPath", request.entities_path);
  out.Int("maxResult", request.max_result);
  out.StringIfAny("nextToken", request.next_token);
  WriteContext(out, request.context);
}

void Read(const JsonReader& in, DescribeEntityRequest& request) {
  request.entity_identifier = in.RequiredString("entityIdentifier");
  request.context = ReadRequiredContext(in);
}
void Write(JsonWriter& out, const DescribeEntityRequest& request) {
  out.String("entityIdentifier", request.entity_identifier);
  WriteContext(out, request.context);
}

void Read(const JsonReader& in, QueryDataRequest& request) {
  request.entity_identifier = in.RequiredString("entityIdentifier");
  request.selected_field_names = in.Strings("selectedFieldNames");
  request.filter_expression = in.String("filterExpression");
  request.max_results = ReadPageSize(in, "maxResults");
  request.next_token = in.String("nextToken");
  request.context = ReadRequiredContext(in);
}
void Write(JsonWriter& out, const QueryDataRequest& request) {
  out.String("entityIdentifier", request.entity_identifier);
  out.StringsIfAny("selectedFieldNames", request.selected_field_names);
  out.StringIfAny("filterExpression", request.filter_expression);
  out.Int("maxResults", request.max_results);
  out.StringIfAny("nextToken", request.next_token);
  WriteContext(out, request.context);
}

void Read(const JsonReader& in, RetrieveDataRequest& request) {
  request.entity_identifier = in.RequiredString("entityIdentifier");
  request.selected_field_names = in.Strings("selectedFieldNames");
  request.id_field_name = in.String("idFieldName");
  request.ids = in.Strings("ids");
  request.context = ReadRequiredContext(in);
}
void Write(JsonWriter& out, const RetrieveDataRequest& request) {
  out.String("entityIdentifier", request.entity_identifier);
  out.StringsIfAny("selectedFieldNames", request.selected_field_names);
  out.StringIfAny("idFieldName", request.id_field_name);
  out.StringsIfAny("ids", request.ids);
  WriteContext(out, request.context);
}

void Read(const JsonReader& in, WriteDataRequest& request) {
  request.entity_identifier = in.RequiredString("entityIdentifier");
  request.operation = in.RequiredEnum("operation", &WriteOperationFromString);
  request.id_field_names = in.Strings("idFieldNames");
  request.records = in.TakeRecords();
  request.all_or_none = in.Bool("allOrNone", false);
  request.context = ReadRequiredContext(in);
}
void Write(JsonWriter& out, const WriteDataRequest& request) {
  out.String("entityIdentifier", request.entity_identifier);
  out.String("operation", ToString(request.operation));
  out.StringsIfAny("idFieldNames", request.id_field_names);
  out.Bool("allOrNone", request.all_or_none);
  WriteContext(out, request.context);
  out.Strings("records", request.records);
}

// In the order of `Request`'s alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Request>> kTypes = {
    "DescribeConnectorConfigurationRequest",
    "ValidateConnectorRuntimeSettingsRequest",
    "ValidateCredentialsRequest",
    "ListEntitiesRequest",
    "DescribeEntityRequest",
    "QueryDataRequest",
    "RetrieveDataRequest",
    "WriteDataRequest"};

template <size_t index = 0>
Request MakeRequest(size_t wanted) {
  if constexpr (index + 1 < std::variant_size_v<Request>) {
    if (wanted != index) return MakeRequest<index + 1>(wanted);
  }
  return Request(std::in_place_index<index>);
}

// What a request without its records comes to, roughly; more only costs a reallocation.
size_t ExpectedBytes(const Request& request) {
  size_t bytes = 4096;
  if (auto* write = std::get_if<WriteDataRequest>(&request)) {
    for (const std::string& record : write->records) bytes += record.size() * 5 / 4 + 16;
  }
  return bytes;
}

}  // namespace

CredentialsReference ReadCredentials(const JsonReader& in) {
  CredentialsReference credentials;
  credentials.secret_arn = in.String("secretArn");
  std::string type = in.String("authenticationType");
  auto found = std::find_if(kAuthenticationTypes.begin(), kAuthenticationTypes.end(),
                            [&](const AuthenticationTypeName& name) {
                              return type == name.protocol || type == name.api;
                            });
  if (found == kAuthenticationTypes.end()) {
    in.Complain("authenticationType", "has the unknown value '" + type + "'");
  } else {
    credentials.authentication_type = found->type;
  }
  return credentials;
}

void WriteCredentials(JsonWriter& out, const CredentialsReference& credentials) {
  out.BeginObject("credentials");
  out.StringIfAny("secretArn", credentials.secret_arn);
  for (const AuthenticationTypeName& name : kAuthenticationTypes) {
    if (name.type == credentials.authentication_type) {
      out.StringIfAny("authenticationType", name.protocol);
    }
  }
  out.EndObject();
}

Result<Request> ParseRequest(std::string_view json) {
  auto received = ParseMessage(json);
  if (!received.ok()) {
    return WithContext(std::move(received).error(),
                       "the connector was called with a payload that is");
  }
  std::optional<std::string> problem;
  JsonReader in(*received, problem);
  std::string type = in.RequiredString("type");
  auto known = std::find(kTypes.begin(), kTypes.end(), type);
  if (!problem && known == kTypes.end()) {
    return InvalidArgument("the connector protocol has no request of type '" + type + "'");
  }
  Request request = MakeRequest(problem ? 0 : known - kTypes.begin());
  if (!problem) std::visit([&](auto& message) { Read(in, message); }, request);
  if (problem) return InvalidArgument((type.empty() ? "request" : type) + ": " + *problem);
  return request;
}

std::string_view OperationOf(const Request& request) {
  std::string_view type = kTypes[request.index()];
  type.remove_suffix(std::string_view("Request").size());
  return type;
}

std::string ToJson(const Request& request) {
  JsonWriter out(ExpectedBytes(request));
  out.BeginObject();
  out.String("type", kTypes[request.index()]);
  std::visit([&](const auto& message) { Write(out, message); }, request);
  out.EndObject();
  return out.Take();
}

}  // namespace sluice::protocol
