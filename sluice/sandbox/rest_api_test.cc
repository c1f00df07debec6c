#include "sluice/sandbox/rest_api.h"

#include <gmock/gmock.h>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"
#include "sluice/sandbox/sample_data.h"

namespace sluice::sandbox {
namespace {

using ::testing::HasSubstr;

constexpr char kGenePoint[] = "001Do000003EDTjIAO";

class RestApiTest : public ::testing::Test {
 protected:
  explicit RestApiTest(int64_t daily_requests = 1000) : api_(org_, clock_, daily_requests) {
    org_.AddUser("admin@example.com", clock_.Now());
    AddSampleAccounts(org_);
  }

  net::HttpResponse Send(const std::string& method, const std::string& path,
                         const std::string& body = "", net::Headers headers = {}) {
    return api_.Handle({method, "/services/data/v58.0" + path, std::move(headers), body}, true);
  }
  json::Value Json(const std::string& method, const std::string& path, const std::string& body = "",
                   int status = 200) {
    auto reply = Send(method, path, body);
    EXPECT_EQ(reply.status, status) << method << ' ' << path << ": " << reply.body;
    auto parsed = json::Parse(reply.body);
    EXPECT_TRUE(parsed.ok()) << reply.body;
    return parsed.ok() ? *parsed : json::Value(json::Object());
  }
  json::Object Query(const std::string& soql) {
    return Json("GET", "/query/?q=" + PercentEncode(soql)).get_object();
  }
  int64_t Count(const std::string& condition) {
    return *json::FindInt(Query("SELECT COUNT() FROM Account WHERE " + condition), "totalSize");
  }
  std::string ErrorCode(const std::string& method, const std::string& path, const std::string& body,
                        int status) {
    json::Value errors = Json(method, path, body, status);
    return *json::FindString(errors.at(0).get_object(), "errorCode");
  }

  FakeClock clock_{*ParseTime("2026-01-31T09:00:00.123Z")};
  Org org_;
  RestApi api_;
};

TEST_F(RestApiTest, VersionsNeedNoSessionAllElseDoes) {
  auto versions = api_.Handle({"GET", "/services/data", {}, ""}, false);
  EXPECT_EQ(versions.status, 200);
  EXPECT_THAT(versions.body, HasSubstr(R"("version":"58.0")"));
  auto refused = api_.Handle({"GET", "/services/data/v58.0/limits", {}, ""}, false);
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("INVALID_SESSION_ID"));
  EXPECT_EQ(api_.Handle({"GET", "/services/data/v12.0/limits", {}, ""}, true).status, 404);
}

TEST_F(RestApiTest, Describes) {
  json::Value global = Json("GET", "/sobjects");
  EXPECT_EQ(global.at("sobjects").get_array().size(), 3u);
  json::Value account = Json("GET", "/sobjects/account/describe");
  const json::Object* rating = nullptr;
  for (const auto& field : account.at("fields").get_array()) {
    if (field.at("name") == "Rating") rating = &field.get_object();
  }
  ASSERT_NE(rating, nullptr);
  EXPECT_EQ(rating->at("label"), "Account Rating");
  EXPECT_EQ(rating->at("type"), "picklist");
  EXPECT_EQ(rating->at("picklistValues").get_array().size(), 3u);
  EXPECT_EQ(ErrorCode("GET", "/sobjects/Nothing/describe", "", 404), "NOT_FOUND");
}

TEST_F(RestApiTest, ValuesAreWrittenAsSalesforceDoes) {
  std::string body =
      Send("GET", "/query?q=" + PercentEncode("SELECT Id, Type, AnnualRevenue, "
                                              "CreatedDate, IsDeleted, BillingAddress, "
                                              "ShippingAddress FROM Account WHERE Id = '" +
                                              std::string(kGenePoint) + "'"))
          .body;
  EXPECT_EQ(body,
            R"({"totalSize":1,"done":true,"records":[{"attributes":{"type":"Account",)"
            R"("url":"/services/data/v58.0/sobjects/Account/001Do000003EDTjIAO"},)"
            R"("Id":"001Do000003EDTjIAO","Type":"Customer - Channel","AnnualRevenue":30000000.0,)"
            R"("CreatedDate":"2022-01-02T17:38:59.000+0000","IsDeleted":false,)"
            R"("BillingAddress":{"street":null,"city":null,"state":"CA","postalCode":null,)"
            R"("country":null,"latitude":null,"longitude":null,"geocodeAccuracy":null},)"
            R"("ShippingAddress":null}]})");
}

TEST_F(RestApiTest, PagesThroughAQuery) {
  AddMadeUpRecords(org_, "Account", 500, 1);
  std::set<std::string> ids;
  std::string path = "/query?q=" + PercentEncode("SELECT Id FROM Account ORDER BY Name");
  int pages = 0;
  while (!path.empty()) {
    auto reply = Send("GET", path, "", {{"Sforce-Query-Options", "batchSize=200"}});
    json::Object page = *json::ParseObject(reply.body);
    EXPECT_EQ(json::FindInt(page, "totalSize"), 513);
    for (const auto& record : page.at("records").get_array()) {
      ids.insert(*json::FindString(record.get_object(), "Id"));
    }
    std::string next = json::FindString(page, "nextRecordsUrl").value_or("");
    EXPECT_EQ(json::FindBool(page, "done"), next.empty());
    path = next.empty() ? "" : next.substr(std::string("/services/data/v58.0").size());
    ++pages;
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(ids.size(), 513u);
  EXPECT_EQ(ErrorCode("GET", "/query/01gNothing-2000", "", 400), "INVALID_QUERY_LOCATOR");
}

TEST_F(RestApiTest, CreatesReadsChangesAndDeletes) {
  json::Value made = Json("POST", "/sobjects/Account/",
                          R"({"Name":"Zoë \"北京\"","AnnualRevenue":1.5e6,"Site":"",)"
                          R"("SLAExpirationDate__c":"2026-12-31"})",
                          201);
  std::string id(made.at("id").get_string());
  json::Value read = Json("GET", "/sobjects/Account/" + id.substr(0, 15));
  EXPECT_EQ(read.at("Name"), "Zoë \"北京\"");
  EXPECT_TRUE(read.at("Site").is_null());
  EXPECT_EQ(read.at("SLAExpirationDate__c"), "2026-12-31");
  EXPECT_EQ(read.at("CreatedDate"), "2026-01-31T09:00:00.123+0000");
  EXPECT_EQ(read.at("PhotoUrl").get_string(), "/services/images/photo/" + id);

  clock_.Tick(std::chrono::minutes(1));
  EXPECT_EQ(
      Send("PATCH", "/sobjects/Account/" + id, R"({"Name":"New","AnnualRevenue":null})").status,
      204);
  read = Json("GET", "/sobjects/Account/" + id + "?fields=Name,AnnualRevenue,SystemModstamp");
  EXPECT_EQ(read.at("Name"), "New");
  EXPECT_TRUE(read.at("AnnualRevenue").is_null());
  EXPECT_EQ(read.at("SystemModstamp"), "2026-01-31T09:01:00.123+0000");

  EXPECT_EQ(Send("DELETE", "/sobjects/Account/" + id).status, 204);
  EXPECT_EQ(ErrorCode("GET", "/sobjects/Account/" + id, "", 404), "ENTITY_IS_DELETED");
  EXPECT_EQ(Count("Name = 'New'"), 0);
  json::Value all = Json("GET", "/queryAll?q=" + PercentEncode("SELECT Id FROM Account"));
  EXPECT_EQ(all.at("totalSize"), 14);
}

TEST_F(RestApiTest, RefusesWhatSalesforceRefuses) {
  const std::string post = "POST", accounts = "/sobjects/Account";
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Site":"x"})", 400), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":""})", 400), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","No":1})", 400), "INVALID_FIELD");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","CreatedDate":"2026-01-01"})", 400),
            "INVALID_FIELD_FOR_INSERT_UPDATE");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":5})", 400), "JSON_PARSER_ERROR");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","AnnualRevenue":"5"})", 400),
            "JSON_PARSER_ERROR");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","NumberOfEmployees":123456789})", 400),
            "NUMBER_OUTSIDE_VALID_RANGE");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","ParentId":"001Do000000AAAA"})", 400),
            "INVALID_CROSS_REFERENCE_KEY");
  EXPECT_EQ(ErrorCode(post, accounts, R"({"Name":"x","ParentId":"x"})", 400), "MALFORMED_ID");
  EXPECT_EQ(ErrorCode(post, accounts, R"([1)", 400), "JSON_PARSER_ERROR");
  EXPECT_EQ(ErrorCode(post, "/sobjects/Contact", R"({"LastName":"x","Email":"x"})", 400),
            "INVALID_EMAIL_ADDRESS");
  EXPECT_EQ(ErrorCode("GET", accounts + "/001Do000000AAAA", "", 404), "NOT_FOUND");
  EXPECT_EQ(ErrorCode("PATCH", accounts + "/x", "{}", 400), "MALFORMED_ID");
  EXPECT_EQ(ErrorCode("PUT", accounts, "{}", 405), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(ErrorCode("GET", "/query", "", 400), "MALFORMED_QUERY");
  // 255 characters fit, however many bytes they are.
  std::string longest;
  for (int i = 0; i < 255; ++i) longest += "é";
  EXPECT_EQ(Send(post, accounts, "{\"Name\":\"" + longest + "\"}").status, 201);
  EXPECT_EQ(ErrorCode(post, accounts, "{\"Name\":\"" + longest + "é\"}", 400), "STRING_TOO_LONG");
  EXPECT_EQ(Count("Name LIKE '%'"), 14);
}

TEST_F(RestApiTest, UpsertsByExternalId) {
  const std::string path = "/sobjects/Account/Ext__c/a%2Fb%205";
  json::Value made = Json("PATCH", path, R"({"Name":"one"})", 201);
  EXPECT_EQ(made.at("created"), true);
  json::Value changed = Json("PATCH", "/sobjects/Account/Ext__c/A%2FB%205", R"({"Name":"two"})");
  EXPECT_EQ(changed.at("created"), false);
  EXPECT_EQ(changed.at("id"), made.at("id"));
  EXPECT_EQ(Json("GET", path).at("Name"), "two");
  EXPECT_EQ(ErrorCode("POST", "/sobjects/Account", R"({"Name":"x","Ext__c":"a/b 5"})", 400),
            "DUPLICATE_VALUE");
  EXPECT_EQ(ErrorCode("PATCH", "/sobjects/Account/Site/x", "{}", 404), "NOT_FOUND");
  EXPECT_EQ(Send("DELETE", path).status, 204);
  EXPECT_EQ(Send("GET", path).status, 404);
  EXPECT_EQ(Json("PATCH", path, R"({"Name":"again"})", 201).at("created"), true);
}

TEST_F(RestApiTest, CollectionsAnswerRecordByRecord) {
  json::Value results = Json("POST", "/composite/sobjects",
                             R"({"records":[{"attributes":{"type":"Account"},"Name":"good"},)"
                             R"({"attributes":{"type":"Account"},"Site":"bad"}]})");
  EXPECT_EQ(results.at(0).at("success"), true);
  EXPECT_EQ(results.at(1).at("errors").at(0).at("statusCode"), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(Count("Name = 'good'"), 1);

  std::string id(results.at(0).at("id").get_string());
  results = Json(
      "PATCH", "/composite/sobjects",
      R"({"records":[{"attributes":{"type":"Account"},"id":")" + id + R"(","Name":"better"}]})");
  EXPECT_EQ(results.at(0).at("success"), true);
  results = Json("PATCH", "/composite/sobjects/Account/Ext__c",
                 R"({"records":[{"attributes":{"type":"Account"},"Ext__c":"e1","Name":"n"}]})");
  EXPECT_EQ(results.at(0).at("created"), true);
  json::Value read =
      Json("GET", "/composite/sobjects/Account?ids=" + id + ",001Do000000AAAA&fields=Name");
  EXPECT_EQ(read.at(0).at("Name"), "better");
  EXPECT_TRUE(read.at(1).is_null());
  results = Json("DELETE", "/composite/sobjects?ids=" + id + ",001Do000000AAAA");
  EXPECT_EQ(results.at(0).at("success"), true);
  EXPECT_EQ(results.at(1).at("errors").at(0).at("statusCode"), "NOT_FOUND");
}

TEST_F(RestApiTest, AllOrNoneLeavesNothingBehind) {
  Json("PATCH", "/sobjects/Account/Ext__c/e1", R"({"Name":"first"})", 201);
  json::Value results = Json("PATCH", "/composite/sobjects/Account/Ext__c",
                             R"({"allOrNone":true,"records":[)"
                             R"({"attributes":{"type":"Account"},"Ext__c":"e1","Name":"changed"},)"
                             R"({"attributes":{"type":"Account"},"Ext__c":"e2","Name":"new"},)"
                             R"({"attributes":{"type":"Account"},"Ext__c":"e3","Name":""}]})");
  EXPECT_EQ(results.at(0).at("errors").at(0).at("statusCode"), "ALL_OR_NONE_OPERATION_ROLLED_BACK");
  EXPECT_EQ(results.at(2).at("errors").at(0).at("statusCode"), "REQUIRED_FIELD_MISSING");
  EXPECT_EQ(Count("Name = 'first'"), 1);
  EXPECT_EQ(Count("Name = 'changed' OR Name = 'new'"), 0);
  EXPECT_EQ(Send("GET", "/sobjects/Account/Ext__c/e2").status, 404);
}

class RestApiLimit : public RestApiTest {
 protected:
  RestApiLimit() : RestApiTest(2) {}
};

TEST_F(RestApiLimit, TheDaysCallsAreCounted) {
  auto first = Send("GET", "/limits");
  EXPECT_THAT(first.body, HasSubstr(R"({"Max":2,"Remaining":1})"));
  EXPECT_EQ(*first.headers.Find("Sforce-Limit-Info"), "api-usage=1/2");
  EXPECT_EQ(Send("GET", "/limits").status, 200);
  EXPECT_EQ(ErrorCode("GET", "/limits", "", 403), "REQUEST_LIMIT_EXCEEDED");
}

}  // namespace
}  // namespace sluice::sandbox
