#include "sluice/secrets/secrets_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sluice/base/json.h"
#include "sluice/secrets/fake_secret_store.h"

namespace sluice::secrets {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// "root" may do everything, "function" reads names that begin with "granted", nobody else anything.
class FakePolicy final : public AccessPolicy {
 public:
  bool MayRead(const net::Caller& caller, const std::string& name) override {
    return caller.principal == "root" ||
           (caller.principal == "function" && name.starts_with("granted"));
  }
  bool MayManage(const net::Caller& caller) override { return caller.principal == "root"; }
};

class SecretsApiTest : public testing::Test {
 protected:
  net::HttpResponse Send(const std::string& target, const std::string& body,
                         const std::string& principal = "root") {
    return api_.Handle({"POST", "/", {{"X-Amz-Target", target}}, body},
                       {principal, "eu-west-1", "request-1"});
  }
  json::Object Call(const std::string& operation, const std::string& body,
                    const std::string& principal = "root") {
    net::HttpResponse response = Send("secretsmanager." + operation, body, principal);
    EXPECT_EQ(response.status, 200) << response.body;
    return *json::ParseObject(response.body);
  }
  // "Code: message" of a refused request.
  std::string Refusal(const std::string& operation, const std::string& body,
                      const std::string& principal = "root") {
    net::HttpResponse response = Send("secretsmanager." + operation, body, principal);
    EXPECT_EQ(response.status, 400) << response.body;
    auto error = *json::ParseObject(response.body);
    return json::FindString(error, "__type").value_or("") + ": " +
           json::FindString(error, "Message").value_or("");
  }
  static std::string Text(const json::Object& object, std::string_view name) {
    return json::FindString(object, name).value_or("(no " + std::string(name) + ")");
  }

  FakeClock clock_{Time(std::chrono::milliseconds(1'700'000'000'250))};
  FakeSecretStore store_;
  Secrets secrets_{store_, Secret(std::string(32, 'k')), clock_, "123456789012"};
  FakePolicy policy_;
  SecretsApi api_{secrets_, policy_};
};

const std::string kToken = "11111111-2222-3333-4444-555555555555";

TEST_F(SecretsApiTest, CreatesAndOpensASecret) {
  auto created = Call("CreateSecret", R"({"Name":"a/b","SecretString":"{\"p\":\"é\"}"})");
  EXPECT_EQ(Text(created, "Name"), "a/b");
  const std::string arn = Text(created, "ARN");
  EXPECT_THAT(arn, MatchesRegex("arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-......"));

  for (const std::string& id : {std::string("a/b"), arn, arn.substr(0, arn.size() - 7)}) {
    auto opened = Call("GetSecretValue", R"({"SecretId":")" + id + R"("})");
    EXPECT_EQ(Text(opened, "SecretString"), R"({"p":"é"})");
    EXPECT_EQ(Text(opened, "ARN"), arn);
    EXPECT_EQ(Text(opened, "VersionId"), Text(created, "VersionId"));
    EXPECT_EQ(opened.at("VersionStages"), (json::Array{"AWSCURRENT"}));
    EXPECT_EQ(opened.at("CreatedDate"), 1'700'000'000.25);
  }
}

TEST_F(SecretsApiTest, AnswersInAwsJson) {
  Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  auto response = Send("secretsmanager.GetSecretValue", R"({"SecretId":"a"})");
  ASSERT_NE(response.headers.Find("Content-Type"), nullptr);
  EXPECT_EQ(*response.headers.Find("Content-Type"), "application/x-amz-json-1.1");
}

TEST_F(SecretsApiTest, SaysInAwsWordsThatThereIsNone) {
  for (const char* operation : {"GetSecretValue", "DescribeSecret", "DeleteSecret"}) {
    EXPECT_EQ(Refusal(operation, R"({"SecretId":"none"})"),
              "ResourceNotFoundException: Secrets Manager can't find the specified secret.");
  }
  EXPECT_THAT(Refusal("PutSecretValue", R"({"SecretId":"none","SecretString":"v"})"),
              HasSubstr("ResourceNotFoundException"));
}

TEST_F(SecretsApiTest, RefusesATakenName) {
  Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  EXPECT_THAT(Refusal("CreateSecret", R"({"Name":"a","SecretString":"v"})"),
              HasSubstr("ResourceExistsException: the secret 'a' already exists"));
}

TEST_F(SecretsApiTest, RepeatsARequestWithTheSameTokenOnce) {
  const std::string create =
      R"({"Name":"a","SecretString":"v","ClientRequestToken":")" + kToken + R"("})";
  auto created = Call("CreateSecret", create);
  EXPECT_EQ(Text(created, "VersionId"), kToken);
  EXPECT_EQ(Call("CreateSecret", create), created);

  const std::string token2 = "a" + kToken.substr(1);
  const std::string put =
      R"({"SecretId":"a","SecretString":"w","ClientRequestToken":")" + token2 + R"("})";
  EXPECT_EQ(Text(Call("PutSecretValue", put), "VersionId"), token2);
  EXPECT_EQ(Text(Call("PutSecretValue", put), "VersionId"), token2);
  EXPECT_THAT(
      Refusal("PutSecretValue",
              R"({"SecretId":"a","SecretString":"x","ClientRequestToken":")" + token2 + R"("})"),
      HasSubstr("ResourceExistsException"));
  EXPECT_THAT(Refusal("PutSecretValue",
                      R"({"SecretId":"a","SecretString":"x","ClientRequestToken":"short"})"),
              HasSubstr("InvalidParameterException: ClientRequestToken has to have 32 to 64"));
}

TEST_F(SecretsApiTest, PutsANewCurrentVersion) {
  auto created = Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  auto put = Call("PutSecretValue", R"({"SecretId":"a","SecretString":"w"})");
  EXPECT_NE(Text(put, "VersionId"), Text(created, "VersionId"));
  auto opened = Call("GetSecretValue", R"({"SecretId":"a","VersionStage":"AWSCURRENT"})");
  EXPECT_EQ(Text(opened, "SecretString"), "w");
  EXPECT_EQ(Text(opened, "VersionId"), Text(put, "VersionId"));
  EXPECT_THAT(Refusal("GetSecretValue", R"({"SecretId":"a","VersionStage":"AWSPREVIOUS"})"),
              HasSubstr("for staging label: AWSPREVIOUS"));
  EXPECT_THAT(Refusal("GetSecretValue",
                      R"({"SecretId":"a","VersionId":")" + Text(created, "VersionId") + R"("})"),
              HasSubstr("for VersionId: " + Text(created, "VersionId")));
  EXPECT_THAT(
      Refusal("PutSecretValue", R"({"SecretId":"a","SecretString":"w","VersionStages":["X"]})"),
      HasSubstr("VersionStages can only be"));
}

TEST_F(SecretsApiTest, KeepsASecretThatHasNoValueYet) {
  auto created = Call("CreateSecret", R"({"Name":"a"})");
  EXPECT_FALSE(created.contains("VersionId"));
  EXPECT_FALSE(Call("DescribeSecret", R"({"SecretId":"a"})").contains("VersionIdsToStages"));
  EXPECT_THAT(Refusal("GetSecretValue", R"({"SecretId":"a"})"),
              HasSubstr("for staging label: AWSCURRENT"));
}

TEST_F(SecretsApiTest, DescribesWithoutTheValue) {
  auto created =
      Call("CreateSecret", R"({"Name":"a","SecretString":"canary","Description":"what for"})");
  clock_.Tick(std::chrono::seconds(60));
  auto put = Call("PutSecretValue", R"({"SecretId":"a","SecretString":"canary2"})");
  auto described = Call("DescribeSecret", R"({"SecretId":"a"})");
  EXPECT_EQ(Text(described, "ARN"), Text(created, "ARN"));
  EXPECT_EQ(Text(described, "Description"), "what for");
  EXPECT_EQ(described.at("CreatedDate"), 1'700'000'000.25);
  EXPECT_EQ(described.at("LastChangedDate"), 1'700'000'060.25);
  EXPECT_EQ(described.at("VersionIdsToStages"),
            (json::Object{{Text(put, "VersionId"), json::Array{"AWSCURRENT"}}}));
  EXPECT_THAT(json::ToText(described), Not(HasSubstr("canary")));
  EXPECT_THAT(json::ToText(Call("ListSecrets", "{}")), Not(HasSubstr("canary")));
}

TEST_F(SecretsApiTest, ListsInPages) {
  for (const char* name : {"d", "a", "c", "e", "b"}) {
    Call("CreateSecret", R"({"SecretString":"v","Name":")" + std::string(name) + R"("})");
  }
  std::string names, token;
  for (int pages = 1;; ++pages) {
    auto page = Call("ListSecrets", R"({"MaxResults":2)" + token + "}");
    for (const auto& entry : *json::FindArray(page, "SecretList")) {
      names += Text(entry.as_object(), "Name");
    }
    names += '|';
    if (!page.contains("NextToken")) break;
    ASSERT_LT(pages, 4);
    token = R"(,"NextToken":")" + Text(page, "NextToken") + R"(")";
  }
  EXPECT_EQ(names, "ab|cd|e|");
  EXPECT_EQ(json::FindArray(Call("ListSecrets", "{}"), "SecretList")->size(), 5u);
  EXPECT_FALSE(Call("ListSecrets", R"({"MaxResults":5})").contains("NextToken"));
  EXPECT_THAT(Refusal("ListSecrets", R"({"MaxResults":101})"), HasSubstr("from 1 to 100"));
  EXPECT_THAT(Refusal("ListSecrets", R"({"NextToken":"!"})"), HasSubstr("InvalidNextToken"));
}

TEST_F(SecretsApiTest, DeletesAtOnce) {
  Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  auto deleted = Call("DeleteSecret", R"({"SecretId":"a"})");
  EXPECT_EQ(Text(deleted, "Name"), "a");
  EXPECT_TRUE(deleted.at("DeletionDate").is_double());
  EXPECT_TRUE(store_.rows.empty());
  EXPECT_THAT(Refusal("DeleteSecret", R"({"SecretId":"a"})"), HasSubstr("ResourceNotFound"));
  EXPECT_EQ(
      Text(Call("DeleteSecret", R"({"SecretId":"a","ForceDeleteWithoutRecovery":true})"), "Name"),
      "a");
}

TEST_F(SecretsApiTest, RefusesWhatItWouldOtherwiseIgnore) {
  Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  EXPECT_THAT(Refusal("DeleteSecret", R"({"SecretId":"a","RecoveryWindowInDays":7})"),
              HasSubstr("RecoveryWindowInDays is not offered"));
  EXPECT_EQ(store_.rows.size(), 1u);
  EXPECT_THAT(Refusal("CreateSecret", R"({"Name":"b","SecretBinary":"AAAA"})"),
              HasSubstr("SecretBinary is not offered"));
  EXPECT_THAT(Refusal("CreateSecret", R"({"Name":"b","SecretString":"v","KmsKeyId":"k"})"),
              HasSubstr("KmsKeyId is not offered"));
  EXPECT_THAT(Refusal("CreateSecret",
                      R"({"Name":"b","SecretString":"v","Tags":[{"Key":"k","Value":"v"}]})"),
              HasSubstr("Tags is not offered"));
  EXPECT_THAT(Refusal("ListSecrets", R"({"Filters":[{"Key":"name","Values":["a"]}]})"),
              HasSubstr("Filters is not offered"));
  Call("CreateSecret", R"({"Name":"b","SecretString":"v","Tags":[],"KmsKeyId":null,"New":1})");
}

TEST_F(SecretsApiTest, RefusesWhatIsNotARequest) {
  EXPECT_THAT(Refusal("GetSecretValue", ""), HasSubstr("SerializationException"));
  EXPECT_THAT(Refusal("GetSecretValue", "{"), HasSubstr("SerializationException"));
  EXPECT_THAT(Refusal("GetSecretValue", "[]"), HasSubstr("SerializationException"));
  EXPECT_EQ(Refusal("GetSecretValue", "{}"), "InvalidParameterException: SecretId is missing.");
  EXPECT_EQ(Refusal("GetSecretValue", R"({"SecretId":5})"),
            "InvalidParameterException: SecretId has to be a string.");
  EXPECT_THAT(Refusal("CreateSecret", R"({"Name":"a b","SecretString":"v"})"),
              HasSubstr("InvalidParameterException: a secret's name consists of"));
  EXPECT_THAT(Refusal("CreateSecret",
                      R"({"Name":"a","SecretString":")" + std::string(65'537, 'v') + R"("})"),
              HasSubstr("SecretString has to have 1 to 65536"));
  EXPECT_THAT(Refusal("PutSecretValue", R"({"SecretId":"a"})"),
              HasSubstr("SecretString is missing"));
  EXPECT_TRUE(store_.rows.empty());
}

TEST_F(SecretsApiTest, NamesTheOperationsThatThereAre) {
  EXPECT_THAT(Refusal("RotateSecret", "{}"),
              AllOf(HasSubstr("UnknownOperationException: There is no secretsmanager.RotateSecret"),
                    HasSubstr("GetSecretValue")));
  EXPECT_EQ(Send("secretsmanager", "{}").status, 400);
  EXPECT_EQ(Send("", "{}").status, 400);
  auto response = api_.Handle({"GET", "/", {}, ""}, {"root", "eu-west-1", "request-1"});
  EXPECT_THAT(response.body, HasSubstr("X-Amz-Target is missing"));
}

TEST_F(SecretsApiTest, LetsAFunctionReadWhatIsGrantedAndNothingElse) {
  auto granted = Call("CreateSecret", R"({"Name":"granted-1","SecretString":"v"})");
  auto other = Call("CreateSecret", R"({"Name":"other","SecretString":"v"})");
  for (const char* operation : {"GetSecretValue", "DescribeSecret"}) {
    for (const std::string& id : {Text(granted, "ARN"), std::string("granted-1")}) {
      Call(operation, R"({"SecretId":")" + id + R"("})", "function");
    }
    for (const std::string& id : {Text(other, "ARN"), std::string("other")}) {
      EXPECT_THAT(Refusal(operation, R"({"SecretId":")" + id + R"("})", "function"),
                  HasSubstr("AccessDeniedException"));
    }
  }
  for (const char* operation : {"CreateSecret", "PutSecretValue", "ListSecrets", "DeleteSecret"}) {
    EXPECT_THAT(Refusal(operation, R"({"SecretId":"granted-1"})", "function"),
                HasSubstr("AccessDeniedException"));
  }
  EXPECT_EQ(store_.rows.size(), 2u);
}

TEST_F(SecretsApiTest, DoesNotTellAStrangerWhatExists) {
  auto other = Call("CreateSecret", R"({"Name":"other","SecretString":"v"})");
  const std::string present = Refusal("GetSecretValue", R"({"SecretId":"other"})", "function");
  EXPECT_EQ(Refusal("GetSecretValue", R"({"SecretId":"absent"})", "function"), present);
  EXPECT_EQ(Refusal("GetSecretValue",
                    R"({"SecretId":"arn:aws:secretsmanager:eu-west-1:1:secret:absent-AbCdEf"})",
                    "function"),
            present);
  EXPECT_THAT(Refusal("GetSecretValue", R"({"SecretId":"granted-absent"})", "function"),
              HasSubstr("ResourceNotFoundException"));
}

TEST_F(SecretsApiTest, SaysThatASecretDoesNotOpen) {
  Call("CreateSecret", R"({"Name":"a","SecretString":"v"})");
  store_.rows.at("a").sealed.back() ^= 1;
  EXPECT_THAT(Refusal("GetSecretValue", R"({"SecretId":"a"})"), HasSubstr("DecryptionFailure"));
}

}  // namespace
}  // namespace sluice::secrets
