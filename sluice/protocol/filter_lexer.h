// The words of the filter expression. Inside of filter_expression.cc only.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/model/filter.h"

namespace sluice::protocol {

struct FilterToken {
  enum class Kind {
    kEnd,
    kLeftParenthesis,
    kRightParenthesis,
    kComma,
    kComparison,
    kAnd,
    kOr,
    kNot,
    kContains,
    kBetween,
    kIn,
    kLimit,
    kName,
    kString,
    kNumber,
    kDate,
    kDateTime,
    kBoolean,
    kNull,
  };
  Kind kind = Kind::kEnd;
  size_t position = 0;               // Byte.
  std::string_view text;             // As it stands in the expression.
  Operator op = Operator::kEqualTo;  // kComparison.
};

// The token at or after `position`: the longest there is, as ANTLR's lexers take it.
// kInvalidArgument where none begins.
Result<FilterToken> NextFilterToken(std::string_view expression, size_t position);

// The first `bytes` of a text, and more where the last character would be cut.
std::string_view FirstCharacters(std::string_view text, size_t bytes);

// What a string token of the expression says: without its quotes, escapes resolved.
std::string UnquoteFilterString(std::string_view token);

}  // namespace sluice::protocol
