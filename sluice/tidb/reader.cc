#include "sluice/tidb/reader.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "sluice/tidb/literal.h"
#include "sluice/tidb/page_token.h"
#include "sluice/tidb/read_plan.h"
#include "sluice/tidb/record_writer.h"
#include "sluice/tidb/snapshot.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr size_t kMostBytesOfARecord = 5'900'000;
constexpr milliseconds kTimeToAnswer{5000};
constexpr seconds kMostIdle{60};
// For each wait: a connection may have died without a word while the function was frozen.
constexpr seconds kPatienceAfterAPause{5};

std::string Context(const Table& table) { return "table '" + table.name + "'"; }

size_t SizeOf(const std::vector<Text>& row) {
  size_t size = 0;
  for (const Text& value : row) size += value ? value->size() : 0;
  return size;
}

// How many rows a statement may give. TiDB reads ahead, as much as a statement may give and its
// memory holds, whether we come for it or not: so the first gives a page, and each later one more,
// but not more than TiDB can well keep for us.
struct Pace {
  static constexpr size_t kGrowth = 10;
  static constexpr size_t kMostRows = 1'000'000, kMostBytes = 64'000'000;

  size_t rows = 0, bytes = 0;  // Read so far.
  bool may_grow = true;

  // One more than the page still takes tells whether there is a next page.
  size_t NextLimit(size_t wanted) const {
    if (!may_grow || rows == 0) return wanted + 1;
    size_t most = std::min(kMostRows, kMostBytes / (bytes / rows + 1));
    return std::max(std::min(rows * kGrowth, most), wanted + 1);
  }
};

}  // namespace

// ---- The statement ----

// One that is being read.
struct Reader::OpenResult {
  OpenResult(Pool::Lease lease, RowStream stream, size_t limit)
      : client(std::move(lease)), rows(std::move(stream)), left(limit) {}
  ~OpenResult() {
    if (left > 0) rows.Abandon();
  }

  bool GoesOnWith(std::string_view next_token, const std::string& next_description) const {
    return token == next_token && description == next_description &&
           system_clock::now() - since < kMostIdle;
  }

  Pool::Lease client;
  RowStream rows;                            // Of `client`.
  const std::vector<Text>* ahead = nullptr;  // Read, but the page was full.
  size_t left;                               // Rows that it may give yet.
  Pace pace;

  // Between pages.
  std::string token, description;
  system_clock::time_point since;  // The steady clock may stand still in a frozen function.
};

// ---- A page ----

class Reader::PageReader {
 public:
  // Goes on with `open`, if there is one.
  PageReader(Pool& pool, const ReadPlan& plan, const Query& query, Deadline deadline,
             std::unique_ptr<OpenResult> open)
      : pool_(pool),
        plan_(plan),
        query_(query),
        deadline_(deadline),
        page_end_(deadline - std::min<steady_clock::duration>(
                                 kTimeToAnswer, (deadline - steady_clock::now()) / 2)),
        context_(Context(plan.table())),
        writer_(plan.columns()),
        open_(std::move(open)),
        is_resumed_(open_ != nullptr) {
    if (!open_) return;
    pace_ = open_->pace;
  }

  Result<Page> Read(std::string_view token) {
    if (token.empty()) {
      position_.rows_left = query_.filter.limit;
    } else {
      SLUICE_ASSIGN(position_, Decode(token, plan_.description()));
    }
    auto filled = Fill();
    while (!filled.ok()) {
      open_.reset();
      if (is_row_bad_) return filled.error();
      if (MayTryAgain()) {
        filled = Fill();
      } else if (page_.records.empty()) {
        return filled.error();
      } else {
        filled = Filled::kFull;
      }
    }
    if (*filled == Filled::kAll) {
      CloseStatement();
    } else {
      Suspend();
    }
    return std::move(page_);
  }

  // What the next page may go on with.
  std::unique_ptr<OpenResult> TakeOpen() { return std::move(open_); }

 private:
  enum class Filled { kFull, kAll };

  // Reads rows into the page until it is full or there are no more.
  Result<Filled> Fill() {
    if (!open_) SLUICE_RETURN_IF_ERROR(Open());
    while (true) {
      auto now = steady_clock::now();
      if (!page_.records.empty() && now >= page_end_) return Filled::kFull;
      LimitWaiting(now);
      SLUICE_ASSIGN(const std::vector<Text>* row, NextRow());
      if (!row) {
        if (open_->left > 0 || position_.rows_left == 0) return Filled::kAll;
        CloseStatement();
        SLUICE_RETURN_IF_ERROR(Open());
        continue;
      }
      SLUICE_ASSIGN(bool fits, Add(*row));
      if (!fits) {
        open_->ahead = row;
        return Filled::kFull;
      }
    }
  }

  // Where rows come one by one, each is waited for only as long as the page has time left. The
  // first of a new statement is waited for as long as the request has.
  void LimitWaiting(steady_clock::time_point now) {
    constexpr milliseconds kOften{100};
    if ((!is_flowing_ && !is_resumed_) || now - waiting_limited_at_ < kOften) return;
    open_->rows.SetDeadline(is_resumed_ ? std::min(page_end_, now + kPatienceAfterAPause)
                                        : page_end_);
    waiting_limited_at_ = now;
  }

  // Starts the statement that goes on at the position.
  Status Open() {
    last_error_ = {};
    SLUICE_ASSIGN(Pool::Lease client, pool_.Take(deadline_));
    size_t limit = pace_.NextLimit(query_.max_rows - page_.records.size());
    if (position_.rows_left) limit = std::min(limit, static_cast<size_t>(*position_.rows_left));
    auto rows = Start(*client, limit);
    if (!rows.ok()) {
      last_error_ = client->last_error();
      if (plan_.table().is_view) client->Rollback(context_, deadline_);
      return rows.error();
    }
    open_ = std::make_unique<OpenResult>(std::move(client), *std::move(rows), limit);
    is_flowing_ = false;
    return Done{};
  }

  Result<RowStream> Start(Client& client, size_t limit) {
    if (position_.snapshot_ms == 0) {
      SLUICE_ASSIGN(position_.snapshot_ms, TakeSnapshot(client, context_, deadline_));
    }
    SLUICE_ASSIGN(std::string sql, plan_.Sql(position_, limit));
    // A view can't be read AS OF in one statement, but in a transaction that is.
    if (plan_.table().is_view) {
      SLUICE_RETURN_IF_ERROR(BeginAsOf(client, position_.snapshot_ms, context_, deadline_));
    }
    return PastTheSnapshot(client, [&] { return client.Stream(sql, context_, deadline_); });
  }

  // All its rows are read.
  void CloseStatement() {
    if (plan_.table().is_view) open_->client->Rollback(context_, deadline_);
    open_.reset();
  }

  Result<const std::vector<Text>*> NextRow() {
    if (open_->ahead) return std::exchange(open_->ahead, nullptr);
    auto row = open_->rows.Next();
    if (!row.ok()) {
      last_error_ = open_->client->last_error();
    } else if (*row) {
      --open_->left;
      is_flowing_ = true;
    }
    return row;
  }

  // False where the page is full.
  Result<bool> Add(const std::vector<Text>& row) {
    RecordList& records = page_.records;
    bool is_first = records.empty();
    if (!is_first && records.size() >= query_.max_rows) return false;
    size_t before = records.items().size();
    const size_t raw_size = SizeOf(row);
    size_t size = raw_size;
    if (size <= kMostBytesOfARecord) {  // Else it needn't be tried.
      if (Status added = writer_.Append(records, row); !added.ok()) {
        return Refuse(row, added.error());
      }
      size = records.items().size() - before;
      if (!is_first && before + size > query_.max_bytes) {
        records.Undo();
        return false;
      }
    } else if (!is_first) {
      return false;
    }
    if (size > kMostBytesOfARecord) return Refuse(row, TooLarge(size));

    plan_.CopyKey(row, position_.last_key);
    ++position_.offset;
    ++pace_.rows;
    pace_.bytes += raw_size;
    if (position_.rows_left) --*position_.rows_left;
    return true;
  }

  Error Refuse(const std::vector<Text>& row, const Error& error) {
    is_row_bad_ = true;
    return WithContext(error, context_ + ": " + plan_.Named(row));
  }

  static Error TooLarge(size_t size) {
    return InvalidArgument("it takes " + std::to_string(size) +
                           " bytes, more than the 6 MB that an answer may have; leave its large "
                           "columns out of the mapping");
  }

  // After a failed statement: whether another one may go on from the position.
  bool MayTryAgain() {
    constexpr int kMostTries = 3;
    if (steady_clock::now() >= page_end_ || page_.records.size() >= query_.max_rows) return false;
    // Whatever ended one that was open for long, a new one tells whether it still matters.
    if (std::exchange(is_resumed_, false)) return true;
    Failure failure = Classify(last_error_);
    // TiDB may have to sort what a statement gives.
    if (failure == Failure::kTooLarge) return std::exchange(pace_.may_grow, false);
    if (failure != Failure::kLost && failure != Failure::kRetry) return false;
    if (++tries_ >= kMostTries) return false;
    std::this_thread::sleep_for(milliseconds(50) * tries_);
    return true;
  }

  // There may be more rows.
  void Suspend() {
    if (position_.rows_left == 0) {
      open_.reset();
      return;
    }
    page_.next_token = Encode(position_, plan_.description());
    if (!open_) return;
    open_->token = page_.next_token;
    open_->description = plan_.description();
    open_->pace = pace_;
    open_->since = system_clock::now();
  }

  Pool& pool_;
  const ReadPlan& plan_;
  const Query& query_;
  const Deadline deadline_, page_end_;
  const std::string context_;
  const RecordWriter writer_;

  std::unique_ptr<OpenResult> open_;
  bool is_resumed_;          // open_ is of an earlier page.
  bool is_flowing_ = false;  // It has given a row.
  steady_clock::time_point waiting_limited_at_;
  Pace pace_;
  PageToken position_;  // Behind the page's last row.
  Page page_;
  SqlError last_error_;  // Of the statement.
  int tries_ = 0;
  bool is_row_bad_ = false;  // Trying again won't help.
};

Reader::Reader(Pool& pool) : pool_(pool) {}
Reader::~Reader() = default;

bool Reader::GoesOnBehind(std::string_view token) const {
  return open_ && !token.empty() && open_->token == token;
}

Result<Page> Reader::ReadPage(const Table& table, const Query& query, std::string_view token,
                              Deadline deadline) {
  std::unique_ptr<OpenResult> open = std::move(open_);
  SLUICE_ASSIGN(ReadPlan plan, ReadPlan::Make(table, query.fields, query.filter));
  if (open && !open->GoesOnWith(token, plan.description())) open.reset();
  PageReader reader(pool_, plan, query, deadline, std::move(open));
  auto page = reader.Read(token);
  open_ = reader.TakeOpen();
  return page;
}

// ---- By id ----

namespace {

std::string Listed(const std::vector<std::string>& literals) {
  return Join(literals, ", ", [](const std::string& literal) { return literal; });
}

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

// Where a row's id stands among `literals`. FIELD is the faster one, but would compare these kinds
// as floating-point numbers.
std::string PlaceOf(const Column& id, const std::vector<std::string>& literals) {
  std::string name = QuoteIdentifier(id.name);
  switch (id.type.kind) {
    case TypeKind::kDecimal:
    case TypeKind::kDate:
    case TypeKind::kDateTime:
    case TypeKind::kTime:
    case TypeKind::kJson:
    case TypeKind::kVector:
      break;
    default:
      return "FIELD(" + name + ", " + Listed(literals) + ")";
  }
  std::string sql = "CASE " + name;
  for (size_t i = 0; i < literals.size(); ++i) {
    sql += " WHEN " + literals[i] + " THEN " + std::to_string(i);
  }
  return sql + " END";
}

Result<RecordList> ReadAll(Client& client, const std::string& sql,
                           const std::vector<const Column*>& columns, const std::string& context,
                           Deadline deadline) {
  RecordWriter writer(columns);
  RecordList records;
  SLUICE_ASSIGN(RowStream rows, client.Stream(sql, context, deadline));
  while (true) {
    SLUICE_ASSIGN(const std::vector<Text>* row, rows.Next());
    if (!row) return records;
    if (records.items().size() + SizeOf(*row) > kMostBytesOfARecord) {
      rows.Abandon();
      return InvalidArgument(context +
                             ": these records take more than the 6 MB that an answer may have; "
                             "ask for fewer ids at once, or for fewer columns");
    }
    if (Status added = writer.Append(records, *row); !added.ok()) {
      return WithContext(added.error(), context);
    }
  }
}

}  // namespace

Result<RecordList> ReadByIds(Client& client, const Table& table,
                             const std::vector<std::string>& fields, std::string id_field,
                             const std::vector<std::string>& ids, Deadline deadline) {
  SLUICE_ASSIGN(std::vector<const Column*> columns, SelectedColumns(table, fields));
  SLUICE_ASSIGN(const Column* id, IdColumn(table, id_field));
  std::vector<std::string> literals;
  for (const std::string& text : ids) {
    auto literal = ToComparable(id->type, JsonValue{JsonValue::Kind::kString, text});
    if (!literal.ok()) return WithContext(literal.error(), "id of column '" + id->name + "'");
    literals.push_back(*std::move(literal));
  }
  if (literals.empty()) return RecordList();

  std::string sql = "SELECT " + SelectList(columns) + " FROM " + table.Quoted() + " WHERE " +
                    QuoteIdentifier(id->name) + " IN (" + Listed(literals) + ") ORDER BY " +
                    PlaceOf(*id, literals);
  auto records = ReadAll(client, sql, columns, Context(table), deadline);
  if (records.ok() || Classify(client.last_error()) != Failure::kLost) return records;
  SLUICE_RETURN_IF_ERROR(client.Reconnect(deadline));
  return ReadAll(client, sql, columns, Context(table), deadline);
}

}  // namespace sluice::tidb
