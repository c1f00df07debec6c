// What the tests of writing to a real TiDB share.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "sluice/tidb/live_test.h"
#include "sluice/tidb/relay.h"
#include "sluice/tidb/writer.h"

namespace sluice::tidb {

inline auto Written() { return testing::Field(&RecordOutcome::is_written, true); }
inline auto Refused(const std::string& part) {
  return testing::AllOf(testing::Field(&RecordOutcome::is_written, false),
                        testing::Field(&RecordOutcome::message, testing::HasSubstr(part)));
}

// Writes to the table `s`.
class WriterLiveTest : public LiveTest {
 protected:
  WriteOutcome Write(WriteOperation operation, std::vector<std::string> records,
                     std::vector<std::string> ids = {}, bool all_or_none = false) {
    return WriteRecords(*pool_, DescribeAll("s"),
                        {operation, std::move(ids), std::move(records), all_or_none, {}}, Soon());
  }
  // With what decides about LOAD DATA.
  Table DescribeAll(const std::string& name) {
    Table table = Describe(name);
    EXPECT_TRUE(LookForConstraints(*client_, table, Soon()).ok());
    return table;
  }
  void ExpectAllWritten(const WriteOutcome& outcome) {
    EXPECT_FALSE(outcome.error) << ToString(*outcome.error);
    EXPECT_THAT(outcome.records, testing::Each(Written()));
  }
  // TiDB through a relay, without TLS, so that its statements can be seen.
  std::unique_ptr<Relay> ThroughRelay() {
    auto relay = std::make_unique<Relay>(options_.port);
    ConnectOptions options = options_;
    options.port = relay->port();
    options.tls = false;
    client_ = Open(options);
    pool_.emplace(options);
    return relay;
  }
  std::string Count() { return Rows("SELECT COUNT(*) FROM s")[0]; }

  static std::string Account(const std::string& id, const std::string& members = "") {
    return "{\"id\":\"" + id + "\"" + (members.empty() ? "" : ",") + members + "}";
  }
  void MakeAccounts() {
    Run("CREATE TABLE s (id varchar(255) NOT NULL, name varchar(150) NOT NULL DEFAULT '', "
        "type varchar(150) NOT NULL DEFAULT '', rating varchar(255) NOT NULL DEFAULT '', "
        "PRIMARY KEY (id))");
  }
};

}  // namespace sluice::tidb
