#include <gmock/gmock.h>

#include <algorithm>

#include "sluice/tidb/live_test.h"
#include "sluice/tidb/progress.h"
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
  EXPECT_EQ(ToEntity((*tables)[0], "x").description, "of é");
  EXPECT_TRUE(ToEntity((*tables)[0], "x").is_writable);
  EXPECT_FALSE(ToEntity((*tables)[1], "x").is_writable);
  EXPECT_EQ(ToEntity((*tables)[1], "x").description, "");
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
  EntityDefinition definition = ToDefinition(Describe("sf_account"), "sf_account");
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

  EntityDefinition definition = ToDefinition(table, "k");
  EXPECT_FALSE(definition.Find("c")->write);
  EXPECT_EQ(definition.Find("b")->label, "Bé");
  EXPECT_TRUE(definition.Find("d")->read.is_timestamp_for_incremental_queries);
  EXPECT_EQ(definition.Find("d")->default_value, "CURRENT_TIMESTAMP(3)");

  Run("CREATE TABLE n (id INT AUTO_INCREMENT, a INT, PRIMARY KEY (id) NONCLUSTERED)");
  EXPECT_TRUE(Describe("n").Find("id")->is_auto_increment);
  EXPECT_FALSE(Describe("n").is_clustered);
}

TEST_F(SchemaLiveTest, HowAColumnMayBeWrittenIsSaid) {
  Run("CREATE TABLE random (id BIGINT AUTO_RANDOM PRIMARY KEY, a INT NOT NULL, b VARCHAR(20), c "
      "VARCHAR(20), d INT NOT NULL DEFAULT 5, UNIQUE KEY ab (a, b), UNIQUE KEY part (c(3)))");
  Run("CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, a INT)");
  struct Said {
    const char *table, *column;
    bool is_nullable, is_defaulted, identifies;
  };
  for (const Said& said : {Said{"random", "id", false, true, true},
                           {"random", "a", false, false, true},
                           {"random", "b", true, true, true},
                           {"random", "c", true, true, false},  // Of part of it.
                           {"random", "d", false, true, false},
                           {"numbered", "id", false, true, true},
                           {"numbered", "a", true, true, false}}) {
    EntityDefinition definition = ToDefinition(Describe(said.table), said.table);
    const Field& field = *definition.Find(said.column);
    std::string name = std::string(said.table) + "." + said.column;
    ASSERT_TRUE(field.write) << name;
    EXPECT_EQ(field.read.is_nullable, said.is_nullable) << name;
    EXPECT_EQ(field.write->is_nullable, said.is_nullable) << name;
    EXPECT_EQ(field.write->is_defaulted_on_create, said.is_defaulted) << name;
    std::vector<WriteOperation> operations;
    using enum WriteOperation;
    if (said.identifies) operations = {kUpdate, kUpsert, kDelete};
    EXPECT_THAT(field.write->supported_write_operations,
                testing::UnorderedElementsAreArray(operations))
        << name;
  }
}

// What DescribeEntity says of a column: its type, then "name=value" of what there is besides.
std::string Said(const Field& field) {
  std::string said(ToString(field.data_type));
  auto add = [&](const std::string& name, const std::optional<std::string>& value) {
    if (value) said += " " + name + "=" + *value;
  };
  if (field.constraints) {
    add("min", field.constraints->min_value);
    add("max", field.constraints->max_value);
    add("longest", field.constraints->max_length);
    for (const std::string& value : field.constraints->allowed_values) add("allowed", value);
  }
  add("default", field.default_value);
  if (field.read.is_timestamp_for_incremental_queries) said += " incremental";
  if (!field.read.is_queryable) said += " unfilterable";
  return said;
}

TEST_F(SchemaLiveTest, EveryTypeIsDescribed) {
  const std::pair<const char*, const char*> types[] = {
      {"BOOLEAN DEFAULT TRUE", "Boolean default=1"},
      {"TINYINT", "Short min=-128 max=127"},
      {"TINYINT UNSIGNED", "Short min=0 max=255"},
      {"SMALLINT", "Short min=-32768 max=32767"},
      {"MEDIUMINT UNSIGNED DEFAULT 7", "Integer min=0 max=16777215 default=7"},
      {"INT", "Integer min=-2147483648 max=2147483647"},
      {"INT UNSIGNED", "Long min=0 max=4294967295"},
      {"BIGINT", "Long min=-9223372036854775808 max=9223372036854775807"},
      {"BIGINT UNSIGNED", "BigInteger min=0 max=18446744073709551615"},
      {"YEAR", "Short min=1901 max=2155"},
      {"BIT(1)", "Boolean"},
      {"BIT(9) DEFAULT b'101'", "Long min=0 max=511 default=b'101'"},
      {"BIT(64)", "BigInteger min=0 max=18446744073709551615"},
      {"DECIMAL(65,30)",
       "BigDecimal min=-99999999999999999999999999999999999."
       "999999999999999999999999999999 max=99999999999999999999999999999999999."
       "999999999999999999999999999999"},
      {"DECIMAL(5,2) UNSIGNED DEFAULT 1.5", "BigDecimal min=0 max=999.99 default=1.5"},
      {"FLOAT", "Float"},
      {"DOUBLE DEFAULT -0.5", "Double default=-0.5"},
      {"CHAR(3)", "String longest=3"},
      {"VARCHAR(255) DEFAULT 'é'", "String longest=255 default=é"},
      {"VARCHAR(9) CHARACTER SET latin1", "String longest=9"},
      {"VARCHAR(9) CHARACTER SET gbk", "String longest=9"},
      {"TINYTEXT", "String longest=255"},
      {"TEXT CHARACTER SET gbk", "String longest=65535"},
      {"MEDIUMTEXT", "String longest=16777215"},
      {"LONGTEXT", "String longest=4294967295"},
      {"ENUM('a','b''c','é,') DEFAULT 'a'", "String allowed=a allowed=b'c allowed=é, default=a"},
      {"SET('x','y')", "String allowed=x allowed=y"},
      {"TIME(3) DEFAULT '-838:59:59'", "String default=-838:59:59.000"},
      {"JSON", "String unfilterable"},
      {"BINARY(16)", "ByteArray longest=16 unfilterable"},
      {"VARBINARY(9) DEFAULT x'ff00'", "ByteArray longest=9 unfilterable"},
      {"LONGBLOB", "ByteArray longest=4294967295 unfilterable"},
      {"VECTOR(3)", "List unfilterable"},
      {"VECTOR", "List unfilterable"},
      {"DATE DEFAULT '2026-01-31'", "Date default=2026-01-31 incremental"},
      {"DATETIME(6)", "DateTime incremental"},
      {"TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6)",
       "DateTime default=CURRENT_TIMESTAMP(6) incremental"},
  };
  std::string columns;
  for (size_t i = 0; i < std::size(types); ++i) {
    columns += (i ? ", c" : "c") + std::to_string(i) + " " + types[i].first;
  }
  Run("CREATE TABLE every_type (" + columns + ")");
  EntityDefinition definition = ToDefinition(Describe("every_type"), "every_type");
  ASSERT_EQ(definition.fields.size(), std::size(types));
  for (size_t i = 0; i < std::size(types); ++i) {
    EXPECT_EQ(Said(definition.fields[i]), types[i].second) << types[i].first;
    EXPECT_EQ(definition.fields[i].read.is_queryable,
              !definition.fields[i].filter_operators.empty());
  }
}

TEST_F(SchemaLiveTest, OnlyWhatTheFilterTakesIsOffered) {
  Run("CREATE TABLE f (b BOOLEAN, n INT, s VARCHAR(9), e ENUM('a'), t TIME, d DATE, at DATETIME)");
  EntityDefinition definition = ToDefinition(Describe("f"), "f");
  using enum Operator;
  auto offers = [&](const char* field, Operator op) {
    const auto& operators = definition.Find(field)->filter_operators;
    return std::find(operators.begin(), operators.end(), op) != operators.end();
  };
  for (const char* field : {"n", "t", "d", "at"}) {
    EXPECT_TRUE(offers(field, kBetween) && offers(field, kNotEqualTo)) << field;
    EXPECT_FALSE(offers(field, kContains)) << field;
  }
  EXPECT_TRUE(offers("s", kContains) && offers("s", kLessThan) && offers("e", kContains));
  EXPECT_FALSE(offers("e", kLessThan) || offers("b", kLessThan) || offers("b", kContains));
}

TEST_F(SchemaLiveTest, DefaultsAreToldFromWhatIsComputed) {
  Run("CREATE SEQUENCE numbers");
  Run("CREATE TABLE d (n INT DEFAULT 5, s VARCHAR(40) DEFAULT 'uuid()', u VARCHAR(40) DEFAULT "
      "(uuid()), now DATETIME DEFAULT CURRENT_TIMESTAMP, then_ DATETIME DEFAULT '2026-01-01', "
      "later TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), "
      "q BIGINT DEFAULT NEXT VALUE FOR numbers, b BINARY(2) DEFAULT 'a', nothing INT, "
      "c VARCHAR(3) COLLATE utf8mb4_general_ci DEFAULT '')");
  Table table = Describe("d");
  auto is_literal = [&](const char* name) { return table.Find(name)->is_default_literal; };
  for (const char* name : {"n", "s", "then_", "c"}) EXPECT_TRUE(is_literal(name)) << name;
  for (const char* name : {"u", "now", "later", "q", "b", "nothing"}) {
    EXPECT_FALSE(is_literal(name)) << name;
    EXPECT_TRUE(table.Find(name)->has_default) << name;
  }
  EXPECT_EQ(table.Find("c")->collation, "utf8mb4_general_ci");
  EXPECT_EQ(table.Find("s")->collation, "utf8mb4_bin");
  EXPECT_EQ(table.Find("n")->collation, "");
}

TEST_F(SchemaLiveTest, ConstraintsThatLoadDataDoesNotHeedAreSeen) {
  Run("CREATE TABLE parent (id INT PRIMARY KEY, twice INT AS (id * 2))");
  EXPECT_EQ(Describe("parent").has_constraints, false);
  Run("CREATE TABLE child (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES parent "
      "(id) ON DELETE CASCADE)");
  EXPECT_EQ(Describe("parent").has_constraints, true);
  EXPECT_EQ(Describe("child").has_constraints, true);

  Run("SET GLOBAL tidb_enable_check_constraint = 1");
  Run("CREATE TABLE checked (n INT NOT NULL, CHECK (n > 0))");
  Run("SET GLOBAL tidb_enable_check_constraint = 0");
  EXPECT_EQ(Describe("checked").has_constraints, true);

  Run("CREATE VIEW v AS SELECT * FROM child");
  EXPECT_EQ(Describe("v").has_constraints, std::nullopt);
}

TEST_F(SchemaLiveTest, WhoMayNotReplaceLearnsNothingOfConstraints) {
  Run("CREATE TABLE t (id INT PRIMARY KEY)");
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user);
  Run("GRANT SELECT, INSERT ON " + database_ + ".* TO " + user);
  options_.username = user;
  auto client = Open(options_);
  auto table = DescribeTable(*client, database_, "t", Soon());
  ASSERT_TRUE(table.ok());
  EXPECT_TRUE(LookForConstraints(*client, *table, Soon()).ok());
  EXPECT_EQ(table->has_constraints, std::nullopt);
  Run("DROP USER " + user);
}

TEST_F(SchemaLiveTest, DatabasesAreListedWithoutTidbsOwn) {
  Run("CREATE DATABASE `" + database_ + ".2`");
  auto list = [&](std::string_view after, size_t limit) {
    auto names = ListDatabases(*client_, after, limit, Soon());
    EXPECT_TRUE(names.ok());
    return names.ok() ? *names : std::vector<std::string>();
  };
  std::vector<std::string> all = list("", 10'000);
  EXPECT_THAT(all, testing::IsSupersetOf({database_, database_ + ".2"}));
  for (std::string name : all) {
    std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    EXPECT_THAT(name, testing::Not(testing::AnyOf("mysql", "sys", "information_schema",
                                                  "performance_schema", "metrics_schema")));
  }
  std::vector<std::string> paged;
  for (auto page = list("", 1); !page.empty(); page = list(paged.back(), 1)) {
    paged.push_back(page.back());
  }
  EXPECT_EQ(paged, all);
  Run("DROP DATABASE `" + database_ + ".2`");
}

TEST_F(SchemaLiveTest, AnAbsentDatabaseIsNotFoundAndAnEmptyOneIsEmpty) {
  EXPECT_THAT(List("", 10), ElementsAre());
  auto tables = ListTables(*client_, "nothing' OR '1'='1", "", 10, Soon());
  ASSERT_FALSE(tables.ok());
  EXPECT_EQ(tables.error().code, ErrorCode::kResourceNotFound);
}

TEST_F(SchemaLiveTest, TheStateOfStreamsIsNotListed) {
  Run(std::string("CREATE TABLE ") + kProgressTable + " (stream VARCHAR(255) PRIMARY KEY)");
  Run("CREATE TABLE _sluice_progress2 (id INT)");
  EXPECT_THAT(List("", 10), ElementsAre("_sluice_progress2"));
  EXPECT_EQ(Describe(kProgressTable).columns.size(), 1u);
}

TEST_F(SchemaLiveTest, AViewIsReadOnlyAndItsColumnsAreKnown) {
  Run("CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(65,30), e ENUM('a','b'))");
  Run("CREATE VIEW v AS SELECT e, d, id + 1 AS next FROM t");
  Table view = Describe("v");
  EXPECT_TRUE(view.is_view);
  EntityDefinition definition = ToDefinition(view, "v");
  EXPECT_FALSE(definition.entity.is_writable);
  ASSERT_EQ(definition.fields.size(), 3u);
  EXPECT_EQ(definition.fields[1].data_type, DataType::kBigDecimal);
  EXPECT_THAT(definition.fields[0].constraints->allowed_values, ElementsAre("a", "b"));
  for (const Field& field : definition.fields) EXPECT_FALSE(field.write) << field.name;
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
