// The protocol's filter expression ("price > 100 and name contains 'Alexa'"): text to tree and
// back. The language is that of AWS's SDK (ANTLR grammar CustomConnectorQueryFilter), with these
// deliberate differences: characters that its lexer silently drops are refused, identifiers may
// begin with "_", and an operand without a comparison ("a") is refused.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"

namespace sluice::protocol {

// kInvalidArgument says what was expected at which byte. Nesting beyond 100 levels is refused.
Result<FilterExpression> ParseFilterExpression(std::string_view text);

// The tree as text that ParseFilterExpression reads back to the same tree. A null test is written
// `field = null`. An expression without condition and limit is the empty text, which no request
// carries. kInvalidArgument where the language has no way to say it: a field name outside its
// alphabet, a time that is not in UTC, a limit below 10, several strings with final backslashes.
Result<std::string> ToFilterExpression(const FilterExpression& expression);

}  // namespace sluice::protocol
