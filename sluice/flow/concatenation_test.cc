#include "sluice/flow/concatenation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/flow/test_columns.h"

namespace sluice::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Task Merge(const std::string& format) {
  Task task{.type = TaskType::kMerge,
            .source_fields = {"First", "Last,Title"},
            .destination_field = "First,Last,Title"};
  if (!format.empty()) task.properties["CONCAT_FORMAT"] = format;
  return task;
}

std::vector<std::string> Merged(const std::string& format) {
  auto merge = Concatenation::Make(Merge(format));
  EXPECT_TRUE(merge.ok()) << merge.error().message;
  std::vector<std::shared_ptr<arrow::StringArray>> columns;
  for (const auto& column : {Column(DataType::kString, {R"("Zoë")", "null", R"("")"}),
                             Column(DataType::kString, {R"("M𝄞")", R"("B")", "null"})}) {
    columns.push_back(std::static_pointer_cast<arrow::StringArray>(column));
  }
  return Json(DataType::kString, *merge->Apply(columns));
}

TEST(Concatenation, PutsValuesIntoAFormat) {
  EXPECT_THAT(Merged("${First} ${Last,Title}"), ElementsAre(R"("Zoë M𝄞")", R"(" B")", R"(" ")"));
  EXPECT_THAT(Merged("<${Last,Title}/${First}/${First}>$"),
              ElementsAre(R"("<M𝄞/Zoë/Zoë>$")", R"("<B//>$")", R"("<//>$")"));
  EXPECT_THAT(Merged("${First}"), ElementsAre(R"("Zoë")", R"("")", R"("")"));
}

TEST(Concatenation, AFormatWithoutPlaceholdersStandsBetween) {
  EXPECT_THAT(Merged(", "), ElementsAre(R"("Zoë, M𝄞")", R"(", B")", R"(", ")"));
  EXPECT_THAT(Merged("$"), ElementsAre(R"("Zoë$M𝄞")", R"("$B")", R"("$")"));
  EXPECT_THAT(Merged(""), ElementsAre(R"("ZoëM𝄞")", R"("B")", R"("")"));
}

TEST(Concatenation, RefusesAFormatThatIsWrong) {
  EXPECT_EQ(Concatenation::Make(Merge("${First} ${Middle}")).error().message,
            "The Merge task on 'First,Last,Title' has ${Middle} in its CONCAT_FORMAT, but that is "
            "not among its source fields.");
  EXPECT_THAT(Concatenation::Make(Merge("${First} ${Last")).error().message,
              HasSubstr("a ${ has no } to end it"));
}

}  // namespace
}  // namespace sluice::flow
