#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "sluice/tidb/client.h"
#include "sluice/tidb/live_test.h"
#include "sluice/tidb/relay.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A root that signed nothing here: the P-256 certificate of a made-up authority.
constexpr char kForeignAuthority[] = R"(-----BEGIN CERTIFICATE-----
MIIBejCCASGgAwIBAgIUbGuqVptUDDEFrifasRKqgGuOSdUwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHRm9yZWlnbjAgFw0yNjExMjIxODA4MzRaGA8yMTI2MTAyOTE4
MDgzNFowEjEQMA4GA1UEAwwHRm9yZWlnbjBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABPgyxp7K5U90Dvgbs7ZvF3Qa365wg/OdradavYuyyNspc0Br9oo/HVNxppmM
bI0vHclLqH1vh2wpy5NZ0FG2v7ijUzBRMB0GA1UdDgQWBBR2MUNqeY2BHS9kTwra
Q7Nf1lgkFjAfBgNVHSMEGDAWgBR2MUNqeY2BHS9kTwraQ7Nf1lgkFjAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBZxL88ah1mfxN26Of6d7/nOR76z
BrjnSoJL9u9KE1/VAiAbqVWJD3FIziDaqYveY6WhDRcGRUDjg1xQ9p4iCrs3Pg==
-----END CERTIFICATE-----
)";

class ClientLiveTest : public LiveTest {
 protected:
  Error Refused(const ConnectOptions& options) {
    auto client = Client::Connect(options, Soon());
    EXPECT_FALSE(client.ok());
    return client.ok() ? Error{} : client.error();
  }
  void NeedsTls() {
    ASSERT_TRUE(options_.tls) << "set SLUICE_TEST_TIDB_CA: this test needs a TiDB with TLS";
  }
};

TEST_F(ClientLiveTest, TheSessionIsInUtcUtf8AndStrict) {
  EXPECT_THAT(Rows("SELECT @@time_zone, @@character_set_connection, 'é€😀'"),
              ElementsAre("+00:00|utf8mb4|é€😀"));
  Run("CREATE TABLE s (a TINYINT)");
  EXPECT_FALSE(admin_->Execute("INSERT INTO s VALUES (1000)", "s", Soon()).ok());
}

TEST_F(ClientLiveTest, AConnectionWithoutItsSettingsIsNotKept) {
  Relay relay(options_.port);
  options_.port = relay.port();
  options_.tls = false;
  auto client = Open(options_);
  relay.Alter("NO_ENGINE_SUBSTITUTION", "NO_ENGINE_SUBSTITUTE__");
  Status reconnected = client->Reconnect(Soon());
  ASSERT_FALSE(reconnected.ok());
  EXPECT_THAT(reconnected.error().message, HasSubstr("setting up the session"));
  EXPECT_TRUE(client->lost());
  auto rows = client->Select("SELECT @@time_zone", "the zone", Soon());
  ASSERT_TRUE(rows.ok()) << ToString(rows.error());
  EXPECT_EQ((*rows)[0][0], "+00:00");
}

TEST_F(ClientLiveTest, WrongPasswordIsInvalidCredentialsAndIsNotInTheMessage) {
  options_.password = Secret("wrong-canary");
  Error error = Refused(options_);
  EXPECT_EQ(error.code, ErrorCode::kInvalidCredentials);
  EXPECT_THAT(error.message, Not(HasSubstr("canary")));
}

TEST_F(ClientLiveTest, AnUnknownDatabaseIsNamed) {
  options_.database = "nowhere_" + RandomToken(8);
  Error error = Refused(options_);
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr(options_.database));
}

TEST_F(ClientLiveTest, ADatabaseWithoutRightIsAccessDenied) {
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user + " IDENTIFIED BY 'p'");
  options_.username = user;
  options_.password = Secret("p");
  EXPECT_EQ(Refused(options_).code, ErrorCode::kAccessDenied);
  Run("DROP USER " + user);
}

TEST_F(ClientLiveTest, NobodyListeningIsServiceUnavailable) {
  options_.port = 1;
  Error error = Refused(options_);
  EXPECT_EQ(error.code, ErrorCode::kServiceUnavailable);
  EXPECT_THAT(error.message, HasSubstr(options_.hostname + ":1"));
  options_.hostname = "no-such-host.invalid";
  EXPECT_EQ(Refused(options_).code, ErrorCode::kServiceUnavailable);
}

TEST_F(ClientLiveTest, AServerThatNeverAnswersIsATimeout) {
  Relay relay(options_.port);
  relay.Hang();
  options_.port = relay.port();
  auto client = Client::Connect(options_, DeadlineAfter(std::chrono::seconds(1)));
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, ErrorCode::kRequestTimeout);
}

TEST_F(ClientLiveTest, ACertificateOfAForeignAuthorityIsRefused) {
  NeedsTls();
  options_.ca_pem = kForeignAuthority;
  Error error = Refused(options_);
  EXPECT_EQ(error.code, ErrorCode::kAccessDenied);
  EXPECT_THAT(error.message, HasSubstr("caCertificate"));

  options_.ca_pem.clear();
  options_.ca_file.clear();
  options_.ca_directory = "/nonexistent";
  EXPECT_FALSE(Client::Connect(options_, Soon()).ok());
}

TEST_F(ClientLiveTest, ACertificateForAnotherHostIsRefused) {
  NeedsTls();
  Relay relay(options_.port, "127.0.0.2");
  options_.hostname = "127.0.0.2";
  options_.port = relay.port();
  EXPECT_EQ(Refused(options_).code, ErrorCode::kAccessDenied);
}

TEST_F(ClientLiveTest, AnAuthorityGivenAsTextIsEnough) {
  NeedsTls();
  std::stringstream pem;
  pem << std::ifstream(options_.ca_file).rdbuf();
  options_.ca_pem = pem.str();
  options_.ca_file.clear();
  auto client = Client::Connect(options_, Soon());
  ASSERT_TRUE(client.ok()) << ToString(client.error());
  auto cipher = (*client)->Select("SHOW STATUS LIKE 'Ssl_cipher'", "cipher", Soon());
  ASSERT_TRUE(cipher.ok());
  EXPECT_NE((*cipher)[0][1].value_or(""), "");
}

TEST_F(ClientLiveTest, CachingSha2PasswordWorksOverTlsAndSaysSoWithout) {
  NeedsTls();
  std::string user = "u_" + RandomToken(10);
  Run("CREATE USER " + user + " IDENTIFIED WITH caching_sha2_password BY 'pä ss'");
  Run("GRANT ALL ON " + database_ + ".* TO " + user);
  options_.username = user;
  options_.password = Secret("pä ss");
  auto client = Client::Connect(options_, Soon());
  EXPECT_TRUE(client.ok()) << ToString(client.error());

  options_.tls = false;
  Error error = Refused(options_);
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("set 'tls' to Yes"));
  Run("DROP USER " + user);
}

TEST_F(ClientLiveTest, AReadIsRepeatedOnALostConnection) {
  Relay relay(options_.port);
  options_.port = relay.port();
  auto client = Open(options_);
  relay.CutAll();
  auto rows = client->Select("SELECT 1", "the answer", Soon());
  ASSERT_TRUE(rows.ok()) << ToString(rows.error());
  EXPECT_EQ((*rows)[0][0], "1");
}

TEST_F(ClientLiveTest, AStatementThatTakesTooLongEndsAtItsDeadline) {
  auto begin = std::chrono::steady_clock::now();
  auto rows =
      client_->Select("SELECT SLEEP(10)", "sleep", DeadlineAfter(std::chrono::milliseconds(300)));
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code, ErrorCode::kRequestTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  EXPECT_TRUE(client_->lost());
  EXPECT_TRUE(client_->Select("SELECT 1", "again", Soon()).ok());
}

TEST_F(ClientLiveTest, AStatementThatIsTooLateToBeSentEndsTheConnectionAndItsTransaction) {
  Run("CREATE TABLE s (a INT)");
  const Deadline past = std::chrono::steady_clock::now();
  EXPECT_TRUE(client_->Execute("BEGIN", "s", Soon()).ok());
  EXPECT_TRUE(client_->Execute("INSERT INTO s VALUES (1)", "s", Soon()).ok());
  auto committed = client_->Execute("COMMIT", "s", past);
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, ErrorCode::kRequestTimeout);
  EXPECT_TRUE(client_->lost());
  ASSERT_TRUE(client_->Reconnect(Soon()).ok());
  EXPECT_TRUE(client_->Execute("INSERT INTO s VALUES (2)", "s", Soon()).ok());
  EXPECT_THAT(Rows("SELECT a FROM s"), ElementsAre("2"));
}

TEST_F(ClientLiveTest, AConnectionIsRenewedWithoutTheTransactionThatWasLeftOpen) {
  Run("CREATE TABLE s (a INT)");
  auto session = [&] {
    auto rows = client_->Select("SELECT CONNECTION_ID()", "s", Soon());
    return rows.ok() ? (*rows)[0][0].value_or("") : "";
  };
  std::string at_first = session();
  EXPECT_TRUE(client_->Renew(Soon()).ok());
  EXPECT_EQ(session(), at_first);
  for (const char* begin : {"BEGIN", "START TRANSACTION READ ONLY AS OF TIMESTAMP NOW(3)"}) {
    EXPECT_TRUE(client_->Execute(begin, "s", Soon()).ok());
    std::string before = session();
    EXPECT_TRUE(client_->Renew(Soon()).ok());
    EXPECT_NE(session(), before) << begin;
  }
  EXPECT_TRUE(client_->Execute("INSERT INTO s VALUES (1)", "s", Soon()).ok());
  EXPECT_THAT(Rows("SELECT a FROM s"), ElementsAre("1"));
}

TEST_F(ClientLiveTest, StatementsStopAtTheFirstThatFails) {
  Run("CREATE TABLE s (a INT PRIMARY KEY)");
  std::vector<std::string> statements = {"INSERT INTO s VALUES (1), (2)",
                                         "UPDATE s SET a = a WHERE a = 1",
                                         "INSERT INTO s VALUES (2)", "INSERT INTO s VALUES (3)"};
  auto executed = client_->ExecuteEach(statements, "s", Soon());
  EXPECT_THAT(executed.matched, ElementsAre(2, 1));
  ASSERT_TRUE(executed.error);
  EXPECT_EQ(client_->last_error().number, 1062u);
  EXPECT_THAT(Rows("SELECT a FROM s ORDER BY a"), ElementsAre("1", "2"));
  // And nothing else can send two statements at once.
  EXPECT_FALSE(client_->Execute("DELETE FROM s; DELETE FROM s", "s", Soon()).ok());
}

TEST_F(ClientLiveTest, AStreamMayBeLeftInTheMiddle) {
  Run("CREATE TABLE s (a INT)");
  Run("INSERT INTO s VALUES (1), (2), (3)");
  {
    auto rows = client_->Stream("SELECT a FROM s ORDER BY a", "s", Soon());
    ASSERT_TRUE(rows.ok());
    auto row = rows->Next();
    ASSERT_TRUE(row.ok() && *row);
    EXPECT_EQ((**row)[0], "1");
  }
  EXPECT_TRUE(client_->Select("SELECT 1", "again", Soon()).ok());
}

}  // namespace
}  // namespace sluice::tidb
