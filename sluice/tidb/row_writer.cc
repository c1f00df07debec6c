#include "sluice/tidb/row_writer.h"

#include <algorithm>

#include "sluice/tidb/refusal.h"
#include "sluice/tidb/statements.h"

namespace sluice::tidb {
namespace {

// Up to so many rows of a refused statement are tried one by one, in one round trip.
constexpr size_t kRowsTriedSingly = 16;
constexpr size_t kParts = 8;  // That a larger one is divided into.
constexpr size_t kStatementsPerTrip = 1000;
constexpr size_t kBytesPerTrip = 4'000'000;

}  // namespace

RowWriter::RowWriter(Client& client, const WriteTask& task)
    : client_(client), task_(task), context_("table '" + task.table.name + "'") {}

void RowWriter::Refuse(const Row& row, const SqlError& error) {
  if (IsAboutOtherRows(error.number)) refused_for_others_ = true;
  Refuse(row, Refusal(task_.table, task_.operation, error, task_.outcomes.id(row.record)));
}

bool RowWriter::IsOneStatement(Plan plan) {
  return plan == Plan::kInsert || plan == Plan::kUpsertAtOnce || plan == Plan::kDelete;
}

std::string RowWriter::Statement(Plan plan, Rows rows) const {
  switch (plan) {
    case Plan::kUpsertAtOnce:
      return UpsertStatement(task_.table, task_.id_columns, rows);
    case Plan::kDelete:
      return DeleteStatement(task_.table, task_.id_columns, rows);
    default:
      return InsertStatement(task_.table, rows);
  }
}

Status RowWriter::WriteAtOnce(const Unit& unit) {
  SLUICE_RETURN_IF_ERROR(
      client_.Execute(Statement(unit.plan, unit.rows), context_, task_.deadline));
  return Done{};
}

Status RowWriter::Write(const Unit& unit, bool known_bad, bool shrinks) {
  if (IsOneStatement(unit.plan)) return WriteRows(unit.plan, unit.rows, known_bad, shrinks);
  if (unit.plan == Plan::kUpdateAtOnce) {
    SLUICE_ASSIGN(size_t there, CountRows(LockStatement(task_.table, task_.id_columns, unit.rows)));
    // Locked as they are, they can't turn into insertions.
    if (there == unit.rows.size()) return WriteRows(Plan::kUpsertAtOnce, unit.rows, false, shrinks);
  }
  std::vector<const Row*> absent;
  SLUICE_RETURN_IF_ERROR(WriteEach(
      unit.rows,
      [&](const Row& row) { return UpdateStatement(task_.table, task_.id_columns, row); },
      [&](const Row* row, uint64_t matched) {
        if (matched == 0) absent.push_back(row);
      }));
  if (unit.plan == Plan::kUpsertInSteps) return WriteRows(Plan::kInsert, absent, false, shrinks);
  for (const Row* row : absent) {
    refused_for_others_ = true;
    Refuse(*row, "no row with id '" + task_.outcomes.id(row->record) + "' is there to be updated");
  }
  return Done{};
}

Result<size_t> RowWriter::CountRows(const std::string& select) {
  SLUICE_ASSIGN(RowStream stream, client_.Stream(select, context_, task_.deadline));
  for (size_t rows = 0;; ++rows) {
    SLUICE_ASSIGN(const std::vector<Text>* row, stream.Next());
    if (!row) return rows;
  }
}

Status RowWriter::WriteRows(Plan plan, Rows rows, bool known_bad, bool shrinks) {
  if (rows.empty()) return Done{};
  bool is_too_much = rows.size() > kRowsPerStatement;
  if (!known_bad && !is_too_much) {
    auto written = client_.Execute(Statement(plan, rows), context_, task_.deadline);
    if (written.ok()) return Done{};
    Failure failure = Classify(client_.last_error());
    bool divides = failure == Failure::kTooLarge && shrinks && rows.size() > 1;
    if (failure != Failure::kRow && !divides) return written.error();
  }
  if (rows.size() <= kRowsTriedSingly) {
    return WriteEach(
        rows,
        [&](const Row& row) {
          const Row* one = &row;
          return Statement(plan, {&one, 1});
        },
        [](const Row*, uint64_t) {});
  }
  size_t part = is_too_much ? kRowsPerStatement : (rows.size() + kParts - 1) / kParts;
  for (size_t from = 0; from < rows.size() && !IsOver(); from += part) {
    Rows some = rows.subspan(from, std::min(part, rows.size() - from));
    SLUICE_RETURN_IF_ERROR(WriteRows(plan, some, false, shrinks));
  }
  return Done{};
}

// A statement for each row, many in a round trip; a refused one stops none but itself.
template <class ToStatement, class OnWritten>
Status RowWriter::WriteEach(Rows rows, ToStatement to_statement, OnWritten on_written) {
  size_t done = 0;
  while (done < rows.size() && !IsOver()) {
    std::vector<std::string> statements;
    size_t bytes = 0;
    for (const Row* row : rows.subspan(done)) {
      statements.push_back(to_statement(*row));
      bytes += statements.back().size();
      if (statements.size() >= kStatementsPerTrip || bytes > kBytesPerTrip) break;
    }
    SLUICE_RETURN_IF_ERROR(
        ExecuteAll(rows.subspan(done, statements.size()), statements, on_written));
    done += statements.size();
  }
  return Done{};
}

template <class OnWritten>
Status RowWriter::ExecuteAll(Rows rows, std::span<const std::string> statements,
                             OnWritten on_written) {
  for (size_t from = 0; from < rows.size() && !IsOver();) {
    auto executed = client_.ExecuteEach(statements.subspan(from), context_, task_.deadline);
    for (uint64_t matched : executed.matched) on_written(rows[from++], matched);
    if (!executed.error) break;
    bool is_row = Classify(client_.last_error()) == Failure::kRow && !client_.lost();
    if (!is_row || from >= rows.size()) return *executed.error;
    Refuse(*rows[from++], client_.last_error());
  }
  return Done{};
}

bool RowWriter::ShouldLoad(const Unit& unit, Pool& pool) const {
  if (!unit.may_load || !pool.may_load()) return false;
  return unit.plan != Plan::kUpsertAtOnce || pool.MayReplace(task_.table.Quoted());
}

Result<RowWriter::Loaded> RowWriter::Load(const Unit& unit, Pool& pool) {
  auto lines = LoadLines(unit.rows);
  if (!lines) return Loaded::kNone;
  std::vector<const Column*> columns;
  for (const Cell& cell : unit.rows.front()->cells) columns.push_back(cell.column);
  bool replaces = unit.plan == Plan::kUpsertAtOnce;
  auto loaded =
      client_.Load(LoadStatement(task_.table, columns, replaces), *lines, context_, task_.deadline);
  if (!loaded.ok()) {
    const SqlError& error = client_.last_error();
    if (IsLoadForbidden(error.number)) {
      pool.StopLoading();
      return Loaded::kNone;
    }
    Failure failure = Classify(error);
    bool is_of_load = failure == Failure::kRow || failure == Failure::kStatement;
    if (!is_of_load || client_.lost()) return loaded.error();
    return Loaded::kNone;
  }
  if (loaded->deleted > loaded->rows / 2) pool.AvoidReplacing(task_.table.Quoted());
  bool is_all = loaded->warnings == 0 && loaded->rows == unit.rows.size();
  return is_all ? Loaded::kAll : Loaded::kSome;
}

Result<bool> RowWriter::AreMostlyThere(Rows rows) {
  constexpr size_t kMost = 15;
  std::vector<const Row*> some;
  size_t step = rows.size() / kMost + 1;
  for (size_t i = step / 2; i < rows.size(); i += step) some.push_back(rows[i]);
  SLUICE_ASSIGN(size_t there, CountRows(FindStatement(task_.table, task_.id_columns, some)));
  return there > some.size() / 2;
}

}  // namespace sluice::tidb
