#include "sluice/tidb/rows.h"

#include <gtest/gtest.h>

#include <deque>

#include "sluice/tidb/refusal.h"
#include "sluice/tidb/sample_table.h"
#include "sluice/tidb/statements.h"

namespace sluice::tidb {
namespace {

using enum WriteOperation;

class RowsTest : public testing::Test {
 protected:
  Result<DecodedRecord> Decode(WriteOperation operation, std::string_view record) {
    std::vector<const Column*> id = {table_.Find("id")};
    return decoders_.emplace_back(table_, operation, id).Decode(record);
  }
  std::string Refused(WriteOperation operation, std::string_view record) {
    auto decoded = Decode(operation, record);
    if (!decoded.ok()) return "error: " + decoded.error().message;
    return decoded->refusal.value_or("taken");
  }
  std::string CellOf(const Row& row, std::string_view column) {
    for (const Cell& cell : row.cells) {
      if (cell.column == table_.Find(column)) return std::string(cell.literal);
    }
    return "";
  }

  Table table_ = SampleTable();
  std::deque<RowDecoder> decoders_;
};

TEST_F(RowsTest, ANullIsNullOrTheDefaultOrRefused) {
  auto decoded = Decode(kInsert, R"({"id":"1","n":null,"state":null,"must":5})");
  ASSERT_TRUE(decoded.ok() && !decoded->refusal);
  EXPECT_EQ(CellOf(decoded->row, "n"), "NULL");
  EXPECT_EQ(CellOf(decoded->row, "state"), "DEFAULT");
  EXPECT_EQ(CellOf(decoded->row, "price"), "");
  EXPECT_EQ(decoded->record_id, "1");
  EXPECT_EQ(Refused(kInsert, R"({"id":"1","must":null})"),
            "column 'must': null, but the column is NOT NULL and has no default");
}

TEST_F(RowsTest, AnInsertNeedsWhatHasNoDefaultAndAnUpdateDoesNot) {
  EXPECT_EQ(Refused(kInsert, R"({"id":"1"})"),
            "column 'must': no value, and the column is NOT NULL and has no default");
  EXPECT_EQ(Refused(kUpdate, R"({"id":"1"})"), "taken");
}

TEST_F(RowsTest, AnUpdateNeedsItsId) {
  EXPECT_EQ(Refused(kUpdate, R"({"n":1})"), "id field 'id' has no value in the record");
  EXPECT_EQ(Refused(kDelete, R"({"id":null})"),
            "column 'id': null, but the column is NOT NULL and has no default");
}

TEST_F(RowsTest, AFaultOfTheMappingIsNoFaultOfTheRecord) {
  EXPECT_EQ(Refused(kInsert, R"({"id":"1","Rating":"Hot"})"),
            "error: table 't' has no column 'Rating'");
  EXPECT_EQ(
      Refused(kInsert, R"({"id":"1","sum":1})"),
      "error: column 'sum' of table 't' is computed by TiDB and can't be written; take it out "
      "of the mapping");
}

TEST_F(RowsTest, ADeleteLooksAtTheIdOnly) {
  EXPECT_EQ(Refused(kDelete, R"({"id":"1","Rating":"Hot","n":"x"})"), "taken");
}

TEST_F(RowsTest, ABadValueIsTheRecordsFault) {
  EXPECT_EQ(Refused(kUpsert, R"({"id":"1","n":"x"})"), "column 'n': 'x' is not a whole number");
  EXPECT_EQ(Refused(kUpsert, R"([1])"), "the record is not a JSON object");
}

TEST_F(RowsTest, TheLastOfTwoMembersWithOneNameCounts) {
  auto decoded = Decode(kUpdate, R"({"id":"1","n":1,"n":2})");
  EXPECT_EQ(CellOf(decoded->row, "n"), "2");
}

TEST_F(RowsTest, StatementsQuoteEverything) {
  auto one = Decode(kUpsert, R"({"id":"it's","odd`name":"\\","n":1})");
  auto two = Decode(kUpsert, R"({"id":"2","n":null})");
  std::vector<const Column*> id = {table_.Find("id")};
  const Row* rows[] = {&one->row, &two->row};
  EXPECT_EQ(InsertStatement(table_, rows),
            "INSERT INTO `d`.`t` (`id`, `n`, `odd``name`) VALUES ('it\\'s', 1, '\\\\'), "
            "('2', NULL, DEFAULT)");
  EXPECT_EQ(UpsertStatement(table_, id, {rows, 1}),
            "INSERT INTO `d`.`t` (`id`, `n`, `odd``name`) VALUES ('it\\'s', 1, '\\\\') "
            "ON DUPLICATE KEY UPDATE `n` = VALUES(`n`), `odd``name` = VALUES(`odd``name`)");
  EXPECT_EQ(UpdateStatement(table_, id, two->row),
            "UPDATE `d`.`t` SET `n` = NULL WHERE `id` = '2'");
  EXPECT_EQ(DeleteStatement(table_, id, rows),
            "DELETE FROM `d`.`t` WHERE (`id`) IN (('it\\'s'), ('2'))");
  EXPECT_EQ(LockStatement(table_, id, rows),
            "SELECT 1 FROM `d`.`t` WHERE (`id`) IN (('it\\'s'), ('2')) FOR UPDATE");
}

TEST_F(RowsTest, LinesToLoadAreTheCellsOfAnInsert) {
  auto one = Decode(kUpsert, R"({"id":"it's, \n","n":1,"day":"2024-01-31","state":null})");
  auto two = Decode(kUpsert, R"({"id":"NULL","n":null,"day":null,"state":"a\nb"})");
  const Row* rows[] = {&one->row, &two->row};
  EXPECT_EQ(LoadLines(rows), std::nullopt) << "the default of 'state' may be computed";
  table_.columns.back().is_default_literal = true;
  EXPECT_EQ(LoadLines(rows), "'it\\'s, \\n',1,2024-01-31,''\n'NULL',\\N,\\N,'a\\nb'\n");
  std::vector<const Column*> columns = {table_.Find("id"), table_.Find("odd`name")};
  EXPECT_EQ(LoadStatement(table_, columns, true),
            "LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE `d`.`t` CHARACTER SET utf8mb4 "
            "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\\'' ESCAPED BY '\\\\' LINES "
            "TERMINATED BY '\\n' (`id`, `odd``name`)");
}

TEST_F(RowsTest, ARowKnowsItsBytesAndWhetherItIsPlain) {
  auto plain = Decode(kUpsert, R"({"id":"it","n":12})");
  auto comma = decoders_.back().Decode(R"({"id":"it","price":5,"state":"a,b"})");
  auto quote = decoders_.back().Decode(R"({"id":"it's","n":1,"n":12})");
  ASSERT_TRUE(plain.ok() && comma.ok() && quote.ok());
  EXPECT_EQ(plain->row.bytes, 6) << "'it' and 12";
  EXPECT_TRUE(plain->row.is_plain);
  EXPECT_FALSE(comma->row.is_plain);
  EXPECT_EQ(quote->row.bytes, 9) << "'it\\'s' and 12";
  EXPECT_FALSE(quote->row.is_plain);
  Row merged = decoders_.back().Merge(comma->row, plain->row);
  EXPECT_EQ(merged.bytes, 14) << "'it', 12, '5' and 'a,b'";
  EXPECT_FALSE(merged.is_plain);
}

TEST_F(RowsTest, MembersComeInAnyOrder) {
  auto one = Decode(kInsert, R"({"id":"1","n":1,"must":2})");
  auto two = decoders_.back().Decode(R"({"must":3,"n":null,"id":"2"})");
  auto three = decoders_.back().Decode(R"({"id":"3","must":4})");
  ASSERT_TRUE(one.ok() && two.ok() && three.ok());
  const Row* rows[] = {&one->row, &two->row, &three->row};
  EXPECT_EQ(InsertStatement(table_, rows),
            "INSERT INTO `d`.`t` (`id`, `n`, `must`) VALUES ('1', 1, 2), ('2', NULL, 3), "
            "('3', DEFAULT, 4)");
}

TEST_F(RowsTest, ARecordOfNothingButItsIdIsAStatementToo) {
  auto only_id = Decode(kUpsert, R"({"id":"1"})");
  std::vector<const Column*> id = {table_.Find("id")};
  const Row* row = &only_id->row;
  EXPECT_EQ(UpsertStatement(table_, id, {&row, 1}),
            "INSERT INTO `d`.`t` (`id`) VALUES ('1') ON DUPLICATE KEY UPDATE `id` = `id`");
  EXPECT_EQ(UpdateStatement(table_, id, *row), "UPDATE `d`.`t` SET `id` = `id` WHERE `id` = '1'");
}

TEST_F(RowsTest, RefusalsAreSentences) {
  table_.keys.push_back({"u", {"n", "ok"}, true});
  auto say = [&](WriteOperation operation, unsigned number, const char* message) {
    return Refusal(table_, operation, {number, message}, "001");
  };
  EXPECT_EQ(say(kInsert, 1062, "Duplicate entry '001' for key 't.PRIMARY'"),
            "a row with id '001' exists already; use Upsert to update it");
  EXPECT_EQ(say(kUpdate, 1062, "Duplicate entry '1-1' for key 't.u'"),
            "another row has the same n, ok (unique key 'u')");
  EXPECT_EQ(say(kInsert, 1406, "Data too long for column 'id' at row 3"),
            "column 'id': value too long for varchar(20)");
  EXPECT_EQ(say(kInsert, 1264, "Out of range value for column 'n' at row 3"),
            "column 'n': value out of range for int");
  EXPECT_EQ(say(kInsert, 1366, "Incorrect int value: 'column 'x'' for column 'n' at row 1"),
            "column 'n': not a valid value for int");
  EXPECT_EQ(say(kInsert, 1264, "Out of range value at row 3"),
            "Out of range value (TiDB error 1264)");
  EXPECT_EQ(say(kInsert, 1105, "vector has 1 dimensions, does not fit VECTOR(2)"),
            "vector has 1 dimensions, does not fit VECTOR(2) (TiDB error 1105)");
}

}  // namespace
}  // namespace sluice::tidb
