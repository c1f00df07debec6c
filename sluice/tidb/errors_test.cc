#include "sluice/tidb/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tidb {
namespace {

using testing::HasSubstr;

ErrorCode CodeOf(unsigned number) { return FromMysql({number, "said"}, "table 't'").code; }

TEST(Errors, AStatementsErrorTellsWhatToDo) {
  EXPECT_EQ(CodeOf(1146), ErrorCode::kResourceNotFound);
  EXPECT_EQ(CodeOf(1142), ErrorCode::kAccessDenied);
  EXPECT_EQ(CodeOf(1054), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(9003), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(CodeOf(2013), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(CodeOf(3024), ErrorCode::kRequestTimeout);
  EXPECT_EQ(CodeOf(1105), ErrorCode::kServerError);
  EXPECT_EQ(CodeOf(8223), ErrorCode::kServerError);
}

TEST(Errors, ARemovedSnapshotIsFinalAndNamesTheSetting) {
  for (unsigned number : {8055u, 9006u}) {
    Error error = FromMysql({number, "GC life time is shorter"}, "table 't'");
    EXPECT_EQ(error.code, ErrorCode::kClientError);
    EXPECT_THAT(error.message, HasSubstr("tidb_gc_life_time"));
  }
}

TEST(Errors, OnlyRolledBackTransactionsAreRepeated) {
  for (unsigned number : {8002u, 8022u, 8028u, 9007u, 1213u, 1205u}) {
    EXPECT_EQ(Classify({number, ""}), Failure::kRetry) << number;
  }
  for (unsigned number : {8001u, 8004u, 9500u})
    EXPECT_EQ(Classify({number, ""}), Failure::kTooLarge);
  EXPECT_EQ(Classify({1105, "vector has 2 dimensions, does not fit VECTOR(3)"}), Failure::kRow);
  EXPECT_EQ(Classify({1105, "can not get 'tikv_gc_safe_point'"}), Failure::kStatement);
  for (unsigned number : {2006u, 2013u}) EXPECT_EQ(Classify({number, ""}), Failure::kLost);
  for (unsigned number : {1062u, 1406u, 1264u, 8025u})
    EXPECT_EQ(Classify({number, ""}), Failure::kRow);
  for (unsigned number : {0u, 1064u, 1146u, 8055u}) {
    EXPECT_EQ(Classify({number, ""}), Failure::kStatement) << number;
  }
}

TEST(Errors, ALogInThatFailsIsToldApart) {
  auto code = [](unsigned number, const char* message) {
    return FromMysqlConnect({number, message}, "h:4000", "u", "d").code;
  };
  EXPECT_EQ(code(1045, "Access denied"), ErrorCode::kInvalidCredentials);
  EXPECT_EQ(code(1044, "Access denied"), ErrorCode::kAccessDenied);
  EXPECT_EQ(code(1049, "Unknown database"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(2005, "Unknown host"), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(code(2026, "certificate verify failed"), ErrorCode::kAccessDenied);
  EXPECT_EQ(code(2026, "TLS/SSL error: Broken pipe (32)"), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(code(2026, "SSL is required, but the server does not support it"),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(2059, "plug-in"), ErrorCode::kInvalidArgument);
}

// The service puts an error beside the fields whose keys it names in quotes.
TEST(Errors, ALogInThatFailsNamesTheFieldsThatAreToBlame) {
  auto message = [](unsigned number, const char* text) {
    return FromMysqlConnect({number, text}, "h:4000", "u", "d").message;
  };
  using testing::AllOf;
  using testing::Not;
  EXPECT_THAT(message(1045, "Access denied"),
              AllOf(HasSubstr("'username'"), HasSubstr("'password'")));
  EXPECT_THAT(message(1044, "Access denied"), HasSubstr("'database'"));
  EXPECT_THAT(message(1049, "Unknown database"), HasSubstr("'database'"));
  EXPECT_THAT(message(2005, "Unknown host"),
              AllOf(HasSubstr("'hostname'"), Not(HasSubstr("'port'"))));
  EXPECT_THAT(message(2002, "refused"), AllOf(HasSubstr("'hostname'"), HasSubstr("'port'")));
  EXPECT_THAT(message(2026, "certificate verify failed"), HasSubstr("'caCertificate'"));
  EXPECT_THAT(message(2026, "SSL is required, but the server does not support it"),
              HasSubstr("'tls'"));
}

TEST(Errors, AMissingAuthenticationMethodIsNamedWhateverItsNumber) {
  for (unsigned number : {1045u, 2059u}) {
    Error error = FromMysqlConnect(
        {number, "Plugin tidb_sm3_password could not be loaded: /x/tidb_sm3_password.so: no file"},
        "gateway:4000", "u", "d");
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_NE(error.message.find("method tidb_sm3_password for user 'u'"), std::string::npos);
    EXPECT_EQ(error.message.find("/x/"), std::string::npos);
  }
}

TEST(Errors, ALoadThatIsForbiddenIsToldFromABadRow) {
  for (unsigned number : {1148u, 2068u, 3948u, 4166u}) EXPECT_TRUE(IsLoadForbidden(number));
  for (unsigned number : {0u, 1062u, 1265u, 2013u, 9007u}) EXPECT_FALSE(IsLoadForbidden(number));
}

}  // namespace
}  // namespace sluice::tidb
