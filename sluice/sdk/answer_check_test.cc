#include "sluice/sdk/answer_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace sluice::sdk {
namespace {

using namespace protocol;  // NOLINT: all eight messages.
using ::testing::HasSubstr;

std::string Fault(const Status& status) {
  if (status.ok()) return "";
  EXPECT_EQ(status.error().code, ErrorCode::kUnknown);
  return status.error().message;
}

ConnectorInfo Good() {
  ConnectorInfo info;
  info.owner = "Sluice";
  info.name = "Weather";
  info.version = "1.0";
  info.logo_url = "https://example.com/logo.png";
  info.is_source = info.is_destination = true;
  info.api_versions = {"v1"};
  info.trigger_types = {"Scheduled", "OnDemand"};
  info.scheduling_frequencies = {"HOURLY", "ONCE"};
  info.write_operations = {WriteOperation::kInsert};
  info.runtime_settings = {{.key = "city",
                            .label = "City",
                            .description = "Where",
                            .data_type = "String",
                            .scope = "SOURCE"}};
  info.authentication.is_custom_supported = true;
  info.authentication.custom = {
      {"KEY", {{.key = "key", .label = "Key", .description = "The key"}}}};
  info.authentication.is_oauth2_supported = true;
  info.authentication.oauth2 = {
      .token_urls = {"https://{{DOMAIN}}/token"},
      .auth_code_urls = {"https://example.com/authorize"},
      .grant_types = {"CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "JWT_BEARER"},
      .custom_properties = {
          {{.key = "audience", .label = "Audience", .description = "Whom"}, true},
          {{.key = "audience", .label = "Audience", .description = "Whom"}, false}}};
  return info;
}

TEST(CheckConfiguration, FindsEachRuleThatIsBroken) {
  EXPECT_EQ(Fault(Check({}, DescribeConnectorConfigurationResponse{Good()})), "");
  using Spoil = std::function<void(ConnectorInfo&)>;
  const std::pair<Spoil, const char*> cases[] = {
      {[](auto& i) { i.owner = ""; }, "'connectorOwner' is empty"},
      {[](auto& i) { i.owner = "Amazonia"; }, "'connectorOwner' begins with 'amazon'"},
      {[](auto& i) { i.name = ""; }, "'connectorName' is empty"},
      {[](auto& i) { i.name = "AwS thing"; }, "'connectorName' begins with 'aws'"},
      {[](auto& i) { i.name = "APPFLOW"; }, "'connectorName' begins with 'appflow'"},
      {[](auto& i) { i.version = ""; }, "'connectorVersion' is empty"},
      {[](auto& i) { i.is_source = i.is_destination = false; }, "'connectorModes' is empty"},
      {[](auto& i) { i.api_versions = {}; }, "'supportedApiVersions' is empty"},
      {[](auto& i) {
         i.api_versions = {"v1", ""};
       },
       "'supportedApiVersions[1]' is empty"},
      {[](auto& i) { i.logo_url = "http://example.com"; }, "'logoURL' is not an https URL"},
      {[](auto& i) { i.logo_url = "https://"; }, "'logoURL' is not"},
      {[](auto& i) { i.write_operations = {}; }, "'supportedWriteOperations' is empty"},
      {[](auto& i) { i.trigger_types = {"Event"}; },
       "'supportedTriggerTypes[0]' has the unknown value 'Event'"},
      {[](auto& i) { i.scheduling_frequencies[1] = "YEARLY"; },
       "'triggerFrequenciesSupported[1]' has the unknown value 'YEARLY'"},
      {[](auto& i) { i.authentication.is_custom_supported = false; }, "customAuthConfig' is there"},
      {[](auto& i) { i.authentication.custom = {}; }, "customAuthConfig' is empty"},
      {[](auto& i) { i.authentication.custom[0].authentication_type = ""; },
       "customAuthConfig[0].authenticationType' is empty"},
      {[](auto& i) { i.authentication.custom[0].parameters = {}; },
       "customAuthConfig[0].authParameters' is empty"},
      {[](auto& i) { i.authentication.custom[0].parameters[0].label = ""; },
       "authParameters[0].label' is empty"},
      {[](auto& i) {
         auto& parameters = i.authentication.custom[0].parameters;
         parameters.push_back(parameters[0]);
       },
       "authParameters[1].key' 'key' is there already"},
      {[](auto& i) { i.authentication.is_oauth2_supported = false; }, "oAuth2Defaults' is there"},
      {[](auto& i) { i.authentication.oauth2 = {}; }, "oAuth2Defaults.tokenURL' is empty"},
      {[](auto& i) { i.authentication.oauth2.token_urls = {"http://x"}; },
       "tokenURL[0]' is not an https URL"},
      {[](auto& i) { i.authentication.oauth2.auth_code_urls = {}; }, "authURL' is empty"},
      {[](auto& i) { i.authentication.oauth2.grant_types = {}; },
       "oAuth2GrantTypesSupported' is empty"},
      {[](auto& i) { i.authentication.oauth2.grant_types = {"PASSWORD"}; },
       "oAuth2GrantTypesSupported[0]' has the unknown value"},
      {[](auto& i) { i.authentication.oauth2.custom_properties[1].parameter.description = ""; },
       "oauth2CustomProperties[1].description' is empty"},
      {[](auto& i) { i.runtime_settings[0].key = ""; },
       "'connectorRuntimeSetting[0].key' is empty"},
      {[](auto& i) { i.runtime_settings[0].data_type = "string"; },
       "'connectorRuntimeSetting[0].dataType' has the unknown value 'string'"},
      {[](auto& i) { i.runtime_settings[0].scope = ""; },
       "'connectorRuntimeSetting[0].scope' has the unknown value ''"},
      {[](auto& i) { i.runtime_settings.push_back(i.runtime_settings[0]); },
       "'connectorRuntimeSetting[1].key' 'city' is there already"}};
  for (const auto& [spoil, message] : cases) {
    DescribeConnectorConfigurationResponse response{Good()};
    spoil(response.info);
    EXPECT_THAT(Fault(Check({}, response)), HasSubstr(message));
  }
}

TEST(CheckConfiguration, ASourceWithoutLogInNeedsLittle) {
  DescribeConnectorConfigurationResponse response;
  response.info.owner = response.info.name = "awe";
  response.info.version = "1";
  response.info.is_source = true;
  response.info.api_versions = {"v1"};
  EXPECT_EQ(Fault(Check({}, response)), "");
}

TEST(CheckEntities, EachHasAnIdentifierAndAPageIsNoLongerThanAsked) {
  ListEntitiesRequest request{.max_result = 2};
  ListEntitiesResponse response{{{.identifier = "a"}, {.identifier = "b"}}, "", {}};
  EXPECT_EQ(Fault(Check(request, response)), "");
  response.cache_control.time_to_live = std::chrono::seconds(599);
  EXPECT_THAT(Fault(Check(request, response)), HasSubstr("'cacheControl.timeToLive' is below 600"));
  response.entities[1].identifier = "";
  EXPECT_THAT(Fault(Check(request, response)), HasSubstr("'entities[1].entityIdentifier'"));
  response.entities.emplace_back();
  EXPECT_THAT(Fault(Check(request, response)), HasSubstr("has 3 items, and 2 were asked for"));
}

TEST(CheckEntity, FieldsHaveNamesOfTheirOwn) {
  DescribeEntityResponse response;
  EXPECT_THAT(Fault(Check({}, response)), HasSubstr("entity.entityIdentifier' is empty"));
  response.definition.entity.identifier = "orders";
  response.definition.fields = {{.name = "id"}, {.name = "at", .data_type = DataType::kDateTime}};
  response.definition.fields[1].read.is_timestamp_for_incremental_queries = true;
  EXPECT_EQ(Fault(Check({}, response)), "");
  response.definition.fields[1].data_type = DataType::kLong;
  EXPECT_THAT(Fault(Check({}, response)), HasSubstr("fields[1].readProperties.isTimestamp"));
  response.definition.fields[1].name = "id";
  EXPECT_THAT(Fault(Check({}, response)), HasSubstr("fields[1].fieldName' 'id' is there already"));
  response.definition.fields[0].name = "";
  EXPECT_THAT(Fault(Check({}, response)), HasSubstr("fields[0].fieldName' is empty"));
}

TEST(CheckRecords, AreObjectsAndNoMoreThanAsked) {
  auto query = [](std::vector<std::string> records) {
    return Fault(Check(QueryDataRequest{.max_results = 2}, QueryDataResponse{records, ""}));
  };
  EXPECT_EQ(query({}), "");
  EXPECT_EQ(query({"{}", R"({"a":{}})"}), "");
  EXPECT_THAT(query({"{}", "{}", "{}"}), HasSubstr("'records' has 3 items"));
  EXPECT_THAT(query({"[1]", "{}"}), HasSubstr("'records[0]' is not a JSON object"));
  EXPECT_THAT(query({"{}", ""}), HasSubstr("'records[1]' is not a JSON object"));
  RetrieveDataResponse retrieved{std::vector<std::string>{"1"}};
  EXPECT_THAT(Fault(Check(RetrieveDataRequest{}, retrieved)), HasSubstr("'records[0]'"));
}

TEST(CheckWrite, OneResultARecordUnlessNoneWasTried) {
  WriteDataRequest request{.records = {"{}", "{}"}};
  auto write = [&](size_t results, std::optional<Error> error = {}) {
    return Fault(Check(request, {std::vector<WriteRecordResult>(results), std::move(error)}));
  };
  Error partial{ErrorCode::kPartialWriteFailure, "one of two", {}};
  EXPECT_EQ(write(2), "");
  EXPECT_EQ(write(2, partial), "");
  EXPECT_EQ(write(0, InvalidArgument("no such table")), "");
  EXPECT_THAT(write(0), HasSubstr("'writeRecordResults' has 0 items for 2 records"));
  EXPECT_THAT(write(3), HasSubstr("has 3 items"));
  EXPECT_THAT(write(1, InvalidArgument("x")), HasSubstr("has 1 items"));
  EXPECT_THAT(write(0, partial), HasSubstr("has 0 items"));
  EXPECT_THAT(write(2, InvalidArgument("")), HasSubstr("'errorDetails.errorMessage' is empty"));
}

TEST(CheckError, HasAMessageAndWaitsForward) {
  EXPECT_EQ(Fault(Check(Error{ErrorCode::kRateLimitExceeded, "slow", std::chrono::seconds(0)})),
            "");
  EXPECT_THAT(Fault(Check(Error{ErrorCode::kServerError, "", {}})), HasSubstr("errorMessage"));
  EXPECT_THAT(Fault(Check(Error{ErrorCode::kServerError, "x", std::chrono::seconds(-1)})),
              HasSubstr("retryAfterSeconds' is negative"));
}

}  // namespace
}  // namespace sluice::sdk
