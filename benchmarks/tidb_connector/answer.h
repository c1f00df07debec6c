// What the driver needs to know of a connector's answer, without the cost of parsing it: the cores
// that it would keep busy are those that the connector and TiDB are measured on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice::benchmarks {

// The answer's nextToken, empty where there is none. Nothing of a record is taken for it.
std::string NextToken(std::string_view answer);

// An answer of QueryData that ends in success, with so many records; else kServerError with the
// answer's beginning.
Result<size_t> CountRecords(std::string_view answer);

// An answer in success that holds results of so many records, all of them in success; else
// kServerError with the answer's beginning.
Status CheckAllWritten(std::string_view answer, size_t records);

// "isSuccess" is true in an answer of another operation; else kServerError with its beginning.
Status CheckSuccess(std::string_view answer);

// The entityDefinition of DescribeEntity's answer, as it stands there.
Result<std::string> EntityDefinition(const std::string& answer);

}  // namespace sluice::benchmarks
