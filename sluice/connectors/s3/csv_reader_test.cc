#include "sluice/connectors/s3/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/connectors/s3/reading.h"

namespace sluice::s3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class CsvFiles : public Reading {};

TEST_F(CsvFiles, AreReadAsRfc4180HasThem) {
  Put("in/a.csv", "id,text\r\n1,plain\r\n2,\"a, \"\"b\"\"\r\nnext line\"\r\n3,\r\n");
  EXPECT_THAT(Read({}, {"id", "text"}), ElementsAre(R"({"id":"1","text":"plain"})",
                                                    R"({"id":"2","text":"a, \"b\"\r\nnext line"})",
                                                    R"({"id":"3","text":null})"));
}

TEST_F(CsvFiles, AreReadAsTheyAreFound) {
  std::vector<std::string> expected = {R"({"id":"1","b":"é"})", R"({"id":"2","b":"x"})"};
  for (const char* text : {"\xEF\xBB\xBFid,b\n1,é\n2,x\n", "id,b\r\n1,é\r\n2,x", "id,b\r1,é\r2,x\r",
                           "\n\nid,b\n\n1,é\n\n\n2,x\n\n", "\"id\",\"b\"\n\"1\",\"é\"\n\"2\",\"x\"",
                           "\xEF\xBB\xBF\"id\",b\n1,é\n2,x\n"}) {
    Put("in/a.csv", text);
    EXPECT_EQ(Read({}, {"id", "b"}), expected) << text;
    for (int64_t bytes : {1, 2, 3, 5, 8}) {
      EXPECT_EQ(Read({}, {"id", "b"}, bytes), expected) << text << " by " << bytes;
    }
  }
}

TEST_F(CsvFiles, HaveTheDelimiterThatIsSet) {
  for (auto [name, character] : std::vector<std::pair<std::string, char>>{
           {"tab", '\t'}, {"\\t", '\t'}, {"semicolon", ';'}, {"pipe", '|'}, {";", ';'}}) {
    Put("in/a.csv", std::string("id") + character + "b\n1" + character + "x,y\n");
    EXPECT_THAT(Read({{"csvDelimiter", name}}, {"b"}), ElementsAre(R"({"b":"x,y"})")) << name;
  }
  EXPECT_EQ(ReadInputSettings({{"csvDelimiter", "\""}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadInputSettings({{"csvDelimiter", "ab"}}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CsvFiles, ACellWithNothingInItAndAMissingColumnAreNull) {
  Put("in/1.csv", "id,b\n0,\"\"\n1,\n");
  Put("in/2.csv", "extra,id\nx,2\n");
  EXPECT_THAT(Read({}, {"b", "id"}), ElementsAre(R"({"b":"","id":"0"})", R"({"b":null,"id":"1"})",
                                                 R"({"b":null,"id":"2"})"));
}

TEST_F(CsvFiles, ARecordWithAnotherNumberOfCellsIsUnreadable) {
  Put("in/a.csv", "id,b\n1,x\n2\n3,y\n4,z,\"more\nlines\"\n5,w\n");
  for (int64_t bytes : {1 << 20, 16, 7, 1}) {
    EXPECT_THAT(Read({}, {"id"}, bytes),
                ElementsAre(R"({"id":"1"})", R"({"id":"3"})", R"({"id":"5"})"));
    ASSERT_EQ(unreadable_.size(), 2u) << bytes;
    EXPECT_EQ(unreadable_[0].record, "2");
    EXPECT_EQ(unreadable_[0].error.message, "record 2 has 1 cells instead of 2");
    EXPECT_THAT(unreadable_[1].record, ::testing::StartsWith("4,z,\"more\nlines\""));
    EXPECT_THAT(unreadable_[1].error.message, HasSubstr("record 4 has 3 cells instead of 2"));
    EXPECT_THAT(indexes_, ElementsAre(0, 1, 2, 3, 4)) << "each record has one number";
  }
}

TEST_F(CsvFiles, ABatchSaysInWhichObjectItsRecordsAreAndTheirNumbers) {
  const std::string a = "object 'in/a.csv' in bucket 'bucket'",
                    b = "object 'in/b.csv' in bucket 'bucket'";
  Put("in/a.csv", "id\n1\n2\n3\n");
  Put("in/b.csv", "id\n4\n5\n");
  const auto places = [&](std::optional<Position> from) {
    std::vector<std::pair<std::string, int64_t>> places;
    for (const Batch& batch : Batches({}, {"id"}, kBatchBytes, from)) {
      for (int64_t row : batch.source_row) {
        places.emplace_back(batch.whereabouts.of, batch.whereabouts.first + row);
      }
    }
    return places;
  };
  EXPECT_THAT(places({}), ElementsAre(Pair(a, 1), Pair(a, 2), Pair(a, 3), Pair(b, 1), Pair(b, 2)));
  EXPECT_THAT(places(Position{1, "0:5:1"}),
              ElementsAre(Pair(a, 2), Pair(a, 3), Pair(b, 1), Pair(b, 2)));
}

TEST_F(CsvFiles, InvalidUtf8IsLeftToOthers) {
  Put("in/a.csv", "id\n\xff\xfe\n");
  auto batches = Batches({}, {"id"});
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(std::static_pointer_cast<arrow::StringArray>(batches[0].rows->column(0))->GetView(0),
            "\xff\xfe");
}

TEST_F(CsvFiles, AFieldMayBeLongerThanABatch) {
  std::string big(3 << 20, 'x');
  Put("in/a.csv", "id,b\n1,\"" + big + "\"\n2,y\n");
  auto records = Read({}, {"id", "b"}, 1000);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].size(), big.size() + 17);
}

TEST_F(CsvFiles, AQuoteThatNeverClosesIsAnErrorAndNotAllMemory) {
  Put("in/a.csv", "id,b\n1,\"" + std::string(20 << 20, 'x'));
  EXPECT_THAT(ErrorOf({}, {"id"}), HasSubstr("longer than 16 MB"));
}

TEST_F(CsvFiles, OnlyAHeaderHasNoRecords) {
  Put("in/a.csv", "id,b\n");
  Put("in/b.csv", "id,b");
  EXPECT_THAT(Read({}, {"id"}), IsEmpty());
  EXPECT_EQ(FieldsOf({}), (std::vector<std::string>{"id:String", "b:String"}));
}

TEST_F(CsvFiles, AHeaderThatCannotBeIsRefused) {
  Put("in/a.csv", "id,b,id\n1,2,3\n");
  EXPECT_THAT(DescribeError({}), HasSubstr("names the column 'id' twice"));
  Put("in/a.csv", "\n\n");
  EXPECT_THAT(DescribeError({}), HasSubstr("has no header line"));
  Put("in/a.csv", "id,,\n1,2,3\n");
  EXPECT_EQ(FieldsOf({}), (std::vector<std::string>{"id:String"})) << "as spreadsheets write it";
}

TEST_F(CsvFiles, MayBePackedWhateverTheyAreCalled) {
  std::string text = "id,b\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",some text\n";
  Put("in/a.csv", text);
  auto expected = Read({}, {"id", "b"});
  ASSERT_EQ(expected.size(), 5000u);
  Put("in/a.csv", Gzip(text));
  EXPECT_EQ(Read({}, {"id", "b"}, 10000), expected);
  EXPECT_EQ(FieldsOf({}), (std::vector<std::string>{"id:String", "b:String"}));
  Put("in/a.csv", Gzip(text.substr(0, 20000)) + Gzip(text.substr(20000)));
  EXPECT_EQ(Read({}, {"id", "b"}, 10000), expected) << "two files, one behind the other";
  Put("in/a.csv", Gzip(text).substr(0, 5000));
  EXPECT_THAT(DescribeError({}), HasSubstr("can't be unpacked"));
}

TEST_F(CsvFiles, AreGoneOnWithFromEachPosition) {
  Put("in/1.csv", "id,b\n1,x\n2,y,bad\n3,\"z\nz\"\n");
  Put("in/2.csv", Gzip("b,id\nx,4\ny,5\n"));
  Put("in/3.csv", "id,b\r\n6,x\r\n7,y\r\n");
  for (int64_t bytes : {1, 9, 1 << 20}) ExpectToGoOnFromEachPosition({}, {"id", "b"}, bytes);
}

}  // namespace
}  // namespace sluice::s3
