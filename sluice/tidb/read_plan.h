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

// A part of a table's rows: those with key values from `from` on, up to, but without, `to`. Texts
// of the literals of as many of the key's leading columns as there are; none: no bound.
struct KeyRange {
  std::vector<std::string> from, to;

  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

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
  // A view's statement has no snapshot in it; it is for a transaction of BeginAsOf.
  Result<std::string> Sql(const PageToken& position, size_t limit) const;
  // All rows of the range that are behind `position`, for a transaction of BeginAsOf.
  Result<std::string> RangeSql(const PageToken& position, const KeyRange& range) const;

  // Gives the bounds that a KeyRange of the rows may have, one of each region, in their order.
  // Empty: the rows can't be read in ranges.
  std::string RegionsSql() const;

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
    enum class Literal { kText, kString, kBytes, kNumber, kDouble } literal = Literal::kString;
    size_t index = 0;  // Of `compared` in a row.
  };
  // Where the rows of a part begin. May name fewer columns than the key has.
  struct LowerBound {
    std::vector<std::string> literals;
    bool is_excluded = false;  // The rows begin behind it.
  };

  explicit ReadPlan(const Table& table) : table_(&table) {}
  static KeyPart ToKeyPart(const Column& column);
  static std::vector<KeyPart> KeyOf(const Table& table);
  static Result<std::string> ToSql(const KeyPart& part, const std::string& value);
  Result<std::vector<std::string>> ToSql(const std::vector<std::string>& values) const;
  // Conditions on the key's columns from the one numbered `first` on.
  std::string From(const LowerBound& bound, size_t first = 0) const;
  std::string Before(const std::vector<std::string>& bound, size_t first = 0) const;
  std::string Between(const LowerBound& lower, const std::vector<std::string>& upper,
                      size_t first = 0) const;
  // Where the rows behind the one with the key `last` begin.
  Result<LowerBound> Behind(const std::vector<std::string>& last) const;
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
