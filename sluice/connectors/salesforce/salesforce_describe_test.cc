#include "sluice/connectors/salesforce/salesforce_describe.h"

#include <gmock/gmock.h>

namespace sluice::salesforce {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string DescribeWith(const std::string& fields) {
  return R"({"name":"Thing__c","label":"Thing","queryable":true,"fields":[)" + fields + "]}";
}

TEST(SalesforceDescribe, EachTypeHasItsPlace) {
  const std::pair<const char*, DataType> kTypes[] = {
      {"id", DataType::kString},
      {"string", DataType::kString},
      {"textarea", DataType::kString},
      {"picklist", DataType::kString},
      {"multipicklist", DataType::kString},
      {"reference", DataType::kString},
      {"email", DataType::kString},
      {"phone", DataType::kString},
      {"url", DataType::kString},
      {"combobox", DataType::kString},
      {"encryptedstring", DataType::kString},
      {"anyType", DataType::kString},
      {"time", DataType::kString},
      {"boolean", DataType::kBoolean},
      {"int", DataType::kInteger},
      {"long", DataType::kLong},
      {"double", DataType::kDouble},
      {"percent", DataType::kDouble},
      {"currency", DataType::kDouble},
      {"date", DataType::kDate},
      {"datetime", DataType::kDateTime},
      {"base64", DataType::kByteArray},
      {"address", DataType::kStruct},
      {"location", DataType::kStruct},
      {"invented in 2030", DataType::kString},
  };
  for (const auto& [type, data_type] : kTypes) {
    auto entity = ReadDescribe(DescribeWith(R"({"name":"F","type":")" + std::string(type) + "\"}"));
    ASSERT_TRUE(entity.ok());
    EXPECT_EQ(entity->fields.at(0).data_type, data_type) << type;
    EXPECT_EQ(entity->fields.at(0).data_type_label, type);
  }
}

TEST(SalesforceDescribe, WhatIsSaidOfAField) {
  auto entity = ReadDescribe(DescribeWith(
      R"({"name":"Id","label":"Thing ID","type":"id","length":18,"nillable":false,"filterable":true},)"
      R"({"name":"Größe__c","label":"Größe","type":"picklist","length":255,"nillable":true,)"
      R"("filterable":true,"inlineHelpText":"wie groß",)"
      R"("picklistValues":[{"active":true,"value":"S"},{"active":false,"value":"old"},)"
      R"({"active":true,"value":"ü"}]},)"
      R"({"name":"SystemModstamp","type":"datetime","filterable":true},)"
      R"({"name":"Other__c","type":"datetime","filterable":false},)"
      R"({"name":"Body","type":"base64"})"));
  ASSERT_TRUE(entity.ok()) << entity.error().message;
  EXPECT_EQ(entity->entity.identifier, "Thing__c");
  EXPECT_EQ(entity->entity.label, "Thing");
  const Field& id = entity->fields[0];
  EXPECT_TRUE(id.is_primary_key);
  EXPECT_FALSE(id.read.is_nullable);
  EXPECT_THAT(id.filter_operators, Not(Contains(Operator::kContains)));
  const Field& size = entity->fields[1];
  EXPECT_EQ(size.label, "Größe");
  EXPECT_EQ(size.description, "wie groß");
  EXPECT_THAT(size.constraints->allowed_values, ElementsAre("S", "ü"));
  EXPECT_EQ(size.constraints->max_length, "255");
  EXPECT_THAT(size.filter_operators, Contains(Operator::kContains));
  EXPECT_EQ(size.write, std::nullopt);
  EXPECT_TRUE(entity->fields[2].read.is_timestamp_for_incremental_queries);
  EXPECT_FALSE(entity->fields[3].read.is_timestamp_for_incremental_queries);
  EXPECT_FALSE(entity->fields[3].read.is_queryable);
  EXPECT_FALSE(entity->fields[4].read.is_retrievable);
}

TEST(SalesforceDescribe, ListsWhatCanBeQueried) {
  auto entities =
      ReadDescribeGlobal(R"({"sobjects":[{"name":"Account","label":"Konto","queryable":true},)"
                         R"({"name":"AccountChangeEvent","label":"x","queryable":false},7]})");
  ASSERT_TRUE(entities.ok());
  ASSERT_EQ(entities->size(), 1u);
  EXPECT_EQ(entities->at(0).identifier, "Account");
  EXPECT_EQ(entities->at(0).label, "Konto");
}

TEST(SalesforceDescribe, AnAnswerOfSomebodyElseIsAnError) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"fields":7})", R"({"sobjects":{}})"}) {
    EXPECT_EQ(ReadDescribe(body).error().code, ErrorCode::kServerError) << body;
    EXPECT_EQ(ReadDescribeGlobal(body).error().code, ErrorCode::kServerError) << body;
  }
  auto event = ReadDescribe(R"({"name":"AccountChangeEvent","queryable":false,"fields":[]})");
  EXPECT_THAT(event.error().message, HasSubstr("AccountChangeEvent"));
}

}  // namespace
}  // namespace sluice::salesforce
