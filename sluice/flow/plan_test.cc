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
    auto status = Validate(flow_, systems_);
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
  auto described = Validate(flow_, systems_);
  ASSERT_TRUE(described.ok()) << described.error().message;
  EXPECT_EQ(described->source.fields.size(), 4u);
  EXPECT_EQ(described->destination.fields.size(), 3u);
}

TEST_F(ValidateTest, WrongTasksAreRefusedBeforeASystemIsAsked) {
  systems_.unreachable["source"] = ServiceUnavailable("down");
  flow_.tasks.erase(flow_.tasks.begin());
  EXPECT_THAT(Refusal(), HasSubstr("You must specify a projection task"));
}

TEST_F(ValidateTest, NamesTheSideAndTheEntityThatIsNotThere) {
  systems_.destination.Drop("sf_account");
  auto status = Validate(flow_, systems_);
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

TEST_F(ValidateTest, AFilterIsAppliedByTheSourceWhereItCanAndElseHere) {
  const auto plan = [&](Operator op, std::map<std::string, std::string> properties) {
    Flow flow = flow_;
    flow.tasks.push_back({.type = TaskType::kFilter,
                          .op = op,
                          .source_fields = {"Name"},
                          .properties = std::move(properties)});
    auto source = systems_.Open(flow.source), destination = systems_.Open(flow.destination);
    auto made = MakePlan(flow, **source, **destination);
    EXPECT_TRUE(made.ok()) << made.error().message;
    return *std::move(made);
  };
  Plan pushed = plan(Operator::kContains, {{"VALUE", "M"}});
  EXPECT_TRUE(pushed.read.filter.condition);
  EXPECT_TRUE(pushed.mapping.filters().empty());
  Plan here = plan(Operator::kLessThan, {{"VALUE", "M"}});
  EXPECT_FALSE(here.read.filter.condition);
  EXPECT_THAT(here.mapping.filters(), ::testing::ElementsAre("Filter Name LESS_THAN M"));
  // The source would compare texts.
  Plan typed = plan(Operator::kEqualTo, {{"VALUE", "5"}, {"DATA_TYPE", "integer"}});
  EXPECT_FALSE(typed.read.filter.condition);

  EntityDefinition account = TestSystems::Account();
  account.fields[1].read.is_queryable = false;
  systems_.source.Put(account, {});
  Plan hidden = plan(Operator::kEqualTo, {{"VALUES", "a,b"}});
  EXPECT_FALSE(hidden.read.filter.condition);
  EXPECT_THAT(hidden.mapping.filters(), ::testing::ElementsAre("Filter Name EQUAL_TO a,b"));
}

// A target that takes the shape of what comes.
struct Shapeless final : Connector {
  std::unique_ptr<Connector> inner;
  TargetRequest asked;
  bool can_partition = false;

  Status Check() override { return inner->Check(); }
  Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                  const std::string& next_token) override {
    return inner->ListEntities(path, max_results, next_token);
  }
  Result<EntityDefinition> DescribeEntity(const std::string&) override {
    return ResourceNotFound("nothing is there yet");
  }
  Result<EntityDefinition> DescribeTarget(const TargetRequest& request) override {
    asked = request;
    EntityDefinition entity{.entity = {.identifier = request.entity}, .fields = request.fields};
    for (Field& field : entity.fields) field.write = WriteProperties{};
    return entity;
  }
  bool CanFilter(const EntityDefinition&, const Filter&) const override { return false; }
  Result<std::vector<Partition>> Split(const ReadRequest& request, int parts) override {
    return inner->Split(request, parts);
  }
  Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request,
                                                  const Partition& partition,
                                                  std::optional<Position> from) override {
    return inner->OpenReader(request, partition, from);
  }
  bool CanPartition() const override { return can_partition; }
  Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                  const std::string& stream) override {
    return inner->OpenWriter(request, stream);
  }
};

TEST_F(ValidateTest, ATargetIsAskedWithTheFieldsThatCome) {
  Shapeless target;
  target.inner = *systems_.Open(flow_.destination);
  auto source = systems_.Open(flow_.source);
  flow_.schema_version = 3;
  flow_.destination.settings = {{"fileType", "PARQUET"}};
  flow_.tasks = {{.type = TaskType::kFilter,
                  .op = Operator::kProjection,
                  .source_fields = {"Id", "Name", "Revenue", "Employees"}},
                 {.source_fields = {"Id"}, .destination_field = "id"},
                 {.source_fields = {"Revenue"}, .destination_field = "revenue"},
                 {.type = TaskType::kArithmetic,
                  .op = Operator::kDivision,
                  .source_fields = {"Revenue", "Employees"},
                  .destination_field = "Revenue,Employees"},
                 {.source_fields = {"Revenue,Employees"}, .destination_field = "each"},
                 {.type = TaskType::kPartition, .source_fields = {"id"}}};
  EXPECT_THAT(MakePlan(flow_, **source, target).error().message,
              HasSubstr("no folders to partition: remove the Partition task"));
  target.can_partition = true;
  auto plan = MakePlan(flow_, **source, target);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(target.asked.entity, "sf_account");
  EXPECT_EQ(target.asked.settings.at("fileType"), "PARQUET");
  std::vector<std::string> fields;
  for (const Field& field : target.asked.fields) {
    fields.push_back(field.name + " " + std::string(ToString(field.data_type)));
  }
  EXPECT_THAT(fields, ::testing::ElementsAre("id String", "revenue Double", "each BigDecimal"));
  EXPECT_THAT(plan->write.partition_keys, ::testing::ElementsAre("id"));
  EXPECT_EQ(plan->write.run.schema_version, 3);
  EXPECT_EQ(plan->read.run.schema_version, 3);
}

TEST_F(ValidateTest, TheTargetIsNotAskedWhereTheTasksCannotWork) {
  systems_.destination.Drop("sf_account");
  flow_.tasks.push_back({.source_fields = {"Rating"}, .destination_field = "rating"});
  EXPECT_EQ(Refusal(), "The source entity 'Account' has no field 'Rating'.");
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

TEST_F(ValidateTest, LookingAheadShowsBothSidesOfAFlowThatNoLongerFits) {
  auto fits = LookAhead(flow_, systems_);
  ASSERT_TRUE(fits.ok());
  EXPECT_TRUE(fits->can_run.ok());
  EXPECT_EQ(fits->destination->fields.size(), 3u);

  ChangeTable([](EntityDefinition& table) { table.fields.erase(table.fields.begin() + 1); });
  auto narrower = LookAhead(flow_, systems_);
  ASSERT_TRUE(narrower.ok());
  EXPECT_EQ(narrower->can_run.error().message,
            "The destination entity 'sf_account' has no field 'name'.");
  EXPECT_EQ(narrower->destination->fields.size(), 2u);

  EntityDefinition account = TestSystems::Account();
  account.fields.erase(account.fields.begin());
  systems_.source.Put(account, {});
  auto both = LookAhead(flow_, systems_);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->can_run.error().message, "The source entity 'Account' has no field 'Id'.");
  EXPECT_EQ(both->source.fields.size(), 3u);
  EXPECT_EQ(both->destination->fields.size(), 2u);
}

TEST_F(ValidateTest, LookingAheadSaysWhichSideCannotBeDescribed) {
  systems_.destination.Drop("sf_account");
  EXPECT_EQ(LookAhead(flow_, systems_).error().message,
            "The destination entity 'sf_account': there is no entity 'sf_account'");
  // The source's change may be why: a run would make the table of what it finds.
  EntityDefinition account = TestSystems::Account();
  account.fields.erase(account.fields.begin());
  systems_.source.Put(account, {});
  auto outlook = LookAhead(flow_, systems_);
  ASSERT_TRUE(outlook.ok());
  EXPECT_FALSE(outlook->destination);
  EXPECT_FALSE(outlook->can_run.ok());
  systems_.unreachable["destination"] = ServiceUnavailable("down");
  EXPECT_EQ(LookAhead(flow_, systems_).error().code, ErrorCode::kServiceUnavailable);
}

}  // namespace
}  // namespace sluice::flow
