#include "sluice/protocol/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/json.h"

namespace sluice::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Message>
Message ParsedAs(std::string_view json) {
  auto request = ParseRequest(json);
  if (!request.ok()) {
    ADD_FAILURE() << json << ": " << ToString(request.error());
    return {};
  }
  return std::get<Message>(*request);
}

template <class T>
T Value(Result<T> result) {
  if (result.ok()) return *std::move(result);
  ADD_FAILURE() << ToString(result.error());
  return {};
}

EntityDefinition Accounts() {
  Field id;
  id.name = "id";
  id.data_type_label = "bigint(20) unsigned";
  id.data_type = DataType::kLong;
  id.is_primary_key = true;
  id.constraints = FieldConstraints{.min_value = "0", .max_value = "18446744073709551615"};
  id.write = WriteProperties{.is_nullable = false,
                             .supported_write_operations = {WriteOperation::kUpdate}};
  Field name;
  name.name = "größe \"x\"";
  name.data_type_label = "String";
  name.label = "Größe";
  name.description = "line\nbreak";
  name.default_value = "";
  name.is_deprecated = true;
  name.constraints = FieldConstraints{.max_length = "255",
                                      .allowed_values = {"a", "b"},
                                      .allowed_values_regex = "^\\w+$",
                                      .allowed_date_format = "yyyy"};
  name.read.is_queryable = false;
  name.filter_operators = {Operator::kEqualTo, Operator::kContains};
  name.custom_properties = {{"k", "v"}};
  return {.entity = {.identifier = "sf_account", .label = "Accounts", .is_writable = false},
          .fields = {id, name},
          .custom_properties = {{"sluice.progress", "_sluice_progress"}}};
}

ConnectorContext Context() {
  return {.runtime_settings = {{"region", "eu"}},
          .credentials = CredentialsReference{"arn:x", AuthenticationType::kCustom},
          .api_version = "v1",
          .flow_name = "flow",
          .execution_id = "run",
          .profile_name = "profile",
          .entity_definition = Accounts()};
}

TEST(Requests, ReadBackAsTheyWereWritten) {
  auto describe = ParsedAs<DescribeConnectorConfigurationRequest>(
      ToJson(Request(DescribeConnectorConfigurationRequest{"de-DE", "TiDB"})));
  EXPECT_EQ(describe.locale, "de-DE");
  EXPECT_EQ(describe.connector_label, "TiDB");

  auto settings = ParsedAs<ValidateConnectorRuntimeSettingsRequest>(
      ToJson(Request(ValidateConnectorRuntimeSettingsRequest{"SOURCE", {{"a", "b"}}})));
  EXPECT_EQ(settings.scope, "SOURCE");
  EXPECT_EQ(settings.runtime_settings, (Settings{{"a", "b"}}));

  auto list = ParsedAs<ListEntitiesRequest>(
      ToJson(Request(ListEntitiesRequest{Context(), "top/é", 7, "next"})));
  EXPECT_EQ(list.context, Context());
  EXPECT_EQ(list.entities_path, "top/é");
  EXPECT_EQ(list.max_result, 7);
  EXPECT_EQ(list.next_token, "next");

  auto entity =
      ParsedAs<DescribeEntityRequest>(ToJson(Request(DescribeEntityRequest{"e", Context()})));
  EXPECT_EQ(entity.entity_identifier, "e");
  EXPECT_EQ(entity.context, Context());

  auto query = ParsedAs<QueryDataRequest>(
      ToJson(Request(QueryDataRequest{"e", {"a", "b"}, "a = 'x'", 10, "2000", Context()})));
  EXPECT_THAT(query.selected_field_names, ElementsAre("a", "b"));
  EXPECT_EQ(query.filter_expression, "a = 'x'");
  EXPECT_EQ(query.max_results, 10);
  EXPECT_EQ(query.next_token, "2000");
  EXPECT_EQ(query.context, Context());

  auto retrieve = ParsedAs<RetrieveDataRequest>(
      ToJson(Request(RetrieveDataRequest{"e", {"a"}, "id", {"1", "2"}, Context()})));
  EXPECT_EQ(retrieve.id_field_name, "id");
  EXPECT_THAT(retrieve.ids, ElementsAre("1", "2"));

  auto write = ParsedAs<WriteDataRequest>(ToJson(Request(WriteDataRequest{
      "e", WriteOperation::kUpsert, {"id"}, {R"({"id":"1\n\u0001"})", "{}"}, true, Context()})));
  EXPECT_EQ(write.operation, WriteOperation::kUpsert);
  EXPECT_THAT(write.id_field_names, ElementsAre("id"));
  EXPECT_THAT(write.records, ElementsAre(R"({"id":"1\n\u0001"})", "{}"));
  EXPECT_TRUE(write.all_or_none);
  EXPECT_EQ(write.context, Context());
}

// The shapes of the connector SDKs' documentation, with null where Java writes it.
TEST(Requests, ReadWhatAppFlowSends) {
  auto validate = ParsedAs<ValidateCredentialsRequest>(
      R"({"type":"ValidateCredentialsRequest","credentials":{"secretArn":"arn:aws:s","authenticationType":"CustomAuth"},
          "connectorRuntimeSettings":{"port":4000,"tls":true,"none":null}})");
  EXPECT_EQ(validate.credentials, (CredentialsReference{"arn:aws:s", AuthenticationType::kCustom}));
  EXPECT_EQ(validate.runtime_settings, (Settings{{"port", "4000"}, {"tls", "true"}}));

  auto query = ParsedAs<QueryDataRequest>(
      R"({"type":"QueryDataRequest","entityIdentifier":"e","selectedFieldNames":null,
          "filterExpression":null,"maxResults":null,"nextToken":null,"unknown":{"a":[1]},
          "connectorContext":{"apiVersion":null,"credentials":null,"connectorRuntimeSettings":null,
          "entityDefinition":{"entity":{"entityIdentifier":"e","hasNestedEntities":false,"isWritable":null,"customProperties":null},
            "fields":[{"fieldName":"id","dataType":"BigDecimal","constraints":
              {"allowedValueRange":{"minRange":-99999999999999999999.99,"maxRange":0.10}}}],"customProperties":null}}})");
  EXPECT_TRUE(query.selected_field_names.empty());
  EXPECT_EQ(query.max_results, 1000);
  ASSERT_TRUE(query.context.entity_definition);
  EXPECT_TRUE(query.context.entity_definition->entity.is_writable);
  const Field& id = query.context.entity_definition->fields.at(0);
  EXPECT_EQ(id.data_type_label, "BigDecimal");
  EXPECT_EQ(id.constraints->min_value, "-99999999999999999999.99");
  EXPECT_EQ(id.constraints->max_value, "0.10");
  EXPECT_FALSE(id.write);
  // Handed on exactly, and as numbers.
  EXPECT_THAT(ToJson(Request(query)), HasSubstr("\"minRange\":-99999999999999999999.99,"));
}

TEST(Requests, KnowBothSpellingsOfAuthenticationTypes) {
  const std::pair<const char*, AuthenticationType> spellings[] = {
      {"OAuth2", AuthenticationType::kOAuth2},     {"OAUTH2", AuthenticationType::kOAuth2},
      {"ApiKey", AuthenticationType::kApiKey},     {"APIKEY", AuthenticationType::kApiKey},
      {"BasicAuth", AuthenticationType::kBasic},   {"BASIC", AuthenticationType::kBasic},
      {"CustomAuth", AuthenticationType::kCustom}, {"CUSTOM", AuthenticationType::kCustom}};
  for (auto [text, type] : spellings) {
    auto request = ParsedAs<ValidateCredentialsRequest>(
        std::string(
            R"({"type":"ValidateCredentialsRequest","credentials":{"authenticationType":")") +
        text + "\"}}");
    EXPECT_EQ(request.credentials.authentication_type, type) << text;
  }
  EXPECT_THAT(ToJson(Request(ValidateCredentialsRequest{{"a", AuthenticationType::kBasic}, {}})),
              HasSubstr(R"("authenticationType":"BasicAuth")"));
}

TEST(Requests, AreRefusedWithTheNameOfWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not valid JSON"},
      {"[]", "not a JSON object"},
      {R"({"type":"X"} x)", "not valid JSON"},
      {"{}", "'type' is missing"},
      {R"({"type":5})", "'type' is not a string"},
      {R"({"type":"CommitRequest"})", "no request of type 'CommitRequest'"},
      {R"({"type":"DescribeEntityRequest","connectorContext":{}})",
       "'entityIdentifier' is missing"},
      {R"({"type":"DescribeEntityRequest","entityIdentifier":"e"})",
       "'connectorContext' is missing"},
      {R"({"type":"DescribeEntityRequest","entityIdentifier":"e","connectorContext":[]})",
       "'connectorContext' is not an object"},
      {R"({"type":"WriteDataRequest","entityIdentifier":"e","connectorContext":{}})",
       "'operation' is missing"},
      {R"({"type":"WriteDataRequest","entityIdentifier":"e","operation":"MERGE","connectorContext":{}})",
       "'operation' has the unknown value 'MERGE'"},
      {R"({"type":"WriteDataRequest","entityIdentifier":"e","operation":"INSERT","records":["{}",{}],"connectorContext":{}})",
       "'records' has an item that is not a string"},
      {R"({"type":"QueryDataRequest","entityIdentifier":"e","maxResults":-1,"connectorContext":{}})",
       "'maxResults' is negative"},
      {R"({"type":"QueryDataRequest","entityIdentifier":"e","nextToken":7,"connectorContext":{}})",
       "'nextToken' is not a string"},
      {R"({"type":"QueryDataRequest","entityIdentifier":"e","connectorContext":{"credentials":{"authenticationType":"Kerberos"}}})",
       "'connectorContext.credentials.authenticationType' has the unknown value 'Kerberos'"},
      {R"({"type":"QueryDataRequest","entityIdentifier":"e","connectorContext":{"entityDefinition":{"entity":{"entityIdentifier":"e"},"fields":[{"fieldName":"a","dataType":"String"},{"fieldName":"b","dataType":"string"}]}}})",
       "'connectorContext.entityDefinition.fields[1].dataType' has the unknown value 'string'"},
  };
  for (auto [json, message] : cases) {
    auto request = ParseRequest(json);
    ASSERT_FALSE(request.ok()) << json;
    EXPECT_EQ(request.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(request.error().message, HasSubstr(message)) << json;
  }
}

ConnectorInfo TiDB() {
  ConnectorInfo info;
  info.type = "CustomConnector";
  info.owner = "Sluice";
  info.name = "TiDB";
  info.version = "1.0";
  info.logo_url = "https://x/logo.png";
  info.is_source = info.is_destination = true;
  info.authentication.is_custom_supported = true;
  info.authentication.custom = {{"JDBC",
                                 {{"hostname", "Host", "Where it is", true, false, {}},
                                  {"tls", "TLS", "", false, true, {"Yes", "No"}}}}};
  info.authentication.is_oauth2_supported = true;
  info.authentication.oauth2 = {
      .scopes = {"s"},
      .token_urls = {"https://t"},
      .auth_code_urls = {"https://a"},
      .grant_types = {"AUTHORIZATION_CODE"},
      .custom_properties = {{{"audience", "A", "", true, false, {}}, true},
                            {{"prompt", "P", "", true, false, {}}, false}}};
  info.runtime_settings = {{"k", "L", "D", "Integer", true, "SOURCE", {"1", "2"}}};
  info.api_versions = {"v1"};
  info.operators = {Operator::kEqualTo};
  info.trigger_types = {"OnDemand"};
  info.scheduling_frequencies = {"DAILY"};
  info.write_operations = {WriteOperation::kInsert, WriteOperation::kUpsert};
  return info;
}

TEST(DescribeConnectorConfiguration, ReadsBackAsItWasWritten) {
  std::string json = ToJson(Result<DescribeConnectorConfigurationResponse>({TiDB()}));
  EXPECT_EQ(Value(ParseDescribeConnectorConfigurationResponse(json)).info, TiDB());
  EXPECT_THAT(json, HasSubstr(R"("supportedTriggerTypes":["ONDEMAND"])"));
  EXPECT_THAT(json, HasSubstr(R"("connectorRuntimeSetting":[{)"));
}

TEST(DescribeConnectorConfiguration, OmittedListsAreJavasDefaults) {
  for (const char* lists :
       {"",
        R"(,"operatorsSupported":null,"supportedTriggerTypes":null,"supportedWriteOperations":null,
               "triggerFrequenciesSupported":null,"authenticationConfig":null,"logoURL":null)"}) {
    auto info = Value(ParseDescribeConnectorConfigurationResponse(
                          std::string(R"({"isSuccess":true,"connectorOwner":"o","connectorName":"n",
        "connectorVersion":"1","connectorModes":["SOURCE"],"supportedApiVersions":["v1"])") +
                          lists + "}"))
                    .info;
    EXPECT_TRUE(info.is_source);
    EXPECT_FALSE(info.is_destination);
    EXPECT_EQ(info.operators, AllOperators());
    EXPECT_THAT(info.trigger_types, ElementsAre("Scheduled", "OnDemand"));
    EXPECT_EQ(info.scheduling_frequencies.size(), 6u);
    EXPECT_EQ(info.write_operations.size(), 4u);
    EXPECT_EQ(info.authentication, AuthenticationConfig());
  }
}

TEST(DescribeConnectorConfiguration, ReadsPythonsSpellingOfTheOAuth2Properties) {
  auto info =
      Value(
          ParseDescribeConnectorConfigurationResponse(
              R"({"isSuccess":true,"connectorOwner":"o","connectorName":"n","connectorVersion":"1",
      "connectorModes":["SOURCE","TELEPATHY"],"supportedApiVersions":["v1"],"operatorsSupported":["EQUAL_TO","NEWER_ONE"],
      "authenticationConfig":{"isOAuth2Supported":true,"isBasicAuthSupported":null,"oAuth2Defaults":{"tokenURL":["https://t"],"authURL":null,
        "oAuth2GrantTypesSupported":["CLIENT_CREDENTIALS"],"oAuthScopes":null,"addBasicAuthHeader":false,
        "oAuth2CustomProperties":[{"key":"audience","required":true,"label":"A","description":"D","type":"AUTH_URL"}]}}})"))
          .info;
  ASSERT_EQ(info.authentication.oauth2.custom_properties.size(), 1u);
  EXPECT_FALSE(info.authentication.oauth2.custom_properties[0].for_token_url);
  EXPECT_THAT(info.operators, ElementsAre(Operator::kEqualTo));
}

TEST(DescribeConnectorConfiguration, NamesTheMemberThatIsMissing) {
  auto response = ParseDescribeConnectorConfigurationResponse(
      R"({"isSuccess":true,"connectorOwner":"o","connectorName":"n","connectorVersion":"1","connectorModes":[]})");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, ErrorCode::kServerError);
  EXPECT_THAT(response.error().message, HasSubstr("'connectorModes' is missing or empty"));
}

TEST(DescribeEntity, ReadsBackAsItWasWritten) {
  DescribeEntityResponse described{Accounts(), {std::chrono::hours(2)}};
  auto read = Value(ParseDescribeEntityResponse(ToJson(Result<DescribeEntityResponse>(described))));
  EXPECT_EQ(read.definition, Accounts());
  EXPECT_EQ(read.cache_control, described.cache_control);
}

TEST(DescribeEntity, AFieldWithAnEmptyListOfOperatorsIsNotQueryable) {
  auto read = Value(ParseDescribeEntityResponse(
      R"({"isSuccess":true,"entityDefinition":{"entity":{"entityIdentifier":"e"},"fields":[
          {"fieldName":"a","dataType":"String","filterOperators":[]},
          {"fieldName":"b","dataType":"String","filterOperators":null,"readProperties":{"isQueryable":null}}]}})"));
  EXPECT_FALSE(read.definition.fields[0].read.is_queryable);
  EXPECT_TRUE(read.definition.fields[1].read.is_queryable);
}

TEST(ListEntities, ReadsBackAsItWasWritten) {
  ListEntitiesResponse listed{
      {{.identifier = "a", .has_nested_entities = true},
       {.identifier = "b", .label = "B", .custom_properties = {{"x", "y"}}}},
      "token",
      {}};
  auto read = Value(ParseListEntitiesResponse(ToJson(Result<ListEntitiesResponse>(listed))));
  EXPECT_EQ(read.entities, listed.entities);
  EXPECT_EQ(read.next_token, "token");
}

TEST(CacheControl, CountsInItsUnitAndIsNeverBelowTenMinutes) {
  auto read = [](std::string cache) {
    return Value(ParseListEntitiesResponse(R"({"isSuccess":true,"cacheControl":)" + cache + "}"))
        .cache_control.time_to_live.count();
  };
  EXPECT_EQ(read("null"), 3600);
  EXPECT_EQ(read(R"({"timeToLive":null})"), 3600);
  EXPECT_EQ(read(R"({"timeToLive":3})"), 600);
  EXPECT_EQ(read(R"({"timeToLive":-3,"timeToLiveUnit":"DAYS"})"), 600);
  EXPECT_EQ(read(R"({"timeToLive":700,"timeToLiveUnit":null})"), 700);
  EXPECT_EQ(read(R"({"timeToLive":700000,"timeToLiveUnit":"MILLISECONDS"})"), 700);
  EXPECT_EQ(read(R"({"timeToLive":20,"timeToLiveUnit":"MINUTES"})"), 1200);
  EXPECT_EQ(read(R"({"timeToLive":2,"timeToLiveUnit":"DAYS"})"), 172800);
  EXPECT_GT(read(R"({"timeToLive":9223372036854775807,"timeToLiveUnit":"DAYS"})"), 1'000'000'000);
}

TEST(QueryData, RecordsAreTextToTheByte) {
  std::vector<std::string> records = {R"({"a":"é \"q\" \\ /","b":1.10})",
                                      std::string("{\"n\":\"\0\"}", 9)};
  std::string json = ToJson(Result(QueryDataResponse{records, "1000"}));
  auto read = Value(ParseQueryDataResponse(json));
  EXPECT_EQ(read.records, records);
  EXPECT_EQ(read.next_token, "1000");
}

TEST(WriteData, RecordsAreThoseOfTheRequestItself) {
  std::string text = R"({"type":"WriteDataRequest","entityIdentifier":"e","operation":"INSERT",
      "x":{"records":[1]},"rec\u006frds":["{\"a\":1}",""],
      "connectorContext":{"connectorRuntimeSettings":{"records":"[]"},"y":[["records"],["a"]]}})";
  auto request = ParseRequest(text);
  ASSERT_TRUE(request.ok()) << ToString(request.error());
  EXPECT_THAT(std::get<WriteDataRequest>(*request).records, ElementsAre(R"({"a":1})", ""));
}

TEST(WriteData, ARecordMayBeLong) {
  WriteDataRequest request{.entity_identifier = "e"};
  for (size_t length : {4095, 4096, 4097, 100'000}) {
    request.records.push_back(std::string(length, '"'));
    request.records.push_back(std::string(length, 'x') + "\n");
  }
  auto read = ParseRequest(ToJson(Request(request)));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::get<WriteDataRequest>(*read).records, request.records);
}

TEST(QueryData, TheLastPageHasNoTokenHoweverThatIsSaid) {
  for (const char* token : {"", R"(,"nextToken":null)", R"(,"nextToken":"")"}) {
    auto page = Value(
        ParseQueryDataResponse(R"({"isSuccess":true,"records":null)" + std::string(token) + "}"));
    EXPECT_TRUE(page.next_token.empty());
    EXPECT_TRUE(page.records.empty());
  }
}

TEST(Answers, FailuresAreTheConnectorsErrors) {
  Error throttled{ErrorCode::kRateLimitExceeded, "slow \"down\"", std::chrono::seconds(7)};
  std::string json = ToJson(Result<QueryDataResponse>(throttled));
  EXPECT_EQ(json, R"({"isSuccess":false,"errorDetails":{"errorCode":"RateLimitExceeded",)"
                  R"("errorMessage":"slow \"down\"","retryAfterSeconds":7}})");
  EXPECT_EQ(ParseQueryDataResponse(json).error(), throttled);
  EXPECT_EQ(ParseValidateCredentialsResponse(ToJson(Result<ValidateCredentialsResponse>(throttled)))
                .error(),
            throttled);
}

TEST(Answers, AFailureWithoutDetailsIsStillOne) {
  for (const char* json :
       {R"({"isSuccess":false})", R"({"isSuccess":false,"errorDetails":null})",
        R"({"isSuccess":false,"errorDetails":{"errorCode":"Unheard","errorMessage":null}})"}) {
    auto response = ParseDescribeEntityResponse(json);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, ErrorCode::kUnknown);
    EXPECT_EQ(response.error().message,
              "the connector's answer to DescribeEntity is that it failed, without a message why. "
              R"(It should look like {"isSuccess":false,"errorDetails":{"errorCode":"ClientError",)"
              R"("errorMessage":"why"}})");
  }
}

TEST(Answers, APauseMayHaveAFraction) {
  auto pause = [](std::string seconds) {
    return ParseQueryDataResponse(
               R"({"isSuccess":false,"errorDetails":{"errorCode":"RateLimitExceeded","retryAfterSeconds":)" +
               seconds + "}}")
        .error();
  };
  EXPECT_EQ(pause("1.5").retry_after, std::chrono::seconds(2));
  EXPECT_EQ(pause("3e0").retry_after, std::chrono::seconds(3));
  EXPECT_EQ(pause("-1").retry_after, std::nullopt);
  EXPECT_EQ(pause("1e300").code, ErrorCode::kServerError);
  EXPECT_EQ(pause("\"soon\"").code, ErrorCode::kServerError);
}

TEST(Answers, WhatIsNotOfThisProtocolIsAServerError) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "answer to QueryData is empty"},
      {"<html>", "answer to QueryData is not valid JSON"},
      {"null", "is not a JSON object"},
      {"{\"isSuccess\":true,\"records\":[\"x", "not valid JSON"},
      {"{}", "'isSuccess' is missing"},
      {R"({"isSuccess":"true"})", "'isSuccess' is not true or false"},
      {R"({"isSuccess":true,"records":{}})", "'records' is not a list"},
      {R"({"isSuccess":true,"records":["{}",{"a":1}]})",
       "'records' has an item that is not a string"},
      {R"({"isSuccess":true,"nextToken":1000})", "'nextToken' is not a string"},
      {R"({"isSuccess":false,"errorDetails":"x"})", "'errorDetails' is not an object"},
      {"{\"isSuccess\":true,\"records\":[\"\xff\"]}", "not valid JSON"},
  };
  for (auto [json, message] : cases) {
    auto response = ParseQueryDataResponse(json);
    ASSERT_FALSE(response.ok()) << json;
    EXPECT_EQ(response.error().code, ErrorCode::kServerError) << json;
    EXPECT_THAT(response.error().message, HasSubstr(message)) << json;
  }
}

TEST(Answers, WhatIsWrongComesWithTheShapeAndTheCall) {
  EXPECT_EQ(ParseValidateCredentialsResponse("{}", " (after 3 ms)").error().message,
            "the connector's answer to ValidateCredentials is wrong: 'isSuccess' is missing. It "
            R"(should look like {"isSuccess":true} (after 3 ms))");
  EXPECT_EQ(
      ParseQueryDataResponse(R"({"isSuccess":false,"errorDetails":7})", " (x)").error().message,
      "the connector's answer to QueryData is wrong: 'errorDetails' is not an object. It "
      R"(should look like {"isSuccess":false,"errorDetails":{"errorCode":"ClientError",)"
      R"("errorMessage":"why"}} (x))");
  auto failed = ParseQueryDataResponse(
      R"({"isSuccess":false,"errorDetails":{"errorCode":"ClientError","errorMessage":"no"}})",
      " (x)");
  EXPECT_EQ(failed.error().message, "no");
}

// An answer made after the shape is one.
TEST(Shapes, AreThoseThatTheCodecReads) {
  auto info = Value(ParseDescribeConnectorConfigurationResponse(
                        ShapeOfAnswer("DescribeConnectorConfiguration")))
                  .info;
  EXPECT_EQ(info.owner, "Example Ltd");
  EXPECT_EQ(info.name, "Example");
  EXPECT_TRUE(info.is_source && info.is_destination);
  EXPECT_THAT(info.api_versions, ElementsAre("v1"));
  EXPECT_TRUE(info.authentication.is_custom_supported);
  EXPECT_EQ(info.authentication.custom.at(0).parameters.at(0).key, "token");

  EXPECT_FALSE(Value(ParseValidateConnectorRuntimeSettingsResponse(
                         ShapeOfAnswer("ValidateConnectorRuntimeSettings")))
                   .error);
  EXPECT_TRUE(ParseValidateCredentialsResponse(ShapeOfAnswer("ValidateCredentials")).ok());

  auto listed = Value(ParseListEntitiesResponse(ShapeOfAnswer("ListEntities")));
  EXPECT_EQ(listed.entities.at(0).identifier, "orders");
  EXPECT_EQ(listed.next_token, "2");
  auto described = Value(ParseDescribeEntityResponse(ShapeOfAnswer("DescribeEntity"))).definition;
  EXPECT_EQ(described.entity.identifier, "orders");
  EXPECT_EQ(described.fields.at(0).name, "id");

  auto page = Value(ParseQueryDataResponse(ShapeOfAnswer("QueryData")));
  EXPECT_THAT(page.records, ElementsAre(R"({"id":"1"})"));
  EXPECT_EQ(page.next_token, "2");
  EXPECT_THAT(Value(ParseRetrieveDataResponse(ShapeOfAnswer("RetrieveData"))).records,
              ElementsAre(R"({"id":"1"})"));
  EXPECT_THAT(Value(ParseWriteDataResponse(ShapeOfAnswer("WriteData"))).results,
              ElementsAre(WriteRecordResult{true, "1", ""}));
}

// What they leave out can be left out, so nothing that is required is missing from them; and a
// configuration made after theirs needs each of its members but the last.
TEST(Shapes, HaveWhatIsRequired) {
  const std::string shape(ShapeOfAnswer("DescribeConnectorConfiguration"));
  for (const auto& member : *json::ParseObject(shape)) {
    json::Object without = *json::ParseObject(shape);
    without.erase(member.key());
    EXPECT_EQ(ParseDescribeConnectorConfigurationResponse(json::ToText(without)).ok(),
              member.key() == "authenticationConfig")
        << member.key();
  }
}

TEST(WriteData, KeepsResultsBesideTheError) {
  auto read = Value(ParseWriteDataResponse(
      R"({"isSuccess":false,"errorDetails":{"errorCode":"PartialWriteFailure","errorMessage":"1 of 2 failed"},
          "writeRecordResults":[{"isSuccess":true,"recordId":"1","errorMessage":null},
                                {"isSuccess":false,"recordId":null,"errorMessage":"Duplicate entry"}]})"));
  EXPECT_THAT(read.results, ElementsAre(WriteRecordResult{true, "1", ""},
                                        WriteRecordResult{false, "", "Duplicate entry"}));
  EXPECT_EQ(read.error->code, ErrorCode::kPartialWriteFailure);
}

TEST(WriteData, AnswersWithFailedResultsAreNeverASuccess) {
  std::string json = ToJson(WriteDataResponse{{{true, "1", ""}, {false, "2", "no"}}, {}});
  auto read = Value(ParseWriteDataResponse(json));
  EXPECT_EQ(read.error->code, ErrorCode::kPartialWriteFailure);
  EXPECT_EQ(read.error->message, "1 of 2 records were not written");
  EXPECT_EQ(read.results.size(), 2u);
  EXPECT_FALSE(
      Value(ParseWriteDataResponse(ToJson(WriteDataResponse{{{true, "1", ""}}, {}}))).error);
}

TEST(ValidateConnectorRuntimeSettings, SaysWhichFieldsAreWrong) {
  ValidateConnectorRuntimeSettingsResponse refused{{{"port", "not a number"}}, {}};
  std::string json = ToJson(refused);
  EXPECT_THAT(json, HasSubstr(R"("isSuccess":false)"));
  EXPECT_THAT(json, HasSubstr("settings were refused: port (not a number)"));
  auto read = Value(ParseValidateConnectorRuntimeSettingsResponse(json));
  EXPECT_EQ(read.errors_by_input_field, refused.errors_by_input_field);
  EXPECT_EQ(read.error->code, ErrorCode::kInvalidArgument);

  auto bare = Value(ParseValidateConnectorRuntimeSettingsResponse(R"({"isSuccess":false})"));
  EXPECT_EQ(bare.error->code, ErrorCode::kUnknown);
  auto well = Value(ParseValidateConnectorRuntimeSettingsResponse(
      R"({"isSuccess":true,"errorsByInputField":{}})"));
  EXPECT_FALSE(well.error);
  EXPECT_TRUE(well.errors_by_input_field.empty());
}

TEST(Codec, SurvivesEveryCut) {
  std::string json = ToJson(Request(
      WriteDataRequest{"e", WriteOperation::kInsert, {"id"}, {R"({"a":"é"})"}, false, Context()}));
  for (size_t i = 0; i < json.size(); ++i) {
    EXPECT_FALSE(ParseRequest(std::string_view(json).substr(0, i)).ok()) << i;
  }
}

}  // namespace
}  // namespace sluice::protocol
