// Filter expressions: what is understood says the same when it is written again, and in SQL nothing
// of it stands outside of literals and quoted names.
#include <algorithm>
#include <array>

#include "sluice/protocol/filter_expression.h"
#include "sluice/tidb/filter_sql.h"
#include "sluice/tidb/sample_table.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/sql_shape.h"

namespace sluice {
namespace {

void CheckComesBack(const FilterExpression& expression) {
  auto text = protocol::ToFilterExpression(expression);
  if (!text.ok()) return CheckTells(text.error(), "");
  auto again = protocol::ParseFilterExpression(*text);
  SLUICE_CHECK(again.ok());
  SLUICE_CHECK(*again == expression);
}

// Of what is written here, not there: "(i = ? AND i IS NULL)".
bool IsCondition(std::string_view shape) {
  static constexpr std::array<std::string_view, 20> kWords = {
      "i",    "?", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL",
      "TRUE", "=", "<>",  "<",  "<=",  ">",  ">=",      "(",    ")",  ","};
  while (!shape.empty()) {
    size_t size = 0;
    for (std::string_view word : kWords) {
      if (shape.starts_with(word)) size = std::max(size, word.size());
    }
    if (shape.front() == ' ') size = 1;
    if (size == 0) return false;
    shape.remove_prefix(size);
  }
  return true;
}

void CheckSql(const Filter& condition, std::string_view input) {
  static const tidb::Table table = tidb::SampleTable();
  auto where = tidb::ToWhere(table, condition);
  if (!where.ok()) return CheckTells(where.error(), input);
  SLUICE_CHECK(IsCondition(ShapeOf(*where)));
}

}  // namespace
}  // namespace sluice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  std::string_view input = AsText(data, size);
  auto expression = protocol::ParseFilterExpression(input);
  if (!expression.ok()) {
    CheckTells(expression.error(), input);
    return 0;
  }
  CheckComesBack(*expression);
  if (expression->condition) CheckSql(*expression->condition, input);
  return 0;
}
