#include "sluice/flow/used_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kSource = {"Id", "Name", "Phone", "Revenue"};

UsedFields Used(const std::vector<Task>& tasks, const std::vector<std::string>& ids = {}) {
  Flow flow;
  flow.tasks = tasks;
  flow.destination.id_fields = ids;
  auto used = FindUsedFields(flow, kSource);
  EXPECT_TRUE(used.ok());
  return *std::move(used);
}

TEST(UsedFields, ThoseThatTasksName) {
  const UsedFields used = Used(
      {{.type = TaskType::kFilter, .op = Operator::kProjection, .source_fields = {"Id", "Name"}},
       {.source_fields = {"Id"}, .destination_field = "id"},
       {.type = TaskType::kFilter, .op = Operator::kContains, .source_fields = {"City"}},
       {.type = TaskType::kValidate, .source_fields = {"Phone"}},
       {.type = TaskType::kPartition, .source_fields = {"id"}}},
      {"key"});
  EXPECT_THAT(used.source, ElementsAre("City", "Id", "Name", "Phone"));
  EXPECT_THAT(used.destination, ElementsAre("id", "key"));
}

TEST(UsedFields, WhatATemporaryFieldIsMadeOfAndNotThatItself) {
  const UsedFields used = Used(
      {{.type = TaskType::kMerge, .source_fields = {"Name", "City"}, .destination_field = "both"},
       {.type = TaskType::kArithmetic, .source_fields = {"Revenue", "Tax"}},
       {.type = TaskType::kTruncate, .source_fields = {"both"}},
       {.source_fields = {"both"}, .destination_field = "text"},
       {.source_fields = {"Revenue,Tax"}, .destination_field = "sum"}});
  EXPECT_THAT(used.source, ElementsAre("City", "Name", "Revenue", "Tax"));
  EXPECT_THAT(used.destination, ElementsAre("sum", "text"));
}

TEST(UsedFields, MapAllUsesWhatItDoesNotExclude) {
  const UsedFields used = Used({{.source_fields = {"Name"}, .destination_field = "title"},
                                {.type = TaskType::kMapAll,
                                 .properties = {{"EXCLUDE_SOURCE_FIELDS_LIST", R"(["Phone"])"}}}});
  EXPECT_THAT(used.source, ElementsAre("Id", "Name", "Revenue"));
  EXPECT_THAT(used.destination, ElementsAre("Id", "Revenue", "title"));
}

TEST(UsedFields, AListOfNamesThatCannotBeReadIsAnError) {
  Flow flow;
  flow.tasks = {
      {.type = TaskType::kMapAll, .properties = {{"EXCLUDE_SOURCE_FIELDS_LIST", "Phone"}}}};
  EXPECT_THAT(FindUsedFields(flow, kSource).error().message, HasSubstr("not a JSON array"));
  flow.tasks.clear();
  EXPECT_THAT(FindUsedFields(flow, kSource)->source, IsEmpty());
}

}  // namespace
}  // namespace sluice::flow
