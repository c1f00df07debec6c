// The Salesforce connector against the Salesforce sandbox: two parts that know nothing of each
// other.
#include "sluice/sandbox/salesforce_sandbox.h"

#include <future>
#include <map>
#include <set>

#include "sluice/base/encoding.h"
#include "sluice/connector/conformance.h"
#include "sluice/connectors/salesforce/salesforce_connector.h"
#include "sluice/net/curl_http_client.h"
#include "sluice/net/oauth2.h"
#include "sluice/sandbox/record_id.h"

namespace sluice {
namespace {

using sandbox::Fault;
using sandbox::SalesforceSandbox;
using sandbox::SalesforceSandboxOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kQueryPath[] = "/services/data/v58.0/query";
constexpr char kTokenPath[] = "/services/oauth2/token";

std::unique_ptr<SalesforceSandbox> StartSandbox(SalesforceSandboxOptions options = {}) {
  auto sandbox = SalesforceSandbox::Start(std::move(options));
  EXPECT_TRUE(sandbox.ok()) << sandbox.error().message;
  return *std::move(sandbox);
}

net::HttpResponse Send(net::HttpClient& http, const std::string& method, const std::string& url,
                       const std::string& body = "", net::Headers headers = {}) {
  net::HttpRequest request{method, url, std::move(headers), body};
  auto response = http.Send(request, DeadlineAfter(std::chrono::seconds(30)));
  EXPECT_TRUE(response.ok()) << response.error().message;
  return response.ok() ? *response : net::HttpResponse{};
}

// Goes through the log-in and the Allow page, as a person would; the tokens that come of it.
net::OAuth2Tokens LogIn(net::HttpClient& http, const std::string& url) {
  const sandbox::OAuthOptions account;
  const std::string redirect = "https://localhost/appflow/oauth";
  std::string authorize =
      url + "/services/oauth2/authorize?" +
      FormEncode(std::map<std::string, std::string>{{"response_type", "code"},
                                                    {"client_id", account.client_id},
                                                    {"redirect_uri", redirect},
                                                    {"scope", "api refresh_token"}});
  auto hidden = [](const std::string& page, const std::string& name) {
    size_t at = page.find("name=\"" + name + "\" value=\"") + name.size() + 15;
    std::string value = page.substr(at, page.find('"', at) - at);
    for (size_t amp; (amp = value.find("&amp;")) != std::string::npos;) value.replace(amp, 5, "&");
    return value;
  };
  auto page = Send(http, "GET", authorize);
  auto in = Send(
      http, "POST", url + "/login",
      FormEncode(std::map<std::string, std::string>{{"startURL", hidden(page.body, "startURL")},
                                                    {"username", account.user_name},
                                                    {"password", account.password.Reveal()}}));
  std::string cookie = in.headers.Find("Set-Cookie") ? *in.headers.Find("Set-Cookie") : "";
  net::Headers logged_in{{"Cookie", cookie.substr(0, cookie.find(';'))}};
  auto allow = Send(http, "GET", authorize, "", logged_in);
  EXPECT_THAT(allow.body, HasSubstr("Allow Access?"));
  auto back = Send(http, "POST", url + "/services/oauth2/authorize",
                   FormEncode(std::map<std::string, std::string>{
                       {"consent", hidden(allow.body, "consent")}, {"decision", "Allow"}}),
                   logged_in);
  std::string location = back.headers.Find("Location") ? *back.headers.Find("Location") : "";
  EXPECT_THAT(location, HasSubstr(redirect + "?code="));
  net::OAuth2Client client{url + kTokenPath, account.client_id, account.client_secret, {}};
  auto tokens = net::ExchangeCode(http, client, location.substr(location.find("code=") + 5),
                                  redirect, DeadlineAfter(std::chrono::seconds(30)));
  EXPECT_TRUE(tokens.ok()) << tokens.error().message;
  return tokens.ok() ? *tokens : net::OAuth2Tokens{};
}

class KeptCredentials : public CredentialSource {
 public:
  explicit KeptCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> Load() override {
    std::lock_guard lock(mutex_);
    return credentials_;
  }
  Status Save(const Credentials& credentials) override {
    std::lock_guard lock(mutex_);
    credentials_ = credentials;
    ++saves;
    return Done{};
  }
  std::atomic<int> saves = 0;

 private:
  std::mutex mutex_;
  Credentials credentials_;
};

salesforce::SalesforceOptions Impatient() {
  salesforce::SalesforceOptions options;
  options.retry.first_delay = std::chrono::milliseconds(5);
  options.batch_bytes = 1;  // Each page is a batch.
  return options;
}

// A connected account of one sandbox.
class Connected {
 public:
  explicit Connected(const std::string& url, salesforce::SalesforceOptions options = Impatient())
      : http_(net::MakeCurlHttpClient()) {
    salesforce::Register(registry_, *http_, options);
    const sandbox::OAuthOptions oauth;
    net::OAuth2Tokens tokens = LogIn(*http_, url);
    Credentials credentials{AuthenticationType::kOAuth2,
                            "",
                            {{"accessToken", tokens.access_token},
                             {"refreshToken", tokens.refresh_token},
                             {"clientId", Secret(oauth.client_id)},
                             {"clientSecret", oauth.client_secret}}};
    credentials_ = std::make_shared<KeptCredentials>(std::move(credentials));
    account_.settings["instanceUrl"] = url;
    account_.credentials = credentials_;
  }

  std::unique_ptr<Connector> Open() { return *registry_.Open("Salesforce", account_); }
  std::unique_ptr<Connector> OpenWith(Credentials credentials) {
    Account account = account_;
    account.credentials = std::make_shared<KeptCredentials>(std::move(credentials));
    return *registry_.Open("Salesforce", account);
  }
  KeptCredentials& credentials() { return *credentials_; }
  net::HttpClient& http() { return *http_; }

 private:
  std::unique_ptr<net::HttpClient> http_;
  Registry registry_;
  Account account_;
  std::shared_ptr<KeptCredentials> credentials_;
};

ReadRequest Reading(Connector& connector, std::vector<std::string> fields,
                    std::optional<Filter> condition = {}) {
  ReadRequest request;
  auto entity = connector.DescribeEntity("Account");
  EXPECT_TRUE(entity.ok()) << entity.error().message;
  if (entity.ok()) request.entity = *entity;
  request.fields = std::move(fields);
  request.filter.condition = std::move(condition);
  return request;
}

struct Read {
  std::vector<std::string> records;
  std::vector<Position> positions;
  std::vector<size_t> counts;  // Records up to each position.
};

Result<Read> ReadAll(Connector& connector, const ReadRequest& request,
                     std::optional<Position> from = {}) {
  SLUICE_ASSIGN(auto partitions, connector.Split(request, 4));
  SLUICE_ASSIGN(auto reader, connector.OpenReader(request, partitions.at(0), from));
  Read read;
  while (true) {
    SLUICE_ASSIGN(Pull pull, reader->Next(DeadlineAfter(std::chrono::seconds(60)), {}));
    if (pull.what == Pulled::kEnd) return read;
    SLUICE_ASSIGN(auto records, RecordsToJson(*pull.batch.rows));
    read.records.insert(read.records.end(), records.begin(), records.end());
    read.positions.push_back(pull.batch.after);
    read.counts.push_back(read.records.size());
  }
}

std::set<std::string> NamesOf(Connector& connector, std::optional<Filter> condition) {
  std::set<std::string> names;
  auto read = ReadAll(connector, Reading(connector, {"Name"}, std::move(condition)));
  EXPECT_TRUE(read.ok()) << read.error().message;
  if (!read.ok()) return names;
  for (const std::string& record : read->records) {
    names.insert(*json::FindString(*json::ParseObject(record), "Name"));
  }
  return names;
}

Filter Compare(std::string field, Operator op, std::vector<std::string> texts) {
  Filter filter{.field = std::move(field), .op = op};
  for (std::string& text : texts) filter.values.push_back({FilterValue::Kind::kString, text, 0});
  return filter;
}

Filter IsNull(std::string field) { return {.field = std::move(field), .values = {FilterValue{}}}; }

// ---- The suite that all connectors share.

class SalesforceTarget : public ConformanceTarget {
 public:
  ConformanceAbilities abilities() const override {
    return {.writes = false,
            .upserts = false,
            .updates = false,
            .deletes = false,
            .refuses_duplicates = false,
            .remembers_position = false};
  }
  std::string entity() const override { return "Account"; }
  std::string id_field() const override { return "Id"; }
  std::map<DataType, std::string> fields() const override {
    return {{DataType::kString, "Site"},
            {DataType::kInteger, "NumberOfEmployees"},
            {DataType::kDouble, "BillingLatitude"},
            {DataType::kDate, "SLAExpirationDate__c"}};
  }
  // Behind the sample accounts, in the order of creation.
  std::string Id(int n) const override {
    uint64_t last_sample = sandbox::NumberOfRecordId("001Do000003EDTlIAO");
    return sandbox::MakeRecordId("001", last_sample + 1 + static_cast<uint64_t>(n));
  }
  std::vector<std::string> Samples(DataType type) const override {
    switch (type) {
      case DataType::kInteger:
        return {"0", "-99999999", "99999999"};
      case DataType::kDouble:
        return {"0", "0.1", "-89.123456789012345"};
      case DataType::kString:
        // Salesforce knows no empty text: it is null.
        return {R"("null")", R"("Zoë 'n\" \\ %_\t\n")", R"("日本語 𝄞😀")", R"("a, b; c")"};
      default:
        return ConformanceTarget::Samples(type);
    }
  }
  void Fill(const std::vector<std::string>& records) override {
    connected_.reset();
    sandbox_ = StartSandbox();
    salesforce::SalesforceOptions options = Impatient();
    options.page_size = 10;
    connected_ = std::make_unique<Connected>(sandbox_->url(), options);
    net::Headers headers{{"Authorization", "Bearer " + Token()},
                         {"Content-Type", "application/json"}};
    const std::string base = sandbox_->url() + "/services/data/v58.0/composite/sobjects";
    auto samples = ReadAll(*connected_->Open(), Reading(*connected_->Open(), {"Id"}));
    std::string ids;
    for (const std::string& record : samples->records) {
      ids += (ids.empty() ? "" : ",") + *json::FindString(*json::ParseObject(record), "Id");
    }
    Send(connected_->http(), "DELETE", base + "?ids=" + ids, "", headers);
    json::Array created;
    for (const std::string& record : records) {
      json::Object object = *json::ParseObject(record);
      object.erase("Id");
      object["Name"] = "of the suite";
      object["attributes"] = json::Object{{"type", "Account"}};
      created.push_back(std::move(object));
    }
    auto reply = Send(connected_->http(), "POST", base,
                      json::ToText(json::Object{{"records", created}}), headers);
    EXPECT_THAT(reply.body, ::testing::Not(HasSubstr("\"success\":false")));
  }
  std::vector<std::string> Contents() override { return {}; }
  std::unique_ptr<Connector> Open() override { return connected_->Open(); }
  std::unique_ptr<Connector> OpenWithWrongPassword() override {
    return connected_->OpenWith({AuthenticationType::kOAuth2,
                                 "",
                                 {{"accessToken", Secret("expired")},
                                  {"refreshToken", Secret("revoked")},
                                  {"clientId", Secret(sandbox::OAuthOptions().client_id)},
                                  {"clientSecret", Secret(wrong_password())}}});
  }

 private:
  std::string Token() { return connected_->credentials().Load()->Get("accessToken").Reveal(); }

  std::unique_ptr<SalesforceSandbox> sandbox_;
  std::unique_ptr<Connected> connected_;
};

std::unique_ptr<ConformanceTarget> MakeSalesforceTarget() {
  return std::make_unique<SalesforceTarget>();
}

INSTANTIATE_TEST_SUITE_P(Salesforce, ConnectorConformance,
                         ::testing::Values(&MakeSalesforceTarget));

// ---- The tutorial's data.

class SalesforcePair : public ::testing::Test {
 protected:
  std::unique_ptr<SalesforceSandbox> sandbox_ = StartSandbox();
  Connected connected_{sandbox_->url()};
  std::unique_ptr<Connector> connector_ = connected_.Open();

  int64_t Requests(const std::string& path) const {
    auto requests = sandbox_->requests();
    return requests.count(path) ? requests.at(path) : 0;
  }
  Result<Read> ReadNames() { return ReadAll(*connector_, Reading(*connector_, {"Name"})); }
};

TEST_F(SalesforcePair, TheTutorialsThirteenAccounts) {
  auto read =
      ReadAll(*connector_,
              Reading(*connector_, {"Id", "Name", "Type", "BillingState", "Rating", "Industry"}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->records.size(), 13u);
  EXPECT_EQ(read->records.front(),
            R"({"Id":"001Do000003EDTZIA4","Name":"Edge Communications","Type":"Customer - Direct",)"
            R"("BillingState":"TX","Rating":"Hot","Industry":"Electronics"})");
  EXPECT_EQ(read->records.back(),
            R"({"Id":"001Do000003EDTlIAO","Name":"Sample Account for Entitlements","Type":null,)"
            R"("BillingState":null,"Rating":null,"Industry":null})");
}

TEST_F(SalesforcePair, DescribesAccountWithTheLabelsOfTheTutorial) {
  auto entity = connector_->DescribeEntity("Account");
  ASSERT_TRUE(entity.ok()) << entity.error().message;
  std::map<std::string, std::string> labels = {
      {"Id", "Account ID"},         {"Name", "Account Name"},
      {"Type", "Account Type"},     {"BillingState", "Billing State/Province"},
      {"Rating", "Account Rating"}, {"Industry", "Industry"}};
  for (const auto& [name, label] : labels) {
    ASSERT_NE(entity->Find(name), nullptr) << name;
    EXPECT_EQ(entity->Find(name)->label, label);
  }
  EXPECT_TRUE(entity->Find("Id")->is_primary_key);
  EXPECT_EQ(entity->Find("Rating")->data_type_label, "picklist");
  EXPECT_THAT(entity->Find("Rating")->constraints->allowed_values,
              ElementsAre("Hot", "Warm", "Cold"));
  EXPECT_TRUE(entity->Find("SystemModstamp")->read.is_timestamp_for_incremental_queries);
  EXPECT_FALSE(entity->Find("Description")->read.is_queryable);
}

TEST_F(SalesforcePair, EveryFieldOfAnAccountCanBeRead) {
  auto request = Reading(*connector_, {});
  for (const Field& field : request.entity.fields) request.fields.push_back(field.name);
  auto read = ReadAll(*connector_, request);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_THAT(read->records.front(), HasSubstr(R"("CreatedDate":"2022-01-02T17:38:59Z")"));
  EXPECT_THAT(read->records.front(), HasSubstr(R"("IsDeleted":false)"));
  EXPECT_THAT(read->records.front(), HasSubstr(R"("AnnualRevenue":139000000)"));
  EXPECT_THAT(read->records.front(), HasSubstr(R"("state":"TX")"));
}

// ---- Filters.

TEST_F(SalesforcePair, FiltersAsAskedFor) {
  using enum Operator;
  const std::set<std::string> united = {"United Oil & Gas Corp.", "United Oil & Gas, UK",
                                        "United Oil & Gas, Singapore"};
  EXPECT_EQ(NamesOf(*connector_, Compare("Industry", kEqualTo, {"Energy"})), united);
  EXPECT_EQ(NamesOf(*connector_, Compare("Name", kContains, {"Oil & Gas"})), united);
  EXPECT_EQ(NamesOf(*connector_, Compare("Name", kContains, {"%"})), std::set<std::string>{});
  EXPECT_EQ(NamesOf(*connector_, Compare("Name", kContains, {"_"})), std::set<std::string>{});
  EXPECT_EQ(NamesOf(*connector_, Compare("AnnualRevenue", kBetween, {"50000000", "139000000"})),
            (std::set<std::string>{"Dickenson plc", "Edge Communications"}));
  EXPECT_EQ(NamesOf(*connector_, Compare("AnnualRevenue", kGreaterThan, {"500000000"})),
            std::set<std::string>{"Pyramid Construction Inc."});
  EXPECT_EQ(NamesOf(*connector_, Compare("CreatedDate", kLessThan, {"2022-01-02T17:38:59Z"})),
            std::set<std::string>{});
  EXPECT_EQ(
      NamesOf(*connector_, Compare("CreatedDate", kLessThanOrEqualTo, {"2022-01-02T17:38:59Z"}))
          .size(),
      13u);
  EXPECT_EQ(NamesOf(*connector_, Compare("IsDeleted", kEqualTo, {"false"})).size(), 13u);
  EXPECT_EQ(NamesOf(*connector_, Compare("Id", kEqualTo, {"001Do000003EDTj"})),
            std::set<std::string>{"GenePoint"});
}

TEST_F(SalesforcePair, FiltersJoinNestAndNegate) {
  using enum Operator;
  Filter hot = Compare("Rating", kEqualTo, {"Hot"}), cold = Compare("Rating", kEqualTo, {"Cold"});
  Filter channel = Compare("Type", kEqualTo, {"Customer - Channel"});
  Filter either{.kind = Filter::Kind::kOr, .operands = {hot, cold}};
  Filter not_channel{.kind = Filter::Kind::kNot, .operands = {channel}};
  EXPECT_EQ(
      NamesOf(*connector_, Filter{.kind = Filter::Kind::kAnd, .operands = {either, not_channel}}),
      (std::set<std::string>{"Edge Communications", "United Oil & Gas Corp."}));
  Filter in{
      .kind = Filter::Kind::kIn,
      .field = "BillingState",
      .values = {{FilterValue::Kind::kString, "TX", 0}, {FilterValue::Kind::kString, "KS", 0}}};
  EXPECT_EQ(NamesOf(*connector_, in),
            (std::set<std::string>{"Edge Communications", "Dickenson plc"}));
  Filter nothing{.kind = Filter::Kind::kAnd, .operands = {IsNull("Type"), IsNull("Industry")}};
  EXPECT_EQ(NamesOf(*connector_, nothing),
            (std::set<std::string>{"Sample Account for Entitlements", "sForce"}));
}

TEST_F(SalesforcePair, AValueOfTheWrongTypeIsRefusedBeforeItIsSent) {
  auto request =
      Reading(*connector_, {"Id"}, Compare("AnnualRevenue", Operator::kEqualTo, {"much"}));
  auto read = ReadAll(*connector_, request);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(read.error().message, HasSubstr("'AnnualRevenue'"));
  EXPECT_EQ(Requests(kQueryPath), 0);
}

TEST_F(SalesforcePair, DeletedRecordsComeOnlyWhenAskedFor) {
  std::string token = connected_.credentials().Load()->Get("accessToken").Reveal();
  auto reply = Send(connected_.http(), "DELETE",
                    sandbox_->url() + "/services/data/v58.0/sobjects/Account/001Do000003EDTkIAO",
                    "", {{"Authorization", "Bearer " + token}});
  EXPECT_EQ(reply.status, 204);
  auto request = Reading(*connector_, {"Name", "IsDeleted"});
  EXPECT_EQ(ReadAll(*connector_, request)->records.size(), 12u);
  request.settings["includeDeletedRecords"] = "true";
  auto all = ReadAll(*connector_, request);
  ASSERT_EQ(all->records.size(), 13u);
  EXPECT_EQ(all->records[11], R"({"Name":"sForce","IsDeleted":true})");
}

// ---- Sessions.

TEST_F(SalesforcePair, AnExpiredSessionIsRefreshedOnceAndKept) {
  std::string before = connected_.credentials().Load()->Get("accessToken").Reveal();
  int64_t tokens = Requests(kTokenPath);
  sandbox_->RevokeSessions();
  auto read = ReadNames();
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->records.size(), 13u);
  EXPECT_EQ(Requests(kTokenPath), tokens + 1);
  EXPECT_EQ(connected_.credentials().saves, 1);
  EXPECT_NE(connected_.credentials().Load()->Get("accessToken").Reveal(), before);
  // Another connector of the same account begins with the new session.
  ASSERT_TRUE(connected_.Open()->Check().ok());
  EXPECT_EQ(Requests(kTokenPath), tokens + 1);
}

TEST_F(SalesforcePair, ReadersAtTheSameTimeRefreshOnceTogether) {
  auto request = Reading(*connector_, {"Name"});
  int64_t tokens = Requests(kTokenPath);
  sandbox_->RevokeSessions();
  std::vector<std::future<bool>> reads;
  for (int i = 0; i < 8; ++i) {
    reads.push_back(std::async(
        std::launch::async, [&] { return ReadAll(*connector_, request)->records.size() == 13; }));
  }
  for (auto& read : reads) EXPECT_TRUE(read.get());
  EXPECT_EQ(Requests(kTokenPath), tokens + 1);
}

TEST_F(SalesforcePair, ASessionRefusedAgainIsNotRefreshedForEver) {
  auto request = Reading(*connector_, {"Name"});
  int64_t tokens = Requests(kTokenPath);
  sandbox_->Inject({.path_prefix = kQueryPath, .status = 401, .count = 1000});
  auto read = ReadAll(*connector_, request);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidCredentials);
  EXPECT_THAT(read.error().message, HasSubstr("connect again"));
  EXPECT_EQ(Requests(kTokenPath), tokens + 1);
  EXPECT_EQ(Requests(kQueryPath), 2);
}

TEST_F(SalesforcePair, WithoutARefreshTokenTheSessionsEndIsSaid) {
  auto connector =
      connected_.OpenWith({AuthenticationType::kOAuth2, "", {{"accessToken", Secret("old")}}});
  Status checked = connector->Check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidCredentials);
  EXPECT_THAT(checked.error().message, HasSubstr("refresh_token"));
}

// ---- Trouble.

TEST_F(SalesforcePair, ABusySalesforceIsAskedAgain) {
  auto request = Reading(*connector_, {"Name"});
  for (int status : {429, 503, 500}) {
    int64_t before = Requests(kQueryPath);
    sandbox_->Inject({.path_prefix = kQueryPath, .status = status, .count = 2});
    auto read = ReadAll(*connector_, request);
    ASSERT_TRUE(read.ok()) << status << ": " << read.error().message;
    EXPECT_EQ(read->records.size(), 13u);
    EXPECT_EQ(Requests(kQueryPath), before + 3) << status;
  }
}

TEST_F(SalesforcePair, TheDailyLimitIsNotTriedAgain) {
  auto request = Reading(*connector_, {"Name"});
  sandbox_->Inject({.path_prefix = kQueryPath, .status = 403, .count = 10});
  auto read = ReadAll(*connector_, request);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kRateLimitExceeded);
  EXPECT_THAT(read.error().message, HasSubstr("24 hours"));
  EXPECT_EQ(Requests(kQueryPath), 1);
}

TEST_F(SalesforcePair, AnUnreachableSalesforceIsNamed) {
  std::string url = sandbox_->url();
  sandbox_.reset();
  Status checked = connector_->Check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kServiceUnavailable);
  EXPECT_THAT(checked.error().message, HasSubstr(url));
}

TEST_F(SalesforcePair, WhatSalesforceCanNotDoIsSaid) {
  auto request = Reading(*connector_, {"Name"});
  request.settings["dataTransferApi"] = "BULKV2";
  EXPECT_EQ(ReadAll(*connector_, request).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(connector_->OpenWriter({}, "s").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(connector_->DescribeEntity("../limits").error().code, ErrorCode::kResourceNotFound);
}

// ---- Many records.

class ManyAccounts : public ::testing::Test {
 protected:
  static constexpr int64_t kMadeUp = 10'000;

  static void SetUpTestSuite() {
    SalesforceSandboxOptions options;
    options.records["Account"] = kMadeUp;
    sandbox_ = StartSandbox(options).release();
    connected_ = new Connected(sandbox_->url());
  }
  static void TearDownTestSuite() {
    delete connected_;
    delete sandbox_;
  }

  inline static SalesforceSandbox* sandbox_ = nullptr;
  inline static Connected* connected_ = nullptr;
  std::unique_ptr<Connector> connector_ = connected_->Open();
};

TEST_F(ManyAccounts, ReadResumedAtEveryPageGivesTheSameRecords) {
  auto request =
      Reading(*connector_, {"Id", "Name", "Description", "AnnualRevenue", "BillingAddress"});
  auto all = ReadAll(*connector_, request);
  ASSERT_TRUE(all.ok()) << all.error().message;
  ASSERT_EQ(all->records.size(), static_cast<size_t>(kMadeUp + 13));
  std::set<std::string> different(all->records.begin(), all->records.end());
  EXPECT_EQ(different.size(), all->records.size());
  ASSERT_EQ(all->positions.size(), 6u);
  for (size_t i = 0; i < all->positions.size(); ++i) {
    auto rest = ReadAll(*connected_->Open(), request, all->positions[i]);
    ASSERT_TRUE(rest.ok()) << rest.error().message;
    std::vector<std::string> expected(all->records.begin() + static_cast<ptrdiff_t>(all->counts[i]),
                                      all->records.end());
    EXPECT_EQ(rest->records, expected) << "resumed at " << all->positions[i].token;
  }
}

TEST_F(ManyAccounts, PagesComeTogetherAsOneBatchUntilItIsLargeEnough) {
  salesforce::SalesforceOptions options;
  auto counts = [&] {
    Connected connected(sandbox_->url(), options);
    auto connector = connected.Open();
    auto read = ReadAll(*connector, Reading(*connector, {"Id"}));
    EXPECT_TRUE(read.ok()) << read.error().message;
    return read->counts;
  };
  std::vector<size_t> several = counts();
  EXPECT_GT(several.size(), 1u);
  EXPECT_EQ(several.front() % 2000, 0u);
  EXPECT_GT(several.front(), 2000u);
  options.batch_bytes = 8 << 20;
  EXPECT_THAT(counts(), ElementsAre(kMadeUp + 13));
}

TEST_F(ManyAccounts, TextOfAllScriptsAndNullsArriveAsTheyAre) {
  auto request = Reading(*connector_, {"Name", "Description", "AnnualRevenue"});
  auto all = ReadAll(*connector_, request);
  ASSERT_TRUE(all.ok()) << all.error().message;
  std::string text;
  for (const std::string& record : all->records) text += record;
  for (const char* piece :
       {"Café", "北京", "🚀", "\\\"Quoted\\\"", "O'Brien", "fair.\\nWants", "C:\\\\shared",
        "🤷🏽‍♀️", "\"Description\":null", "\"AnnualRevenue\":null"}) {
    EXPECT_THAT(text, HasSubstr(piece));
  }
}

TEST_F(ManyAccounts, TheServersOwnCountAgreesWithAFilteredRead) {
  Filter filter{
      .kind = Filter::Kind::kOr,
      .operands = {Compare("Name", Operator::kContains, {"O'Brien"}),
                   Compare("Name", Operator::kContains, {"100% Pure"}),
                   Compare("LastModifiedDate", Operator::kGreaterThan, {"2024-01-01T00:00:00Z"})}};
  auto read = ReadAll(*connector_, Reading(*connector_, {"Id"}, filter));
  ASSERT_TRUE(read.ok()) << read.error().message;
  std::string soql =
      "SELECT COUNT() FROM Account WHERE Name LIKE '%O\\'Brien%' OR Name LIKE '%100\\% Pure%' OR "
      "LastModifiedDate > 2024-01-01T00:00:00Z";
  std::string token = connected_->credentials().Load()->Get("accessToken").Reveal();
  auto reply =
      Send(connected_->http(), "GET", sandbox_->url() + kQueryPath + "?q=" + PercentEncode(soql),
           "", {{"Authorization", "Bearer " + token}});
  auto counted = json::FindInt(*json::ParseObject(reply.body), "totalSize");
  ASSERT_TRUE(counted) << reply.body;
  EXPECT_EQ(read->records.size(), static_cast<size_t>(*counted));
  EXPECT_GT(*counted, 1000);
  EXPECT_LT(*counted, kMadeUp);
}

TEST_F(ManyAccounts, ALimitHoldsAcrossPagesAndResumption) {
  auto request = Reading(*connector_, {"Id"});
  request.filter.limit = 4500;
  auto all = ReadAll(*connector_, request);
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_THAT(all->counts, ElementsAre(2000, 4000, 4500));
  auto rest = ReadAll(*connected_->Open(), request, all->positions[1]);
  ASSERT_TRUE(rest.ok()) << rest.error().message;
  EXPECT_EQ(rest->records.size(), 500u);
  EXPECT_TRUE(ReadAll(*connected_->Open(), request, all->positions[2])->records.empty());
}

TEST_F(ManyAccounts, ASessionThatEndsBetweenPagesIsRefreshed) {
  auto request = Reading(*connector_, {"Id"});
  auto reader = connector_->OpenReader(request, {"all", ""}, {});
  size_t rows = 0;
  while (true) {
    auto pull = (*reader)->Next(DeadlineAfter(std::chrono::seconds(60)), {});
    ASSERT_TRUE(pull.ok()) << pull.error().message;
    if (pull->what == Pulled::kEnd) break;
    rows += static_cast<size_t>(pull->batch.rows->num_rows());
    sandbox_->RevokeSessions();
  }
  EXPECT_EQ(rows, static_cast<size_t>(kMadeUp + 13));
}

TEST_F(ManyAccounts, AForeignPositionIsRefused) {
  auto request = Reading(*connector_, {"Id"});
  for (const char* token : {"x", "' OR Id != '", "001Do000003EDTlIAO 7"}) {
    auto read = ReadAll(*connector_, request, Position{1, token});
    ASSERT_FALSE(read.ok()) << token;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sluice
