#include "benchmarks/tidb_connector/accounts.h"

#include <algorithm>

#include "sluice/base/json.h"

namespace sluice::benchmarks {
namespace {

constexpr std::array<std::string_view, 12> kFirst = {
    "Edge",  "Burlington", "Pyramid",   "Dickenson", "Grand Hotels", "United Oil & Gas",
    "Crème", "Express",    "GenePoint", "O'Neill",   "Zoë",          "Sample Account for"};
constexpr std::array<std::string_view, 10> kSecond = {
    " Communications",          " Textiles Corp of America",
    " Construction Inc.",       " plc",
    " & Resorts Ltd",           ", Singapore",
    " Logistics and Transport", " Entitlements",
    " \"Best\" Works",          ""};
constexpr std::array<std::string_view, 4> kTypes = {"Customer - Direct", "Customer - Channel",
                                                    "Prospect", ""};
constexpr std::array<std::string_view, 8> kStates = {"TX", "NC", "KS", "IL",
                                                     "NY", "OR", "",   "Singapore"};
constexpr std::array<std::string_view, 4> kRatings = {"Hot", "Warm", "Cold", ""};
constexpr std::array<std::string_view, 7> kIndustries = {
    "Electronics", "Apparel", "Construction", "Consulting",
    "Hospitality", "Energy",  "Biotechnology"};

// SplitMix64: neighbours have nothing in common.
uint64_t Scatter(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

std::string Id(int64_t number) {
  std::string id = "001Do00000000000AC";  // 18 characters, as Salesforce's.
  for (size_t i = 16; i-- > 10; number /= 36) {
    id[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 36];
  }
  return id;
}

template <size_t n>
std::string Take(uint64_t& random, const std::array<std::string_view, n>& choices) {
  std::string taken(choices[random % n]);
  random /= n;
  return taken;
}

}  // namespace

Account MakeAccount(int64_t number) {
  uint64_t random = Scatter(static_cast<uint64_t>(number));
  Account account;
  account[0] = Id(number);
  account[1] = Take(random, kFirst) + Take(random, kSecond) + " " + std::to_string(number);
  account[2] = Take(random, kTypes);
  account[3] = Take(random, kStates);
  account[4] = Take(random, kRatings);
  account[5] = Take(random, kIndustries);
  return account;
}

Result<std::vector<size_t>> FindColumns(const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  for (const std::string& name : names) {
    auto found = std::find(kColumns.begin(), kColumns.end(), name);
    if (found == kColumns.end()) return InvalidArgument("there is no column '" + name + "'");
    columns.push_back(static_cast<size_t>(found - kColumns.begin()));
  }
  return columns;
}

void AppendRecord(std::string& out, const Account& account, const std::vector<size_t>& columns) {
  char before = '{';
  for (size_t column : columns) {
    out += before;
    json::AppendQuoted(out, kColumns[column]);
    out += ':';
    json::AppendQuoted(out, account[column]);
    before = ',';
  }
  out += '}';
}

void AppendCsvLine(std::string& out, const Account& account) {
  for (size_t column = 0; column < account.size(); ++column) {
    out += column == 0 ? "\"" : ",\"";
    for (char c : account[column]) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
  out += '\n';
}

}  // namespace sluice::benchmarks
