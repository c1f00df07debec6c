#include <gmock/gmock.h>

#include "sluice/api/api_fixture.h"
#include "sluice/base/encoding.h"

namespace sluice::api {
namespace {

using ::testing::HasSubstr;

class TagsTest : public ApiTest {
 protected:
  TagsTest() {
    MakeProfiles();
    Call("/create-flow", FlowDocument("flow", [](json::Object& flow) {
           flow["tags"] = json::Object{{"team", "a"}, {"x", "1"}};
         }));
  }

  net::HttpResponse Send(const std::string& method, const std::string& query = "",
                         const std::string& body = "") {
    return api->Handle(
        {.method = method, .url = "/tags/" + PercentEncode(arn) + query, .body = body}, caller);
  }

  std::string arn = "arn:aws:appflow:us-east-1:000000000000:flow/flow";
};

TEST_F(TagsTest, AreAddedReplacedAndRemoved) {
  EXPECT_EQ(Send("GET").body, R"({"tags":{"team":"a","x":"1"}})");
  EXPECT_EQ(Send("POST", "", R"({"tags":{"team":"b","a:key":"1"}})").status, 200);
  EXPECT_EQ(Send("DELETE", "?tagKeys=x&tagKeys=never").status, 200);
  EXPECT_EQ(Send("GET").body, R"({"tags":{"a:key":"1","team":"b"}})");
  EXPECT_EQ(Send("DELETE", "?tagKeys=a%3Akey").status, 200);
  EXPECT_EQ(Send("GET").body, R"({"tags":{"team":"b"}})");
}

TEST_F(TagsTest, OfSluiceHaveToBeWhatTheySay) {
  EXPECT_THAT(Send("POST", "", R"({"tags":{"sluice:retryMinutes":"soon"}})").body,
              HasSubstr("a whole number from 0"));
  EXPECT_EQ(Send("POST", "", R"({"tags":{"sluice:retryMinutes":"5"}})").status, 200);
  EXPECT_EQ(Send("GET").body, R"({"tags":{"sluice:retryMinutes":"5","team":"a","x":"1"}})");
}

TEST_F(TagsTest, AreOfFlowsOnly) {
  arn = "arn:aws:appflow:us-east-1:000000000000:flow/nobody";
  EXPECT_EQ(Send("GET").status, 404);
  arn = "arn:aws:appflow:eu-west-1:000000000000:flow/flow";
  EXPECT_EQ(Send("GET").status, 404) << "another region's";
  arn = "arn:aws:appflow:us-east-1:000000000000:connectorprofile/tidb";
  EXPECT_EQ(Send("GET").status, 400);
}

TEST_F(TagsTest, SayWhatIsMissing) {
  EXPECT_THAT(Send("DELETE").body, HasSubstr("'tagKeys' is missing"));
  EXPECT_THAT(Send("POST", "", "{}").body, HasSubstr("tags"));
  EXPECT_EQ(Send("POST", "", R"({"tags":{"aws:mine":"1"}})").status, 400);
}

}  // namespace
}  // namespace sluice::api
