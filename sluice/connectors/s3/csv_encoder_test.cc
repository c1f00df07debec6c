#include <arrow/buffer.h>
#include <arrow/csv/api.h>
#include <arrow/io/memory.h>
#include <arrow/table.h>

#include <random>

#include "sluice/base/json.h"
#include "sluice/connectors/s3/record_encoder.h"
#include "sluice/connectors/s3/writer_fixture.h"

namespace sluice::s3 {
namespace {

std::string CsvOf(const Columns& columns, const std::vector<std::string>& records) {
  auto rows = MakeRows(columns, records);
  auto out = *arrow::io::BufferOutputStream::Create();
  auto encoder = MakeCsvEncoder(rows->schema(), out);
  EXPECT_TRUE(encoder->Write(*rows).ok());
  EXPECT_TRUE(encoder->Finish().ok());
  return (*out->Finish())->ToString();
}

TEST(CsvEncoder, WritesAHeaderAndALineForEachRow) {
  EXPECT_EQ(CsvOf({{"Id", DataType::kString}, {"Größe", DataType::kLong}},
                  {R"({"Id":"a","Größe":1})", R"({"Id":"b","Größe":-9223372036854775808})"}),
            "Id,Größe\na,1\nb,-9223372036854775808\n");
}

TEST(CsvEncoder, QuotesWhatHasToBeQuotedAndNothingElse) {
  Columns columns = {{"a,b", DataType::kString}, {"c", DataType::kString}};
  EXPECT_EQ(
      CsvOf(columns, {R"({"a,b":"x","c":"say \"é\""})", R"({"a,b":"1,5","c":"two\nlines"})",
                      R"({"a,b":"\r","c":" lead;tab\t'"})", R"({"a,b":"\"","c":"日本語 😀"})"}),
      "\"a,b\",c\n"
      "x,\"say \"\"é\"\"\"\n"
      "\"1,5\",\"two\nlines\"\n"
      "\"\r\", lead;tab\t'\n"
      "\"\"\"\",日本語 😀\n");
}

TEST(CsvEncoder, TellsNullFromEmptyText) {
  Columns columns = {{"a", DataType::kString}, {"b", DataType::kLong}};
  EXPECT_EQ(CsvOf(columns, {R"({"a":"","b":null})", R"({"a":null,"b":0})"}), "a,b\n\"\",\n,0\n");
}

TEST(CsvEncoder, ARowOfOneNullIsNoEmptyLine) {
  EXPECT_EQ(CsvOf({{"a", DataType::kString}}, {R"({"a":null})", R"({"a":"x"})", R"({"a":""})"}),
            "a\n\"\"\nx\n\"\"\n");
}

TEST(CsvEncoder, WritesValuesAsTheirJsonWithoutQuotes) {
  Columns columns = {{"bool", DataType::kBoolean},       {"big", DataType::kBigInteger},
                     {"decimal", DataType::kBigDecimal}, {"double", DataType::kDouble},
                     {"date", DataType::kDate},          {"time", DataType::kDateTime},
                     {"bytes", DataType::kByteArray},    {"struct", DataType::kStruct}};
  std::vector<std::string> records = {
      R"({"bool":true,"big":18446744073709551615,"decimal":-1234567890123456789012345678.90,)"
      R"("double":0.1,"date":"2026-02-28","time":"2026-01-31T09:05:07Z","bytes":"AP8=",)"
      R"("struct":{"a":[1,null,"é"]}})",
      R"({"bool":false,"big":-1,"decimal":0.00,"double":-1.7976931348623157e+308,)"
      R"("date":"0001-01-01","time":"9999-12-31T23:59:59.999999Z","bytes":"","struct":{}})",
      R"({"bool":null,"big":null,"decimal":null,"double":1e-8,"date":"1969-12-31",)"
      R"("time":"1969-12-31T23:59:59.500Z","bytes":null,"struct":null})"};
  EXPECT_EQ(CsvOf(columns, records),
            "bool,big,decimal,double,date,time,bytes,struct\n"
            "true,18446744073709551615,-1234567890123456789012345678.90,0.1,2026-02-28,"
            "2026-01-31T09:05:07Z,AP8=,\"{\"\"a\"\":[1,null,\"\"é\"\"]}\"\n"
            "false,-1,0.00,-1.7976931348623157e+308,0001-01-01,9999-12-31T23:59:59.999999Z,"
            "\"\",{}\n"
            ",,,1e-08,1969-12-31,1969-12-31T23:59:59.500Z,,\n");
}

// Texts of a few characters, of those that matter to CSV above all.
std::string RandomText(std::mt19937& random) {
  static const std::string kPieces[] = {"\"", ",", "\n", "\r", "\r\n", " ",
                                        "a",  "é", "😀",  "'",  ";"};
  std::string text;
  for (auto size = random() % 6; size > 0; --size) text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST(CsvEncoder, WhateverTheTextAnotherProgramReadsTheSame) {
  Columns columns = {{"a", DataType::kString}, {"b", DataType::kString}, {"c", DataType::kString}};
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> records;
    for (int row = 0; row < 20; ++row) {
      std::string record;
      for (const auto& [name, type] : columns) {
        record += record.empty() ? "{\"" : ",\"";
        record += name + "\":";
        if (random() % 5 == 0) {
          record += "null";
        } else {
          json::AppendQuoted(record, RandomText(random));
        }
      }
      records.push_back(record + "}");
    }
    auto rows = MakeRows(columns, records);
    std::string csv = CsvOf(columns, records);

    auto convert = arrow::csv::ConvertOptions::Defaults();
    for (const auto& [name, type] : columns) convert.column_types[name] = arrow::utf8();
    convert.strings_can_be_null = true;
    convert.quoted_strings_can_be_null = false;
    convert.null_values = {""};
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;
    parse.ignore_empty_lines = false;
    auto reader = arrow::csv::TableReader::Make(
        arrow::io::default_io_context(),
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(csv)),
        arrow::csv::ReadOptions::Defaults(), parse, convert);
    ASSERT_TRUE(reader.ok()) << reader.status().message();
    auto table = (*reader)->Read();
    ASSERT_TRUE(table.ok()) << table.status().message() << "\n" << csv;
    auto expected = *arrow::Table::FromRecordBatches({rows});
    EXPECT_TRUE((*table)->Equals(*expected, false)) << "seed " << seed << "\n" << csv;
  }
}

}  // namespace
}  // namespace sluice::s3
