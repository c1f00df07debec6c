// TiDB's column types: what they are in AppFlow's words, and their values in JSON and in SQL.
//
// - TINYINT(1), BOOLEAN and BIT(1): Boolean. A TINYINT(1) may hold other numbers than 0 and 1; by
//   MySQL's own rule of truth each of them is true. Writing takes such a number as it is.
// - Whole numbers, YEAR and BIT: Short to BigInteger, exact.
// - DECIMAL: BigDecimal with all digits. FLOAT and DOUBLE: in their shortest exact form.
// - CHAR to LONGTEXT, ENUM, SET and TIME: String. JSON too: the document's text.
// - BINARY to LONGBLOB: ByteArray, a string in base64.
// - DATE: Date, "2026-01-31". DATETIME and TIMESTAMP: DateTime, "2026-01-31T09:05:07.123456Z".
// - VECTOR: List of numbers.
//
// Reading is strict in this way, writing is lenient: a number or boolean may come as a string, a
// JSON document as it is, a time with any offset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::tidb {

enum class TypeKind {
  kBoolean,  // TINYINT(1)
  kInteger,
  kYear,
  kBit,
  kDecimal,
  kFloat,
  kDouble,
  kText,
  kEnum,
  kSet,
  kTime,
  kJson,
  kBinary,
  kDate,
  kDateTime,
  kVector,
};

struct ColumnType {
  TypeKind kind = TypeKind::kText;
  std::string sql;  // As TiDB writes it: "decimal(10,2) unsigned".
  bool is_unsigned = false;
  int bits = 0;  // kInteger: 8 to 64. kBit: 1 to 64.
  std::optional<uint64_t>
      length;  // Most characters (CHAR, VARCHAR) or bytes (the TEXTs, binaries).
  bool length_in_bytes = false;
  int precision = 0, scale = 0;      // kDecimal.
  std::vector<std::string> members;  // kEnum, kSet.
};

// From information_schema.COLUMNS.COLUMN_TYPE. A type that is not known here is taken for text.
ColumnType ParseColumnType(std::string_view sql);

DataType DataTypeOf(const ColumnType& type);
std::optional<FieldConstraints> ConstraintsOf(const ColumnType& type);
// A column that no filter takes has none.
const std::vector<Operator>& FilterOperatorsOf(const ColumnType& type);
bool IsFilterable(const ColumnType& type);

}  // namespace sluice::tidb
