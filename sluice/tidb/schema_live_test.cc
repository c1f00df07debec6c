#include <gmock/gmock.h>

#include "sluice/tidb/live_test.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SchemaLiveTest : public LiveTest {
 protected:
  std::vector<std::string> List(std::string_view after, size_t limit) {
    auto tables = ListTables(*client_, database_, after, limit, Soon());
    EXPECT_TRUE(tables.ok()) << ToString(tables.error());
    std::vector<std::string> names;
    if (tables.ok()) {
      for (const TableName& table : *tables) names.push_back(table.name);
    }
    return names;
  }
};

TEST_F(SchemaLiveTest, TablesAndViewsAreListedInPagesAndSequencesAreNot) {
  Run("CREATE TABLE b (a INT) COMMENT = 'of é'");
  Run("CREATE TABLE a (a INT)");
  Run("CREATE VIEW v AS SELECT * FROM a");
  Run("CREATE SEQUENCE s");
  EXPECT_THAT(List("", 10), ElementsAre("a", "b", "v"));
  EXPECT_THAT(List("", 2), ElementsAre("a", "b"));
  EXPECT_THAT(List("b", 2), ElementsAre("v"));
  EXPECT_THAT(List("' OR ''='", 10), ElementsAre("a", "b", "v"));

  auto tables = ListTables(*client_, database_, "a", 10, Soon());
  ASSERT_TRUE(tables.ok());
  EXPECT_EQ(ToEntity((*tables)[0]).description, "of é");
  EXPECT_TRUE(ToEntity((*tables)[0]).is_writable);
  EXPECT_FALSE(ToEntity((*tables)[1]).is_writable);
  EXPECT_EQ(ToEntity((*tables)[1]).description, "");
}

TEST_F(SchemaLiveTest, AnAbsentTableIsNotFound) {
  auto table = DescribeTable(*client_, database_, "nothing'; --", Soon());
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(table.error().message, "database '" + database_ + "' has no table 'nothing'; --'");
}

TEST_F(SchemaLiveTest, TheTutorialsTableIsDescribed) {
  Run("CREATE TABLE sf_account (id varchar(255) NOT NULL, name varchar(150) NOT NULL DEFAULT '', "
      "PRIMARY KEY (id))");
  EntityDefinition definition = ToDefinition(Describe("sf_account"));
  ASSERT_EQ(definition.fields.size(), 2u);
  const Field& id = definition.fields[0];
  EXPECT_TRUE(id.is_primary_key);
  EXPECT_EQ(id.data_type, DataType::kString);
  EXPECT_EQ(id.data_type_label, "varchar(255)");
  EXPECT_EQ(id.constraints->max_length, "255");
  ASSERT_TRUE(id.write);
  EXPECT_FALSE(id.write->is_nullable);
  EXPECT_FALSE(id.write->is_defaulted_on_create);
  EXPECT_THAT(id.write->supported_write_operations,
              UnorderedElementsAre(WriteOperation::kUpdate, WriteOperation::kUpsert,
                                   WriteOperation::kDelete));
  const Field& name = definition.fields[1];
  EXPECT_FALSE(name.is_primary_key);
  EXPECT_EQ(name.default_value, "");
  EXPECT_TRUE(name.write->is_defaulted_on_create);
  EXPECT_TRUE(name.write->supported_write_operations.empty());
}

TEST_F(SchemaLiveTest, KeysDefaultsAndGeneratedColumnsAreSeen) {
  Run("CREATE TABLE k (id BIGINT AUTO_RANDOM PRIMARY KEY, a INT NOT NULL, b VARCHAR(20) NOT NULL "
      "COMMENT 'Bé', c INT AS (a + 1), d TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP(3), UNIQUE KEY "
      "ua (a, b), UNIQUE KEY ub (b(3)))");
  Table table = Describe("k");
  EXPECT_TRUE(table.is_clustered);
  EXPECT_TRUE(table.Find("id")->is_auto_random);
  EXPECT_TRUE(table.Find("id")->has_default);
  EXPECT_FALSE(table.Find("a")->is_auto_random);
  EXPECT_FALSE(table.Find("a")->has_default);
  ASSERT_EQ(table.keys.size(), 3u);
  EXPECT_EQ(table.PrimaryKey()->columns, std::vector<std::string>{"id"});
  EXPECT_THAT(table.keys[1].columns, ElementsAre("a", "b"));
  EXPECT_TRUE(table.keys[1].is_plain);
  EXPECT_FALSE(table.keys[2].is_plain);

  EntityDefinition definition = ToDefinition(table);
  EXPECT_FALSE(definition.Find("c")->write);
  EXPECT_EQ(definition.Find("b")->label, "Bé");
  EXPECT_TRUE(definition.Find("d")->read.is_timestamp_for_incremental_queries);
  EXPECT_EQ(definition.Find("d")->default_value, "CURRENT_TIMESTAMP(3)");

  Run("CREATE TABLE n (id INT AUTO_INCREMENT, a INT, PRIMARY KEY (id) NONCLUSTERED)");
  EXPECT_TRUE(Describe("n").Find("id")->is_auto_increment);
  EXPECT_FALSE(Describe("n").is_clustered);
}

TEST_F(SchemaLiveTest, OddNamesAreNames) {
  Run("CREATE TABLE `a'b\"c d` (`x``y` INT, `ключ` INT)");
  Table table = Describe("a'b\"c d");
  ASSERT_EQ(table.columns.size(), 2u);
  EXPECT_EQ(table.columns[0].name, "x`y");
  EXPECT_EQ(table.columns[1].name, "ключ");
}

}  // namespace
}  // namespace sluice::tidb
