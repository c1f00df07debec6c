// Writes rows on one connection, without beginning or ending a transaction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sluice/tidb/batch.h"
#include "sluice/tidb/pool.h"

namespace sluice::tidb {

// What is common to all rows of a request.
struct WriteTask {
  const Table& table;
  WriteOperation operation;
  const std::vector<const Column*>& id_columns;
  bool all_or_none;
  const Outcomes& outcomes;  // For the records' ids.
  Deadline deadline;
};

// One thread. A refused row is no error: it is among refusals(), and the others go on.
class RowWriter {
 public:
  RowWriter(Client& client, const WriteTask& task);

  const Refusals& refusals() const { return refusals_; }
  // Some were refused for what other rows are, or for not being there.
  bool refused_for_others() const { return refused_for_others_; }
  void Forget() {
    refusals_.clear();
    refused_for_others_ = false;
  }
  // Nothing more is to be written: one was refused, and all or none was asked for.
  bool IsOver() const { return task_.all_or_none && !refusals_.empty(); }

  void Refuse(const Row& row, std::string message) { refusals_[row.record] = std::move(message); }
  void Refuse(const Row& row, const SqlError& error);

  static bool IsOneStatement(Plan plan);
  // Tries it as one statement.
  Status WriteAtOnce(const Unit& unit);
  // Divides statements that are refused until the bad rows are found. `known_bad`: as one statement
  // it was refused. `shrinks`: a statement that is too large for TiDB is divided, too; else that is
  // an error.
  Status Write(const Unit& unit, bool known_bad, bool shrinks);

  enum class Loaded {
    kAll,
    kNone,  // Refused as a whole, or the data can't be said in it.
    kSome,  // Not what the rows say: it must be undone, or written over.
  };
  // Whether LOAD DATA is possible and likely to be faster.
  bool ShouldLoad(const Unit& unit, Pool& pool) const;
  Result<Loaded> Load(const Unit& unit, Pool& pool);
  // Whether most rows seem to be in the table already, by some of them.
  Result<bool> AreMostlyThere(Rows rows);

 private:
  std::string Statement(Plan plan, Rows rows) const;
  Status WriteRows(Plan plan, Rows rows, bool known_bad, bool shrinks);
  Result<size_t> CountRows(const std::string& select);
  template <class ToStatement, class OnWritten>
  Status WriteEach(Rows rows, ToStatement to_statement, OnWritten on_written);
  template <class OnWritten>
  Status ExecuteAll(Rows rows, std::span<const std::string> statements, OnWritten on_written);

  Client& client_;
  const WriteTask& task_;
  std::string context_;
  Refusals refusals_;
  bool refused_for_others_ = false;
};

}  // namespace sluice::tidb
