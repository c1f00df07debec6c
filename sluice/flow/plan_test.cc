#include "sluice/flow/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/flow/test_systems.h"

namespace sluice::flow {
namespace {

using ::testing::HasSubstr;

class ValidateTest : public ::testing::Test {
 protected:
  ValidateTest() { systems_.Fill(3); }

  std::string Refusal() {
    Status status = Validate(flow_, systems_);
    EXPECT_FALSE(status.ok());
    return status.ok() ? "" : status.error().message;
  }

  // Changes the destination's entity.
  template <class Change>
  void ChangeTable(Change change) {
    EntityDefinition table = TestSystems::Table();
    change(table);
    systems_.destination.Put(table, {});
  }

  TestSystems systems_;
  Flow flow_ = TestSystems::MakeFlow();
};

TEST_F(ValidateTest, AcceptsTheTutorialsFlow) {
  Status status = Validate(flow_, systems_);
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST_F(ValidateTest, WrongTasksAreRefusedBeforeASystemIsAsked) {
  systems_.unreachable["source"] = ServiceUnavailable("down");
  flow_.tasks.erase(flow_.tasks.begin());
  EXPECT_THAT(Refusal(), HasSubstr("You must specify a projection task"));
}

TEST_F(ValidateTest, NamesTheSideAndTheEntityThatIsNotThere) {
  systems_.destination.Drop("sf_account");
  Status status = Validate(flow_, systems_);
  EXPECT_EQ(status.error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(status.error().message,
            "The destination entity 'sf_account': there is no entity 'sf_account'");
}

TEST_F(ValidateTest, AColumnThatCannotBeWrittenIsRefused) {
  ChangeTable([](EntityDefinition& table) { table.fields[1].write.reset(); });
  EXPECT_EQ(Refusal(),
            "The destination field 'name' of 'sf_account' can't be written by INSERT: remove its "
            "Map task.");
}

TEST_F(ValidateTest, EachOperationHasItsOwnPermission) {
  ChangeTable([](EntityDefinition& table) {
    table.fields[0].write->is_updatable = false;  // An id is not changed, only looked up.
    table.fields[1].write->is_updatable = false;
  });
  EXPECT_TRUE(Validate(flow_, systems_).ok());
  flow_.destination.operation = WriteOperation::kUpdate;
  flow_.destination.id_fields = {"id"};
  EXPECT_THAT(Refusal(), HasSubstr("'name' of 'sf_account' can't be written by UPDATE"));
  flow_.destination.operation = WriteOperation::kDelete;
  EXPECT_TRUE(Validate(flow_, systems_).ok());
}

TEST_F(ValidateTest, AnEntityThatIsReadOnlyIsRefused) {
  ChangeTable([](EntityDefinition& table) { table.entity.is_writable = false; });
  EXPECT_EQ(Refusal(), "The destination entity 'sf_account' can only be read.");
}

TEST_F(ValidateTest, ANotNullColumnThatNothingFillsIsRefusedOnInsertAndUpsert) {
  ChangeTable([](EntityDefinition& table) {
    table.fields.push_back({.name = "kind", .write = WriteProperties{.is_nullable = false}});
    table.fields.push_back(
        {.name = "made",
         .write = WriteProperties{.is_nullable = false, .is_defaulted_on_create = true}});
  });
  EXPECT_THAT(Refusal(), HasSubstr("'kind' of 'sf_account' must not be null and has no default"));
  flow_.destination.id_fields = {"id"};
  flow_.destination.operation = WriteOperation::kUpsert;
  EXPECT_THAT(Refusal(), HasSubstr("'kind'"));
  flow_.destination.operation = WriteOperation::kUpdate;
  EXPECT_TRUE(Validate(flow_, systems_).ok());
}

TEST_F(ValidateTest, UpsertUpdateAndDeleteNeedIdFieldsThatAreThereAndMapped) {
  flow_.destination.operation = WriteOperation::kUpsert;
  EXPECT_THAT(Refusal(), HasSubstr("UPSERT needs idFieldNames"));
  flow_.destination.id_fields = {"ident"};
  EXPECT_THAT(Refusal(), HasSubstr("has no field 'ident'"));
  flow_.destination.id_fields = {"name"};
  EXPECT_THAT(Refusal(), HasSubstr("'name' can't be the id for UPSERT"));
  flow_.destination.id_fields = {"id"};
  EXPECT_TRUE(Validate(flow_, systems_).ok());
  flow_.tasks.erase(flow_.tasks.begin() + 1);
  EXPECT_THAT(Refusal(), HasSubstr("id field 'id' is not mapped"));
}

TEST_F(ValidateTest, AnEntityThatNamesNoIdFieldsTakesAny) {
  ChangeTable(
      [](EntityDefinition& table) { table.fields[0].write->supported_write_operations.clear(); });
  flow_.destination.operation = WriteOperation::kUpdate;
  flow_.destination.id_fields = {"name"};
  EXPECT_TRUE(Validate(flow_, systems_).ok());
}

TEST_F(ValidateTest, AFilterThatTheSourceCannotApplyIsRefusedWithThoseThatItCan) {
  flow_.tasks.push_back({.type = TaskType::kFilter,
                         .op = Operator::kLessThan,
                         .source_fields = {"Name"},
                         .properties = {{"VALUE", "M"}}});
  EXPECT_EQ(Refusal(),
            "The source can't filter the field 'Name' by LESS_THAN; it can by CONTAINS, EQUAL_TO, "
            "NOT_EQUAL_TO.");
  flow_.tasks.back().op = Operator::kContains;
  EXPECT_TRUE(Validate(flow_, systems_).ok());
}

TEST_F(ValidateTest, EveryAlternativeOfAFilterIsLookedAt) {
  EntityDefinition account = TestSystems::Account();
  account.fields[1].read.is_queryable = false;
  systems_.source.Put(account, {});
  flow_.tasks.push_back({.type = TaskType::kFilter,
                         .op = Operator::kEqualTo,
                         .source_fields = {"Name"},
                         .properties = {{"VALUES", "a,b"}}});
  EXPECT_THAT(Refusal(), HasSubstr("it can't filter this field at all"));
}

TEST_F(ValidateTest, PlansWhatIsReadAndWritten) {
  flow_.destination.stop_on_error = true;
  flow_.source.settings = {{"a", "1"}};
  flow_.destination.settings = {{"b", "2"}};
  auto source = systems_.Open(flow_.source);
  auto destination = systems_.Open(flow_.destination);
  auto plan = MakePlan(flow_, **source, **destination);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_THAT(plan->read.fields, ::testing::ElementsAre("Id", "Name", "Employees"));
  EXPECT_THAT(plan->write.fields, ::testing::ElementsAre("id", "name", "employees"));
  EXPECT_TRUE(plan->write.all_or_none);
  EXPECT_EQ(plan->read.settings.at("a"), "1");
  EXPECT_EQ(plan->write.settings.at("b"), "2");
  EXPECT_EQ(plan->read.run.flow_name, "sf-to-tidb");
}

}  // namespace
}  // namespace sluice::flow
