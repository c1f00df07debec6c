// Parsing and answering queries, over the 13 sample accounts.
#include <gmock/gmock.h>

#include "sluice/sandbox/sample_data.h"
#include "sluice/sandbox/soql_query.h"

namespace sluice::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A day after the samples were made.
const Time kNow = *ParseTime("2022-01-03T12:00:00Z");

class Soql : public ::testing::Test {
 protected:
  Soql() {
    org_.AddUser("admin@example.com", kNow);
    AddSampleAccounts(org_);
  }

  std::optional<ApiError> Run(std::string_view text, SoqlResult& result) {
    SoqlQuery query;
    if (auto error = ParseSoql(text, query)) return error;
    return RunSoql(org_, query, text, false, kNow, result);
  }

  ApiError ErrorOf(std::string_view text) {
    SoqlResult result;
    auto error = Run(text, result);
    EXPECT_TRUE(error.has_value()) << text;
    return error.value_or(ApiError{});
  }

  // The names that match, in the order of the answer.
  std::vector<std::string> Names(std::string_view where) {
    SoqlResult result;
    std::string text = "SELECT Id FROM Account " + std::string(where);
    auto error = Run(text, result);
    EXPECT_FALSE(error.has_value()) << text << ": " << error->message;
    std::vector<std::string> names;
    size_t name = *org_.Find("Account")->type().Find("Name");
    for (const auto& record : result.records) {
      names.push_back(std::get<std::string>(record->Get(name)));
    }
    return names;
  }

  size_t Count(const std::string& condition) { return Names("WHERE " + condition).size(); }

  Org org_;
};

TEST_F(Soql, CountsWhatMatches) {
  const std::pair<const char*, size_t> kConditions[] = {
      {"Industry = 'Energy'", 3},
      {"industry = 'ENERGY'", 3},    // Neither names nor text depend on case.
      {"Industry != 'Energy'", 10},  // Null differs from everything.
      {"Industry <> 'Energy'", 10},
      {"Industry = null", 2},
      {"Industry != null", 11},
      {"NOT Industry = null", 11},
      {"AnnualRevenue > 139000000", 3},
      {"AnnualRevenue >= 1.39e8", 4},
      {"AnnualRevenue < 139000000", 2},
      {"AnnualRevenue <= 139000000", 3},
      {"AnnualRevenue > null", 0},
      {"NOT AnnualRevenue > 0", 7},
      {"Name LIKE 'United%'", 3},
      {"Name LIKE '%oil & gas%'", 3},
      {"Name LIKE '%\\%%'", 0},
      {"Name LIKE 's_orce'", 1},
      {"Name LIKE 's\\_orce'", 0},
      {"Name LIKE 'GenePoint'", 1},
      {"(NOT Name LIKE '%a%')", 3},
      {"BillingState IN ('TX', 'KS', 'XX')", 2},
      {"BillingState IN (null, 'TX')", 3},
      {"BillingState NOT IN ('TX', 'KS')", 11},
      {"IsDeleted = false", 13},
      {"IsDeleted = true", 0},
      {"Id = '001Do000003EDTl'", 1},
      {"Id = '001Do000003EDTlIAO'", 1},
      {"Id > '001Do000003EDTaIAO'", 11},
      {"Id >= '001Do000003EDTaIAO'", 12},
      {"Id > '001Do000003EDTaIAO' AND Id < '001Do000003EDTdIAO'", 2},
      {"Id IN ('001Do000003EDTaIAO', '001Do000003EDTb')", 2},
      {"CreatedDate = 2022-01-02T17:38:59Z", 13},
      {"CreatedDate = 2022-01-02T17:38:59.000+0000", 13},
      {"CreatedDate = 2022-01-02T18:38:59+01:00", 13},
      {"CreatedDate < 2022-01-02T17:38:59Z", 0},
      {"CreatedDate = YESTERDAY", 13},
      {"CreatedDate != YESTERDAY", 0},
      {"CreatedDate < TODAY", 13},
      {"CreatedDate >= TODAY", 0},
      {"CreatedDate <= YESTERDAY", 13},
      {"CreatedDate > YESTERDAY", 0},
      {"CreatedDate = LAST_N_DAYS:1", 13},
      {"SLAExpirationDate__c = 2024-01-31", 0},
      {"SLAExpirationDate__c != 2024-01-31", 13},
      {"(Rating = 'Hot' OR Rating = 'Cold') AND Type = 'Customer - Channel'", 2},
      {"Rating = 'Hot' OR (Rating = 'Cold' AND Type = 'Customer - Channel')", 4},
      {"NOT (Rating = 'Hot' OR Rating = 'Cold')", 9},
      {"NOT NOT Rating = 'Hot'", 2},
  };
  for (const auto& [condition, count] : kConditions)
    EXPECT_EQ(Count(condition), count) << condition;
}

TEST_F(Soql, EscapedTextIsText) {
  Table& accounts = *org_.Find("Account");
  Record record;
  record.Set(0, accounts.NextId());
  record.Set(*accounts.type().Find("Name"), std::string("O'Neil \\ 100% \"_\"\né北京"));
  accounts.Put(record);
  EXPECT_EQ(Count(R"(Name = 'O\'Neil \\ 100% \"_\"\né北京')"), 1u);
  EXPECT_EQ(Count(R"(Name LIKE '%O\'Neil \\ 100\% %')"), 1u);
  EXPECT_EQ(Count("Name LIKE '%é北_'"), 1u) << "_ is a character, not a byte";
  EXPECT_EQ(Count("Name LIKE '%é北__'"), 0u);
}

TEST_F(Soql, OrdersWithNullsWhereAskedFor) {
  auto names = Names("ORDER BY AnnualRevenue DESC NULLS LAST, Name LIMIT 3");
  EXPECT_THAT(names, ElementsAre("Pyramid Construction Inc.", "Grand Hotels & Resorts Ltd",
                                 "Burlington Textiles Corp of America"));
  EXPECT_EQ(Names("ORDER BY AnnualRevenue, Name LIMIT 1").front(),
            "Express Logistics and Transport");
  EXPECT_EQ(Names("ORDER BY Name DESC LIMIT 1").front(), "University of Arizona");
  EXPECT_THAT(Names("ORDER BY Name LIMIT 2 OFFSET 1"),
              ElementsAre("Dickenson plc", "Edge Communications"));
  EXPECT_TRUE(Names("LIMIT 5 OFFSET 13").empty());
  EXPECT_TRUE(Names("LIMIT 0").empty());
}

TEST_F(Soql, CountGivesANumberAndNoRecords) {
  SoqlResult result;
  ASSERT_FALSE(Run("select count() from account where Rating = 'Hot'", result));
  EXPECT_EQ(result.total_size, 2);
  EXPECT_TRUE(result.records.empty());
}

TEST_F(Soql, WhatIsNotSoqlIsMalformed) {
  const char* kQueries[] = {
      "SELECT",
      "SELECT FROM Account",
      "SELECT Id, FROM Account",
      "SELECT Id FRM Account",
      "SELECT Id FROM Account WHERE",
      "SELECT Id FROM Account WHERE Name",
      "SELECT Id FROM Account WHERE Name = ",
      "SELECT Id FROM Account WHERE Name = 'open",
      "SELECT Id FROM Account WHERE Name = 'bad \\x escape'",
      "SELECT Id FROM Account WHERE Name = \"x\"",
      "SELECT Id FROM Account WHERE Name LIKE",
      "SELECT Id FROM Account WHERE (Name = 'x'",
      "SELECT Id FROM Account WHERE Name = 'x')",
      "SELECT Id FROM Account WHERE Name IN ()",
      "SELECT Id FROM Account WHERE Name = 'x' AND",
      "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Name = 'c'",
      "SELECT Id FROM Account WHERE CreatedDate > 2022-01-02T17:38:59",
      "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:x",
      "SELECT Id FROM Account ORDER Name",
      "SELECT Id FROM Account ORDER BY Name NULLS",
      "SELECT Id FROM Account LIMIT -1",
      "SELECT Id FROM Account LIMIT x",
      "SELECT Id FROM Account; DROP",
      "SELECT * FROM Account",
  };
  for (const char* query : kQueries) EXPECT_EQ(ErrorOf(query).code, "MALFORMED_QUERY") << query;
  std::string deep = "SELECT Id FROM Account WHERE " + std::string(100'000, '(') + "Id = ''";
  EXPECT_EQ(ErrorOf(deep).code, "MALFORMED_QUERY");
  std::string nots = "SELECT Id FROM Account WHERE ";
  for (int i = 0; i < 10'000; ++i) nots += "NOT ";
  EXPECT_EQ(ErrorOf(nots + "Id = ''").code, "MALFORMED_QUERY");
}

TEST_F(Soql, ErrorsPointAtTheirPlace) {
  EXPECT_EQ(ErrorOf("SELECT Id FRM Account").message,
            "\nSELECT Id FRM Account\n          ^\nERROR at Row:1:Column:11\n"
            "unexpected token: 'FRM'");
  ApiError error = ErrorOf("SELECT Id,\n  Nam FROM Account");
  EXPECT_EQ(error.code, "INVALID_FIELD");
  EXPECT_THAT(error.message, HasSubstr("\n  Nam FROM Account\n  ^\nERROR at Row:2:Column:3\n"));
  EXPECT_THAT(error.message, HasSubstr("No such column 'Nam' on entity 'Account'"));
  EXPECT_EQ(ErrorOf("SELECT Id FROM Acount").code, "INVALID_TYPE");
}

TEST_F(Soql, ValuesMustFitTheirField) {
  const std::pair<const char*, const char*> kConditions[] = {
      {"AnnualRevenue = '5'", "INVALID_FIELD"},
      {"Name = 5", "INVALID_FIELD"},
      {"CreatedDate = '2022-01-02T17:38:59Z'", "INVALID_FIELD"},
      {"CreatedDate = 2022-01-02", "INVALID_FIELD"},
      {"SLAExpirationDate__c = 2022-01-02T00:00:00Z", "INVALID_FIELD"},
      {"IsDeleted = 'true'", "INVALID_FIELD"},
      {"IsDeleted > false", "INVALID_QUERY_FILTER_OPERATOR"},
      {"Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR"},
      {"Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"},
      {"AnnualRevenue LIKE '5'", "INVALID_QUERY_FILTER_OPERATOR"},
      {"Description = 'x'", "INVALID_FIELD"},
      {"BillingAddress = 'x'", "INVALID_FIELD"},
  };
  for (const auto& [condition, code] : kConditions) {
    EXPECT_EQ(ErrorOf("SELECT Id FROM Account WHERE " + std::string(condition)).code, code)
        << condition;
  }
}

TEST(SampleData, TheSameSeedMakesTheSameRecords) {
  std::string texts[3];
  uint64_t seeds[] = {7, 7, 8};
  for (int i = 0; i < 3; ++i) {
    Org org;
    org.AddUser("admin@example.com", kNow);
    ASSERT_TRUE(AddMadeUpRecords(org, "Account", 50, seeds[i]));
    ASSERT_TRUE(AddMadeUpRecords(org, "Contact", 50, seeds[i]));
    ASSERT_FALSE(AddMadeUpRecords(org, "User", 1, seeds[i]));
    ASSERT_FALSE(AddMadeUpRecords(org, "Opportunity", 1, seeds[i]));
    for (const char* object : {"Account", "Contact"}) {
      const Table& table = *org.Find(object);
      std::vector<size_t> fields;
      for (size_t field = 0; field < table.type().fields.size(); ++field) fields.push_back(field);
      for (const auto& [id, record] : table.records()) {
        AppendRecord(texts[i], table.type(), *record, fields, "v58.0");
      }
    }
  }
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_NE(texts[0], texts[2]);
}

}  // namespace
}  // namespace sluice::sandbox
