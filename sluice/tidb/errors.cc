#include "sluice/tidb/errors.h"

#include <algorithm>
#include <iterator>

namespace sluice::tidb {
namespace {

// "Unknown": among others, the vector functions report bad values with it.
constexpr unsigned kUncoded = 1105;

bool IsAboutAVector(std::string_view message) {
  return message.find("vector") != message.npos || message.find("Vector") != message.npos;
}

ErrorCode CodeOf(const SqlError& error) {
  switch (error.number) {
    case 1044:  // No right on the database.
    case 1095:
    case 1130:  // This host may not connect.
    case 1142:  // No right on the table.
    case 1143:  // No right on the column.
    case 1227:  // A privilege is missing.
    case 1410:
    case 8121:
      return ErrorCode::kAccessDenied;
    case 1045:  // Wrong user or password.
    case 1698:
      return ErrorCode::kInvalidCredentials;
    case 1146:  // No such table.
      return ErrorCode::kResourceNotFound;
    case 1049:  // No such database.
    case 1054:  // No such column.
    case 1064:
    case 1348:  // The column can't be updated.
    case 1356:  // The view refers to what is gone.
    case 1471:  // The target can't be inserted into.
    case 3105:  // The column is generated.
      return ErrorCode::kInvalidArgument;
    case 1317:  // Interrupted.
    case 3024:  // Longer than max_execution_time.
      return ErrorCode::kRequestTimeout;
    case 1040:  // Too many connections.
    case 1053:  // Shutting down.
    case 1203:
    case 1226:
      return ErrorCode::kServiceUnavailable;
    case 8055:  // The snapshot is older than what garbage collection left.
    case 9006:
      return ErrorCode::kClientError;
    default:
      break;
  }
  switch (Classify(error)) {
    case Failure::kRow:
      return ErrorCode::kInvalidArgument;
    case Failure::kRetry:
    case Failure::kLost:
      return ErrorCode::kServiceUnavailable;
    default:
      return ErrorCode::kServerError;
  }
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The method whose plug-in libmariadb doesn't have: "Plugin x could not be loaded: …". Empty: the
// message is another one. It comes with the number of whatever the server said last, 1045.
std::string_view MissingMethod(std::string_view message) {
  constexpr std::string_view kBefore = "Plugin ", kBehind = " could not be loaded";
  size_t end = message.find(kBehind);
  if (!message.starts_with(kBefore) || end == std::string_view::npos) return {};
  return message.substr(kBefore.size(), end - kBefore.size());
}

// Error 2026 is all of TLS; only the message tells a foreign certificate from a server without TLS.
Error TlsError(const SqlError& error, const std::string& where) {
  if (Has(error.message, "does not support") || Has(error.message, "not support")) {
    return InvalidArgument("the server at " + where +
                           " offers no TLS; switch it on there, or set 'tls' to No");
  }
  for (std::string_view gone : {"Broken pipe", "reset by peer", "unexpected eof"}) {
    if (Has(error.message, gone)) {
      return ServiceUnavailable("the connection to " + where +
                                " was lost while TLS was being set up (" + error.message + ")");
    }
  }
  return {
      ErrorCode::kAccessDenied,
      "the TLS certificate of " + where +
          " could not be verified; set 'caCertificate' to the certificate of the authority that "
          "signed it, and use a host name that the certificate names (" +
          error.message + ")",
      {}};
}

}  // namespace

Failure Classify(const SqlError& error) {
  switch (error.number) {
    case kUncoded:
      return IsAboutAVector(error.message) ? Failure::kRow : Failure::kStatement;
    case 1048:  // Null in a NOT NULL column.
    case 1062:  // Duplicate key.
    case 1138:
    case 1216:
    case 1217:
    case 1264:  // Out of range.
    case 1265:  // Not a member of the enumeration, or truncated.
    case 1292:  // Not a time or a number.
    case 1364:  // No value and no default.
    case 1365:
    case 1366:  // Not a value of this type.
    case 1406:  // Too long.
    case 1411:
    case 1451:  // Another table's row points here.
    case 1452:  // Points to a row that is not there.
    case 1526:  // No partition for the value.
    case 1690:
    case 1748:
    case 3140:  // Not JSON.
    case 3144:
    case 3156:
    case 3157:
    case 3819:  // A check constraint.
    case 8025:  // One entry over 6 MB.
    case 8129:  // A key in JSON over 64 kB.
    case 8216:  // Explicit value for AUTO_RANDOM.
      return Failure::kRow;
    case 1153:  // Packet over max_allowed_packet.
    case 8001:  // Memory quota of the query.
    case 8004:  // Transaction too large.
    case 8175:
    case 9500:
      return Failure::kTooLarge;
    case 1205:  // Lock wait timeout.
    case 1213:  // Deadlock.
    case 8002:
    case 8005:
    case 8022:
    case 8027:
    case 8028:
    case 8229:
    case 8252:
    case 9001:
    case 9002:
    case 9003:
    case 9004:
    case 9005:
    case 9007:
    case 9008:
    case 9012:
    case 9013:
      return Failure::kRetry;
    case 1053:
    case 1152:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
    case 1927:
    case 2006:
    case 2013:
    case 2027:
    case 2055:
    case 5013:  // libmariadb could not read from the connection, or (5014) write to it.
    case 5014:
      return Failure::kLost;
    default:
      return Failure::kStatement;
  }
}

bool IsAboutOtherRows(unsigned number) {
  constexpr unsigned kNumbers[] = {1062, 1216, 1217, 1451, 1452};
  return std::find(std::begin(kNumbers), std::end(kNumbers), number) != std::end(kNumbers);
}

bool IsAboutALock(unsigned number) { return number == 1205 || number == 1213; }

bool IsLoadForbidden(unsigned number) {
  switch (number) {
    case 1148:
    case 2068:
    case 3948:
    case 3950:
    case 4166:
      return true;
    default:
      return false;
  }
}

Error FromMysql(const SqlError& error, std::string_view context) {
  std::string said = error.message + " (TiDB error " + std::to_string(error.number) + ")";
  switch (error.number) {
    case 1146:
      return ResourceNotFound(std::string(context) + " does not exist");
    case 8055:
    case 9006:
      said =
          "the snapshot that the read began with has been removed by TiDB's garbage collection; "
          "start the read again, or raise tidb_gc_life_time";
      break;
    case 2006:
    case 2013:
      said = "the connection to TiDB was lost";
      break;
    default:
      break;
  }
  return WithContext(Error{CodeOf(error), std::move(said), {}}, context);
}

Error FromMysqlConnect(const SqlError& error, std::string_view where_view, std::string_view user,
                       std::string_view database) {
  std::string where(where_view);
  std::string who = "user '" + std::string(user) + "'";
  if (std::string_view method = MissingMethod(error.message); !method.empty()) {
    return InvalidArgument(where + " wants the authentication method " + std::string(method) +
                           " for " + who +
                           ", which is not supported; use mysql_native_password or "
                           "caching_sha2_password");
  }
  switch (error.number) {
    case 1045:
    case 1698:
      return {ErrorCode::kInvalidCredentials,
              where + " refused " + who + ": wrong 'username' or 'password'",
              {}};
    case 1044:
      return {ErrorCode::kAccessDenied,
              who + " has no right on database '" + std::string(database) +
                  "': grant it, or choose another 'database'",
              {}};
    case 1049:
      return InvalidArgument("there is no database '" + std::string(database) + "' at " + where +
                             ": correct 'database', or leave it empty");
    case 2005:  // The name can't be resolved.
      return ServiceUnavailable("TiDB at " + where + " could not be reached; check 'hostname' (" +
                                error.message + ")");
    case 2002:
    case 2003:
    case 2004:
    case 2006:
    case 2013:
    case 2055:
      return ServiceUnavailable("TiDB at " + where +
                                " could not be reached; check 'hostname', 'port' and firewall (" +
                                error.message + ")");
    case 2026:
      return TlsError(error, where);
    case 2012:
    case 2058:
    case 2059:
      return InvalidArgument(where + " wants an authentication method for " + who +
                             " that is not supported; use mysql_native_password or "
                             "caching_sha2_password (" +
                             error.message + ")");
    case 2061:
      return InvalidArgument("the authentication method of " + who +
                             " needs TLS; set 'tls' to Yes (" + error.message + ")");
    default:
      return FromMysql(error, where);
  }
}

}  // namespace sluice::tidb
