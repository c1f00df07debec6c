// The names that somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::api {

// At most five of `names`, the nearest to `asked` first: those that differ in case and punctuation
// only, then by how many letters have to be changed, added or left out.
std::vector<std::string> NearestNames(std::string_view asked, std::vector<std::string> names);

// "'TiDB-Connector', 'TiDB'", for a sentence.
std::string InQuotes(const std::vector<std::string>& names);

}  // namespace sluice::api
