#include <gmock/gmock.h>

#include "sluice/store/temporary_store.h"

namespace sluice::store {
namespace {

using api::StoredAnswer;
using api::StoredConnector;
using api::StoredFlow;
using api::StoredProfile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ResourceStore = TemporaryStore;

const Time kThen(std::chrono::microseconds(1'700'000'000'123'456));
const Time kNow = kThen + std::chrono::hours(1);

StoredConnector Connector(const std::string& label) {
  return {label, "arn:" + label, "arn:function", kOddText, "{\"c\":1}", "root", kThen};
}
void ExpectSame(const StoredConnector& a, const StoredConnector& b) {
  EXPECT_EQ(a.label, b.label);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.function_arn, b.function_arn);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.configuration, b.configuration);
  EXPECT_EQ(a.registered_by, b.registered_by);
  EXPECT_EQ(a.registered_at, b.registered_at);
}

StoredProfile Profile(const std::string& name) {
  return {name,        "arn:" + name, "CustomConnector", "TiDB-Connector", "Public",
          "{\"p\":1}", "arn:secret",  "CustomAuth",      kOddText,         kThen,
          kNow};
}
void ExpectSame(const StoredProfile& a, const StoredProfile& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.connector_type, b.connector_type);
  EXPECT_EQ(a.connector_label, b.connector_label);
  EXPECT_EQ(a.connection_mode, b.connection_mode);
  EXPECT_EQ(a.properties, b.properties);
  EXPECT_EQ(a.secret_arn, b.secret_arn);
  EXPECT_EQ(a.authentication_type, b.authentication_type);
  EXPECT_EQ(a.kms_arn, b.kms_arn);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.updated_at, b.updated_at);
}

StoredFlow Flow(const std::string& name) {
  return {name, "arn:" + name, "Active",  kOddText, "{\"f\":1}", "{\"t\":1}", "arn:kms",
          7,    "creator",     "updater", kThen,    kNow};
}
void ExpectSame(const StoredFlow& a, const StoredFlow& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.document, b.document);
  EXPECT_EQ(a.fields, b.fields);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.kms_arn, b.kms_arn);
  EXPECT_EQ(a.schema_version, b.schema_version);
  EXPECT_EQ(a.created_by, b.created_by);
  EXPECT_EQ(a.updated_by, b.updated_by);
  EXPECT_EQ(a.created_at, b.created_at);
  EXPECT_EQ(a.updated_at, b.updated_at);
}

template <class Item>
std::vector<std::string> Names(const Result<std::vector<Item>>& items) {
  std::vector<std::string> names;
  EXPECT_TRUE(items.ok());
  for (const Item& item : *items) {
    if constexpr (requires { item.label; }) {
      names.push_back(item.label);
    } else {
      names.push_back(item.name);
    }
  }
  return names;
}

TEST_F(ResourceStore, KeepsAConnectorAcrossARestart) {
  ASSERT_TRUE(*store_->InsertConnector(Connector("c")));
  Open();
  auto found = *store_->FindConnector("c");
  ASSERT_TRUE(found);
  ExpectSame(*found, Connector("c"));
  EXPECT_FALSE(*store_->FindConnector("C"));
  EXPECT_FALSE(*store_->FindConnector(""));
}

TEST_F(ResourceStore, KeepsAProfileAcrossARestart) {
  ASSERT_TRUE(*store_->InsertProfile(Profile("p")));
  Open();
  auto found = *store_->FindProfile("p");
  ASSERT_TRUE(found);
  ExpectSame(*found, Profile("p"));
}

TEST_F(ResourceStore, ChangesAConnectorAndAProfile) {
  ASSERT_TRUE(*store_->InsertConnector(Connector("c")));
  ASSERT_TRUE(*store_->InsertProfile(Profile("p")));
  ASSERT_TRUE(*store_->InsertProfile(Profile("q")));
  const StoredConnector connector{"c", "arn:2", "arn:function2", "d", "{}", "other", kNow};
  const StoredProfile profile{"p",           "arn:2",  "Salesforce", "",   "Private", "{}",
                              "arn:secret2", "OAuth2", "k",          kNow, kThen};
  ASSERT_TRUE(store_->UpdateConnector(connector).ok());
  ASSERT_TRUE(store_->UpdateProfile(profile).ok());
  ExpectSame(**store_->FindConnector("c"), connector);
  ExpectSame(**store_->FindProfile("p"), profile);
  ExpectSame(**store_->FindProfile("q"), Profile("q"));
  EXPECT_EQ(store_->UpdateConnector(Connector("none")).error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(store_->UpdateProfile(Profile("none")).error().code, ErrorCode::kResourceNotFound);
}

TEST_F(ResourceStore, KeepsAFlowAcrossARestart) {
  ASSERT_TRUE(*store_->InsertFlow(Flow("f")));
  Open();
  auto found = *store_->FindFlow("f");
  ASSERT_TRUE(found);
  ExpectSame(*found, Flow("f"));
}

TEST_F(ResourceStore, ChangesNothingWhereANameIsTaken) {
  ASSERT_TRUE(*store_->InsertConnector(Connector("x")));
  ASSERT_TRUE(*store_->InsertProfile(Profile("x")));
  ASSERT_TRUE(*store_->InsertFlow(Flow("x")));
  StoredConnector connector = Connector("x");
  connector.arn = "other";
  StoredProfile profile = Profile("x");
  profile.arn = "other";
  StoredFlow flow = Flow("x");
  flow.arn = "other";
  EXPECT_FALSE(*store_->InsertConnector(connector));
  EXPECT_FALSE(*store_->InsertProfile(profile));
  EXPECT_FALSE(*store_->InsertFlow(flow));
  EXPECT_EQ((*store_->FindConnector("x"))->arn, "arn:x");
  EXPECT_EQ((*store_->FindProfile("x"))->arn, "arn:x");
  EXPECT_EQ((*store_->FindFlow("x"))->arn, "arn:x");
}

TEST_F(ResourceStore, ReplacesEveryMemberOfAnUpdatedFlowAndNothingElse) {
  ASSERT_TRUE(*store_->InsertFlow({.name = "x"}));
  ASSERT_TRUE(*store_->InsertFlow({.name = "y"}));
  ASSERT_TRUE(store_->UpdateFlow(Flow("x")).ok());
  ExpectSame(**store_->FindFlow("x"), Flow("x"));
  ExpectSame(**store_->FindFlow("y"), {.name = "y"});
}

TEST_F(ResourceStore, NamesWhatIsNotThereToBeChangedOrDeleted) {
  const std::pair<Status, std::string> missing[] = {
      {store_->DeleteConnector("x"), "there is no connector 'x'"},
      {store_->DeleteProfile("x"), "there is no connector profile 'x'"},
      {store_->UpdateFlow(Flow("x")), "there is no flow 'x'"},
      {store_->DeleteFlow("x"), "there is no flow 'x'"},
  };
  for (const auto& [status, message] : missing) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error(), ResourceNotFound(message));
  }
}

TEST_F(ResourceStore, ForgetsWhatIsDeleted) {
  ASSERT_TRUE(*store_->InsertConnector(Connector("x")));
  ASSERT_TRUE(*store_->InsertProfile(Profile("x")));
  ASSERT_TRUE(*store_->InsertFlow(Flow("x")));
  ASSERT_TRUE(store_->DeleteConnector("x").ok());
  ASSERT_TRUE(store_->DeleteProfile("x").ok());
  ASSERT_TRUE(store_->DeleteFlow("x").ok());
  EXPECT_FALSE(*store_->FindConnector("x"));
  EXPECT_FALSE(*store_->FindProfile("x"));
  EXPECT_FALSE(*store_->FindFlow("x"));
  EXPECT_TRUE(*store_->InsertFlow(Flow("x"))) << "the name is free again";
}

TEST_F(ResourceStore, ListsInPagesByName) {
  for (const char* name : {"b", "é", "a-1", "B", "a", "a1"}) {
    ASSERT_TRUE(*store_->InsertConnector(Connector(name)));
    ASSERT_TRUE(*store_->InsertProfile(Profile(name)));
    ASSERT_TRUE(*store_->InsertFlow(Flow(name)));
  }
  const auto all = ElementsAre("B", "a", "a-1", "a1", "b", "é");
  EXPECT_THAT(Names(store_->ListConnectors("", 100)), all);
  EXPECT_THAT(Names(store_->ListProfiles("", 6)), all);
  EXPECT_THAT(Names(store_->ListFlows("", 1000)), all);
  EXPECT_THAT(Names(store_->ListConnectors("", 2)), ElementsAre("B", "a"));
  EXPECT_THAT(Names(store_->ListProfiles("a", 2)), ElementsAre("a-1", "a1"));
  EXPECT_THAT(Names(store_->ListFlows("a1", 2)), ElementsAre("b", "é"));
  EXPECT_THAT(Names(store_->ListFlows("é", 2)), IsEmpty());
  EXPECT_THAT(Names(store_->ListFlows("a0", 1)), ElementsAre("a1")) << "after a deleted one";
}

TEST_F(ResourceStore, RemembersAnAnswerForEightHours) {
  ASSERT_TRUE(store_->SaveAnswer("CreateFlow", "token", {"sha", kOddText}, kNow).ok());
  auto found = *store_->FindAnswer("CreateFlow", "token", kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->request_sha256, "sha");
  EXPECT_EQ(found->response, kOddText);
  EXPECT_FALSE(*store_->FindAnswer("CreateFlow", "other", kNow));
  EXPECT_FALSE(*store_->FindAnswer("StartFlow", "token", kNow));
  EXPECT_FALSE(*store_->FindAnswer("CreateFlow", "token", kNow + std::chrono::microseconds(1)));

  // Each new answer takes away those that are too old.
  ASSERT_TRUE(store_->SaveAnswer("X", "1", {}, kNow + std::chrono::hours(8)).ok());
  EXPECT_TRUE(*store_->FindAnswer("CreateFlow", "token", kThen));
  ASSERT_TRUE(
      store_->SaveAnswer("X", "2", {}, kNow + std::chrono::hours(8) + std::chrono::seconds(1))
          .ok());
  EXPECT_FALSE(*store_->FindAnswer("CreateFlow", "token", kThen));
}

TEST_F(ResourceStore, ReplacesAnAnswer) {
  ASSERT_TRUE(store_->SaveAnswer("X", "1", {"a", "first"}, kThen).ok());
  ASSERT_TRUE(store_->SaveAnswer("X", "1", {"b", "second"}, kNow).ok());
  EXPECT_EQ((*store_->FindAnswer("X", "1", kNow))->response, "second");
}

}  // namespace
}  // namespace sluice::store
