#include "sluice/bin/tidb_lambda/progress_setting.h"

#include <gmock/gmock.h>

namespace sluice::tidb_lambda {
namespace {

using testing::HasSubstr;

TEST(ProgressSetting, SaysWhereABatchStands) {
  auto position =
      PositionFrom({{"other", "x"},
                    {kProgressSetting,
                     R"({"stream":"é/1","seq":7,"previous":3,"token":"{\"a\":1}","new":[]})"}});
  ASSERT_TRUE(position.ok() && *position);
  EXPECT_EQ((*position)->stream, "é/1");
  EXPECT_EQ((*position)->seq, 7);
  EXPECT_EQ((*position)->previous, 3);
  EXPECT_EQ((*position)->token, "{\"a\":1}");
}

TEST(ProgressSetting, IsNothingWhereItIsNotSent) {
  auto position = PositionFrom({{"other", "x"}});
  ASSERT_TRUE(position.ok());
  EXPECT_FALSE(*position);
}

TEST(ProgressSetting, WhatIsWrongWithItIsSaid) {
  auto with = [](std::string stream, std::string numbers, std::string token) {
    return "{\"stream\":" + stream + "," + numbers + ",\"token\":" + token + "}";
  };
  const std::string good = R"("seq":2,"previous":1)";
  std::string longest = "\"", too_long = "\"";
  for (int i = 0; i < 255; ++i) longest += "é";
  too_long += longest.substr(1) + "é\"";
  longest += '"';
  EXPECT_TRUE(PositionFrom({{kProgressSetting, with(longest, good, "\"\"")}}).ok());
  for (const std::string& bad :
       {std::string(), std::string("1"), std::string("{"), std::string("{}"),
        with("\"\"", good, "\"\""), with("5", good, "\"\""), with(too_long, good, "\"\""),
        with("\"s\"", good, "null"), with("\"s\"", good, "7"),
        with("\"s\"", R"("seq":1,"previous":1)", "\"\""),
        with("\"s\"", R"("seq":1,"previous":-1)", "\"\""),
        with("\"s\"", R"("seq":"2","previous":1)", "\"\""),
        with("\"s\"", R"("seq":2.5,"previous":1)", "\"\""),
        with("\"s\"", R"("seq":99999999999999999999,"previous":1)", "\"\""),
        with("\"s\"", R"("seq":2)", "\"\"")}) {
    auto position = PositionFrom({{kProgressSetting, bad}});
    ASSERT_FALSE(position.ok()) << bad;
    EXPECT_EQ(position.error().code, ErrorCode::kInvalidArgument) << bad;
    EXPECT_THAT(position.error().message, HasSubstr("sluice.progress")) << bad;
  }
}

}  // namespace
}  // namespace sluice::tidb_lambda
