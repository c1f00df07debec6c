// The rows that everybody writes and reads: accounts like the tutorial's, the same ones in every
// run.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::benchmarks {

inline constexpr std::array<std::string_view, 6> kColumns = {
    "id", "name", "type", "billing_state", "rating", "industry"};
using Account = std::array<std::string, kColumns.size()>;

// Ids grow with the number, as text too. The number is below 36^6.
Account MakeAccount(int64_t number);

// Positions in kColumns; a name that is not there is kInvalidArgument.
Result<std::vector<size_t>> FindColumns(const std::vector<std::string>& names);

// Appends the account as the JSON object of a record, with these columns.
void AppendRecord(std::string& out, const Account& account, const std::vector<size_t>& columns);

// Appends the account as a line of CSV: every value in double quotes, those in a value doubled.
void AppendCsvLine(std::string& out, const Account& account);

}  // namespace sluice::benchmarks
