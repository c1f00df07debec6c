// Writes units of rows on one connection: transactions, their repetition, and what becomes of rows.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sluice/tidb/row_writer.h"

namespace sluice::tidb {

// One thread.
class UnitWriter {
 public:
  UnitWriter(Pool& pool, Client& client, const WriteTask& task, Outcomes& outcomes);

  // Rows of units written on their own go on without those that are refused. An Error: what is not
  // put down in the outcomes is not known to be written.
  Status Write(const Unit& unit);
  // All units in one transaction, and the stream's position with them.
  Status WriteTogether(std::span<const Unit> units, const std::optional<StreamPosition>& position);

  // The same in steps, which are tried once: all units, in a transaction that stays open. After an
  // error there is none, and Classify(client.last_error()) tells what may help. `may_conflict`: it
  // may fail at its end for what others have written meanwhile, instead of making them wait.
  Status WriteOpen(std::span<const Unit> units, bool may_conflict);
  // After an error there is no transaction either; but where the connection broke, it may be
  // stored.
  Status Commit();
  // Of what was written last.
  const RowWriter& rows() const { return rows_; }

 private:
  Status Repeat(std::span<const Unit> units);
  Status Try(std::span<const Unit> units);
  Result<bool> TryToLoad(const Unit& unit);
  Status TryInTransaction(std::span<const Unit> units, bool known_bad);
  Status WriteWithin(std::span<const Unit> units, bool known_bad);
  Status LoadOrWrite(const Unit& unit, bool known_bad);
  Result<bool> LoadsAll(std::span<const Unit> units);

  Status TryWithPosition(std::span<const Unit> units);
  Result<bool> BeginAt(StreamProgress& progress);
  Status Answer(StreamProgress& progress);

  Status WriteHalves(const Unit& unit, const Error& error);
  Status MarkUnknown(std::span<const Unit> units);
  void Settle(std::span<const Unit> units);
  std::optional<Error> PacketError();
  void Pause(int attempt) const;

  Pool& pool_;
  Client& client_;
  const WriteTask& task_;
  Outcomes& outcomes_;
  std::string context_;
  RowWriter rows_;
  const StreamPosition* position_ = nullptr;
  bool is_together_ = false;
  bool loads_ = true;             // Until it did not do.
  bool is_spoiled_ = false;       // The present attempt: by what LOAD DATA made of the rows.
  bool commit_was_sent_ = false;  // In the present attempt: it may be stored.
  bool is_answered_ = false;      // From an earlier attempt's report.
};

}  // namespace sluice::tidb
