#include "sluice/tidb/table_path.h"

#include <optional>

#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

std::string PartToString(const std::string& part) {
  bool is_plain = part.find_first_of(".`") == std::string::npos;
  return is_plain ? part : QuoteIdentifier(part);
}

// Takes a part off the front of `text`. Nothing where there is none, or one without an end.
std::optional<std::string> TakePart(std::string_view& text) {
  std::string part;
  if (!text.starts_with('`')) {
    part = text.substr(0, text.find_first_of(".`"));
    text.remove_prefix(part.size());
  } else {
    text.remove_prefix(1);
    while (true) {
      size_t quote = text.find('`');
      if (quote == std::string_view::npos) return std::nullopt;
      part += text.substr(0, quote);
      text.remove_prefix(quote + 1);
      if (!text.starts_with('`')) break;
      part += '`';
      text.remove_prefix(1);
    }
  }
  if (part.empty()) return std::nullopt;
  return part;
}

}  // namespace

std::string ToString(const TablePath& path) {
  std::string text = PartToString(path.database);
  return path.table.empty() ? text : text + "." + PartToString(path.table);
}

Result<TablePath> ParseTablePath(std::string_view text) {
  std::string_view rest = text;
  auto database = TakePart(rest);
  if (database && rest.empty()) return TablePath{*std::move(database), ""};
  if (database && rest.starts_with('.')) {
    rest.remove_prefix(1);
    auto table = TakePart(rest);
    if (table && rest.empty()) return TablePath{*std::move(database), *std::move(table)};
  }
  return InvalidArgument("'" + std::string(text) +
                         "' names no table: write database.table, and a name with a dot or a "
                         "backquote in it in backquotes");
}

}  // namespace sluice::tidb
