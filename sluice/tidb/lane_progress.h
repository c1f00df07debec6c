// How far a stream has come whose batches are written on several connections at once.
#pragma once

#include <cstdint>
#include <string>

#include "sluice/tidb/client.h"

namespace sluice::tidb {

// Each of these lanes has a row of kProgressTable to itself, so that transactions that overlap
// don't write the same row. Batches are committed in their order, so the stream stands where the
// lane stands that came furthest.
//
// Whoever claims a stream takes it from whoever had it before: those can't move it any more, with
// whatever they had begun.
//
// Several threads may use it, each for a lane of its own.
class LaneProgress {
 public:
  static constexpr size_t kLanes = 4;

  // Of the table beside the tables of `database`. Names of at most 250 bytes of UTF-8, without
  // control characters and without a space at their end.
  LaneProgress(std::string database, const std::string& stream);

  struct Standing {
    int64_t seq = 0;  // 0: it has only begun, or begins now.
    std::string token, report;
  };
  // Where the stream stands once all that was begun for it is committed or can't be any more. Makes
  // the table, too. kAccessDenied says what to grant. An Error leaves no transaction open.
  Result<Standing> Claim(Client& client, Deadline deadline) const;

  // Moves the stream to a batch that `lane` wrote, in the transaction that is open. `token` and
  // `report` are kept as they are. False: someone else has claimed it.
  Result<bool> Advance(Client& client, size_t lane, const Standing& to, Deadline deadline) const;

 private:
  Result<Standing> TryToClaim(Client& client, Deadline deadline) const;
  Result<Standing> Look(Client& client, Deadline deadline) const;
  std::string Report(const std::string& report) const;
  std::string Row(size_t lane) const;
  std::string Rows() const;

  std::string database_, table_, stream_;
  std::string claim_;  // What the rows' reports begin with.
};

}  // namespace sluice::tidb
