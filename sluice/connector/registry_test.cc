#include "sluice/connector/registry.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Result<std::unique_ptr<Connector>> Unreachable(const Account&) {
  return ServiceUnavailable("nobody answers");
}

TEST(Registry, OpensByTypeAndNamesWhatItHasOtherwise) {
  Registry registry;
  registry.Add({.type = "Salesforce"}, Unreachable);
  registry.Add({.type = "CustomConnector"}, Unreachable);
  EXPECT_EQ(registry.Open("Salesforce", {}).error().message, "nobody answers");
  auto missing = registry.Open("Zendesk", {});
  EXPECT_EQ(missing.error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(missing.error().message,
            "there is no connector of type 'Zendesk'; this version has: CustomConnector, "
            "Salesforce");
}

TEST(RegistryDeathTest, ATypeIsAddedOnce) {
  Registry registry;
  registry.Add({.type = "Salesforce"}, Unreachable);
  EXPECT_DEATH(registry.Add({.type = "Salesforce"}, Unreachable), "broken invariant");
}

}  // namespace
}  // namespace sluice
