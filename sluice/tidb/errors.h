// TiDB's and libmariadb's error numbers, and what they mean for us.
// Numbers: TiDB's documentation (error-codes.md), MySQL's server and client error references.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice::tidb {

// What a server (1000 and up) or libmariadb (2000 to 2999) said went wrong.
struct SqlError {
  unsigned number = 0;
  std::string message;
};

// What a failed statement means for whoever sent it.
enum class Failure {
  kRow,        // A value of one row is at fault: the other rows may still be written.
  kTooLarge,   // Too much at once: fewer rows in a transaction may go through.
  kRetry,      // Rolled back or never begun; the whole transaction may be sent again.
  kLost,       // The connection is gone; what was under way may or may not have happened.
  kStatement,  // Sending it again changes nothing.
};
Failure Classify(const SqlError& error);
// For a Failure::kRow: a duplicate or a foreign key, so that it depends on other rows.
bool IsAboutOtherRows(unsigned number);
// Someone else has locked a row, for too long or in a circle.
bool IsAboutALock(unsigned number);
// LOAD DATA LOCAL is not allowed: by the server, by a proxy or by libmariadb.
bool IsLoadForbidden(unsigned number);

// The one place where TiDB's errors become ours. `context` is what was being done:
// "table 'sf_account'".
Error FromMysql(const SqlError& error, std::string_view context);

// The same for an error while connecting to `where` ("gateway:4000") as `user` for `database`.
Error FromMysqlConnect(const SqlError& error, std::string_view where, std::string_view user,
                       std::string_view database);

}  // namespace sluice::tidb
