#include "sluice/secrets/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/secrets/fake_secret_store.h"

namespace sluice::secrets {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class SecretsTest : public testing::Test {
 protected:
  std::string Create(const std::string& name, const std::string& value) {
    auto arn = secrets_.Create("eu-west-1", name, Secret(value));
    EXPECT_TRUE(arn.ok()) << ToString(arn.error());
    return arn.ok() ? *arn : "";
  }
  std::string Value(const std::string& name_or_arn) {
    auto opened = secrets_.Get(name_or_arn);
    return opened.ok() ? opened->value.Reveal() : ToString(opened.error());
  }

  FakeClock clock_{Time(std::chrono::hours(1000))};
  FakeSecretStore store_;
  Secrets secrets_{store_, Secret(std::string(32, 'k')), clock_, "123456789012"};
};

TEST_F(SecretsTest, AreFoundByNameAndByArnAndByArnWithoutItsSuffix) {
  std::string arn = Create("appflow!123456789012-TiDB-Connector-x", "value");
  EXPECT_THAT(arn, MatchesRegex("arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
                                "appflow!123456789012-TiDB-Connector-x-[A-Za-z0-9]{6}"));
  EXPECT_EQ(Value("appflow!123456789012-TiDB-Connector-x"), "value");
  EXPECT_EQ(Value(arn), "value");
  EXPECT_EQ(Value(arn.substr(0, arn.size() - 7)), "value");
}

TEST_F(SecretsTest, AreNotFoundByAnythingElse) {
  std::string arn = Create("name", "value");
  std::string other = arn;
  other.back() = other.back() == 'a' ? 'b' : 'a';
  for (const std::string& id :
       {other, arn.substr(0, arn.size() - 1), arn.substr(0, arn.size() - 6), arn + "x",
        std::string("arn:aws:secretsmanager:us-east-1:123456789012:secret:name"),
        std::string("arn:"), std::string("arn:aws:secretsmanager:secret:"), std::string("Name"),
        std::string()}) {
    auto found = secrets_.Get(id);
    ASSERT_FALSE(found.ok()) << id;
    EXPECT_EQ(found.error().code, ErrorCode::kResourceNotFound) << id;
  }
}

TEST_F(SecretsTest, WhoseNamesEndLikeASuffixAreNotMixedUp) {
  Create("db", "short");
  std::string arn = Create("db-abcdef", "long");
  EXPECT_EQ(Value(arn.substr(0, arn.size() - 7)), "long");
  EXPECT_EQ(Value(arn), "long");
}

TEST_F(SecretsTest, AreStoredSealed) {
  Create("name", "a very secret value");
  const SealedSecret& row = store_.rows.at("name");
  EXPECT_THAT(row.sealed, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(row.created_at, clock_.Now());
}

TEST_F(SecretsTest, DoNotOpenUnderAnotherName) {
  Create("mine", "my value");
  Create("yours", "your value");
  store_.rows.at("mine").sealed = store_.rows.at("yours").sealed;
  auto opened = secrets_.Get("mine");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kClientError);
  EXPECT_THAT(opened.error().message, HasSubstr("'mine' does not open"));
  EXPECT_EQ(Value("yours"), "your value");
}

TEST_F(SecretsTest, DoNotOpenUnderAnotherMasterKey) {
  Create("name", "value");
  Secrets stranger(store_, Secret(std::string(32, 'x')), clock_, "123456789012");
  EXPECT_EQ(stranger.Get("name").error().code, ErrorCode::kClientError);
}

TEST_F(SecretsTest, AreMadeOnce) {
  Create("name", "value");
  auto again = secrets_.Create("eu-west-1", "name", Secret("other"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(again.error().message, HasSubstr("already exists"));
  EXPECT_EQ(Value("name"), "value");
}

TEST_F(SecretsTest, CanBeMadeAgainWithTheSameVersionAndValue) {
  auto first = secrets_.Create("eu-west-1", "name", Secret("value"), "", "version-1");
  auto same = secrets_.Create("eu-west-1", "name", Secret("value"), "", "version-1");
  ASSERT_TRUE(same.ok()) << ToString(same.error());
  EXPECT_EQ(*same, *first);
  EXPECT_FALSE(secrets_.Create("eu-west-1", "name", Secret("other"), "", "version-1").ok());
  EXPECT_FALSE(secrets_.Create("eu-west-1", "name", Secret("value"), "", "version-2").ok());
}

TEST_F(SecretsTest, TakeANewValue) {
  std::string arn = Create("name", "old");
  const SealedSecret before = store_.rows.at("name");
  clock_.Tick(std::chrono::seconds(5));
  ASSERT_TRUE(secrets_.Put(arn, Secret("new")).ok());
  EXPECT_EQ(Value("name"), "new");
  const SealedSecret& after = store_.rows.at("name");
  EXPECT_NE(after.version_id, before.version_id);
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ(after.updated_at, before.created_at + std::chrono::seconds(5));
}

TEST_F(SecretsTest, TakeAVersionOnce) {
  Create("name", "old");
  ASSERT_TRUE(secrets_.Put("name", Secret("new"), "version-1").ok());
  EXPECT_TRUE(secrets_.Put("name", Secret("new"), "version-1").ok());
  auto other = secrets_.Put("name", Secret("newer"), "version-1");
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("already exists"));
  EXPECT_EQ(Value("name"), "new");
}

TEST_F(SecretsTest, MayHaveNoValueYet) {
  Create("name", "");
  auto opened = secrets_.Get("name");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kResourceNotFound);
  ASSERT_TRUE(secrets_.Put("name", Secret("value")).ok());
  EXPECT_EQ(Value("name"), "value");
  EXPECT_FALSE(secrets_.Put("name", Secret()).ok());
}

TEST_F(SecretsTest, AreGoneOnceDeleted) {
  std::string arn = Create("name", "value");
  ASSERT_TRUE(secrets_.Delete(arn).ok());
  EXPECT_EQ(secrets_.Get("name").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(secrets_.Delete("name").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(secrets_.Put("name", Secret("value")).error().code, ErrorCode::kResourceNotFound);
  EXPECT_NE(Create("name", "value"), arn) << "a new secret of that name is another one";
}

TEST_F(SecretsTest, HaveNamesAndSizesAsAwsAllowsThem) {
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("é"), std::string("a:b"),
        std::string("a\0b", 3), std::string(513, 'a')}) {
    EXPECT_EQ(secrets_.Create("eu-west-1", name, Secret("v")).error().code,
              ErrorCode::kInvalidArgument)
        << name;
  }
  Create(std::string(512, 'a'), std::string(65'536, 'v'));
  EXPECT_FALSE(secrets_.Create("eu-west-1", "long", Secret(std::string(65'537, 'v'))).ok());
  Create("a/b_c+d=e.f@g-h!9", "é\n\0");
}

}  // namespace
}  // namespace sluice::secrets
