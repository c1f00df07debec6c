#include "sluice/tidb/connection_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/encoding.h"

namespace sluice::tidb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kPem[] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

// What PingCAP's Java connector keeps in a profile.
Credentials Profile(std::map<std::string, std::string> changes = {}) {
  std::map<std::string, std::string> values = {
      {"driver", "mysql"}, {"hostname", "gateway"},   {"port", "4001"}, {"username", "u"},
      {"password", "pw"},  {"database", "warehouse"}, {"tls", "Yes"}};
  for (auto& [key, value] : changes) values[key] = value;
  Credentials credentials;
  for (auto& [key, value] : values) credentials.values[key] = Secret(value);
  return credentials;
}

Result<ConnectOptions> Options(std::map<std::string, std::string> changes = {}) {
  return ToConnectOptions(Profile(std::move(changes)), {"/certs", "/plugins"});
}

TEST(ConnectionSettings, AProfileOfTheJavaConnectorWorks) {
  auto options = Options();
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->hostname, "gateway");
  EXPECT_EQ(options->port, 4001);
  EXPECT_EQ(options->username, "u");
  EXPECT_EQ(options->password.Reveal(), "pw");
  EXPECT_EQ(options->database, "warehouse");
  EXPECT_TRUE(options->tls);
  EXPECT_EQ(options->ca_pem, "");
  EXPECT_EQ(options->ca_directory, "/certs");
  EXPECT_EQ(options->plugin_directory, "/plugins");
}

TEST(ConnectionSettings, WhatIsLeftOutIsTakenSafely) {
  auto options =
      Options({{"driver", ""}, {"port", ""}, {"password", ""}, {"tls", ""}, {"database", ""}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->database, "");
  EXPECT_EQ(options->port, 4000);
  EXPECT_TRUE(options->tls);
  EXPECT_FALSE(Options({{"tls", "no"}})->tls);
}

TEST(ConnectionSettings, ACertificateMayBePemOrBase64OfIt) {
  EXPECT_EQ(Options({{"caCertificate", kPem}})->ca_pem, kPem);
  EXPECT_EQ(Options({{"caCertificate", Base64Encode(kPem)}})->ca_pem, kPem);
  for (std::string bad : {"nonsense", "bm9uc2Vuc2U=", "/etc/passwd"}) {
    EXPECT_FALSE(Options({{"caCertificate", bad}}).ok()) << bad;
  }
}

TEST(ConnectionSettings, AnErrorNamesTheKeyAndNeverTheValue) {
  const std::pair<const char*, const char*> bad[] = {{"hostname", ""},
                                                     {"username", ""},
                                                     {"hostname", "host=canary"},
                                                     {"hostname", "canary/x"},
                                                     {"hostname", "canary:4000"},
                                                     {"port", "canary"},
                                                     {"port", "0"},
                                                     {"port", "65536"},
                                                     {"port", "40 00"},
                                                     {"tls", "canary"},
                                                     {"driver", "canary"},
                                                     {"caCertificate", "canary"}};
  for (auto [key, value] : bad) {
    auto options = Options({{key, value}});
    ASSERT_FALSE(options.ok()) << key << "=" << value;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(options.error().message, HasSubstr(key));
    EXPECT_THAT(options.error().message, Not(HasSubstr("canary")));
  }
}

TEST(ConnectionSettings, AValueIsNeverCutAtAZeroByte) {
  for (auto key : {"hostname", "username", "password", "database"}) {
    auto options = Options({{key, std::string("x\0y", 3)}});
    ASSERT_FALSE(options.ok()) << key;
    EXPECT_THAT(options.error().message, HasSubstr(key));
  }
}

TEST(ConnectionSettings, AHostIsANameOrAnAddress) {
  for (auto host : {"gateway01.us-east-1.prod.aws.tidbcloud.com", "127.0.0.1", "::1", "my_db-1"}) {
    EXPECT_TRUE(Options({{"hostname", host}}).ok()) << host;
  }
}

TEST(ConnectionSettings, TheFormIsTheTutorials) {
  CustomAuthConfig form = AuthenticationForm();
  EXPECT_EQ(form.authentication_type, "JDBC");
  std::vector<std::string> keys, labels;
  for (const AuthParameter& parameter : form.parameters) {
    keys.push_back(parameter.key);
    labels.push_back(parameter.label);
    EXPECT_EQ(parameter.is_sensitive, parameter.key == "password");
  }
  EXPECT_THAT(keys, ElementsAre("driver", "hostname", "port", "username", "password", "database",
                                "tls", "caCertificate"));
  EXPECT_THAT(labels, ElementsAre("Driver", "Hostname", "Port", "Username", "Password",
                                  "Database Name", "TLS", "CA Certificate"));
  EXPECT_THAT(form.parameters[6].supplied_values, ElementsAre("Yes", "No"));
  EXPECT_THAT(form.parameters[6].description, HasSubstr("No is insecure"));
}

}  // namespace
}  // namespace sluice::tidb
