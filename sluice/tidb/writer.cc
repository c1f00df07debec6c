#include "sluice/tidb/writer.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include "sluice/tidb/refusal.h"
#include "sluice/tidb/rows.h"
#include "sluice/tidb/sql.h"
#include "sluice/tidb/statements.h"

namespace sluice::tidb {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kRowsPerStatement = 1000;
constexpr size_t kBytesPerStatement = 4'000'000;
// Up to so many rows of a refused statement are tried one by one, in one round trip.
constexpr size_t kRowsTriedSingly = 16;
constexpr size_t kParts = 8;  // That a larger one is divided into.
constexpr int kMostAttempts = 12;

enum class Plan { kInsert, kUpsertAtOnce, kUpsertInSteps, kUpdate, kDelete };

// Rows that one statement could write.
struct Group {
  Plan plan;
  std::vector<Row*> rows;
};

size_t Bytes(const Row& row) {
  size_t bytes = 8;
  for (const std::string& cell : row.cells) bytes += cell.size() + 2;
  return bytes;
}

// ---- Which columns mean a row ----

std::string Keys(const Table& table) {
  std::string list = Join(table.keys, ", ", [](const Key& key) {
    return "(" + Join(key.columns, ", ", [](auto& column) { return column; }) + ")";
  });
  return list.empty() ? "it has no unique key" : "its unique keys are " + list;
}

bool Matches(const Key& key, const std::vector<std::string>& columns) {
  return key.is_plain && std::set(key.columns.begin(), key.columns.end()) ==
                             std::set(columns.begin(), columns.end());
}

Result<std::vector<const Column*>> IdColumns(const Table& table, const WriteRequest& request) {
  const Key* primary = table.PrimaryKey();
  bool is_insert = request.operation == WriteOperation::kInsert;
  std::vector<std::string> names = request.id_fields;
  if (primary && (names.empty() || is_insert)) names = primary->columns;
  if (!primary && is_insert) names.clear();

  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    const Column* column = table.Find(name);
    if (!column) {
      return InvalidArgument("table '" + table.name + "' has no column '" + name +
                             "', which is named as id field");
    }
    columns.push_back(column);
  }
  bool is_key = std::any_of(table.keys.begin(), table.keys.end(),
                            [&](const Key& key) { return Matches(key, names); });
  if (!is_insert && !is_key) {
    std::string listed = Join(names, ", ", [](auto& name) { return name; });
    return InvalidArgument("the id fields (" + listed + ") are no unique key of table '" +
                           table.name + "'; " + Keys(table));
  }
  return columns;
}

// A text that is the same for all ids that TiDB could take for equal to this one, whatever the
// collation: in printable ASCII, collations leave out no more than case and spaces at the end.
// Nothing where that can't be told from the literal.
std::optional<std::string> Folded(const Column& column, std::string literal) {
  switch (column.type.kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kBit:
      return literal;
    case TypeKind::kText:
      break;
    default:
      return std::nullopt;
  }
  for (char& c : literal) {
    if (c < ' ' || c > '~' || c == '\\') return std::nullopt;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  literal.pop_back();  // The quote.
  literal.erase(literal.find_last_not_of(' ') + 1);
  return literal;
}

// ---- The writer ----

class Writer {
 public:
  Writer(Client& client, const Table& table, const WriteRequest& request, Deadline deadline)
      : client_(client),
        table_(table),
        request_(request),
        deadline_(deadline),
        context_("table '" + table.name + "'") {}

  WriteOutcome Write() {
    if (Status decoded = Decode(); !decoded.ok()) return {{}, decoded.error()};
    Merge();
    if (Status written = WriteAll(); !written.ok()) return Failed(written.error());
    return Finished();
  }

 private:
  enum class State { kPending, kWritten, kRefused };

  Status Decode() {
    if (table_.is_view)
      return InvalidArgument("'" + table_.name + "' is a view: it can't be written");
    SLUICE_ASSIGN(id_columns_, IdColumns(table_, request_));
    RowDecoder decoder(table_, request_.operation, id_columns_);
    outcomes_.resize(request_.records.size());
    states_.resize(request_.records.size());
    for (size_t i = 0; i < request_.records.size(); ++i) {
      SLUICE_ASSIGN(DecodedRecord decoded, decoder.Decode(request_.records[i]));
      outcomes_[i].record_id = std::move(decoded.record_id);
      if (decoded.refusal) {
        states_[i] = State::kRefused;
        outcomes_[i].message = *std::move(decoded.refusal);
      } else {
        decoded.row.records = {i};
        rows_.push_back(std::move(decoded.row));
      }
    }
    return Done{};
  }

  // Whether rows with different ids as text are different rows for TiDB too.
  bool IdsAreDistinct() const {
    std::map<std::vector<std::string>, const std::vector<std::string>*> id_by_folded;
    for (const Row& row : rows_) {
      std::vector<std::string> folded;
      for (size_t i = 0; i < row.id.size(); ++i) {
        auto part = Folded(*id_columns_[i], row.id[i]);
        if (!part) return false;
        folded.push_back(*std::move(part));
      }
      auto [earlier, is_new] = id_by_folded.try_emplace(std::move(folded), &row.id);
      if (!is_new && *earlier->second != row.id) return false;
    }
    return true;
  }

  // Records with one id become one row, as if each had been written after the other. Rows are then
  // sorted by id, so that parallel writers lock in the same order.
  void Merge() {
    if (request_.operation == WriteOperation::kInsert) return;
    order_matters_ = rows_.size() > 1 && !IdsAreDistinct();
    if (order_matters_) return;
    std::map<std::vector<std::string>, Row> by_id;
    for (Row& row : rows_) {
      auto [earlier, is_new] = by_id.try_emplace(row.id, row);
      if (is_new) continue;
      Row& merged = earlier->second;
      outcomes_[merged.records.back()].message =
          "a later record of the same request has the same id, and its values were stored";
      merged.records.push_back(row.records.front());
      for (size_t i = 0; i < row.cells.size(); ++i) {
        if (!row.cells[i].empty()) merged.cells[i] = std::move(row.cells[i]);
      }
    }
    rows_.clear();
    for (auto& [id, row] : by_id) rows_.push_back(std::move(row));
  }

  Plan UpsertPlan(const Row& row) const {
    // A further unique key would let another row be changed; a column without value and default, or
    // one that TiDB numbers itself, makes the INSERT fail though the row may be there.
    if (table_.keys.size() > 1) return Plan::kUpsertInSteps;
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      const Column& column = table_.columns[i];
      bool absent = row.cells[i].empty();
      if (absent && !column.has_default && !column.is_generated) return Plan::kUpsertInSteps;
      if (!absent && column.is_auto_random) return Plan::kUpsertInSteps;
    }
    return Plan::kUpsertAtOnce;
  }

  static std::vector<bool> PresentColumns(const Row& row) {
    std::vector<bool> present;
    for (const std::string& cell : row.cells) present.push_back(!cell.empty());
    return present;
  }

  // Of an upsert: rows with the same columns that stand side by side. Steps are taken row by row,
  // as a row may have been inserted by the one before it.
  std::vector<Group> GroupsInOrder() {
    std::vector<Group> groups;
    Group run{Plan::kUpsertAtOnce, {}};
    auto end_run = [&] { Divide({run.plan, std::exchange(run.rows, {})}, groups); };
    for (Row& row : rows_) {
      bool is_alike = !run.rows.empty() && run.plan == Plan::kUpsertAtOnce &&
                      PresentColumns(*run.rows.back()) == PresentColumns(row);
      if (!is_alike) end_run();
      run.plan = UpsertPlan(row);
      run.rows.push_back(&row);
    }
    end_run();
    return groups;
  }

  std::vector<Group> Groups() {
    std::vector<Group> groups;
    if (request_.operation == WriteOperation::kUpsert) {
      if (order_matters_) return GroupsInOrder();
      std::map<std::vector<bool>, std::vector<Row*>> by_columns;
      for (Row& row : rows_) by_columns[PresentColumns(row)].push_back(&row);
      for (auto& [present, rows] : by_columns) {
        Plan plan = UpsertPlan(*rows.front());
        Divide({plan, std::move(rows)}, groups);
      }
      return groups;
    }
    Plan plan = request_.operation == WriteOperation::kInsert   ? Plan::kInsert
                : request_.operation == WriteOperation::kUpdate ? Plan::kUpdate
                                                                : Plan::kDelete;
    Group all{plan, {}};
    for (Row& row : rows_) all.rows.push_back(&row);
    Divide(std::move(all), groups);
    return groups;
  }

  // Into groups that fit into a statement.
  static void Divide(Group group, std::vector<Group>& into) {
    size_t bytes = 0;
    Group* part = nullptr;
    for (Row* row : group.rows) {
      bytes += Bytes(*row);
      if (!part || part->rows.size() >= kRowsPerStatement || bytes > kBytesPerStatement) {
        part = &into.emplace_back(Group{group.plan, {}});
        bytes = Bytes(*row);
      }
      part->rows.push_back(row);
    }
  }

  Status WriteAll() {
    if (request_.all_or_none && Count(State::kRefused) > 0) return Done{};
    std::vector<Group> groups = Groups();
    if (groups.empty()) return Done{};
    if (request_.all_or_none) return WriteUnit(groups);
    for (Group& group : groups) SLUICE_RETURN_IF_ERROR(WriteUnit({&group, 1}));
    return Done{};
  }

  // ---- A unit: what is written in one transaction ----

  Status WriteUnit(std::span<const Group> unit) {
    bool is_insert = request_.operation == WriteOperation::kInsert;
    for (int attempt = 1;; ++attempt) {
      Status tried = Try(unit);
      if (tried.ok()) {
        Settle(unit);
        return Done{};
      }
      Failure failure = Classify(client_.last_error().number);
      bool last = attempt >= kMostAttempts || steady_clock::now() >= deadline_;
      if (failure == Failure::kTooLarge && !request_.all_or_none)
        return WriteHalves(unit[0], tried);
      if (failure == Failure::kLost && is_insert && commit_was_sent_) return MarkUnknown(unit);
      if (last || (failure != Failure::kLost && failure != Failure::kRetry)) return tried;
      Pause(attempt);
      if (client_.lost()) SLUICE_RETURN_IF_ERROR(client_.Reconnect(deadline_));
    }
  }

  Status WriteHalves(const Group& group, const Status& tried) {
    if (group.rows.size() == 1) {
      Refuse(*group.rows[0], tried.error().message);
      Settle({&group, 1});
      return Done{};
    }
    auto middle = group.rows.begin() + static_cast<std::ptrdiff_t>(group.rows.size() / 2);
    Group first{group.plan, {group.rows.begin(), middle}};
    Group second{group.plan, {middle, group.rows.end()}};
    SLUICE_RETURN_IF_ERROR(WriteUnit({&first, 1}));
    return WriteUnit({&second, 1});
  }

  // Nobody knows whether these rows are in: sending them again could store them twice.
  Status MarkUnknown(std::span<const Group> unit) {
    for (const Group& group : unit) {
      for (Row* row : group.rows) {
        Refuse(*row,
               "the connection to TiDB was lost while the row was being inserted, so it is "
               "not known whether it was stored; look before sending it again");
      }
    }
    Settle(unit);
    return client_.Reconnect(deadline_);
  }

  void Pause(int attempt) const {
    static thread_local std::mt19937 random{std::random_device{}()};
    int most = 100 << std::min(attempt, 5);
    int pause = std::uniform_int_distribution<>(most / 4, most)(random);
    auto until = steady_clock::now() + milliseconds(pause);
    std::this_thread::sleep_until(std::min(until, deadline_));
  }

  // One attempt. The rows that were refused in it are in refused_.
  Status Try(std::span<const Group> unit) {
    refused_.clear();
    commit_was_sent_ = false;
    bool known_bad = false;
    if (!request_.all_or_none && IsOneStatement(unit[0].plan)) {
      const Group& group = unit[0];
      commit_was_sent_ = !client_.lost();
      auto written = client_.Execute(Statement(group.plan, group.rows), context_, deadline_);
      if (written.ok()) return Done{};
      if (Classify(client_.last_error().number) != Failure::kRow) return written.error();
      commit_was_sent_ = false;
      if (group.rows.size() == 1) {
        Refuse(*group.rows[0], client_.last_error());
        return Done{};
      }
      known_bad = true;
    }
    return TryInTransaction(unit, known_bad);
  }

  Status TryInTransaction(std::span<const Group> unit, bool known_bad) {
    // Pessimistic whatever the server's default is: a duplicate shows at its own statement.
    SLUICE_RETURN_IF_ERROR(client_.Execute("BEGIN PESSIMISTIC", context_, deadline_));
    for (const Group& group : unit) {
      Status written = WriteGroup(group, known_bad);
      if (written.ok() && !IsOver()) continue;
      client_.Rollback(context_, deadline_);
      return written;
    }
    commit_was_sent_ = true;
    auto committed = client_.Execute("COMMIT", context_, deadline_);
    if (committed.ok()) return Done{};
    client_.Rollback(context_, deadline_);
    return committed.error();
  }

  static bool IsOneStatement(Plan plan) {
    return plan != Plan::kUpdate && plan != Plan::kUpsertInSteps;
  }

  std::string Statement(Plan plan, Rows rows) const {
    switch (plan) {
      case Plan::kUpsertAtOnce:
        return UpsertStatement(table_, id_columns_, rows);
      case Plan::kDelete:
        return DeleteStatement(table_, id_columns_, rows);
      default:
        return InsertStatement(table_, rows);
    }
  }

  Status WriteGroup(const Group& group, bool known_bad) {
    if (IsOneStatement(group.plan)) return WriteRows(group.plan, group.rows, known_bad);
    std::vector<Row*> absent;
    SLUICE_RETURN_IF_ERROR(WriteEach(
        group.rows, [&](const Row& row) { return UpdateStatement(table_, id_columns_, row); },
        [&](Row* row, uint64_t matched) {
          if (matched == 0) absent.push_back(row);
        }));
    if (group.plan == Plan::kUpsertInSteps) return WriteRows(Plan::kInsert, absent, false);
    for (Row* row : absent) {
      Refuse(*row, "no row with id '" + RecordId(*row) + "' is there to be updated");
    }
    return Done{};
  }

  // Rows by statements of many; where one is refused, by ever smaller ones.
  Status WriteRows(Plan plan, Rows rows, bool known_bad) {
    if (rows.empty()) return Done{};
    if (rows.size() <= kRowsTriedSingly && known_bad) {
      return WriteEach(
          rows,
          [&](Row& row) {
            Row* one = &row;
            return Statement(plan, {&one, 1});
          },
          [](Row*, uint64_t) {});
    }
    if (!known_bad) {
      auto written = client_.Execute(Statement(plan, rows), context_, deadline_);
      if (written.ok()) return Done{};
      if (Classify(client_.last_error().number) != Failure::kRow) return written.error();
      return WriteRows(plan, rows, true);
    }
    size_t part = (rows.size() + kParts - 1) / kParts;
    for (size_t from = 0; from < rows.size() && !IsOver(); from += part) {
      Rows some = rows.subspan(from, std::min(part, rows.size() - from));
      SLUICE_RETURN_IF_ERROR(WriteRows(plan, some, false));
    }
    return Done{};
  }

  // A statement for each row, many in a round trip; a refused one stops none but itself.
  template <class ToStatement, class OnWritten>
  Status WriteEach(Rows rows, ToStatement to_statement, OnWritten on_written) {
    size_t done = 0;
    while (done < rows.size() && !IsOver()) {
      std::vector<std::string> statements;
      size_t bytes = 0;
      for (Row* row : rows.subspan(done)) {
        statements.push_back(to_statement(*row));
        bytes += statements.back().size();
        if (statements.size() >= kRowsPerStatement || bytes > kBytesPerStatement) break;
      }
      SLUICE_RETURN_IF_ERROR(
          ExecuteAll(rows.subspan(done, statements.size()), statements, on_written));
      done += statements.size();
    }
    return Done{};
  }

  template <class OnWritten>
  Status ExecuteAll(Rows rows, std::span<const std::string> statements, OnWritten on_written) {
    for (size_t from = 0; from < rows.size() && !IsOver();) {
      auto executed = client_.ExecuteEach(statements.subspan(from), context_, deadline_);
      for (uint64_t matched : executed.matched) on_written(rows[from++], matched);
      if (!executed.error) break;
      bool is_row = Classify(client_.last_error().number) == Failure::kRow && !client_.lost();
      if (!is_row || from >= rows.size()) return *executed.error;
      Refuse(*rows[from++], client_.last_error());
    }
    return Done{};
  }

  bool IsOver() const { return request_.all_or_none && !refused_.empty(); }

  // ---- Outcomes ----

  const std::string& RecordId(const Row& row) const {
    return outcomes_[row.records.back()].record_id;
  }

  void Refuse(const Row& row, const SqlError& error) {
    Refuse(row, Refusal(table_, request_.operation, error, RecordId(row)));
  }

  void Refuse(const Row& row, std::string message) { refused_[&row] = std::move(message); }

  // Puts down what became of the rows of a unit that is finished.
  void Settle(std::span<const Group> unit) {
    for (const Group& group : unit) {
      for (const Row* row : group.rows) {
        auto refused = refused_.find(row);
        if (refused == refused_.end() && IsOver()) continue;  // Undone with the others.
        for (size_t record : row->records) {
          states_[record] = refused == refused_.end() ? State::kWritten : State::kRefused;
          if (refused != refused_.end()) outcomes_[record].message = refused->second;
        }
      }
    }
  }

  size_t Count(State state) const {
    return static_cast<size_t>(std::count(states_.begin(), states_.end(), state));
  }

  WriteOutcome Finished() {
    return Outcome(
        "not written: another record of the request was refused, and all or none was asked for");
  }

  // An error that stopped everything. What an insert did before must be told; the other operations
  // can simply be sent again.
  WriteOutcome Failed(const Error& error) {
    bool is_insert = request_.operation == WriteOperation::kInsert;
    bool is_begun = outcomes_.size() > 0 && Count(State::kPending) < outcomes_.size();
    if (is_insert && is_begun) return Outcome("not written: " + error.message);
    return {{}, error};
  }

  WriteOutcome Outcome(const std::string& why_pending) {
    WriteOutcome outcome;
    const RecordOutcome* first = nullptr;
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      outcomes_[i].is_written = states_[i] == State::kWritten;
      if (states_[i] == State::kPending) outcomes_[i].message = why_pending;
      if (states_[i] == State::kRefused && !first) first = &outcomes_[i];
    }
    size_t out = outcomes_.size() - Count(State::kWritten);
    if (out > 0) {
      std::string message = std::to_string(out) + " of " + std::to_string(outcomes_.size()) +
                            " records were not written to table '" + table_.name + "'";
      if (first) {
        std::string id = first->record_id.empty() ? "" : " (id '" + first->record_id + "')";
        message += "; the first" + id + ": " + first->message;
      }
      outcome.error = Error{ErrorCode::kPartialWriteFailure, std::move(message), {}};
    }
    outcome.records = std::move(outcomes_);
    return outcome;
  }

  Client& client_;
  const Table& table_;
  const WriteRequest& request_;
  Deadline deadline_;
  std::string context_;
  std::vector<const Column*> id_columns_;
  std::vector<Row> rows_;
  std::vector<RecordOutcome> outcomes_;  // By the request's records, as states_.
  std::vector<State> states_;
  std::map<const Row*, std::string> refused_;  // In the present attempt at a unit.
  bool order_matters_ = false;                 // Of rows_: two of them may be one row of the table.
  bool commit_was_sent_ = false;               // In the present attempt: it may be stored.
};

}  // namespace

WriteOutcome WriteRecords(Pool& pool, const Table& table, const WriteRequest& request,
                          Deadline deadline) {
  auto client = pool.Take(deadline);
  if (!client.ok()) return {{}, client.error()};
  return Writer(**client, table, request, deadline).Write();
}

}  // namespace sluice::tidb
