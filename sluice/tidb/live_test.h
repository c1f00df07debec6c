// What the tests against a real TiDB share. SLUICE_TEST_TIDB=mysql://user:password@host:port/ names
// it, SLUICE_TEST_TIDB_CA the authority of its certificate.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/uuid.h"
#include "sluice/tidb/pool.h"
#include "sluice/tidb/schema.h"

namespace sluice::tidb {

inline Deadline Soon() { return DeadlineAfter(std::chrono::seconds(20)); }

inline ConnectOptions ServerOptions() {
  const char* url = std::getenv("SLUICE_TEST_TIDB");
  const char* ca = std::getenv("SLUICE_TEST_TIDB_CA");
  if (!url) {
    std::fprintf(stderr, "SLUICE_TEST_TIDB=mysql://user:password@host:port/ must be set\n");
    std::exit(2);
  }
  std::string_view rest = url;
  auto take_until = [&rest](char end) {
    std::string part(rest.substr(0, rest.find(end)));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
  };
  SLUICE_CHECK(rest.starts_with("mysql://"));
  rest.remove_prefix(8);
  ConnectOptions options;
  options.username = take_until(':');
  options.password = Secret(take_until('@'));
  options.hostname = take_until(':');
  options.port = static_cast<uint16_t>(std::stoi(take_until('/')));
  options.tls = ca != nullptr;
  if (ca) options.ca_file = ca;
  return options;
}

// Each test has a database of its own.
class LiveTest : public testing::Test {
 protected:
  LiveTest() {
    options_ = ServerOptions();
    admin_ = Open(options_);
    Run("CREATE DATABASE " + database_);
    Run("USE " + database_);
    options_.database = database_;
    client_ = Open(options_);
    pool_.emplace(options_);
  }
  ~LiveTest() override { Run("DROP DATABASE " + database_); }

  static std::unique_ptr<Client> Open(const ConnectOptions& options) {
    auto client = Client::Connect(options, Soon());
    if (!client.ok()) ADD_FAILURE() << ToString(client.error());
    SLUICE_CHECK(client.ok());
    return *std::move(client);
  }

  void Run(const std::string& sql) {
    auto done = admin_->Execute(sql, "the test", Soon());
    EXPECT_TRUE(done.ok()) << sql.substr(0, 200) << ": " << ToString(done.error());
  }

  // Rows as "a|b|NULL", in the order of the query.
  std::vector<std::string> Rows(const std::string& sql) {
    auto rows = admin_->Select(sql, "the test", Soon());
    EXPECT_TRUE(rows.ok()) << sql << ": " << ToString(rows.error());
    std::vector<std::string> lines;
    if (!rows.ok()) return lines;
    for (const TextRow& row : *rows) {
      std::string line;
      for (const auto& cell : row) line += (line.empty() ? "" : "|") + cell.value_or("NULL");
      lines.push_back(line);
    }
    return lines;
  }

  Table Describe(const std::string& name) {
    auto table = DescribeTable(*client_, database_, name, Soon());
    EXPECT_TRUE(table.ok()) << ToString(table.error());
    if (!table.ok()) return {};
    EXPECT_TRUE(LookForConstraints(*client_, *table, Soon()).ok());
    return *table;
  }

  std::string database_ = "test_" + RandomToken(12);
  ConnectOptions options_;
  std::unique_ptr<Client> admin_, client_;
  std::optional<Pool> pool_;  // As client_.
};

}  // namespace sluice::tidb
