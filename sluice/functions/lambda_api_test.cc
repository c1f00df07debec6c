#include "sluice/functions/lambda_api.h"

#include <gmock/gmock.h>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/functions/function_keys.h"
#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kAccount[] = "123456789012";
constexpr char kFunctions[] = "/2015-03-31/functions";

json::Value Text(std::string_view text) { return boost::json::string(text); }

class LambdaApiTest : public testing::Test {
 protected:
  void SetUp() override {
    FunctionHostOptions options;
    options.data_dir = temp_.path();
    options.account = kAccount;
    auto host = FunctionHost::Start(options, store_, clock_);
    ASSERT_TRUE(host.ok()) << ToString(host.error());
    host_ = *std::move(host);
    api_ = std::make_unique<LambdaApi>(*host_, kAccount);
  }

  net::HttpResponse Send(const std::string& method, const std::string& url,
                         const std::string& body = "", net::Headers headers = {}) {
    return api_->Handle({method, url, std::move(headers), body}, root_);
  }
  json::Object CreateRequest(const std::string& name = "f") const {
    static const std::string zip = Base64Encode(BootstrapZip(PythonBootstrap(
        "print('working', flush=True)\nif 'fail' in event: os._exit(1)\nanswer(body)")));
    return {{"FunctionName", Text(name)},
            {"Runtime", "provided.al2023"},
            {"Role", "arn:aws:iam::123456789012:role/service-role/sluice"},
            {"Handler", "bootstrap"},
            {"Code", {{"ZipFile", Text(zip)}}}};
  }
  net::HttpResponse Create(const json::Object& request) {
    return Send("POST", kFunctions, json::ToText(request));
  }
  // "400 InvalidParameterValueException: message".
  std::string Refusal(const net::HttpResponse& response) {
    const std::string* type = response.headers.Find("x-amzn-errortype");
    auto body = json::ParseObject(response.body);
    return std::to_string(response.status) + " " + (type ? *type : "(none)") + ": " +
           (body.ok() ? json::FindString(*body, "message").value_or("(none)") : response.body);
  }
  std::string RefusalWith(const std::string& member, json::Value value) {
    json::Object request = CreateRequest();
    request[member] = std::move(value);
    return Refusal(Create(request));
  }
  json::Object Body(const net::HttpResponse& response, int status) {
    EXPECT_EQ(response.status, status) << response.body;
    auto body = json::ParseObject(response.body);
    return body.ok() ? *body : json::Object();
  }

  TempFolder temp_;
  MemoryStore store_;
  SystemClock clock_;
  std::unique_ptr<FunctionHost> host_;
  std::unique_ptr<LambdaApi> api_;
  const net::Caller root_{"arn:aws:iam::123456789012:root", "us-east-1", "r"};
};

TEST_F(LambdaApiTest, TheConfigurationIsChangedWhereItIsGiven) {
  json::Object request = CreateRequest();
  request["Environment"] = {{"Variables", {{"KEPT", "1"}}}};
  const json::Object before = Body(Create(request), 201);
  const std::string url = std::string(kFunctions) + "/f/configuration";
  const json::Object after = Body(Send("PUT", url, R"({"Timeout":30,"Description":"d"})"), 200);
  EXPECT_EQ(after.at("Timeout"), 30);
  EXPECT_EQ(after.at("Description"), "d");
  EXPECT_EQ(after.at("MemorySize"), 128);
  EXPECT_EQ(after.at("Environment").at("Variables").at("KEPT"), "1");
  EXPECT_EQ(Body(Send("GET", url), 200).at("Timeout"), 30);
  EXPECT_THAT(Refusal(Send("PUT", url, R"({"Timeout":0})")),
              HasSubstr("Timeout must be a number from 1 to 900"));
  EXPECT_NE(after.at("RevisionId"), before.at("RevisionId"));
  for (const json::Value& revision : {json::Value("other"), before.at("RevisionId")}) {
    const std::string request_of = json::ToText(json::Object{{"RevisionId", revision}});
    EXPECT_THAT(Refusal(Send("PUT", url, request_of)), StartsWith("412 "));
  }
}

TEST_F(LambdaApiTest, CreatesAFunctionAsBoto3Asks) {
  json::Object request = CreateRequest();
  request["Timeout"] = 30;
  request["MemorySize"] = 1024;
  request["Description"] = "é";
  request["Environment"] = {{"Variables", {{"A_1", "x"}}}};
  request["Architectures"] = json::Array{"x86_64"};
  request["Publish"] = false;
  request["PackageType"] = "Zip";
#ifdef __aarch64__
  request["Architectures"] = json::Array{"arm64"};
#endif
  const json::Object answer = Body(Create(request), 201);
  EXPECT_EQ(answer.at("FunctionName"), "f");
  EXPECT_EQ(answer.at("FunctionArn"), "arn:aws:lambda:us-east-1:123456789012:function:f");
  EXPECT_EQ(answer.at("Runtime"), "provided.al2023");
  EXPECT_EQ(answer.at("Role"), request.at("Role"));
  EXPECT_EQ(answer.at("Handler"), "bootstrap");
  EXPECT_EQ(answer.at("Timeout"), 30);
  EXPECT_EQ(answer.at("MemorySize"), 1024);
  EXPECT_EQ(answer.at("Description"), "é");
  EXPECT_EQ(answer.at("Version"), "$LATEST");
  EXPECT_EQ(answer.at("State"), "Active");
  EXPECT_EQ(answer.at("LastUpdateStatus"), "Successful");
  EXPECT_EQ(answer.at("PackageType"), "Zip");
  EXPECT_EQ(answer.at("Architectures"), request.at("Architectures"));
  EXPECT_EQ(answer.at("Environment").at("Variables").at("A_1"), "x");
  const std::string zip = *Base64Decode(std::string(request.at("Code").at("ZipFile").as_string()));
  EXPECT_EQ(answer.at("CodeSize"), static_cast<int64_t>(zip.size()));
  EXPECT_EQ(answer.at("CodeSha256"), Text(Base64Encode(Sha256(zip))));
  EXPECT_THAT(std::string(answer.at("LastModified").as_string()),
              testing::MatchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}\\+0000"));
  EXPECT_EQ(answer.at("RevisionId").as_string().size(), 36u);
}

TEST_F(LambdaApiTest, HasLambdasDefaults) {
  const json::Object answer = Body(Create(CreateRequest()), 201);
  EXPECT_EQ(answer.at("Timeout"), 3);
  EXPECT_EQ(answer.at("MemorySize"), 128);
  EXPECT_FALSE(answer.contains("Environment"));
}

TEST_F(LambdaApiTest, NeverShowsTheFunctionsKeys) {
  const std::string created = Create(CreateRequest()).body;
  const Function function = **host_->Find("f");
  for (const std::string& body :
       {created, Send("GET", std::string(kFunctions) + "/f").body, Send("GET", kFunctions).body}) {
    for (const std::string& secret : {function.access_key_id, function.secret_access_key.Reveal(),
                                      function.session_token.Reveal()}) {
      EXPECT_EQ(body.find(secret), std::string::npos);
    }
  }
}

TEST_F(LambdaApiTest, RefusesWhatIsWrongInACreateRequest) {
  const std::string invalid = "400 InvalidParameterValueException: ";
  for (const char* member : {"FunctionName", "Runtime", "Role", "Handler", "Code"}) {
    EXPECT_THAT(RefusalWith(member, nullptr),
                AllOf(StartsWith(invalid + member), HasSubstr("missing")));
  }
  EXPECT_THAT(RefusalWith("FunctionName", "a/b"), StartsWith(invalid));
  EXPECT_THAT(RefusalWith("FunctionName", Text(std::string(65, 'a'))), StartsWith(invalid));
  for (const char* role : {"root", "arn:aws:iam::1:role/x", "arn:aws:iam::123456789012:user/x",
                           "arn:aws:iam::123456789012:role/"}) {
    EXPECT_THAT(RefusalWith("Role", role), HasSubstr("not the ARN of a role"));
  }
  EXPECT_THAT(RefusalWith("Runtime", "nodejs20.x"), HasSubstr("not supported"));
  for (const json::Value& value : {json::Value(0), json::Value(901), json::Value("3")}) {
    EXPECT_EQ(RefusalWith("Timeout", value), invalid + "Timeout must be a number from 1 to 900");
  }
  EXPECT_THAT(RefusalWith("MemorySize", 64), HasSubstr("from 128 to 10240"));
  EXPECT_THAT(RefusalWith("Description", Text(std::string(257, 'x'))), HasSubstr("256 characters"));
  EXPECT_THAT(RefusalWith("Code", {{"ZipFile", "%%%"}}), HasSubstr("not base64"));
  EXPECT_THAT(RefusalWith("Code", {{"ZipFile", "aGVsbG8="}}), HasSubstr("not a zip"));
  EXPECT_THAT(RefusalWith("Code", {{"S3Bucket", "b"}, {"S3Key", "k"}}),
              HasSubstr("S3Bucket is not supported"));
  EXPECT_EQ(Refusal(Send("POST", kFunctions, "{")).substr(0, 34),
            "400 InvalidRequestContentException");
  EXPECT_TRUE(host_->List()->empty());
}

TEST_F(LambdaApiTest, RefusesVariablesThatLambdaSetsOrThatAreTooMuch) {
  const auto refusal = [&](json::Object variables) {
    return RefusalWith("Environment", {{"Variables", std::move(variables)}});
  };
  for (const char* name : {"AWS_REGION", "AWS_LAMBDA_RUNTIME_API", "_HANDLER", "AWS_SESSION_TOKEN",
                           "LAMBDA_TASK_ROOT", "1A", "A=B", "A B", ""}) {
    EXPECT_THAT(refusal({{name, "x"}}), StartsWith("400 InvalidParameterValueException")) << name;
  }
  EXPECT_THAT(refusal({{"AB", Text(std::string("a\0b", 3))}}), HasSubstr("not text"));
  EXPECT_THAT(refusal({{"AB", 1}}), HasSubstr("not text"));
  EXPECT_THAT(refusal({{"AB", Text(std::string(4095, 'x'))}}), HasSubstr("more than 4 KB"));
}

TEST_F(LambdaApiTest, RefusesWhatItWouldHaveToIgnore) {
  for (auto& [member, value] :
       std::map<std::string, json::Value>{{"Layers", json::Array{"arn"}},
                                          {"VpcConfig", {{"SubnetIds", json::Array{"s"}}}},
                                          {"Tags", {{"a", "b"}}},
                                          {"Publish", true},
                                          {"KMSKeyArn", "arn"},
                                          {"TracingConfig", {{"Mode", "Active"}}},
                                          {"EphemeralStorage", {{"Size", 1024}}}}) {
    EXPECT_EQ(RefusalWith(member, value), "400 InvalidParameterValueException: '" + member +
                                              "' is not supported by this service: leave it out");
  }
  EXPECT_THAT(RefusalWith("PackageType", "Image"), HasSubstr("package type Zip"));
  EXPECT_THAT(RefusalWith("Architectures", json::Array{"riscv"}), HasSubstr("architecture"));
  json::Object harmless = CreateRequest();
  harmless["Layers"] = json::Array();
  harmless["Tags"] = json::Object();
  harmless["VpcConfig"] = {{"SubnetIds", json::Array()}, {"SecurityGroupIds", json::Array()}};
  harmless["TracingConfig"] = {{"Mode", "PassThrough"}};
  harmless["EphemeralStorage"] = {{"Size", 512}};
  EXPECT_EQ(Create(harmless).status, 201);
}

TEST_F(LambdaApiTest, ANameIsTakenOnce) {
  Body(Create(CreateRequest()), 201);
  EXPECT_EQ(Refusal(Create(CreateRequest())),
            "409 ResourceConflictException: Function already exist: f");
}

TEST_F(LambdaApiTest, GetsByNameAndByEscapedArn) {
  Body(Create(CreateRequest()), 201);
  for (const char* name :
       {"f", "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af",
        "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", "f?Qualifier=%24LATEST"}) {
    const json::Object answer = Body(Send("GET", std::string(kFunctions) + "/" + name), 200);
    EXPECT_EQ(answer.at("Configuration").at("FunctionName"), "f");
  }
  EXPECT_EQ(Body(Send("GET", std::string(kFunctions) + "/f/configuration"), 200).at("State"),
            "Active");
  for (const char* name :
       {"g", "f?Qualifier=1", "f%3A1", "arn:aws:lambda:us-east-1:999999999999:function:f"}) {
    EXPECT_THAT(Refusal(Send("GET", std::string(kFunctions) + "/" + name)),
                StartsWith("404 ResourceNotFoundException: Function not found: "))
        << name;
  }
}

TEST_F(LambdaApiTest, ListsInPages) {
  EXPECT_TRUE(
      Body(Send("GET", std::string(kFunctions) + "/"), 200).at("Functions").as_array().empty());
  for (const char* name : {"c", "a", "b"}) Body(Create(CreateRequest(name)), 201);
  json::Object page = Body(Send("GET", std::string(kFunctions) + "?MaxItems=2"), 200);
  EXPECT_EQ(page.at("Functions").as_array().size(), 2u);
  const std::string marker(page.at("NextMarker").as_string());
  page = Body(Send("GET", std::string(kFunctions) + "?MaxItems=2&Marker=" + marker), 200);
  ASSERT_EQ(page.at("Functions").as_array().size(), 1u);
  EXPECT_EQ(page.at("Functions").as_array()[0].at("FunctionName"), "c");
  EXPECT_FALSE(page.contains("NextMarker"));
  for (const char* items : {"0", "x", "100000", "-1"}) {
    EXPECT_THAT(Refusal(Send("GET", std::string(kFunctions) + "?MaxItems=" + items)),
                StartsWith("400 "));
  }
}

TEST_F(LambdaApiTest, UpdatesCode) {
  const json::Object before = Body(Create(CreateRequest()), 201);
  const std::string url = std::string(kFunctions) + "/f/code";
  json::Object request = {
      {"ZipFile", Text(Base64Encode(BootstrapZip(PythonBootstrap("answer(b'2')"))))}};
  request["RevisionId"] = "another";
  EXPECT_THAT(Refusal(Send("PUT", url, json::ToText(request))),
              StartsWith("412 PreconditionFailedException: "));
  request["RevisionId"] = before.at("RevisionId");
  request["DryRun"] = true;
  EXPECT_EQ(Body(Send("PUT", url, json::ToText(request)), 200).at("CodeSha256"),
            before.at("CodeSha256"));
  request["DryRun"] = false;
  const json::Object after = Body(Send("PUT", url, json::ToText(request)), 200);
  EXPECT_NE(after.at("CodeSha256"), before.at("CodeSha256"));
  EXPECT_NE(after.at("RevisionId"), before.at("RevisionId"));
  EXPECT_EQ(Send("POST", std::string(kFunctions) + "/f/invocations", "{}").body, "2");
}

TEST_F(LambdaApiTest, InvokesAndShowsTheLogsTail) {
  Body(Create(CreateRequest()), 201);
  const std::string url = std::string(kFunctions) + "/f/invocations";
  net::HttpResponse response = Send("POST", url, R"({"x":"é"})", {{"X-Amz-Log-Type", "Tail"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"x":"é"})");
  EXPECT_EQ(*response.headers.Find("X-Amz-Executed-Version"), "$LATEST");
  EXPECT_EQ(response.headers.Find("X-Amz-Function-Error"), nullptr);
  EXPECT_THAT(*Base64Decode(*response.headers.Find("X-Amz-Log-Result")),
              AllOf(StartsWith("START"), HasSubstr("\nworking\n"), HasSubstr("\nREPORT")));

  EXPECT_EQ(Send("POST", url).body, "{}") << "no payload is an empty event";

  response = Send("POST", url, R"({"fail":1})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.headers.Find("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(response.headers.Find("X-Amz-Log-Result"), nullptr);
  EXPECT_EQ(Body(response, 200).at("errorType"), "Runtime.ExitError");
}

TEST_F(LambdaApiTest, RefusesInvocationsThatCanNotBe) {
  Body(Create(CreateRequest()), 201);
  const std::string url = std::string(kFunctions) + "/f/invocations";
  EXPECT_THAT(Refusal(Send("POST", url, "{oops")),
              StartsWith("400 InvalidRequestContentException: Could not parse"));
  EXPECT_THAT(Refusal(Send("POST", url, "\"" + std::string(6 << 20, 'x') + "\"")),
              StartsWith("413 RequestTooLargeException: 6291458 byte payload"));
  EXPECT_THAT(Refusal(Send("POST", url, "{}", {{"X-Amz-Invocation-Type", "Event"}})),
              HasSubstr("Event is not supported"));
  EXPECT_THAT(Refusal(Send("POST", url, "{}", {{"X-Amz-Invocation-Type", "?"}})),
              StartsWith("400 "));
  EXPECT_EQ(Send("POST", url, "{}", {{"X-Amz-Invocation-Type", "DryRun"}}).status, 204);
  EXPECT_THAT(Refusal(Send("POST", std::string(kFunctions) + "/g/invocations", "{}")),
              StartsWith("404 ResourceNotFoundException"));
}

TEST_F(LambdaApiTest, TakesAPermissionAndDeletes) {
  Body(Create(CreateRequest()), 201);
  const std::string url = std::string(kFunctions) + "/f";
  const json::Object answer = Body(
      Send(
          "POST", url + "/policy",
          R"({"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"appflow.amazonaws.com"})"),
      201);
  const auto statement = *json::ParseObject(answer.at("Statement").as_string());
  EXPECT_EQ(statement.at("Sid"), "s");
  EXPECT_THAT(Refusal(Send("POST", url + "/policy", "{}")), HasSubstr("StatementId is missing"));
  EXPECT_EQ(Send("DELETE", url).status, 204);
  EXPECT_THAT(Refusal(Send("DELETE", url)), StartsWith("404 "));
}

TEST_F(LambdaApiTest, SaysWhatIsNotSupported) {
  Body(Create(CreateRequest()), 201);
  for (auto [method, url] :
       {std::pair("GET", "/2015-03-31/functions/f/versions"),
        std::pair("PUT", "/2015-03-31/functions/f/concurrency"),
        std::pair("POST", "/2015-03-31/functions/f"), std::pair("DELETE", "/2015-03-31/functions"),
        std::pair("GET", "/2015-03-31/functionsx"), std::pair("GET", "/2017-03-31/tags/x"),
        std::pair("GET", "/")}) {
    EXPECT_THAT(Refusal(Send(method, url)), AllOf(StartsWith("400 UnsupportedOperationException: "),
                                                  HasSubstr(method), HasSubstr("CreateFunction")))
        << url;
  }
}

TEST_F(LambdaApiTest, FunctionsMayNotUseIt) {
  const net::HttpResponse response = api_->Handle(
      {"GET", kFunctions, {}, ""}, {FunctionPrincipal(kAccount, "f"), "us-east-1", "r"});
  EXPECT_THAT(Refusal(response), StartsWith("403 AccessDeniedException: "));
}

}  // namespace
}  // namespace sluice::functions
