#include "sluice/tidb/create_table.h"

#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

Field Of(const std::string& name, DataType type = DataType::kString,
         const std::string& length = "") {
  Field field;
  field.name = name;
  field.data_type = type;
  if (!length.empty()) field.constraints = FieldConstraints{.max_length = length};
  return field;
}

std::string TypeIn(const Result<Table>& table, const std::string& column) {
  if (!table.ok()) return table.error().message;
  return table->Find(column)->type.sql;
}
std::string WhyNot(const Result<Table>& table) { return table.ok() ? "" : table.error().message; }

TEST(PlanTable, TextsAreAsLongAsTheSourceSays) {
  auto type = [](const std::string& length) {
    return TypeIn(PlanTable("d", "t", {Of("a", DataType::kString, length)}, {}), "a");
  };
  EXPECT_EQ(type(""), "longtext");
  EXPECT_EQ(type("0"), "longtext");
  EXPECT_EQ(type("many"), "longtext");
  EXPECT_EQ(type("1"), "varchar(1)");
  EXPECT_EQ(type("16383"), "varchar(16383)");
  EXPECT_EQ(type("16384"), "mediumtext");
  EXPECT_EQ(type("4194303"), "mediumtext");
  EXPECT_EQ(type("4194304"), "longtext");
  EXPECT_EQ(type("99999999999999999999999"), "longtext");
}

TEST(PlanTable, IdsFitIntoAKey) {
  EXPECT_EQ(TypeIn(PlanTable("d", "t", {Of("a")}, {"a"}), "a"), "varchar(255)");
  EXPECT_EQ(TypeIn(PlanTable("d", "t", {Of("a", DataType::kString, "18")}, {"a"}), "a"),
            "varchar(18)");
  EXPECT_EQ(TypeIn(PlanTable("d", "t", {Of("a", DataType::kString, "5000")}, {"a"}), "a"),
            "varchar(768)");
  auto four = PlanTable("d", "t", {Of("a"), Of("b"), Of("c"), Of("d", DataType::kByteArray)},
                        {"a", "b", "c", "d"});
  EXPECT_EQ(TypeIn(four, "a"), "varchar(192)");
  EXPECT_EQ(TypeIn(four, "d"), "varbinary(255)");
  ASSERT_TRUE(four.ok());
  EXPECT_FALSE(four->Find("a")->is_nullable);
  EXPECT_EQ(four->PrimaryKey()->columns.size(), 4u);
  EXPECT_EQ(WhyNot(PlanTable("d", "t", {Of("a", DataType::kList)}, {"a"})),
            "field 'a' can't be an id: it is of type List");
  EXPECT_EQ(WhyNot(PlanTable("d", "t", {Of("a")}, {"b"})),
            "the id field 'b' is not among the fields that come");
  EXPECT_EQ(WhyNot(PlanTable("d", "t", {Of("a")}, {"a", "a"})), "'a' is named twice as id field");
}

TEST(PlanTable, NamesAreThoseThatTiDBTakes) {
  auto with_name = [](const std::string& name) {
    return WhyNot(PlanTable("d", name, {Of("a")}, {}));
  };
  auto with_field = [](const std::string& name) {
    return WhyNot(PlanTable("d", "t", {Of(name)}, {}));
  };
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "é";
  for (const auto& why : {with_name(longest), with_field(longest)}) EXPECT_EQ(why, "");
  for (const std::string& bad : {std::string(), longest + "x", std::string("a "),
                                 std::string("\xff"), std::string("a\0b", 3)}) {
    EXPECT_NE(with_name(bad), "") << bad;
    EXPECT_NE(with_field(bad), "") << bad;
  }
  EXPECT_EQ(with_field("a "), "field 'a ' can't be a name in TiDB: it ends with a space");
  EXPECT_NE(with_name("_Sluice_Progress"), "");
  EXPECT_NE(WhyNot(PlanTable("d", "t", {Of("a"), Of("A")}, {})), "");
  EXPECT_NE(WhyNot(PlanTable("d", "t", {}, {})), "");
  std::vector<Field> many;
  for (int i = 0; i < 1018; ++i) many.push_back(Of("c" + std::to_string(i)));
  EXPECT_NE(WhyNot(PlanTable("d", "t", many, {})), "");
  many.pop_back();
  EXPECT_EQ(WhyNot(PlanTable("d", "t", many, {})), "");
}

}  // namespace
}  // namespace sluice::tidb
