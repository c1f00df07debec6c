// Pages of lists. A token is opaque to the client: it names the operation and the last item before
// the page.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/api/errors.h"

namespace sluice::api {

inline constexpr int64_t kDefaultPageSize = 20;

std::string PageToken(std::string_view operation, std::string_view last);
// The last item before the page; empty for the first page. ValidationException for a token that
// this operation didn't hand out.
ApiResult<std::string> ReadPageToken(std::string_view operation,
                                     const std::optional<std::string>& token);

// Cuts `items`, of which one more than `limit` was asked for, to the page. Returns the token of the
// next page, or nothing where this is the last one.
template <class Item, class NameOf>
std::optional<std::string> CutPage(std::string_view operation, std::vector<Item>& items,
                                   int64_t limit, NameOf name_of) {
  if (std::ssize(items) <= limit) return std::nullopt;
  items.erase(items.begin() + limit, items.end());
  return PageToken(operation, name_of(items.back()));
}

}  // namespace sluice::api
