// Rows as SQL clients print them.
#pragma once

#include <string>
#include <vector>

namespace sluice::bin {

// Columns padded to the widest value (in characters, not bytes), framed with + - |.
std::string TextTable(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows);

}  // namespace sluice::bin
