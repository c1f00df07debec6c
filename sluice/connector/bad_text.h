// Texts that aren't UTF-8, which files may bring and nothing behind them takes.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <vector>

namespace sluice {

// The rows whose text is not valid UTF-8, in order.
std::vector<int64_t> RowsOfBadText(const arrow::StringArray& column);

}  // namespace sluice
