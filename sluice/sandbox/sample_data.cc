#include "sluice/sandbox/sample_data.h"

#include <array>
#include <random>
#include <span>

namespace sluice::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr Days kOrgMade{std::chrono::year{2022} / 1 / 2};

struct SampleAccount {
  const char *id, *name, *type, *billing_state, *rating, *industry, *number;
  double revenue;  // 0: null.
};

constexpr std::array<SampleAccount, 13> kSampleAccounts = {{
    {"001Do000003EDTlIAO", "Sample Account for Entitlements", nullptr, nullptr, nullptr, nullptr,
     nullptr, 0},
    {"001Do000003EDTZIA4", "Edge Communications", "Customer - Direct", "TX", "Hot", "Electronics",
     "CD451796", 139e6},
    {"001Do000003EDTaIAO", "Burlington Textiles Corp of America", "Customer - Direct", "NC", "Warm",
     "Apparel", "CD656092", 350e6},
    {"001Do000003EDTbIAO", "Pyramid Construction Inc.", "Customer - Channel", nullptr, nullptr,
     "Construction", "CC213425", 950e6},
    {"001Do000003EDTcIAO", "Dickenson plc", "Customer - Channel", "KS", nullptr, "Consulting",
     "CC634267", 50e6},
    {"001Do000003EDTdIAO", "Grand Hotels & Resorts Ltd", "Customer - Direct", "IL", "Warm",
     "Hospitality", "CD439877", 500e6},
    {"001Do000003EDTeIAO", "United Oil & Gas Corp.", "Customer - Direct", "NY", "Hot", "Energy",
     nullptr, 0},
    {"001Do000003EDTfIAO", "Express Logistics and Transport", "Customer - Channel", "OR", "Cold",
     "Transportation", "CC947211", 0},
    {"001Do000003EDTgIAO", "University of Arizona", "Customer - Direct", "AZ", "Warm", "Education",
     "CD736025", 0},
    {"001Do000003EDThIAO", "United Oil & Gas, UK", "Customer - Direct", "UK", nullptr, "Energy",
     "CD355119-A", 0},
    {"001Do000003EDTiIAO", "United Oil & Gas, Singapore", "Customer - Direct", "Singapore", nullptr,
     "Energy", "CD355120-B", 0},
    {"001Do000003EDTjIAO", "GenePoint", "Customer - Channel", "CA", "Cold", "Biotechnology",
     "CC978213", 30e6},
    {"001Do000003EDTkIAO", "sForce", nullptr, "CA", nullptr, nullptr, nullptr, 0},
}};

// Sets fields by name; names are checked once per call, values that are nullptr stay null.
class Filler {
 public:
  explicit Filler(const ObjectType& type) : type_(type) {}
  void Set(std::string_view field, const char* text) {
    if (text) record.Set(*type_.Find(field), std::string(text));
  }
  void Set(std::string_view field, Value value) {
    record.Set(*type_.Find(field), std::move(value));
  }
  Record record;

 private:
  const ObjectType& type_;
};

// Numbers from a seed. (The standard's distributions differ between libraries, its engines don't.)
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(engine_() % static_cast<uint64_t>(limit));
  }
  bool Chance(int percent) { return Below(100) < percent; }
  const char* Pick(std::span<const char* const> choices) {
    return choices[static_cast<size_t>(Below(static_cast<int64_t>(choices.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

constexpr const char* kFirstWords[] = {"Café",    "北京",       "Müller", "Northern", "Żubr",
                                       "O'Brien", "Atlas",      "東京",   "Río",      "Harbor",
                                       "Société", "\"Quoted\"", "Σίγμα",  "Lotus",    "Kjærgaard",
                                       "Blue",    "한빛",       "🚀 Orbit"};
constexpr const char* kSecondWords[] = {"Textiles", "Logistics", "Énergie",       "科技",
                                        "& Söhne",  "Foods",     "Mining, South", "Optics",
                                        "Health",   "100% Pure"};
constexpr const char* kLegalForms[] = {"Inc.", "GmbH", "S.A.", "有限公司", "plc", "Ltd", "AB"};
constexpr const char* kTypes[] = {"Prospect", "Customer - Direct", "Customer - Channel",
                                  "Technology Partner", "Other"};
constexpr const char* kIndustries[] = {"Apparel", "Banking",   "Biotechnology",   "Construction",
                                       "Energy",  "Education", "Food & Beverage", "Technology"};
constexpr const char* kRatings[] = {"Hot", "Warm", "Cold"};
struct Place {
  const char *city, *state, *country;
  double latitude, longitude;
};
constexpr Place kPlaces[] = {{"Austin", "TX", "USA", 30.2672, -97.7431},
                             {"São Paulo", "SP", "Brasil", -23.5505, -46.6333},
                             {"München", "Bayern", "Deutschland", 48.137154, 11.576124},
                             {"北京", "北京市", "中国", 39.9042, 116.4074},
                             {"Québec", "QC", "Canada", 46.8139, -71.208},
                             {"Singapore", nullptr, "Singapore", 1.3521, 103.8198}};
constexpr const char* kDescriptions[] = {
    "Met at the trade fair.\nWants a quote by \"Friday\".",
    "Größter Kunde im Süden; Ansprechpartner wechselt häufig.", "上海分公司,\r\n需要中文合同。",
    "C:\\shared\\contracts\\2024, see tab\tB", "It's complicated 🤷🏽‍♀️ — call first"};
constexpr const char* kFirstNames[] = {"José", "Anna", "Łukasz", "小明", "Zoë", "Priya", "Sean"};
constexpr const char* kLastNames[] = {"Müller", "O'Neil", "García",  "王",
                                      "Nowak",  "Smith",  "Ångström"};

void FillAccount(Filler& account, Dice& dice, int64_t number) {
  account.Set("Name", std::string(dice.Pick(kFirstWords)) + ' ' + dice.Pick(kSecondWords) + ' ' +
                          dice.Pick(kLegalForms) + ' ' + std::to_string(number));
  account.Set("AccountNumber", "SX" + std::to_string(1'000'000 + number));
  account.Set("Ext__c", "ext-" + std::to_string(number));
  if (dice.Chance(85)) account.Set("Type", dice.Pick(kTypes));
  if (dice.Chance(85)) account.Set("Industry", dice.Pick(kIndustries));
  if (dice.Chance(60)) account.Set("Rating", dice.Pick(kRatings));
  if (dice.Chance(70)) {
    const Place& place = kPlaces[static_cast<size_t>(dice.Below(std::ssize(kPlaces)))];
    account.Set("BillingStreet", std::to_string(1 + dice.Below(200)) + " Main Street\n2nd floor");
    account.Set("BillingCity", place.city);
    account.Set("BillingState", place.state);
    account.Set("BillingCountry", place.country);
    account.Set("BillingLatitude", place.latitude);
    account.Set("BillingLongitude", place.longitude);
  }
  if (dice.Chance(75)) account.Set("AnnualRevenue", static_cast<double>(dice.Below(1'000'000'000)));
  if (dice.Chance(75)) account.Set("NumberOfEmployees", static_cast<double>(dice.Below(250'000)));
  if (dice.Chance(50))
    account.Set("Phone", "+49 89 " + std::to_string(100'000 + dice.Below(900'000)));
  if (dice.Chance(40)) account.Set("Website", "https://www.example.com/" + std::to_string(number));
  if (dice.Chance(40)) account.Set("Description", dice.Pick(kDescriptions));
  if (dice.Chance(20))
    account.Set("SLAExpirationDate__c", kOrgMade + std::chrono::days(dice.Below(2000)));
}

void FillContact(Filler& contact, Dice& dice, int64_t number) {
  contact.Set("LastName", std::string(dice.Pick(kLastNames)) + ' ' + std::to_string(number));
  if (dice.Chance(90)) contact.Set("FirstName", dice.Pick(kFirstNames));
  if (dice.Chance(80)) {
    contact.Set("AccountId", kSampleAccounts[static_cast<size_t>(dice.Below(13))].id);
  }
  if (dice.Chance(70)) contact.Set("Email", "person" + std::to_string(number) + "@example.com");
  if (dice.Chance(30)) contact.Set("Birthdate", Days(std::chrono::days(dice.Below(13'000))));
  if (dice.Chance(30)) contact.Set("Description", dice.Pick(kDescriptions));
}

}  // namespace

void AddSampleAccounts(Org& org) {
  Table& accounts = *org.Find("Account");
  const Time created = Time(kOrgMade) + 17h + 38min + 59s;
  for (const SampleAccount& sample : kSampleAccounts) {
    Filler account(accounts.type());
    account.Set("Id", sample.id);
    account.Set("Name", sample.name);
    account.Set("Type", sample.type);
    account.Set("BillingState", sample.billing_state);
    account.Set("Rating", sample.rating);
    account.Set("Industry", sample.industry);
    account.Set("AccountNumber", sample.number);
    if (sample.revenue > 0) account.Set("AnnualRevenue", sample.revenue);
    Stamp(accounts, org.user_id(), created, created, account.record);
    accounts.Put(std::move(account.record));
  }
}

bool AddMadeUpRecords(Org& org, std::string_view object, int64_t count, uint64_t seed) {
  Table* table = org.Find(object);
  if (!table || !table->type().writable) return false;
  Dice dice(seed);
  for (int64_t number = 1; number <= count; ++number) {
    Filler filler(table->type());
    if (table->type().name == "Account") {
      FillAccount(filler, dice, number);
    } else {
      FillContact(filler, dice, number);
    }
    Time created = Time(kOrgMade) + 24h + std::chrono::milliseconds(dice.Below(63'072'000'000));
    Time modified = created + std::chrono::milliseconds(dice.Below(31'536'000'000));
    Stamp(*table, org.user_id(), created, modified, filler.record);
    table->Put(std::move(filler.record));
  }
  return true;
}

}  // namespace sluice::sandbox
