#include "sluice/flow/conversion.h"

#include <arrow/builder.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using enum DataType;
using ::testing::HasSubstr;

// One value as JSON there, or "refused".
std::string Convert(DataType from, const std::string& value, DataType to) {
  auto done = flow::Convert(Column(from, {value}), from, to);
  EXPECT_TRUE(done.ok()) << done.error().message;
  if (!done->misfits.empty()) {
    EXPECT_EQ(Json(to, done->values)[0], "null");
    return "refused";
  }
  return Json(to, done->values)[0];
}

struct Case {
  DataType from;
  std::string value;
  DataType to;
  std::string expected;
};

TEST(Conversion, IsExactOrRefused) {
  const Case cases[] = {
      // Everything has a text.
      {kBoolean, "true", kString, R"("true")"},
      {kLong, "-9223372036854775808", kString, R"("-9223372036854775808")"},
      {kDouble, "0.1", kString, R"("0.1")"},
      {kDouble, "13000000", kString, R"("13000000")"},
      {kDouble, "1e300", kString, R"("1e+300")"},
      {kBigDecimal, "1.50", kString, R"("1.50")"},
      {kDate, R"("2026-01-31")", kString, R"("2026-01-31")"},
      {kDateTime, R"("2026-01-31T09:05:07.5+02:00")", kString, R"("2026-01-31T07:05:07.500Z")"},
      {kByteArray, R"("AP8=")", kString, R"("AP8=")"},
      {kList, "[1,2]", kString, R"("[1,2]")"},
      {kString, R"("é𝄞")", kString, R"("é𝄞")"},
      // Text is read to the letter.
      {kString, R"("5")", kInteger, "5"},
      {kString, R"("5.0")", kInteger, "5"},
      {kString, R"("5.5")", kInteger, "refused"},
      {kString, R"(" 5")", kInteger, "refused"},
      {kString, R"("+5")", kInteger, "refused"},
      {kString, R"("007")", kInteger, "refused"},
      {kString, R"("")", kInteger, "refused"},
      {kString, R"("1,000")", kDouble, "refused"},
      {kString, R"("NaN")", kDouble, "refused"},
      {kString, R"("1e400")", kDouble, "refused"},
      {kString, R"("0.1")", kFloat, "0.1"},
      {kString, R"("3.14159265358979323846")", kDouble, "refused"},
      {kString, R"("3.14159265358979323846")", kBigDecimal, "3.14159265358979323846"},
      {kString, R"("1e3")", kBigInteger, "1000"},
      {kString, R"("true")", kBoolean, "true"},
      {kString, R"("True")", kBoolean, "refused"},
      {kString, R"("1")", kBoolean, "refused"},
      {kString, R"("2026-02-29")", kDate, "refused"},
      {kString, R"("2028-02-29")", kDate, R"("2028-02-29")"},
      {kString, R"("2026-01-31T00:00:00Z")", kDate, "refused"},
      {kString, R"("2026-01-31 09:05:07")", kDateTime, R"("2026-01-31T09:05:07Z")"},
      {kString, R"("2026-01-31 09:05:07.25+01")", kDateTime, R"("2026-01-31T08:05:07.250Z")"},
      {kString, R"("2026-01-31")", kDateTime, R"("2026-01-31T00:00:00Z")"},
      {kString, R"("2026-02-30 00:00:00")", kDateTime, "refused"},
      {kString, R"("31.01.2026")", kDateTime, "refused"},
      {kString, R"("1.50")", kBigDecimal, "1.50"},
      {kString, R"(".5")", kBigDecimal, "refused"},
      {kString, R"("")", kBigDecimal, "refused"},
      {kString, R"("")", kDate, "refused"},
      {kString, R"("-12")", kBigInteger, "-12"},
      {kString, R"("-0")", kBigInteger, "0"},
      {kString, R"("12.5")", kBigInteger, "refused"},
      {kString, R"("1e999999999999999999999")", kBigInteger, "refused"},
      {kString, R"("AP8=")", kByteArray, R"("AP8=")"},
      {kString, R"("!")", kByteArray, "refused"},
      {kString, R"("{\"a\":1}")", kStruct, R"({"a":1})"},
      {kString, R"("[1]")", kStruct, "refused"},
      {kString, R"("[1]")", kList, "[1]"},
      {kString, R"("[1")", kList, "refused"},
      // Numbers keep their value.
      {kLong, "32767", kShort, "32767"},
      {kLong, "32768", kShort, "refused"},
      {kLong, "-2147483649", kInteger, "refused"},
      {kShort, "-5", kLong, "-5"},
      {kLong, "9007199254740992", kDouble, "9007199254740992"},
      {kLong, "9007199254740993", kDouble, "refused"},
      {kLong, "16777217", kFloat, "refused"},
      {kLong, "7", kBigDecimal, "7"},
      {kBigInteger, "9223372036854775808", kLong, "refused"},
      {kBigInteger, "9223372036854775807", kLong, "9223372036854775807"},
      {kBigInteger, "18446744073709551616", kBigDecimal, "18446744073709551616"},
      {kBigDecimal, "5.00", kInteger, "5"},
      {kBigDecimal, "5.01", kInteger, "refused"},
      {kBigDecimal, "0.10", kDouble, "0.1"},
      {kBigDecimal, "0.1234567890123456789", kDouble, "refused"},
      {kDouble, "5", kLong, "5"},
      {kDouble, "5.5", kLong, "refused"},
      {kDouble, "1e19", kLong, "refused"},
      {kDouble, "1e19", kBigInteger, "10000000000000000000"},
      {kDouble, "0.1", kBigDecimal, "0.1"},
      {kDouble, "0.1", kFloat, "0.1"},
      {kDouble, "1e39", kFloat, "refused"},
      {kFloat, "1.5", kDouble, "1.5"},
      {kBoolean, "true", kInteger, "1"},
      {kBoolean, "false", kBigDecimal, "0"},
      {kShort, "1", kBoolean, "true"},
      {kShort, "2", kBoolean, "refused"},
      // Days and moments, in UTC.
      {kDate, R"("2026-01-31")", kDateTime, R"("2026-01-31T00:00:00Z")"},
      {kDateTime, R"("1969-12-31T23:59:59Z")", kDate, R"("1969-12-31")"},
      {kDate, R"("0000-01-01")", kDateTime, R"("0000-01-01T00:00:00Z")"},
      {kDate, R"("9999-12-31")", kDateTime, R"("9999-12-31T00:00:00Z")"},
      {kDateTime, R"("0000-01-01T00:00:00Z")", kString, R"("0000-01-01T00:00:00Z")"},
      {kDateTime, R"("1969-12-31T23:59:59.999999Z")", kString, R"("1969-12-31T23:59:59.999999Z")"},
      {kMap, R"({"a":1})", kStruct, R"({"a":1})"},
  };
  for (const Case& c : cases) {
    ASSERT_TRUE(CanConvert(c.from, c.to)) << ToString(c.from) << " to " << ToString(c.to);
    EXPECT_EQ(Convert(c.from, c.value, c.to), c.expected)
        << c.value << ", " << ToString(c.from) << " to " << ToString(c.to);
  }
}

TEST(Conversion, TypesWithNothingInCommonCannotBeMapped) {
  const std::pair<DataType, DataType> pairs[] = {
      {kDate, kLong},      {kLong, kDateTime},     {kBoolean, kDate}, {kDouble, kBoolean},
      {kByteArray, kLong}, {kStruct, kList},       {kList, kMap},     {kStruct, kInteger},
      {kLong, kByteArray}, {kBigDecimal, kBoolean}};
  for (const auto& [from, to] : pairs) {
    EXPECT_FALSE(CanConvert(from, to)) << ToString(from) << " to " << ToString(to);
  }
}

TEST(Conversion, NullStaysNullBetweenAllTypes) {
  for (int from = 0; from <= static_cast<int>(kList); ++from) {
    for (int to = 0; to <= static_cast<int>(kList); ++to) {
      auto a = static_cast<DataType>(from), b = static_cast<DataType>(to);
      if (!CanConvert(a, b)) continue;
      EXPECT_EQ(Convert(a, "null", b), "null");
    }
  }
}

TEST(Conversion, NamesTheRowsThatDoNotFitAndWhy) {
  auto done =
      flow::Convert(Column(kString, {R"("1")", R"("one")", "null", R"("40000")"}), kString, kShort);
  ASSERT_EQ(done->misfits.size(), 2u);
  EXPECT_EQ(done->misfits[0].row, 1);
  EXPECT_EQ(done->misfits[0].reason, "'one' is not a whole number from -32768 to 32767");
  EXPECT_EQ(done->misfits[1].row, 3);
  EXPECT_EQ(Json(kShort, done->values), (std::vector<std::string>{"1", "null", "null", "null"}));
}

TEST(Conversion, WhatDoesNotFitIsNullWhereTheValuesAreShared) {
  auto whole = Column(kString, {R"("x")", R"("1.5")", R"("one")", "null", R"("2")"});
  for (const auto& column : {whole, whole->Slice(1)}) {
    auto done = flow::Convert(column, kString, kBigDecimal);
    const int64_t first = column->length() - 3;
    std::vector<std::string> expected(static_cast<size_t>(first), "1.5");
    if (first == 2) expected[0] = "null";
    expected.insert(expected.end(), {"null", "null", "2"});
    EXPECT_EQ(Json(kBigDecimal, done->values), expected);
    EXPECT_EQ(done->misfits.back().row, first);
    EXPECT_EQ(done->values->null_count(), first == 2 ? 3 : 2);
  }
}

TEST(Conversion, DaysWithoutATextOfFourDigitsForTheYearAreNoTimes) {
  arrow::Date32Builder builder;
  ASSERT_TRUE(builder.AppendValues({std::numeric_limits<int32_t>::max(), 0, -719529}).ok());
  const std::shared_ptr<arrow::Array> days = *builder.Finish();
  auto done = flow::Convert(days, kDate, kDateTime);
  EXPECT_EQ(done->misfits.size(), 2u);
  EXPECT_THAT(done->misfits[0].reason, HasSubstr("is not a time"));
  EXPECT_EQ(Json(kDateTime, done->values)[1], R"("1970-01-01T00:00:00Z")");
  auto texts = flow::Convert(days, kDate, kString);
  ASSERT_EQ(texts->misfits.size(), 2u);
  EXPECT_THAT(texts->misfits[0].reason, HasSubstr("is not in the years 0 to 9999"));
  EXPECT_EQ(Json(kString, texts->values),
            (std::vector<std::string>{"null", R"("1970-01-01")", "null"}));
}

TEST(Conversion, TextsAreWrittenForTheRowsOfASlice) {
  const auto slice = [](DataType type, const std::string& value) {
    return Column(type, {value, "null", value, value})->Slice(1, 2);
  };
  const auto texts = [](const std::shared_ptr<arrow::Array>& column, DataType from) {
    return Json(kString, flow::Convert(column, from, kString)->values);
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(texts(slice(kLong, "-5"), kLong), (Texts{"null", R"("-5")"}));
  EXPECT_EQ(texts(slice(kDate, R"("2026-01-31")"), kDate), (Texts{"null", R"("2026-01-31")"}));
  EXPECT_EQ(texts(slice(kDateTime, R"("2026-01-31T09:05:07.001Z")"), kDateTime),
            (Texts{"null", R"("2026-01-31T09:05:07.001Z")"}));
}

TEST(Conversion, WhatWasCalculatedIsRoundedForFloatAndDoubleOnly) {
  auto third = Column(kBigDecimal, {"0.3333333333333333333333333333333333"});
  auto convert = [&](DataType to) {
    auto done = flow::Convert(third, kBigDecimal, to, Rounding::kNearest);
    return done->misfits.empty() ? Json(to, done->values)[0] : "refused";
  };
  EXPECT_EQ(convert(kDouble), "0.3333333333333333");
  EXPECT_EQ(convert(kFloat), "0.3333333333333333");
  EXPECT_EQ(convert(kBigDecimal), "0.3333333333333333333333333333333333");
  EXPECT_EQ(convert(kLong), "refused");
  EXPECT_EQ(Convert(kBigDecimal, "0.3333333333333333333333333333333333", kDouble), "refused");
}

TEST(Conversion, OfAnEmptyColumnIsEmpty) {
  auto done = flow::Convert(Column(kString, {}), kString, kDateTime);
  EXPECT_EQ(done->values->length(), 0);
  EXPECT_TRUE(done->misfits.empty());
}

TEST(Conversion, AColumnOfAnotherArrowTypeIsAnError) {
  auto done = flow::Convert(Column(kLong, {"1"}), kDate, kString);
  EXPECT_THAT(done.error().message, HasSubstr("int64"));
}

// Values that lie where conversions go wrong.
class Values {
 public:
  std::string Next(DataType type) {
    switch (type) {
      case kString: {
        std::string text;
        json::AppendQuoted(text, Text());
        return text;
      }
      case kBoolean:
        return Pick(2) ? "true" : "false";
      case kShort:
        return std::to_string(static_cast<int16_t>(random_()));
      case kInteger:
        return std::to_string(static_cast<int32_t>(Whole()));
      case kLong:
        return std::to_string(Whole());
      case kBigInteger:
        return Digits(1 + Pick(30));
      case kBigDecimal:
        return Digits(1 + Pick(20)) + "." + Fraction(1 + Pick(20));
      case kFloat:
        return FormatNumber(static_cast<float>(Real() / 1e250));
      case kDouble:
        return FormatNumber(Real());
      case kDate:
        return '"' + FormatDate(std::chrono::floor<std::chrono::days>(Moment())) + '"';
      case kDateTime:
        return '"' + FormatTime(Moment()) + '"';
      case kByteArray:
        return R"("AP8=")";
      case kStruct:
      case kMap:
        return R"({"a":)" + Digits(3) + "}";
      case kList:
        return "[" + Digits(3) + "]";
    }
    return "null";
  }

 private:
  int Pick(int count) { return static_cast<int>(random_() % static_cast<uint64_t>(count)); }
  int64_t Whole() { return static_cast<int64_t>(random_()) >> Pick(64); }
  double Real() {
    switch (Pick(3)) {
      case 0:
        return static_cast<double>(Whole());
      case 1:
        return static_cast<double>(Whole()) / 1000;
      default:
        return std::ldexp(static_cast<double>(Whole()), Pick(1800) - 900);
    }
  }
  Time Moment() {  // In the years 1 to 9999.
    return Time(std::chrono::microseconds(
        std::uniform_int_distribution<int64_t>(-62135596800000000, 253402300799999999)(random_)));
  }
  std::string Digits(int count) {
    std::string digits = Pick(2) ? "-" : "";
    digits += static_cast<char>('1' + Pick(9));
    while (--count > 0) digits += static_cast<char>('0' + Pick(10));
    return digits;
  }
  std::string Fraction(int count) {
    std::string digits;
    while (count-- > 0) digits += static_cast<char>('0' + Pick(10));
    return digits;
  }
  std::string Text() {
    static const char* const kParts[] = {"1", "-", "0",    ".",          "e",         "5",
                                         "é", " ", "true", "2026-01-31", "T09:05:07", "Z",
                                         "{", "}", "[",    "]"};
    std::string text;
    for (int parts = Pick(5); parts >= 0; --parts) text += kParts[Pick(16)];
    return text;
  }

  std::mt19937_64 random_{20261122};
};

bool IsNumeric(DataType type) {
  return type == kShort || type == kInteger || type == kLong || type == kBigInteger ||
         type == kBigDecimal || type == kFloat || type == kDouble;
}

TEST(Conversion, ThereAndBackGivesTheSameValue) {
  Values values;
  for (int i = 0; i <= static_cast<int>(kList); ++i) {
    for (int j = 0; j <= static_cast<int>(kList); ++j) {
      auto from = static_cast<DataType>(i), to = static_cast<DataType>(j);
      if (!CanConvert(from, to) || !CanConvert(to, from)) continue;
      // What a text said is only known to the type that read it; the other two drop something.
      if (from == kString || (from == kDateTime && to == kDate) ||
          (from == kDouble && to == kFloat))
        continue;
      for (int n = 0; n < 100; ++n) {
        std::string value = values.Next(from);
        std::string there = Convert(from, value, to);
        if (there == "refused") continue;
        std::string back = Convert(to, there, from);
        bool is_same = IsNumeric(from) ? IsNumber(back) && SameNumber(back, value) : back == value;
        EXPECT_TRUE(is_same) << ToString(from) << ' ' << value << " became " << ToString(to) << ' '
                             << there << " and then " << back;
      }
    }
  }
}

TEST(Conversion, TextThatIsTakenIsTakenToTheLetter) {
  Values values;
  for (int j = 0; j <= static_cast<int>(kList); ++j) {
    auto to = static_cast<DataType>(j);
    for (int n = 0; n < 300; ++n) {
      std::string value = values.Next(kString);
      std::string there = Convert(kString, value, to);
      if (there == "refused") continue;
      EXPECT_EQ(Convert(kString, Convert(to, there, kString), to), there) << value;
    }
  }
}

}  // namespace
}  // namespace sluice::flow
