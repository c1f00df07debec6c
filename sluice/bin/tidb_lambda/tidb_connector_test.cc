#include "sluice/bin/tidb_lambda/tidb_connector.h"

#include <gtest/gtest.h>

#include <regex>

namespace sluice::tidb_lambda {
namespace {

class NoSecrets final : public sdk::CredentialProvider {
 public:
  Result<Credentials> Get(const protocol::CredentialsReference&, Deadline) override {
    return ResourceNotFound("no such secret");
  }
  void Forget(const protocol::CredentialsReference&) override {}
};

// AuthParameter of AppFlow's API takes no other characters in a description.
TEST(TidbConnector, DescribesItselfInCharactersThatAppFlowTakes) {
  NoSecrets secrets;
  SystemClock clock;
  TidbConnector connector(secrets, {}, clock);
  auto described = connector.DescribeConnectorConfiguration({}, {});
  ASSERT_TRUE(described.ok());
  std::vector<std::string> words = {described->info.name, described->info.description};
  for (const CustomAuthConfig& form : described->info.authentication.custom) {
    words.push_back(form.authentication_type);
    for (const AuthParameter& parameter : form.parameters) {
      words.push_back(parameter.label);
      words.push_back(parameter.description);
    }
  }
  EXPECT_GT(words.size(), 10u);
  const std::regex taken(R"([\s\w/!@#+=.-]*)");
  for (const std::string& text : words) EXPECT_TRUE(std::regex_match(text, taken)) << text;
}

}  // namespace
}  // namespace sluice::tidb_lambda
