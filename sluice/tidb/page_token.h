// Where the next page of a read begins. Opaque to everybody else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"

namespace sluice::tidb {

struct PageToken {
  int64_t snapshot_ms = 0;            // Since 1970, UTC: all pages show the table as it was then.
  std::vector<std::string> last_key;  // Of the last row given out, as SQL literals' texts.
  uint64_t offset = 0;                // Rows given out: for views, which have no key.
  std::optional<int64_t> rows_left;   // Of the filter's LIMIT.

  friend bool operator==(const PageToken&, const PageToken&) = default;
};

// `query` is all that must stay the same from page to page; the token fits that query only.
std::string Encode(const PageToken& token, std::string_view query);

// kInvalidArgument for a token that was altered, cut, of another query or of another version.
Result<PageToken> Decode(std::string_view text, std::string_view query);

}  // namespace sluice::tidb
