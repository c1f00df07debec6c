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

// One stream's row of kProgressTable. Errors: kAccessDenied says what to grant.
class StreamProgress {
 public:
  // Of the row beside the tables of `database`. All must outlive it.
  StreamProgress(Client& client, const std::string& database, const StreamPosition& position,
                 Deadline deadline);

  // Moves the stream from `previous` to `seq`, in the transaction that is open. False: it doesn't
  // stand at `previous`. A missing table is TiDB's error 1146. A stream that is not there stands at
  // 0.
  Result<bool> Advance(const std::string& report);
  Status SetReport(const std::string& report);
  Status CreateTable();

  struct Standing {
    int64_t seq = 0;
    std::string token, report;
  };
  Result<std::optional<Standing>> Look();
  // Where it stands once all that was begun for it is committed or undone; where it is not there,
  // it is begun, at 0. Makes the table, too. An Error leaves no transaction open.
  Result<Standing> Claim();

 private:
  Result<Standing> TryToClaim();
  Result<std::optional<Standing>> LookAt(const std::string& how);
  Result<uint64_t> Run(const std::string& sql);
  Error Explain(Error error) const;

  Client& client_;
  const StreamPosition& position_;
  Deadline deadline_;
  std::string table_, stream_;  // Quoted.
};

}  // namespace sluice::tidb
