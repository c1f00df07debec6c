#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"

namespace sluice::api {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class FieldChangesTest : public ApiTest {
 protected:
  FieldChangesTest() {
    MakeProfiles();
    Call("/create-flow", FlowDocument("f1"));
  }

  static constexpr char kNothing[] = R"({"added":[],"removed":[],"changed":[]})";

  json::Object Compared() { return Call("/compare-fields", R"({"flowName":"f1"})"); }
  std::string Source() { return json::ToText(Compared().at("source")); }
  std::string Destination() { return json::ToText(Compared().at("destination")); }
  std::string Message() { return json::FindString(Compared(), "message").value_or(""); }

  std::vector<Field>& Account() { return salesforce_system.entities["Account"].fields; }
  std::vector<Field>& Table() { return custom_system.entities["sf_account"].fields; }
};

TEST_F(FieldChangesTest, NothingHasChanged) {
  EXPECT_EQ(Source(), kNothing);
  EXPECT_EQ(Destination(), kNothing);
  EXPECT_EQ(Message(), "");
}

TEST_F(FieldChangesTest, NamesWhatWasAddedRemovedAndChangedOnBothSides) {
  Account()[1].data_type_label = "textarea";
  Account()[2] = {.name = "Site", .data_type_label = "url", .label = "Account Site"};
  EXPECT_EQ(Source(),
            R"({"added":[{"name":"Site","label":"Account Site","type":"url","isUsed":false}],)"
            R"("removed":[{"name":"Type","label":"Type","type":"String","isUsed":false}],)"
            R"("changed":[{"name":"Name","label":"Name","typeBefore":"String","type":"textarea",)"
            R"("isUsed":true}]})");
  EXPECT_EQ(Destination(), kNothing);
  EXPECT_EQ(Message(), "");

  Table().erase(Table().begin() + 1);
  EXPECT_EQ(Destination(),
            R"({"added":[],"removed":[{"name":"name","label":"name","type":"String",)"
            R"("isUsed":true}],"changed":[]})");
  EXPECT_EQ(Message(), "The destination entity 'sf_account' has no field 'name'.");
}

TEST_F(FieldChangesTest, AFieldThatCanNoLongerBeReadIsGone) {
  Account()[0].read.is_retrievable = false;
  EXPECT_THAT(Source(), HasSubstr(R"("removed":[{"name":"Id",)"));
  EXPECT_EQ(Message(), "The source field 'Id' can't be read.");
}

TEST_F(FieldChangesTest, SaysWhatElseKeepsARunFromBeginning) {
  Table().push_back({.name = "kind", .write = WriteProperties{.is_nullable = false}});
  EXPECT_THAT(Destination(), StartsWith(R"({"added":[{"name":"kind",)"));
  EXPECT_THAT(Message(), HasSubstr("'kind' of 'sf_account' must not be null and has no default"));
}

TEST_F(FieldChangesTest, AnUpdateRemembersTheFieldsAsTheyAreThen) {
  Account().push_back({.name = "Site"});
  EXPECT_THAT(Source(), HasSubstr("Site"));
  Call("/update-flow", FlowDocument("f1"));
  EXPECT_EQ(Source(), kNothing);
  Restart();
  EXPECT_EQ(Source(), kNothing);
}

TEST_F(FieldChangesTest, TagsLeaveWhatIsRemembered) {
  Account().push_back({.name = "Site"});
  const json::Object flow = Call("/describe-flow", R"({"flowName":"f1"})");
  const std::string arn = *json::FindString(flow, "flowArn");
  EXPECT_EQ(Post("/tags/" + arn, R"({"tags":{"team":"data"}})").status, 200);
  EXPECT_THAT(Source(), HasSubstr("Site"));
}

TEST_F(FieldChangesTest, MapAllUsesAllThatItDoesNotExclude) {
  Call("/update-flow", FlowDocument("f1", [](json::Object& flow) {
         flow["tasks"] = *json::Parse(R"([
           {"taskType":"Map","sourceFields":["Id"],"destinationField":"id"},
           {"taskType":"Map","sourceFields":["Name"],"destinationField":"name"},
           {"taskType":"Map","sourceFields":["Type"],"destinationField":"type"},
           {"taskType":"Map_all","sourceFields":[],
            "taskProperties":{"EXCLUDE_SOURCE_FIELDS_LIST":"[\"Rating\"]"}}])");
       }));
  Account().back().name = "Grade";  // It was Rating.
  EXPECT_EQ(Source(),
            R"({"added":[{"name":"Grade","label":"Grade","type":"String","isUsed":true}],)"
            R"("removed":[{"name":"Rating","label":"Rating","type":"String","isUsed":false}],)"
            R"("changed":[]})");
  EXPECT_EQ(Message(), "The destination entity 'sf_account' has no field 'Grade'.");
}

TEST_F(FieldChangesTest, OfAnOlderFlowThatWhichItUses) {
  resources.flows.rows["f1"].fields.clear();
  Account().push_back({.name = "Site"});
  EXPECT_EQ(Source(), kNothing);
  Account().erase(Account().begin());
  Table().erase(Table().begin() + 2);
  EXPECT_EQ(Source(),
            R"({"added":[],"removed":[{"name":"Id","label":"Id","isUsed":true}],"changed":[]})");
  EXPECT_EQ(Destination(), kNothing) << "no task uses it";
}

TEST_F(FieldChangesTest, FilesHaveNoFieldsToCompare) {
  Call("/create-flow", FlowDocument("f2", [](json::Object& flow) {
         flow["destinationFlowConfigList"] = *json::Parse(R"([{"connectorType":"S3",
           "destinationConnectorProperties":{"S3":{"bucketName":"out"}}}])");
       }));
  for (const char* fields : {"{}", ""}) {
    if (*fields == '\0') resources.flows.rows["f2"].fields.clear();
    json::Object answer = Call("/compare-fields", R"({"flowName":"f2"})");
    EXPECT_EQ(json::ToText(answer.at("destination")), kNothing);
    EXPECT_FALSE(answer.contains("message")) << json::ToText(answer);
  }
}

TEST_F(FieldChangesTest, WhatCannotBeDescribedIsTheConnectorsError) {
  custom_system.refusal = ServiceUnavailable("starting up");
  EXPECT_EQ(Refusal("/compare-fields", R"({"flowName":"f1"})"),
            "400 ConnectorServerException: Error while communicating to connector: The destination "
            "entity 'sf_account': starting up");
  custom_system.refusal.reset();
  salesforce_system.entities.clear();
  EXPECT_EQ(Refusal("/compare-fields", R"({"flowName":"f1"})"),
            "404 ResourceNotFoundException: The source entity 'Account': there is no entity "
            "'Account'");
  EXPECT_EQ(Refusal("/compare-fields", R"({"flowName":"none"})"),
            "404 ResourceNotFoundException: Flow with name none does not exist.");
}

}  // namespace
}  // namespace sluice::api
