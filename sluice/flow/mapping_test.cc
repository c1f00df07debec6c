#include "sluice/flow/mapping.h"

#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

Task Of(TaskType type, std::vector<std::string> fields, Operator op,
        std::map<std::string, std::string> properties = {}, std::string destination = "") {
  return {.type = type,
          .op = op,
          .source_fields = std::move(fields),
          .destination_field = std::move(destination),
          .properties = std::move(properties)};
}
Task Merge(std::vector<std::string> fields, std::string name, std::string format) {
  return Of(TaskType::kMerge, std::move(fields), Operator::kNoOp, {{"CONCAT_FORMAT", format}},
            std::move(name));
}
Task Calculate(Operator op, std::vector<std::string> fields, std::string name) {
  return Of(TaskType::kArithmetic, std::move(fields), op, {}, std::move(name));
}
Task MaskLast(std::string field, std::string length) {
  return Of(TaskType::kMask, {std::move(field)}, Operator::kMaskLastN, {{"MASK_LENGTH", length}});
}
Task Truncate(std::string field, std::string length) {
  return Of(TaskType::kTruncate, {std::move(field)}, Operator::kNoOp,
            {{"TRUNCATE_LENGTH", length}});
}
Task Check(std::string field, Operator op, std::string action = "DropRecord") {
  return Of(TaskType::kValidate, {std::move(field)}, op, {{"VALIDATION_ACTION", action}});
}

EntityDefinition Order() {
  EntityDefinition order;
  order.entity.identifier = "Order";
  order.fields = {{.name = "First"},
                  {.name = "Last"},
                  {.name = "Qty", .data_type = DataType::kLong},
                  {.name = "Price"},
                  {.name = "Day", .data_type = DataType::kDate},
                  {.name = "Paid", .data_type = DataType::kBoolean}};
  return order;
}

EntityDefinition Any(const std::vector<Field>& fields) {
  return {.entity = {.identifier = "any"}, .fields = fields};
}

struct Mapped {
  std::vector<std::string> records, refusals;
  std::vector<int64_t> filtered, source_row;
};

// What becomes of orders at a destination that takes what comes, or has `fields`.
Mapped MapOrders(std::vector<Task> tasks, const std::vector<std::string>& records,
                 std::vector<Field> fields = {}) {
  const std::vector<std::string> all = {"First", "Last", "Qty", "Price", "Day", "Paid"};
  tasks.push_back(Projection(all));
  if (fields.empty()) {
    auto target = Mapping::TargetFields(tasks, Order());
    EXPECT_TRUE(target.ok()) << target.error().message;
    fields = *target;
  }
  auto mapping = Mapping::Make(tasks, Order(), Any(fields));
  EXPECT_TRUE(mapping.ok()) << mapping.error().message;
  std::vector<std::string_view> texts(records.begin(), records.end());
  Batch batch{.rows = *RecordsFromJson(*SchemaOf(Order(), all), texts)};
  for (size_t i = 0; i < records.size(); ++i) batch.source_row.push_back(static_cast<int64_t>(i));
  auto mapped = mapping->Apply(batch);
  EXPECT_TRUE(mapped.ok()) << mapped.error().message;
  EXPECT_TRUE(mapped->batch.rows->ValidateFull().ok());
  Mapped result{.records = *RecordsToJson(*mapped->batch.rows),
                .filtered = mapped->filtered,
                .source_row = mapped->batch.source_row};
  for (const RejectedRow& row : mapped->rejected) {
    result.refusals.push_back(std::to_string(row.index) + " " + row.field + ": " +
                              row.error.message);
  }
  return result;
}

std::string OrderRefusal(std::vector<Task> tasks, std::vector<Field> fields = {{.name = "x"}}) {
  tasks.push_back(Projection({"First", "Last", "Qty", "Price", "Day", "Paid"}));
  auto mapping = Mapping::Make(tasks, Order(), Any(fields));
  EXPECT_FALSE(mapping.ok());
  return mapping.ok() ? "" : mapping.error().message;
}

TEST(Tasks, MergeAndArithmeticAsTheConsoleWritesThem) {
  Mapped mapped = MapOrders(
      {Merge({"First", "Last"}, "First,Last", "${First} ${Last}"), Map("First,Last", "name"),
       Of(TaskType::kArithmetic, {"Qty", "Price"}, Operator::kMultiplication,
          {{"MATH_OPERATION_FIELDS_ORDER", "Qty,Price"}}, "Qty,Price"),
       Map("Qty,Price", "total")},
      {R"({"First":"Zoë","Last":"M","Qty":3,"Price":"1.50"})",
       R"({"First":null,"Last":"B","Qty":null,"Price":"1"})",
       R"({"First":"C","Last":"D","Qty":1,"Price":"many"})"});
  EXPECT_THAT(mapped.records,
              ElementsAre(R"({"name":"Zoë M","total":4.50})", R"({"name":" B","total":null})"));
  EXPECT_THAT(mapped.refusals,
              ElementsAre("2 Price: field 'Price': 'many' is not a number, as 'Qty,Price' needs"));
}

TEST(Tasks, TemporaryFieldsMayBeMadeOfTemporaryFields) {
  Mapped mapped = MapOrders(
      {Map("text", "text"), Merge({"First", "sum"}, "text", "${First}=${sum}"),
       Calculate(Operator::kAddition, {"product", "Qty"}, "sum"),
       Calculate(Operator::kMultiplication, {"Qty", "Price"}, "product"), Map("sum", "sum"),
       Check("product", Operator::kValidateNonZero), Truncate("text", "5"), MaskLast("text", "2")},
      {R"({"First":"é","Qty":2,"Price":"1.25"})", R"({"First":"b","Qty":2,"Price":"0.0"})",
       R"({"First":"c","Qty":20,"Price":"1000"})"});
  EXPECT_THAT(mapped.records,
              ElementsAre(R"({"text":"é=4**","sum":4.50})", R"({"text":"c=2**","sum":20020})"));
  EXPECT_THAT(mapped.filtered, ElementsAre(1));
  EXPECT_THAT(mapped.source_row, ElementsAre(0, 2));
}

TEST(Tasks, ATemporaryFieldWithoutANameIsCalledAfterItsParts) {
  Mapped mapped = MapOrders({Merge({"First", "Last"}, "", "-"), Map("First,Last", "name")},
                            {R"({"First":"a","Last":"b"})"});
  EXPECT_THAT(mapped.records, ElementsAre(R"({"name":"a-b"})"));
}

TEST(Tasks, FiltersComeFirstThenValidationsThenMasksThenWhatIsMadeOfThem) {
  Mapped mapped = MapOrders(
      {MaskLast("Price", "1"), Merge({"Price", "Last"}, "p", " "), Map("p", "p"),
       Map("Price", "price"), Check("Price", Operator::kValidateNumeric),
       Check("Last", Operator::kValidateNonNull),
       Filter_("Price", Operator::kNotEqualTo, {{"VALUE", "13"}, {"DATA_TYPE", "double"}})},
      {R"({"Price":"12","Last":"a"})", R"({"Price":"13.0","Last":null})",
       R"({"Price":"x","Last":null})", R"({"Price":"14","Last":""})"});
  EXPECT_THAT(mapped.records, ElementsAre(R"({"p":"1* a","price":"1*"})"));
  EXPECT_THAT(mapped.filtered, ElementsAre(1, 1, 1));
  EXPECT_THAT(mapped.source_row, ElementsAre(0));
  EXPECT_THAT(mapped.refusals, ElementsAre());
}

TEST(Tasks, ValuesOfOtherTypesAreMaskedAsText) {
  const auto all = [](const char* field) {
    return Of(TaskType::kMask, {field}, Operator::kMaskAll, {{"MASK_VALUE", "x"}});
  };
  Mapped mapped = MapOrders({MaskLast("Qty", "2"), MaskLast("Day", "5"), all("Paid"),
                             Map("Qty", "qty"), Map("Day", "day"), Map("Paid", "paid")},
                            {R"({"Qty":-1234,"Day":"2026-01-31","Paid":true})", "{}"});
  EXPECT_THAT(mapped.records, ElementsAre(R"({"qty":"-12**","day":"2026-*****","paid":"xxxx"})",
                                          R"({"qty":null,"day":null,"paid":null})"));
}

TEST(Tasks, MasksAndTruncationsOfAFieldGoInTheirOrder) {
  const std::vector<std::string> record = {R"({"First":"abcdef"})"};
  EXPECT_THAT(MapOrders({Map("First", "x"), MaskLast("First", "2"), Truncate("First", "5")}, record)
                  .records,
              ElementsAre(R"({"x":"abcd*"})"));
  EXPECT_THAT(MapOrders({Map("First", "x"), Truncate("First", "5"), MaskLast("First", "2")}, record)
                  .records,
              ElementsAre(R"({"x":"abc**"})"));
}

TEST(Tasks, AQuotientIsRoundedForADoubleAndRefusedForAWholeNumber) {
  const std::vector<Task> tasks = {Calculate(Operator::kDivision, {"Qty", "Price"}, "q"),
                                   Map("q", "x")};
  const std::vector<std::string> records = {R"({"Qty":1,"Price":"3"})", R"({"Qty":4,"Price":"2"})",
                                            R"({"Qty":1,"Price":"0.0"})"};
  EXPECT_THAT(MapOrders(tasks, records, {{.name = "x", .data_type = DataType::kDouble}}).records,
              ElementsAre(R"({"x":0.3333333333333333})", R"({"x":2})"));
  Mapped whole = MapOrders(tasks, records, {{.name = "x", .data_type = DataType::kLong}});
  EXPECT_THAT(whole.records, ElementsAre(R"({"x":2})"));
  EXPECT_THAT(whole.refusals,
              ElementsAre(HasSubstr("0 q: field 'q': '0.3333333333333333333333333333333333' is not "
                                    "a whole number"),
                          "2 Price: field 'Price': nothing can be divided by zero, as 'q' needs"));
}

TEST(Tasks, WhatAValidationDropsIsNotRefusedAsWell) {
  Mapped mapped = MapOrders({Check("Price", Operator::kValidateNumeric), Map("Price", "x")},
                            {R"({"Price":"many"})", R"({"Price":"1"})"},
                            {{.name = "x", .data_type = DataType::kDouble}});
  EXPECT_THAT(mapped.records, ElementsAre(R"({"x":1})"));
  EXPECT_THAT(mapped.refusals, ElementsAre());
  EXPECT_THAT(mapped.filtered, ElementsAre(1));
}

TEST(Tasks, NamesTheTasksThatTakeRowsOut) {
  auto mapping = Mapping::Make(
      {Projection({"Name", "Revenue"}), Map("Name", "name"),
       Check("Name", Operator::kValidateNonNull),
       Check("Revenue", Operator::kValidateNonZero, "DropDataset"),
       Filter_("Revenue", Operator::kBetween, {{"LOWER_BOUND", "1"}, {"UPPER_BOUND", "2"}})},
      Account(), Table());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_THAT(mapping->filters(),
              ElementsAre("Filter Revenue BETWEEN 1 2", "Validate Name VALIDATE_NON_NULL"));
}

TEST(Tasks, DropDatasetEndsTheRunAndNamesFieldAndRecord) {
  auto mapping = Mapping::Make({Projection({"Id", "Name"}), Map("Id", "id"),
                                Check("Name", Operator::kValidateNonNull, "DropDataset"),
                                Filter_("Id", Operator::kNotEqualTo, {{"VALUE", "b"}})},
                               Account(), Table());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  // What a filter took out is not looked at.
  EXPECT_TRUE(mapping->Apply(MakeBatch({"Id", "Name"}, {R"({"Id":"b"})"})).ok());
  auto mapped =
      mapping->Apply(MakeBatch({"Id", "Name"}, {R"({"Id":"a","Name":"x"})", R"({"Id":"c"})"}));
  ASSERT_FALSE(mapped.ok());
  EXPECT_EQ(mapped.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(
      mapped.error().message,
      R"(The record '{"Id":"c","Name":null}' fails the task Validate Name VALIDATE_NON_NULL, )"
      "which ends the run (DropDataset): correct the field 'Name' at the source, or choose "
      "DropRecord.");
}

TEST(Tasks, TextThatIsNotUtf8RefusesItsRecord) {
  auto mapping =
      Mapping::Make({Projection({"Id", "Name"}), Map("Name", "name")}, Account(), Table());
  Batch batch = MakeBatch({"Id", "Name"}, {"{}", "{}", R"({"Name":"é"})"});
  arrow::StringBuilder names;
  for (const char* name : {"\xC3", "\xA9", "é"}) ASSERT_TRUE(names.Append(name).ok());
  batch.rows = *batch.rows->SetColumn(1, batch.rows->schema()->field(1), *names.Finish());
  batch.unreadable = {{.seq = 9, .index = 5, .error = InvalidArgument("no JSON"), .record = "x"}};
  auto mapped = mapping->Apply(batch);
  EXPECT_THAT(*RecordsToJson(*mapped->batch.rows), ElementsAre(R"({"name":"é"})"));
  EXPECT_THAT(mapped->batch.source_row, ElementsAre(2));
  EXPECT_TRUE(mapped->batch.unreadable.empty());
  ASSERT_EQ(mapped->rejected.size(), 3u);
  EXPECT_EQ(mapped->rejected[0].index, 0);
  EXPECT_EQ(mapped->rejected[0].field, "Name");
  EXPECT_EQ(mapped->rejected[0].error.message, "field 'Name': the text is not valid UTF-8");
  EXPECT_EQ(mapped->rejected[1].index, 1);
  EXPECT_EQ(mapped->rejected[2].record, "x");
}

TEST(Mapping, ANumberThatTheDestinationHasNoFormForRefusesItsRecord) {
  const std::vector<Task> tasks = {Projection({"Id", "Revenue"}), Map("Revenue", "revenue")};
  EntityDefinition files = Table();
  files.fields[3].data_type = DataType::kDouble;
  Batch batch = MakeBatch({"Id", "Revenue"}, {"{}", "{}", "{}", "{}"});
  arrow::DoubleBuilder revenues;
  for (double value : {std::nan(""), 1.5, -std::numeric_limits<double>::infinity()}) {
    ASSERT_TRUE(revenues.Append(value).ok());
  }
  ASSERT_TRUE(revenues.AppendNull().ok());
  batch.rows = *batch.rows->SetColumn(1, batch.rows->schema()->field(1), *revenues.Finish());

  auto mapped = Mapping::Make(tasks, Account(), files)->Apply(batch);
  ASSERT_TRUE(mapped.ok()) << mapped.error().message;
  EXPECT_THAT(mapped->batch.source_row, ElementsAre(1, 3));
  ASSERT_EQ(mapped->rejected.size(), 2u);
  EXPECT_EQ(mapped->rejected[1].index, 2);
  EXPECT_EQ(mapped->rejected[1].field, "Revenue");
  EXPECT_THAT(mapped->rejected[1].error.message, HasSubstr("infinite numbers can't be written"));

  auto all = Mapping::Make(tasks, Account(), files, {}, /*takes_non_finite=*/true)->Apply(batch);
  EXPECT_THAT(all->batch.source_row, ElementsAre(0, 1, 2, 3));
}

TEST(Tasks, AValueWithoutATextRefusesItsRecordRatherThanGettingLost) {
  for (const std::vector<Task>& tasks :
       {std::vector<Task>{Map("Born", "name"), MaskLast("Born", "1")},
        std::vector<Task>{Map("n", "name"), Merge({"Born", "Born"}, "n", " ")}}) {
    std::vector<Task> all = tasks;
    all.push_back(Projection({"Born"}));
    auto mapping = Mapping::Make(all, Account(), Table());
    ASSERT_TRUE(mapping.ok()) << mapping.error().message;
    Batch batch = MakeBatch({"Born"}, {"{}", R"({"Born":"2026-01-31"})"});
    arrow::Date32Builder days;
    ASSERT_TRUE(days.AppendValues({4'000'000, 0}).ok());
    batch.rows = *batch.rows->SetColumn(0, batch.rows->schema()->field(0), *days.Finish());
    auto mapped = mapping->Apply(batch);
    EXPECT_EQ(mapped->batch.rows->num_rows(), 1);
    ASSERT_EQ(mapped->rejected.size(), 1u);
    EXPECT_EQ(mapped->rejected[0].field, "Born");
    EXPECT_THAT(mapped->rejected[0].error.message, HasSubstr("not in the years 0 to 9999"));
  }
}

TEST(Tasks, ASourceRowKeepsItsNumberWhereRowsWereMissingBefore) {
  auto mapping = Mapping::Make({Projection({"Employees"}), Map("Employees", "employees"),
                                Filter_("Employees", Operator::kNotEqualTo, {{"VALUE", "1"}})},
                               Account(), Table());
  Batch batch = MakeBatch({"Employees"},
                          {R"({"Employees":"1"})", R"({"Employees":"x"})", R"({"Employees":"3"})"});
  batch.source_row = {4, 7, 9};
  auto mapped = mapping->Apply(batch);
  EXPECT_THAT(mapped->batch.source_row, ElementsAre(9));
  EXPECT_EQ(mapped->rejected[0].index, 7);
  EXPECT_EQ(mapped->rejected[0].field, "Employees");
}

TEST(Tasks, ABatchOfWhichNothingIsLeftCarriesItsPosition) {
  auto mapping = Mapping::Make(
      {Projection({"Id"}), Map("Id", "id"), Filter_("Id", Operator::kEqualTo, {{"VALUE", "z"}})},
      Account(), Table());
  auto mapped = mapping->Apply(MakeBatch({"Id"}, {R"({"Id":"a"})", R"({"Id":"b"})"}));
  EXPECT_EQ(mapped->batch.rows->num_rows(), 0);
  EXPECT_EQ(mapped->batch.rows->num_columns(), 1);
  EXPECT_EQ(mapped->batch.after.token, "there");
  EXPECT_THAT(mapped->filtered, ElementsAre(2));
}

TEST(Tasks, MapAllReadsWhatOtherTasksNeedEvenIfItIsExcluded) {
  Task all{.type = TaskType::kMapAll,
           .properties = {{"EXCLUDE_SOURCE_FIELDS_LIST", R"(["Price","Day","Gone"])"}}};
  auto mapping = Mapping::Make({all, Filter_("Price", Operator::kEqualTo, {{"VALUE", "1"}})},
                               Order(), Order());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_THAT(mapping->read_fields(), ElementsAre("First", "Last", "Qty", "Paid", "Price"));
  EXPECT_THAT(mapping->write_fields(), ElementsAre("First", "Last", "Qty", "Paid"));
}

TEST(Tasks, PassthroughMapsEverything) {
  auto mapping = Mapping::Make({{.type = TaskType::kPassthrough}}, Order(), Order());
  ASSERT_TRUE(mapping.ok()) << mapping.error().message;
  EXPECT_THAT(mapping->write_fields(), ElementsAre("First", "Last", "Qty", "Price", "Day", "Paid"));
}

TEST(Tasks, PartitionKeysAreDestinationFieldsInTheirOrder) {
  const auto keys = [](const std::string& list, std::vector<std::string> fields = {}) {
    auto mapping =
        Mapping::Make({Map("First", "a"), Map("Last", "b"), Projection({"First", "Last"}),
                       Of(TaskType::kPartition, std::move(fields), Operator::kNoOp,
                          {{"ORDERED_PARTITION_KEYS_LIST", list}})},
                      Order(), Any({{.name = "a"}, {.name = "b"}}));
    return mapping.ok() ? mapping->partition_keys()
                        : std::vector<std::string>{mapping.error().message};
  };
  EXPECT_THAT(keys(R"(["b","a"])"), ElementsAre("b", "a"));
  EXPECT_THAT(keys("a,b", {"b"}), ElementsAre("a", "b"));
  EXPECT_THAT(keys("", {"b"}), ElementsAre("b"));
  EXPECT_THAT(keys("First"), ElementsAre("The Partition task has the key 'First', but no task maps "
                                         "to that destination field: add a Map task."));
  EXPECT_THAT(keys("a,a"), ElementsAre(HasSubstr("has the key 'a' twice")));
  EXPECT_THAT(keys(""), ElementsAre(HasSubstr("names no destination field")));
  EXPECT_THAT(keys("1,2,3,4,5,6,7,8,9,10,11"), ElementsAre(HasSubstr("11 keys; it can have 10")));
  EXPECT_THAT(keys("[1]"), ElementsAre(HasSubstr("not a JSON array of field names")));
}

TEST(Tasks, TheTargetIsToldTypesAfterTheTasks) {
  EntityDefinition order = Order();
  order.fields[0].constraints = FieldConstraints{.max_length = "20"};
  order.fields[0].label = "First name";
  const auto fields = Mapping::TargetFields(
      {Map("First", "first"), Map("Qty", "qty"), MaskLast("Qty", "1"), Map("Day", "day"),
       Calculate(Operator::kDivision, {"Price", "Price"}, "one"), Map("one", "one"),
       Projection({"First", "Qty", "Day", "Price"})},
      order);
  ASSERT_TRUE(fields.ok()) << fields.error().message;
  EXPECT_EQ((*fields)[0].name, "first");
  EXPECT_EQ((*fields)[0].constraints->max_length, "20");
  EXPECT_EQ((*fields)[1], (Field{.name = "qty", .data_type = DataType::kString}));
  EXPECT_EQ((*fields)[2].data_type, DataType::kDate);
  EXPECT_EQ((*fields)[3].data_type, DataType::kBigDecimal);
}

TEST(Tasks, WhatCannotWorkIsRefusedWithTheReason) {
  EXPECT_EQ(OrderRefusal({Map("First,Last", "x")}),
            "The source entity 'Order' has no field 'First,Last', and no Merge or Arithmetic task "
            "has it as its destination field.");
  EXPECT_EQ(OrderRefusal({Map("First", "x"), Merge({"First", "Last"}, "First,Last", " ")}),
            "The Merge task on 'First,Last' makes 'First,Last', which nothing maps: add a Map task "
            "with it as its source field, or remove this task.");
  EXPECT_THAT(
      OrderRefusal({Map("First", "x"), Merge({"First", "Last"}, "n", " "), MaskLast("n", "1")}),
      HasSubstr("makes 'n', which nothing maps"));
  EXPECT_EQ(OrderRefusal(
                {Merge({"First", "b"}, "a", " "), Merge({"a", "Last"}, "b", " "), Map("b", "x")}),
            "The Merge task on 'a,Last' needs 'b', which it makes itself: the tasks go round in a "
            "circle.");
  EXPECT_THAT(OrderRefusal({Merge({"a", "a"}, "a", " "), Map("a", "x")}), HasSubstr("circle"));
  EXPECT_THAT(OrderRefusal({Merge({"First", "Last"}, "Qty", " "), Map("Qty", "x")}),
              HasSubstr("'Qty', which is a field of the source"));
  EXPECT_THAT(OrderRefusal({Merge({"First", "Last"}, "n", " "), Merge({"Last", "First"}, "n", " "),
                            Map("n", "x")}),
              HasSubstr("'n', which another task makes already"));
  EXPECT_THAT(OrderRefusal({Merge({"First", "Last"}, "n", " "), Map("n", "x"), Projection({"n"})}),
              HasSubstr("The projection has the field 'n', which The Merge task"));
  EXPECT_THAT(OrderRefusal({Merge({"First", "Last"}, "n", " "), Map("n", "x"),
                            Filter_("n", Operator::kEqualTo, {{"VALUE", "1"}})}),
              HasSubstr("looks at a temporary field"));
  EXPECT_THAT(OrderRefusal({Merge({"First"}, "n", " "), Map("n", "x")}),
              HasSubstr("needs two source fields or more"));
  EXPECT_THAT(OrderRefusal({Merge({"First", "Middle"}, "n", " "), Map("n", "x")}),
              HasSubstr("has no field 'Middle'"));
}

TEST(Tasks, OperatorsAndTypesThatDoNotGoTogetherAreRefused) {
  EXPECT_EQ(OrderRefusal({Calculate(Operator::kAddition, {"Qty", "Day"}, "n"), Map("n", "x")}),
            "The Arithmetic task on 'Qty,Day' calculates with 'Day', which is of type Date, not a "
            "number.");
  EXPECT_THAT(OrderRefusal({Calculate(Operator::kAddition, {"Qty", "Price"}, "n"), Map("n", "x"),
                            MaskLast("Price", "1")}),
              HasSubstr("which a Mask task turns into text"));
  EXPECT_THAT(OrderRefusal({Calculate(Operator::kAddition, {"Qty"}, "n"), Map("n", "x")}),
              HasSubstr("exactly two source fields"));
  EXPECT_EQ(OrderRefusal({Calculate(Operator::kMaskAll, {"Qty", "Price"}, "n"), Map("n", "x")}),
            "The Arithmetic task on 'Qty,Price' has the operator MASK_ALL; Arithmetic knows "
            "ADDITION, SUBTRACTION, MULTIPLICATION, DIVISION.");
  EXPECT_EQ(
      OrderRefusal({Map("Qty", "x"), Truncate("Qty", "1")}),
      "The Truncate task on 'Qty' cuts text, but the field is of type Long: remove the task.");
  EXPECT_EQ(OrderRefusal({Map("Qty", "x"), MaskLast("Qty", "1")},
                         {{.name = "x", .data_type = DataType::kLong}}),
            "The field 'Qty' is masked, which makes it text, but the destination field 'x' is of "
            "type Long: remove the Mask task, or map it to a field of type String.");
  EXPECT_EQ(
      OrderRefusal({Map("Qty", "x"), Check("Day", Operator::kValidateNonZero)}),
      "The Validate task on 'Day' has the operator VALIDATE_NON_ZERO, which goes with numbers; "
      "the field is of type Date.");
  EXPECT_THAT(OrderRefusal({Map("Qty", "x"), Check("Qty", Operator::kValidateNonNull, "Ignore")}),
              HasSubstr("it can be DropRecord or DropDataset"));
  EXPECT_THAT(OrderRefusal({Map("Qty", "x"), Check("Rating", Operator::kValidateNonNull)}),
              HasSubstr("has no field 'Rating'"));
  EXPECT_THAT(OrderRefusal({Map("Qty", "x"), MaskLast("Rating", "1")}),
              HasSubstr("has no field 'Rating'"));
  EXPECT_THAT(
      OrderRefusal({Map("Qty", "x"), Filter_("Qty", Operator::kContains, {{"VALUE", "1"}})}),
      HasSubstr("CONTAINS, which goes with text only"));
  Task fields{.type = TaskType::kMapAll, .properties = {{"INCLUDE_NEW_FIELDS", "perhaps"}}};
  EXPECT_THAT(OrderRefusal({fields}), HasSubstr("neither true nor false"));
}

}  // namespace
}  // namespace sluice::flow
