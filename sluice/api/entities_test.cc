#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"

namespace sluice::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class EntitiesTest : public ApiTest {
 protected:
  EntitiesTest() { MakeProfiles(); }
};

TEST_F(EntitiesTest, ListsUnderTheGroupObjects) {
  custom_system.entities["sf_account"].entity.label = "Accounts";
  custom_system.entities["sf_account"].entity.has_nested_entities = true;
  EXPECT_EQ(Post("/list-connector-entities", R"({"connectorProfileName":"tidb"})").body,
            R"({"connectorEntityMap":{"Objects":[)"
            R"({"name":"sf_account","label":"Accounts","hasNestedEntities":true}]}})");
}

TEST_F(EntitiesTest, ListsNothingAsAnEmptyGroup) {
  custom_system.entities.clear();
  EXPECT_EQ(Post("/list-connector-entities", R"({"connectorProfileName":"tidb"})").body,
            R"({"connectorEntityMap":{"Objects":[]}})");
}

TEST_F(EntitiesTest, PassesPagesOn) {
  AddEntity(custom_system, "t2", {"a"});
  AddEntity(custom_system, "t3", {"a"});
  json::Object first =
      Call("/list-connector-entities", R"({"connectorProfileName":"tidb","maxResults":2})");
  EXPECT_EQ(first.at("connectorEntityMap").at("Objects").as_array().size(), 2u);
  std::string token = *json::FindString(first, "nextToken");
  json::Object second =
      Call("/list-connector-entities",
           R"({"connectorProfileName":"tidb","maxResults":2,"nextToken":")" + token + R"("})");
  EXPECT_EQ(second.at("connectorEntityMap").at("Objects").at(0).at("name"), "t3");
  EXPECT_FALSE(second.contains("nextToken"));
}

TEST_F(EntitiesTest, DescribesAllThatIsKnownOfAField) {
  custom_system.entities["sf_account"].fields = {
      {.name = "id",
       .data_type_label = "varchar(255)",
       .is_primary_key = true,
       .constraints = FieldConstraints{.max_length = "255", .allowed_values = {"a", "b"}},
       .write = WriteProperties{.is_nullable = false,
                                .supported_write_operations = {WriteOperation::kUpsert}}},
      {.name = "changed",
       .data_type = DataType::kDateTime,
       .label = "Changed",
       .default_value = "",
       .read = {.is_timestamp_for_incremental_queries = true}}};
  json::Object answer = Call("/describe-connector-entity",
                             R"({"connectorEntityName":"sf_account","connectorProfileName":"tidb",
                                 "connectorType":"CustomConnector","apiVersion":"v1.1"})");
  EXPECT_EQ(custom_system.opened.back().api_version, "v1.1");
  EXPECT_EQ(answer.at("connectorEntityFields").at(0), *json::Parse(R"json({
    "identifier":"id","label":"id","isPrimaryKey":true,"isDeprecated":false,
    "supportedFieldTypeDetails":{"v1":{"fieldType":"varchar(255)",
      "filterOperators":["CONTAINS","EQUAL_TO","NOT_EQUAL_TO"],"supportedValues":["a","b"],
      "fieldLengthRange":{"maximum":255}}},
    "sourceProperties":{"isRetrievable":true,"isQueryable":true,
      "isTimestampFieldForIncrementalQueries":false},
    "destinationProperties":{"isCreatable":true,"isNullable":false,"isUpsertable":true,
      "isUpdatable":true,"isDefaultedOnCreate":false,
      "supportedWriteOperations":["UPSERT"]}})json"));
  const json::Value& changed = answer.at("connectorEntityFields").at(1);
  EXPECT_EQ(changed.at("supportedFieldTypeDetails").at("v1").at("fieldType"), "DateTime");
  EXPECT_EQ(changed.at("defaultValue"), "");
  EXPECT_EQ(changed.at("sourceProperties").at("isTimestampFieldForIncrementalQueries"), true);
  EXPECT_FALSE(changed.as_object().contains("destinationProperties"));
}

TEST_F(EntitiesTest, RefusesAnApiVersionThatTheConnectorDoesNotHave) {
  custom_system.opened.clear();
  const std::string refusal =
      "400 ValidationException: The connector TiDB-Connector has no apiVersion v9; it supports: "
      "v1.0, v1.1.";
  EXPECT_EQ(
      Refusal("/list-connector-entities", R"({"connectorProfileName":"tidb","apiVersion":"v9"})"),
      refusal);
  EXPECT_EQ(Refusal("/describe-connector-entity",
                    R"({"connectorProfileName":"tidb","connectorEntityName":"sf_account",
                        "apiVersion":"v9"})"),
            refusal);
  EXPECT_TRUE(custom_system.opened.empty());
}

TEST_F(EntitiesTest, SaysWhoseFaultItIs) {
  EXPECT_EQ(Refusal("/list-connector-entities", R"({"connectorProfileName":"SF_"})"),
            "404 ResourceNotFoundException: Connector Profile with name SF_ does not exist. The "
            "nearest names here: 'sf', 'tidb'.");
  EXPECT_THAT(Refusal("/list-connector-entities", "{}"), HasSubstr("'connectorProfileName'"));
  EXPECT_THAT(Refusal("/list-connector-entities",
                      R"({"connectorProfileName":"sf","connectorType":"CustomConnector"})"),
              StartsWith("400 ValidationException: Connector Profile sf is of type Salesforce"));
  EXPECT_EQ(Refusal("/describe-connector-entity",
                    R"({"connectorProfileName":"tidb","connectorEntityName":"nope"})"),
            "404 ResourceNotFoundException: there is no entity 'nope'");
  custom_system.refusal = Error{ErrorCode::kInvalidCredentials, "password expired"};
  EXPECT_EQ(Refusal("/list-connector-entities", R"({"connectorProfileName":"tidb"})"),
            "401 ConnectorAuthenticationException: password expired");
  custom_system.refusal = ServerError("crashed");
  EXPECT_THAT(Refusal("/list-connector-entities", R"({"connectorProfileName":"tidb"})"),
              AllOf(StartsWith("400 ConnectorServerException: "), HasSubstr("crashed")));
  resources.connectors.rows.clear();
  EXPECT_THAT(Refusal("/list-connector-entities", R"({"connectorProfileName":"tidb"})"),
              StartsWith("404 ResourceNotFoundException: Connector with label TiDB-Connector"));
}

}  // namespace
}  // namespace sluice::api
