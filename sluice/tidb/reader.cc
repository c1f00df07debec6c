#include "sluice/tidb/reader.h"

#include <algorithm>
#include <thread>

#include "sluice/base/json.h"
#include "sluice/base/time_text.h"
#include "sluice/tidb/column_json.h"
#include "sluice/tidb/filter_sql.h"
#include "sluice/tidb/literal.h"
#include "sluice/tidb/page_token.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kMostBytesOfARecord = 5'900'000;
constexpr milliseconds kTimeToAnswer{3000};

// ---- What a query becomes ----

std::string Context(const Table& table) { return "table '" + table.name + "'"; }

Result<std::vector<const Column*>> Selected(const Table& table,
                                            const std::vector<std::string>& fields) {
  std::vector<const Column*> columns;
  for (const std::string& field : fields) {
    const Column* column = table.Find(field);
    if (!column) {
      return InvalidArgument("table '" + table.name + "' has no column '" + field + "'");
    }
    columns.push_back(column);
  }
  if (columns.empty()) {
    for (const Column& column : table.columns) columns.push_back(&column);
  }
  return columns;
}

// How columns are selected. TiDB prints a FLOAT with six digits only where it needs an exponent.
std::string SelectList(const std::vector<const Column*>& columns) {
  return Join(columns, ", ", [](const Column* column) {
    std::string name = QuoteIdentifier(column->name);
    return column->type.kind == TypeKind::kFloat ? "CAST(" + name + " AS DOUBLE)" : name;
  });
}

// A column of the order that pages follow: how it is selected and compared, so that `compared >
// literal` is exact.
struct KeyPart {
  std::string order;     // For ORDER BY: the plain column, so that TiDB reads along the index.
  std::string compared;  // For SELECT and WHERE.
  enum class Literal { kString, kBytes, kNumber, kDouble } literal = Literal::kString;
};

KeyPart ToKeyPart(const Column& column) {
  std::string name = QuoteIdentifier(column.name);
  using Literal = KeyPart::Literal;
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
      return {name, name, Literal::kNumber};
    // Ordered by number, but printed and compared as text.
    case TypeKind::kBit:
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return {name, name + "+0", Literal::kNumber};
    case TypeKind::kFloat:
      return {name, "CAST(" + name + " AS DOUBLE)", Literal::kDouble};
    case TypeKind::kDouble:
      return {name, name, Literal::kDouble};
    case TypeKind::kBinary:
      return {name, name, Literal::kBytes};
    default:
      return {name, name, Literal::kString};
  }
}

std::vector<KeyPart> KeyOf(const Table& table) {
  if (table.is_view) return {};
  const Key* primary = table.PrimaryKey();
  // After EXCHANGE PARTITION row ids are unique within a partition only.
  if (!primary || !(table.is_clustered || table.is_partitioned)) {
    return {{"_tidb_rowid", "_tidb_rowid", KeyPart::Literal::kNumber}};
  }
  std::vector<KeyPart> key;
  for (const std::string& name : primary->columns) key.push_back(ToKeyPart(*table.Find(name)));
  return key;
}

Result<std::string> ToSql(const KeyPart& part, const std::string& value) {
  switch (part.literal) {
    case KeyPart::Literal::kString:
      return QuoteString(value);
    case KeyPart::Literal::kBytes:
      return QuoteBytes(value);
    default:
      break;
  }
  if (!IsNumber(value)) return InvalidArgument("nextToken is damaged; start the read again");
  bool plain = value.find_first_of("eE") == std::string::npos;
  return part.literal == KeyPart::Literal::kDouble && plain ? value + "e0" : value;
}

// (a, b) > (x, y), written out as TiDB turns it into a range: (a > x) OR (a = x AND b > y).
Result<std::string> Behind(const std::vector<KeyPart>& key, const std::vector<std::string>& last) {
  if (last.size() != key.size()) return InvalidArgument("nextToken is of another table");
  std::string sql, equal;
  for (size_t i = 0; i < key.size(); ++i) {
    SLUICE_ASSIGN(std::string literal, ToSql(key[i], last[i]));
    if (i > 0) sql += " OR ";
    sql += "(" + equal + key[i].compared + " > " + literal + ")";
    equal += key[i].compared + " = " + literal + " AND ";
  }
  return "(" + sql + ")";
}

// A view's rows are ordered by all of their columns, byte by byte, so that rows that stand in each
// other's place are the same record.
std::string ViewOrder(const std::vector<const Column*>& columns) {
  return Join(columns, ", ", [](const Column* column) {
    std::string name = QuoteIdentifier(column->name);
    return column->type.kind == TypeKind::kText ? "CAST(" + name + " AS BINARY)" : name;
  });
}

// ---- The snapshot ----

// TiDB reads AS OF a millisecond, so a snapshot is the first full one behind the present timestamp,
// and it must have passed before the first page is read.
Result<int64_t> TakeSnapshot(Client& client, const std::string& context, Deadline deadline) {
  constexpr int kLogicalBits = 18;  // Of a TSO; above them milliseconds since 1970.
  SLUICE_RETURN_IF_ERROR(client.Execute("BEGIN", context, deadline));
  auto rows = client.Select("SELECT @@tidb_current_ts", context, deadline);
  client.Rollback(context, deadline);
  if (!rows.ok()) return rows.error();
  int64_t tso = rows->empty() ? 0 : std::strtoll((*rows)[0][0].value_or("0").c_str(), nullptr, 10);
  if (tso <= 0) return ServerError(context + ": TiDB gave no timestamp (@@tidb_current_ts is 0)");
  std::this_thread::sleep_for(milliseconds(2));
  return (tso >> kLogicalBits) + 1;
}

std::string SnapshotLiteral(int64_t snapshot_ms) {
  std::string text = FormatTime(Time(milliseconds(snapshot_ms)), 3);  // …T09:05:07.123Z
  text[10] = ' ';
  text.pop_back();
  return "'" + text + "'";
}

bool IsFuture(const SqlError& error) {
  return error.message.find("future time") != std::string::npos;
}

// ---- Records ----

// What `record` takes inside a JSON string, with its quotes and a comma.
size_t EscapedSize(std::string_view record) {
  auto escaped =
      std::count_if(record.begin(), record.end(), [](char c) { return c == '"' || c == '\\'; });
  return record.size() + static_cast<size_t>(escaped) + 3;
}

class RecordWriter {
 public:
  explicit RecordWriter(const std::vector<const Column*>& columns) : columns_(columns) {
    for (const Column* column : columns) {
      std::string name = names_.empty() ? "{" : ",";
      json::AppendQuoted(name, column->name);
      names_.push_back(name + ":");
    }
  }

  Result<std::string> Write(const std::vector<Text>& row) const {
    std::string record;
    for (size_t i = 0; i < columns_.size(); ++i) {
      record += names_[i];
      if (!row[i]) {
        record += "null";
      } else if (Status added = AppendJson(record, columns_[i]->type, *row[i]); !added.ok()) {
        return WithContext(added.error(), "column '" + columns_[i]->name + "'");
      }
    }
    return record += '}';
  }

 private:
  const std::vector<const Column*>& columns_;
  std::vector<std::string> names_;  // With what stands before and after.
};

// ---- A page ----

class PageReader {
 public:
  PageReader(Client& client, const Table& table, const Query& query, Deadline deadline)
      : client_(client),
        table_(table),
        query_(query),
        deadline_(deadline),
        context_(Context(table)),
        key_(KeyOf(table)) {}

  Result<Page> Read(std::string_view token_text) {
    SLUICE_ASSIGN(columns_, Selected(table_, query_.fields));
    SLUICE_RETURN_IF_ERROR(Describe());
    bool is_first = token_text.empty();
    if (is_first) {
      SLUICE_ASSIGN(token_.snapshot_ms, TakeSnapshot(client_, context_, deadline_));
      token_.rows_left = query_.filter.limit;
    } else {
      SLUICE_ASSIGN(token_, Decode(token_text, description_));
    }
    SLUICE_ASSIGN(std::string sql, Sql());
    SLUICE_RETURN_IF_ERROR(Begin());
    Status read = Fetch(sql);
    // The clocks of TiDB's parts may differ by more than what was waited for.
    for (int i = 0; !read.ok() && is_first && IsFuture(client_.last_error()) && i < 10; ++i) {
      std::this_thread::sleep_for(milliseconds(20));
      read = Fetch(sql);
    }
    if (table_.is_view) client_.Rollback(context_, deadline_);
    if (!read.ok()) return read.error();
    return std::move(page_);
  }

 private:
  // What must not change from page to page.
  Status Describe() {
    description_ = table_.Quoted();
    for (const Column* column : columns_) description_ += "," + QuoteIdentifier(column->name);
    if (query_.filter.condition) {
      SLUICE_ASSIGN(where_, ToWhere(table_, *query_.filter.condition));
      description_ += where_;
    }
    if (query_.filter.limit) description_ += " LIMIT " + std::to_string(*query_.filter.limit);
    return Done{};
  }

  size_t RowsWanted() const {
    auto left = token_.rows_left.value_or(INT64_MAX);
    return static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(query_.max_rows), left));
  }

  Result<std::string> Sql() const {
    std::string sql = "SELECT " + SelectList(columns_);
    for (const KeyPart& part : key_) sql += ", " + part.compared;
    sql += " FROM " + table_.Quoted();
    if (!table_.is_view) sql += " AS OF TIMESTAMP " + SnapshotLiteral(token_.snapshot_ms);

    std::string where = where_;
    if (!token_.last_key.empty()) {
      SLUICE_ASSIGN(std::string behind, Behind(key_, token_.last_key));
      where += (where.empty() ? "" : " AND ") + behind;
    }
    if (!where.empty()) sql += " WHERE " + where;
    sql += " ORDER BY ";
    sql += table_.is_view ? ViewOrder(columns_)
                          : Join(key_, ", ", [](const KeyPart& part) { return part.order; });
    // One more than wanted tells whether there is a next page.
    sql += " LIMIT " + std::to_string(RowsWanted() + 1);
    if (table_.is_view) sql += " OFFSET " + std::to_string(token_.offset);
    return sql;
  }

  // A view can't be read AS OF in one statement, but in a transaction that is.
  Status Begin() {
    if (!table_.is_view) return Done{};
    std::string sql =
        "START TRANSACTION READ ONLY AS OF TIMESTAMP " + SnapshotLiteral(token_.snapshot_ms);
    auto begun = client_.Execute(sql, context_, deadline_);
    for (int i = 0; !begun.ok() && IsFuture(client_.last_error()) && i < 10; ++i) {
      std::this_thread::sleep_for(milliseconds(20));
      begun = client_.Execute(sql, context_, deadline_);
    }
    if (!begun.ok()) return begun.error();
    return Done{};
  }

  Status Fetch(const std::string& sql) {
    RecordWriter writer(columns_);
    size_t wanted = RowsWanted();
    size_t bytes = 0;
    std::vector<std::string> last_key;
    SLUICE_ASSIGN(RowStream rows, client_.Stream(sql, context_, deadline_));
    while (true) {
      SLUICE_ASSIGN(const std::vector<Text>* row, rows.Next());
      if (!row) return Done{};
      bool is_full =
          page_.records.size() >= wanted || steady_clock::now() + kTimeToAnswer > deadline_;
      if (is_full && !page_.records.empty()) break;

      auto written = writer.Write(*row);
      if (!written.ok()) return WithContext(written.error(), Named(*row));
      std::string record = *std::move(written);
      size_t size = EscapedSize(record);
      if (bytes + size > query_.max_bytes && !page_.records.empty()) break;
      if (size > kMostBytesOfARecord) return TooLarge(*row, size);
      bytes += size;
      page_.records.Add(record);
      last_key.clear();
      for (size_t i = columns_.size(); i < row->size(); ++i) {
        last_key.emplace_back((*row)[i].value_or(""));
      }
    }
    page_.next_token = NextToken(std::move(last_key));
    return Done{};
  }

  std::string NextToken(std::vector<std::string> last_key) const {
    PageToken next = token_;
    next.last_key = std::move(last_key);
    next.offset += page_.records.size();
    if (next.rows_left) {
      *next.rows_left -= static_cast<int64_t>(page_.records.size());
      if (*next.rows_left == 0) return "";
    }
    return Encode(next, description_);
  }

  // "table 't': the row with `id` = 5"
  std::string Named(const std::vector<Text>& row) const {
    std::string key;
    for (size_t i = columns_.size(); i < row.size(); ++i) {
      std::string_view value = row[i].value_or("NULL").substr(0, 100);
      key += (key.empty() ? "" : ", ") + key_[i - columns_.size()].order + " = " +
             (IsUtf8(value) ? std::string(value) : QuoteBytes(value));
    }
    return context_ + (key.empty() ? ": a row" : ": the row with " + key);
  }

  Error TooLarge(const std::vector<Text>& row, size_t size) const {
    return InvalidArgument(Named(row) + " takes " + std::to_string(size) +
                           " bytes, more than the 6 MB that an answer may have; leave its large "
                           "columns out of the mapping");
  }

  Client& client_;
  const Table& table_;
  const Query& query_;
  Deadline deadline_;
  std::string context_, where_, description_;
  std::vector<KeyPart> key_;
  std::vector<const Column*> columns_;
  PageToken token_;
  Page page_;
};

Result<const Column*> IdColumn(const Table& table, const std::string& id_field) {
  const Key* primary = table.PrimaryKey();
  if (id_field.empty() && !(primary && primary->columns.size() == 1)) {
    return InvalidArgument("table '" + table.name +
                           "' has no primary key of one column; name the id field");
  }
  std::string name = id_field.empty() ? primary->columns.front() : id_field;
  const Column* column = table.Find(name);
  if (!column) return InvalidArgument("table '" + table.name + "' has no column '" + name + "'");
  return column;
}

}  // namespace

Result<Page> Reader::ReadPage(const Table& table, const Query& query, std::string_view token,
                              Deadline deadline) {
  SLUICE_ASSIGN(Pool::Lease client, pool_.Take(deadline));
  return PageReader(*client, table, query, deadline).Read(token);
}

Result<RecordList> ReadByIds(Client& client, const Table& table,
                             const std::vector<std::string>& fields, std::string id_field,
                             const std::vector<std::string>& ids, Deadline deadline) {
  SLUICE_ASSIGN(std::vector<const Column*> columns, Selected(table, fields));
  SLUICE_ASSIGN(const Column* id, IdColumn(table, id_field));
  std::string list;
  for (const std::string& text : ids) {
    auto literal = ToComparable(id->type, JsonValue{JsonValue::Kind::kString, text});
    if (!literal.ok()) return WithContext(literal.error(), "id of column '" + id->name + "'");
    list += (list.empty() ? "" : ", ") + *literal;
  }
  RecordList records;
  if (list.empty()) return records;

  std::string name = QuoteIdentifier(id->name);
  std::string sql = "SELECT " + SelectList(columns) + " FROM " + table.Quoted() + " WHERE " + name +
                    " IN (" + list + ") ORDER BY FIELD(" + name + ", " + list + ")";
  RecordWriter writer(columns);
  SLUICE_ASSIGN(RowStream rows, client.Stream(sql, Context(table), deadline));
  while (true) {
    SLUICE_ASSIGN(const std::vector<Text>* row, rows.Next());
    if (!row) return records;
    auto record = writer.Write(*row);
    if (!record.ok()) return WithContext(record.error(), Context(table));
    records.Add(*record);
  }
}

}  // namespace sluice::tidb
