// How far a stream of batches has come, kept in TiDB beside the rows that it brought.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sluice/tidb/client.h"

namespace sluice::tidb {

// The table that holds it, in the database of the rows:
//   stream VARCHAR(255) PRIMARY KEY, seq BIGINT, token LONGTEXT, report LONGTEXT, changed_at
// When a run has ended, nobody asks for its streams again; but only the sender knows that it has,
// and for sure only later. So TiDB itself removes (TTL) what was not moved for 30 days.
inline constexpr char kProgressTable[] = "_sluice_progress";

// A batch's place in its stream. It is written in the transaction of the batch's rows, so that a
// batch counts once, however often it is sent.
struct StreamPosition {
  std::string stream;  // Names the stream: an execution and its partition. At most 255 characters.
  int64_t seq = 0;     // This batch's. Rising from batch to batch.
  int64_t previous = 0;  // That of the batch before; 0 for the first.
  std::string token;     // Where the sender goes on after this batch. Kept as it is.
};

std::string ProgressTable(const std::string& database);  // Quoted.

// Makes the table in `database`, where it is not there.
Status CreateProgressTable(Client& client, const std::string& database, Deadline deadline);
// An error at the table, with what to grant where that is what it takes.
Error ExplainProgress(Error error, const Client& client, const std::string& database);

// One stream's row of kProgressTable. Errors: kAccessDenied says what to grant.
class StreamProgress {
 public:
  // Of the row beside the tables of `database`. All must outlive it.
  StreamProgress(Client& client, const std::string& database, const StreamPosition& position,
                 Deadline deadline);

  // Moves the stream from `previous` to `seq`, in the transaction that is open. False: it doesn't
  // stand at `previous`. A missing table is TiDB's error 1146.
  Result<bool> Advance(const std::string& report);
  Status SetReport(const std::string& report);
  Status CreateTable();

  struct Standing {
    int64_t seq = 0;
    std::string report;
  };
  Result<std::optional<Standing>> Look();

 private:
  Result<uint64_t> Run(const std::string& sql);

  Client& client_;
  const StreamPosition& position_;
  Deadline deadline_;
  const std::string& database_;
  std::string table_, stream_;  // Quoted.
};

}  // namespace sluice::tidb
