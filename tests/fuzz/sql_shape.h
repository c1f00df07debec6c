// SQL without what a caller sent.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// `sql` with `?` for each literal ('text', x'00ff', a number) and `i` for each `identifier`, as
// TiDB's lexer takes them in a session with backslash escapes. Where one has no end, a "!" stands.
// It shares no code with what writes the SQL.
std::string ShapeOf(std::string_view sql);

}  // namespace sluice
