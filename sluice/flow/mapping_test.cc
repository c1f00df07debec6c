#include "sluice/flow/mapping.h"

#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connector/records.h"
#include "sluice/flow/row_filter.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

EntityDefinition Account() {
  EntityDefinition account;
  account.entity.identifier = "Account";
  account.fields = {{.name = "Id"},
                    {.name = "Name"},
                    {.name = "Employees", .data_type = DataType::kString},
                    {.name = "Revenue", .data_type = DataType::kDouble},
                    {.name = "Active", .data_type = DataType::kBoolean},
                    {.name = "Born", .data_type = DataType::kDate},
                    {.name = "Changed", .data_type = DataType::kDateTime},
                    {.name = "Hidden", .read = {.is_retrievable = false}}};
  return account;
}

EntityDefinition Table() {
  EntityDefinition table;
  table.entity.identifier = "sf_account";
  table.fields = {{.name = "id"},
                  {.name = "name"},
                  {.name = "employees", .data_type = DataType::kShort},
                  {.name = "revenue", .data_type = DataType::kBigDecimal},
                  {.name = "born", .data_type = DataType::kDate}};
  return table;
}

Task Projection(std::vector<std::string> fields) {
  return {.type = TaskType::kFilter, .op = Operator::kProjection, .source_fields = fields};
}
Task Map(std::string from, std::string to) {
  return {.type = TaskType::kMap, .source_fields = {from}, .destination_field = to};
}
Task Filter_(std::string field, Operator op, std::map<std::string, std::string> properties) {
  return {.type = TaskType::kFilter,
          .op = op,
          .source_fields = {field},
          .properties = std::move(properties)};
}

std::string Refusal(const std::vector<Task>& tasks) {
  auto mapping = Mapping::Make(tasks, Account(), Table());
  EXPECT_FALSE(mapping.ok());
  return mapping.ok() ? "" : mapping.error().message;
}

Batch MakeBatch(const std::vector<std::string>& fields, const std::vector<std::string>& records) {
  std::vector<std::string_view> texts(records.begin(), records.end());
  Batch batch{.rows = *RecordsFromJson(*SchemaOf(Account(), fields), texts),
              .bytes = 77,
              .after = {9, "there"}};
  for (size_t i = 0; i < records.size(); ++i) batch.source_row.push_back(static_cast<int64_t>(i));
  return batch;
}

TEST(Mapping, ReadsWhatIsProjectedAndWritesWhatIsMappedInOrder) {
  auto mapping = Mapping::Make(
      {Map("Name", "name"), Projection({"Id", "Name", "Born", "Id"}), Map("Id", "id")}, Account(),
      Table());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_THAT(mapping->read_fields(), ElementsAre("Id", "Name", "Born"));
  EXPECT_THAT(mapping->write_fields(), ElementsAre("name", "id"));
  EXPECT_FALSE(mapping->filter().condition);
}

TEST(Mapping, MapAllTakesEveryFieldThatCanBeReadButThoseExcluded) {
  auto same = Account();
  same.fields.push_back({.name = "title"});
  Task all{.type = TaskType::kMapAll,
           .source_fields = {""},
           .properties = {{"EXCLUDE_SOURCE_FIELDS_LIST", R"(["Born","Changed"])"}}};
  auto mapping = Mapping::Make({all, Map("Name", "title")}, Account(), same);
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_THAT(mapping->read_fields(), ElementsAre("Id", "Name", "Employees", "Revenue", "Active"));
  EXPECT_THAT(mapping->write_fields(),
              ElementsAre("title", "Id", "Employees", "Revenue", "Active"));
  all.properties["EXCLUDE_SOURCE_FIELDS_LIST"] = "Born";
  EXPECT_THAT(Mapping::Make({all}, Account(), same).error().message, HasSubstr("JSON array"));
  all.properties.clear();
  EXPECT_EQ(Refusal({all}), "The destination entity 'sf_account' has no field 'Id'.");
}

TEST(Mapping, RefusesTasksThatAreWrong) {
  EXPECT_EQ(
      Refusal({Map("Id", "id")}),
      "Create Flow request failed: [Task Validation Error: You must specify a projection task "
      "or a MAP_ALL task]");
  EXPECT_THAT(Refusal({Projection({"Id"})}), HasSubstr("No field is mapped"));
  EXPECT_EQ(Refusal({Projection({"Id"}), Map("Id", "ident")}),
            "The destination entity 'sf_account' has no field 'ident'.");
  EXPECT_EQ(Refusal({Projection({"Id"}), Map("Rating", "name")}),
            "The source entity 'Account' has no field 'Rating'.");
  EXPECT_EQ(Refusal({Projection({"Id", "Rating"}), Map("Id", "id")}),
            "The source entity 'Account' has no field 'Rating'.");
  EXPECT_THAT(Refusal({Projection({"Id"}), Map("Id", "id"), Map("Name", "name")}),
              HasSubstr("'Name' is used by a task but is not in the projection"));
  EXPECT_THAT(Refusal({Projection({"Id"}), Map("Id", "id"),
                       Filter_("Name", Operator::kEqualTo, {{"VALUE", "x"}})}),
              HasSubstr("'Name' is used by a task but is not in the projection"));
  EXPECT_EQ(Refusal({Projection({"Id", "Name"}), Map("Id", "id"), Map("Name", "id")}),
            "Two tasks map to the destination field 'id'.");
  EXPECT_EQ(Refusal({Projection({"Active"}), Map("Active", "born")}),
            "The source field 'Active' (Boolean) can't be mapped to the destination field 'born' "
            "(Date).");
  EXPECT_EQ(Refusal({Projection({"Hidden"}), Map("Hidden", "name")}),
            "The source field 'Hidden' can't be read.");
  Task two = Map("Id", "id");
  two.source_fields.push_back("Name");
  EXPECT_THAT(Refusal({Projection({"Id"}), two}), HasSubstr("exactly one source field"));
  EXPECT_THAT(Refusal({Projection({"Id"}), Map("Id", "")}), HasSubstr("no destination field"));
  Task masked = Map("Id", "id");
  masked.op = Operator::kMaskAll;
  EXPECT_THAT(Refusal({Projection({"Id"}), masked}), HasSubstr("MASK_ALL"));
}

TEST(Mapping, ConvertsRowsAndRejectsThoseThatDoNotFit) {
  auto mapping = Mapping::Make({Projection({"Id", "Employees", "Revenue"}), Map("Id", "id"),
                                Map("Employees", "employees"), Map("Revenue", "revenue")},
                               Account(), Table());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  Batch batch =
      MakeBatch({"Id", "Employees", "Revenue"}, {R"({"Id":"a","Employees":"5","Revenue":1.5})",
                                                 R"({"Id":"b","Employees":"many","Revenue":2})",
                                                 R"({"Id":"é","Employees":null,"Revenue":null})",
                                                 R"({"Id":"d","Employees":"40000"})"});
  auto mapped = mapping->Apply(batch);
  ASSERT_TRUE(mapped.ok()) << mapped.error().message;
  EXPECT_THAT(*RecordsToJson(*mapped->batch.rows),
              ElementsAre(R"({"id":"a","employees":5,"revenue":1.5})",
                          R"({"id":"é","employees":null,"revenue":null})"));
  EXPECT_THAT(mapped->batch.source_row, ElementsAre(0, 2));
  EXPECT_EQ(mapped->batch.after, batch.after);
  EXPECT_EQ(mapped->batch.bytes, 77);
  ASSERT_EQ(mapped->rejected.size(), 2u);
  EXPECT_EQ(mapped->rejected[0].seq, 9);
  EXPECT_EQ(mapped->rejected[0].index, 1);
  EXPECT_EQ(mapped->rejected[0].error.message,
            "field 'Employees': 'many' is not a whole number from -32768 to 32767, as column "
            "'employees' needs (Short)");
  EXPECT_EQ(mapped->rejected[1].index, 3);
}

TEST(Mapping, ARowIsRejectedOnceHoweverManyOfItsFieldsDoNotFit) {
  EntityDefinition table = Table();
  table.fields[0].data_type = DataType::kLong;
  auto mapping = Mapping::Make(
      {Projection({"Id", "Employees"}), Map("Id", "id"), Map("Employees", "employees")}, Account(),
      table);
  auto mapped = mapping->Apply(MakeBatch({"Id", "Employees"}, {R"({"Id":"x","Employees":"y"})"}));
  EXPECT_EQ(mapped->batch.rows->num_rows(), 0);
  ASSERT_EQ(mapped->rejected.size(), 1u);
  EXPECT_THAT(mapped->rejected[0].error.message, HasSubstr("field 'Id'"));
}

TEST(Mapping, AnEmptyBatchOnlyCarriesItsPosition) {
  auto mapping = Mapping::Make({Projection({"Id"}), Map("Id", "id")}, Account(), Table());
  auto mapped = mapping->Apply(MakeBatch({"Id"}, {}));
  EXPECT_EQ(mapped->batch.rows->num_rows(), 0);
  EXPECT_EQ(mapped->batch.after.token, "there");
}

TEST(Mapping, ASourceThatDeliversSomethingElseIsAnError) {
  auto mapping =
      Mapping::Make({Projection({"Id", "Name"}), Map("Name", "name")}, Account(), Table());
  EXPECT_THAT(mapping->Apply(MakeBatch({"Id"}, {"{}"})).error().message,
              HasSubstr("did not deliver the field 'Name'"));
}

// A filter as one line: "Name = a AND (x OR y)".
std::string Text(const Filter& filter) {
  std::string text;
  if (filter.kind == Filter::Kind::kCompare) {
    text = filter.field + " " + std::string(ToString(filter.op));
    for (const FilterValue& value : filter.values) {
      text += " " + std::to_string(static_cast<int>(value.kind)) + ":" + value.text;
    }
    return text;
  }
  for (const Filter& operand : filter.operands) {
    if (!text.empty()) text += filter.kind == Filter::Kind::kAnd ? " AND " : " OR ";
    text += Text(operand);
  }
  return "(" + text + ")";
}

std::string FilterText(const std::string& field, Operator op,
                       std::map<std::string, std::string> properties) {
  auto filter = ToFilter(Filter_(field, op, std::move(properties)), *Account().Find(field));
  return filter.ok() ? Text(*filter) : filter.error().message;
}

TEST(RowFilter, BecomesAConditionOfTheFieldsType) {
  using enum Operator;
  EXPECT_EQ(FilterText("Name", kEqualTo, {{"VALUE", "Zoë"}}), "Name EQUAL_TO 0:Zoë");
  EXPECT_EQ(FilterText("Name", kContains, {{"VALUE", "a b"}}), "Name CONTAINS 0:a b");
  EXPECT_EQ(FilterText("Revenue", kGreaterThan, {{"VALUE", "-1.50"}}),
            "Revenue GREATER_THAN 1:-1.50");
  EXPECT_EQ(FilterText("Active", kEqualTo, {{"VALUE", "true"}}), "Active EQUAL_TO 2:true");
  EXPECT_EQ(FilterText("Born", kLessThan, {{"VALUE", "1643760000000"}}),
            "Born LESS_THAN 3:2022-02-02");
  EXPECT_EQ(FilterText("Born", kLessThan, {{"VALUE", "2022-02-02"}}),
            "Born LESS_THAN 3:2022-02-02");
  EXPECT_EQ(FilterText("Changed", kGreaterThanOrEqualTo, {{"VALUE", "1643760000123"}}),
            "Changed GREATER_THAN_OR_EQUAL_TO 4:2022-02-02T00:00:00.123Z");
  EXPECT_EQ(FilterText("Changed", kEqualTo, {{"VALUE", "-1"}}),
            "Changed EQUAL_TO 4:1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FilterText("Changed", kEqualTo, {{"VALUE", "2022-02-02T01:00:00+01:00"}}),
            "Changed EQUAL_TO 4:2022-02-02T00:00:00Z");
  EXPECT_EQ(FilterText("Changed", kBetween,
                       {{"LOWER_BOUND", "1640995200000"}, {"UPPER_BOUND", "1672531199000"}}),
            "Changed BETWEEN 4:2022-01-01T00:00:00Z 4:2022-12-31T23:59:59Z");
}

TEST(RowFilter, ValuesAreAlternativesAndNotEqualMeansNoneOfThem) {
  using enum Operator;
  EXPECT_EQ(FilterText("Name", kEqualTo, {{"VALUES", "Hot,Warm"}, {"VALUE", "Cold"}}),
            "(Name EQUAL_TO 0:Hot OR Name EQUAL_TO 0:Warm)");
  EXPECT_EQ(FilterText("Name", kNotEqualTo, {{"VALUES", "Hot,Warm"}}),
            "(Name NOT_EQUAL_TO 0:Hot AND Name NOT_EQUAL_TO 0:Warm)");
  EXPECT_EQ(FilterText("Name", kEqualTo, {{"VALUES", "Hot"}}), "Name EQUAL_TO 0:Hot");
}

TEST(RowFilter, RefusesAValueThatIsNotOfTheFieldsType) {
  using enum Operator;
  EXPECT_EQ(FilterText("Revenue", kEqualTo, {{"VALUE", "much"}}),
            "The filter on field 'Revenue' has the value 'much', which is not a number.");
  EXPECT_THAT(FilterText("Active", kEqualTo, {{"VALUE", "1"}}), HasSubstr("true or false"));
  EXPECT_THAT(FilterText("Born", kEqualTo, {{"VALUE", "soon"}}), HasSubstr("not a date"));
  EXPECT_THAT(FilterText("Changed", kEqualTo, {{"VALUE", "99999999999999999"}}),
              HasSubstr("not a time"));
  EXPECT_THAT(FilterText("Name", kEqualTo, {}), HasSubstr("needs the task property VALUE"));
  EXPECT_THAT(FilterText("Born", kBetween, {{"LOWER_BOUND", "2022-02-02"}}),
              HasSubstr("UPPER_BOUND"));
  EXPECT_THAT(FilterText("Name", kMaskAll, {{"VALUE", "x"}}), HasSubstr("MASK_ALL"));
}

TEST(Mapping, FiltersAreJoinedByAnd) {
  auto mapping = Mapping::Make({Projection({"Id", "Name", "Active"}), Map("Id", "id"),
                                Filter_("Name", Operator::kEqualTo, {{"VALUES", "a,b"}}),
                                Filter_("Active", Operator::kEqualTo, {{"VALUE", "true"}})},
                               Account(), Table(), [](const Filter&) { return true; });
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_EQ(Text(*mapping->filter().condition),
            "((Name EQUAL_TO 0:a OR Name EQUAL_TO 0:b) AND Active EQUAL_TO 2:true)");
}

}  // namespace
}  // namespace sluice::flow
