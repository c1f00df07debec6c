// What a query becomes in SQL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/model/filter.h"
#include "sluice/tidb/client.h"
#include "sluice/tidb/page_token.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

// The columns of `fields`, or all where there are none. kInvalidArgument: no such column.
Result<std::vector<const Column*>> SelectedColumns(const Table& table,
                                                   const std::vector<std::string>& fields);
// How they are selected, so that AppendJson can read them.
std::string SelectList(const std::vector<const Column*>& columns);

// The statement that reads a table's rows in an order in which they can be read on from any row.
class ReadPlan {
 public:
  // `table` must outlive the plan.
  static Result<ReadPlan> Make(const Table& table, const std::vector<std::string>& fields,
                               const FilterExpression& filter);

  const Table& table() const { return *table_; }
  const std::vector<const Column*>& columns() const { return columns_; }  // The first of a row.
  // All that the rows of the result depend on but the snapshot.
  const std::string& description() const { return description_; }

  // The rows behind `position`, as its snapshot has them; at most `limit`. kInvalidArgument: the
  // position is of another table.
  Result<std::string> Sql(const PageToken& position, size_t limit) const;
  // A view's statement is for a transaction that this begins; for a table it is empty.
  std::string Begin(const PageToken& position) const;

  // The row's values for PageToken::last_key. Nothing of a view's row.
  void CopyKey(const std::vector<Text>& row, std::vector<std::string>& last_key) const;
  // "the row with `id` = 5"
  std::string Named(const std::vector<Text>& row) const;

 private:
  // A column of the order that pages follow: how it is selected and compared, so that `compared >
  // literal` is exact.
  struct KeyPart {
    std::string order;     // For ORDER BY: the plain column, so that TiDB reads along the index.
    std::string compared;  // For SELECT and WHERE.
    enum class Literal { kString, kBytes, kNumber, kDouble } literal = Literal::kString;
    size_t index = 0;  // Of `compared` in a row.
  };

  explicit ReadPlan(const Table& table) : table_(&table) {}
  static KeyPart ToKeyPart(const Column& column);
  static std::vector<KeyPart> KeyOf(const Table& table);
  static Result<std::string> ToSql(const KeyPart& part, const std::string& value);
  // The condition for rows behind the one with the key `last`.
  Result<std::string> Behind(const std::vector<std::string>& last) const;
  std::string Order() const;
  void Select();
  void Describe(const FilterExpression& filter);

  const Table* table_;
  std::vector<const Column*> columns_;
  std::vector<KeyPart> key_;  // Empty: rows are counted.
  std::string select_;        // Up to FROM.
  std::string where_;
  std::string description_;
};

}  // namespace sluice::tidb
