#include "sluice/tidb/create_table.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "sluice/tidb/column_json.h"
#include "sluice/tidb/progress.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

constexpr char kCollation[] = "utf8mb4_bin";
constexpr uint64_t kBytesPerCharacter = 4;  // utf8mb4.
// TiDB's limits (its documentation, "TiDB Limitations"; `max-index-length` by default).
constexpr size_t kMostNameCharacters = 64;
constexpr size_t kMostColumns = 1017;
constexpr uint64_t kMostKeyBytes = 3072;
constexpr uint64_t kLongestVarchar = 16'383;
constexpr uint64_t kMostMediumBytes = 16'777'215;

constexpr uint64_t kUsualIdLength = 255;

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Status CheckName(std::string_view what, std::string_view name) {
  std::string why;
  if (name.empty()) why = "it is empty";
  if (!IsUtf8(name)) why = "it is not UTF-8";
  if (CountCharacters(name) > kMostNameCharacters) why = "it has more than 64 characters";
  if (name.ends_with(' ')) why = "it ends with a space";
  if (name.find('\0') != name.npos) why = "it has a zero byte in it";
  if (why.empty()) return Done{};
  return InvalidArgument(std::string(what) + " '" + std::string(name) +
                         "' can't be a name in TiDB: " + why);
}

std::string InSmallLetters(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  }
  return name;
}

// The most characters (bytes of a ByteArray) that the source says a value has; 0: it doesn't say.
uint64_t LengthOf(const Field& field) {
  uint64_t length = 0;
  if (!field.constraints || !field.constraints->max_length) return 0;
  const std::string& text = *field.constraints->max_length;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
  return failure == std::errc() && end == text.data() + text.size() ? length : 0;
}

std::string TextType(uint64_t length) {
  if (length > 0 && length <= kLongestVarchar) return "varchar(" + std::to_string(length) + ")";
  bool is_medium = length > 0 && length <= kMostMediumBytes / kBytesPerCharacter;
  return is_medium ? "mediumtext" : "longtext";
}

// As TiDB itself writes them.
std::string TypeOf(const Field& field) {
  switch (field.data_type) {
    case DataType::kString:
      return TextType(LengthOf(field));
    case DataType::kBoolean:
      return "tinyint(1)";
    case DataType::kShort:
      return "smallint";
    case DataType::kInteger:
      return "int";
    case DataType::kLong:
      return "bigint";
    case DataType::kBigInteger:
      return "decimal(65,0)";
    case DataType::kBigDecimal:
      return "decimal(65,30)";
    case DataType::kFloat:
    case DataType::kDouble:
      return "double";
    case DataType::kDate:
      return "date";
    case DataType::kDateTime:
      return "datetime(6)";
    case DataType::kByteArray:
      return "longblob";
    case DataType::kStruct:
    case DataType::kMap:
    case DataType::kList:
      return "json";
  }
  return "longtext";
}

bool IsText(const Field& field) { return field.data_type == DataType::kString; }
bool HasLength(const Field& field) {
  return IsText(field) || field.data_type == DataType::kByteArray;
}

constexpr uint64_t kMostBytesOfOthers = 30;  // In a key, of a DECIMAL(65,30).

// What texts and bytes leave each other of a key's length.
uint64_t BytesForEach(const std::vector<const Field*>& ids) {
  auto with_length = static_cast<uint64_t>(
      std::count_if(ids.begin(), ids.end(), [](auto* field) { return HasLength(*field); }));
  uint64_t others = (ids.size() - with_length) * kMostBytesOfOthers;
  if (with_length == 0 || others >= kMostKeyBytes) return 0;
  return (kMostKeyBytes - others) / with_length;
}

Result<std::string> IdTypeOf(const Field& field, uint64_t most_bytes) {
  if (TypeOf(field) == "json") {
    return InvalidArgument("field '" + field.name + "' can't be an id: it is of type " +
                           std::string(ToString(field.data_type)));
  }
  if (!HasLength(field)) return TypeOf(field);
  uint64_t most = IsText(field) ? most_bytes / kBytesPerCharacter : most_bytes;
  uint64_t length = LengthOf(field);
  length = std::min(length > 0 ? length : kUsualIdLength, most);
  return (IsText(field) ? "varchar(" : "varbinary(") + std::to_string(length) + ")";
}

Column ToColumn(const std::string& name, const std::string& sql, bool is_id) {
  Column column;
  column.name = name;
  column.type = ParseColumnType(sql);
  column.is_nullable = column.has_default = !is_id;
  if (column.type.kind == TypeKind::kText) column.collation = kCollation;
  return column;
}

Result<std::vector<const Field*>> FindIds(const std::vector<Field>& fields,
                                          const std::vector<std::string>& names) {
  std::vector<const Field*> ids;
  for (const std::string& name : names) {
    auto found = std::find_if(fields.begin(), fields.end(),
                              [&](const Field& field) { return field.name == name; });
    if (found == fields.end()) {
      return InvalidArgument("the id field '" + name + "' is not among the fields that come");
    }
    if (std::find(ids.begin(), ids.end(), &*found) != ids.end()) {
      return InvalidArgument("'" + name + "' is named twice as id field");
    }
    ids.push_back(&*found);
  }
  return ids;
}

}  // namespace

Result<Table> PlanTable(std::string database, std::string name, const std::vector<Field>& fields,
                        const std::vector<std::string>& id_fields) {
  SLUICE_RETURN_IF_ERROR(CheckName("table", name));
  if (InSmallLetters(name) == kProgressTable) {
    return InvalidArgument("the table '" + name + "' is where positions of streams are kept");
  }
  if (fields.empty()) return InvalidArgument("table '" + name + "' would have no columns");
  if (fields.size() > kMostColumns) {
    return InvalidArgument("table '" + name + "' would have " + std::to_string(fields.size()) +
                           " columns; TiDB takes " + std::to_string(kMostColumns));
  }
  SLUICE_ASSIGN(auto ids, FindIds(fields, id_fields));
  uint64_t most_id_bytes = BytesForEach(ids);
  Table table;
  table.database = std::move(database);
  table.name = std::move(name);
  table.has_constraints = false;
  std::set<std::string> names;
  for (const Field& field : fields) {
    SLUICE_RETURN_IF_ERROR(CheckName("field", field.name));
    if (!names.insert(InSmallLetters(field.name)).second) {
      return InvalidArgument("two fields are called '" + field.name +
                             "', which in TiDB are one column whatever their letters' case");
    }
    bool is_id = std::find(ids.begin(), ids.end(), &field) != ids.end();
    std::string type = TypeOf(field);
    if (is_id) {
      SLUICE_ASSIGN(type, IdTypeOf(field, most_id_bytes));
    }
    table.columns.push_back(ToColumn(field.name, type, is_id));
  }
  if (!id_fields.empty()) table.keys.push_back({"PRIMARY", id_fields, true});
  table.is_clustered = !id_fields.empty();
  return table;
}

Status CreateTable(Client& client, const std::string& database, const std::string& name,
                   const EntityDefinition& planned, const std::vector<std::string>& id_fields,
                   Deadline deadline) {
  const std::string quoted = QuoteIdentifier(database) + "." + QuoteIdentifier(name);
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quoted + " (";
  sql += Join(planned.fields, ", ", [](const Field& field) {
    return QuoteIdentifier(field.name) + " " + field.data_type_label +
           (field.is_primary_key ? " NOT NULL" : "");
  });
  if (!id_fields.empty()) {
    sql += ", PRIMARY KEY (" + Join(id_fields, ", ", QuoteIdentifier) + ") CLUSTERED";
  }
  sql += std::string(") DEFAULT CHARSET = utf8mb4 COLLATE = ") + kCollation;
  auto made = client.Execute(sql, "table '" + name + "'", deadline);
  if (made.ok()) return Done{};
  Error error = made.error();
  if (error.code != ErrorCode::kAccessDenied) return error;
  error.message = "table '" + name + "' is not there, and user '" + client.options().username +
                  "' may not make it: GRANT CREATE ON " + QuoteIdentifier(database) +
                  ".* TO that user, or make the table yourself (" + error.message + ")";
  return error;
}

}  // namespace sluice::tidb
