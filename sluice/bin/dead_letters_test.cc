#include "sluice/bin/dead_letters.h"

#include <gtest/gtest.h>

namespace sluice::bin {
namespace {

std::string Line(const std::string& record) {
  return DeadLetterLine({{"record", record}, {"id", "p0/1/2"}, {"errorMessage", "too long"}});
}

TEST(DeadLetterLine, HasTheRecordToTheLetter) {
  EXPECT_EQ(Line(R"({"Amount": 12345678901234567890.10, "Name":"é\n"})"),
            R"({"id":"p0/1/2","errorMessage":"too long",)"
            R"("record":{"Amount": 12345678901234567890.10, "Name":"é\n"}})");
  EXPECT_EQ(Line("{\"a\":\r\n1}"),
            R"({"id":"p0/1/2","errorMessage":"too long","record":{"a":  1}})");
}

TEST(DeadLetterLine, HasWhatIsNoRecordAsAString) {
  EXPECT_EQ(Line("a,\"b\"\n"), R"({"id":"p0/1/2","errorMessage":"too long","record":"a,\"b\"\n"})");
  EXPECT_EQ(Line("[1]"), R"({"id":"p0/1/2","errorMessage":"too long","record":"[1]"})");
}

TEST(CorrectedRecords, AreReadAsTheyWereWritten) {
  auto records = ReadCorrectedRecords(Line(R"({"A":1.10})") +
                                      "\r\n\n  \n{\"record\":{\"B\":{\"é\":[]}},\"id\":\"x\"}\n" +
                                      R"({"id":"y","record":"{\"C\":0.0}"})");
  ASSERT_TRUE(records.ok()) << ToString(records.error());
  ASSERT_EQ(records->size(), 3u);
  EXPECT_EQ((*records)[0].id, "p0/1/2");
  EXPECT_EQ((*records)[0].record, R"({"A":1.10})");
  EXPECT_EQ((*records)[0].line, 1);
  EXPECT_EQ((*records)[1].id, "x");
  EXPECT_EQ((*records)[1].record, R"({"B":{"é":[]}})");
  EXPECT_EQ((*records)[1].line, 4);
  EXPECT_EQ((*records)[2].record, R"({"C":0.0})") << "a string that was corrected";
}

TEST(CorrectedRecords, SayWhichLineIsWrong) {
  const std::string good = R"({"id":"x","record":{}})";
  auto error = [&](const std::string& text) {
    auto records = ReadCorrectedRecords(text);
    EXPECT_FALSE(records.ok()) << text;
    return records.ok() ? "" : records.error().message;
  };
  EXPECT_TRUE(error(good + "\n{\"id\":").starts_with("line 2: it is no JSON object"));
  EXPECT_TRUE(error("[]").starts_with("line 1: it is no JSON object"));
  EXPECT_EQ(error(good + "\n" + R"({"record":{}})"),
            "line 2: it has no 'id', which says which record it is");
  EXPECT_EQ(error(R"({"id":7,"record":{}})"),
            "line 1: it has no 'id', which says which record it is");
  for (const char* record : {R"("not, a row")", "[]", "null", "7"}) {
    EXPECT_EQ(error(R"({"id":"x","record":)" + std::string(record) + "}"),
              "line 1: its 'record' is no JSON object with the source's fields");
  }
  EXPECT_EQ(error(R"({"id":"x"})"),
            "line 1: its 'record' is no JSON object with the source's fields");
  EXPECT_EQ(error("\n" + good + "\n\n" + good), "line 4: the record 'x' is on line 2 already");
  EXPECT_EQ(error("\n"), "there are no records in it");
}

}  // namespace
}  // namespace sluice::bin
