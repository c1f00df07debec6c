// Records as JSON text, on the one side, and as Arrow columns, on the other. One table of types:
//
//   DataType                Arrow               JSON
//   String                  utf8                string
//   Boolean                 bool                true, false
//   Short, Integer, Long    int64               number
//   BigInteger, BigDecimal  utf8                number, all digits kept
//   Float, Double           double              number, shortest that reads back the same
//   Date                    date32              "2026-01-31"
//   DateTime                timestamp[us, UTC]  "2026-01-31T09:05:07.123456Z"
//   ByteArray               binary              base64
//   Struct, Map, List       utf8                JSON object or array
//
// Each Arrow field carries its DataType in its metadata under kDataTypeKey, so that a utf8 column
// knows whether it is text, a number or JSON.
#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice {

inline constexpr char kDataTypeKey[] = "sluice.data_type";

std::shared_ptr<arrow::Field> ToArrowField(const std::string& name, DataType type);
// The DataType of a column; of a column without metadata, the nearest to its Arrow type.
DataType DataTypeOf(const arrow::Field& field);

// The schema of a read: the entity's fields of these names, in this order.
// kInvalidArgument names a field that the entity does not have.
Result<std::shared_ptr<arrow::Schema>> SchemaOf(const EntityDefinition& entity,
                                                const std::vector<std::string>& fields);

// JSON objects to rows. A member that is null or missing is null; members without a column are
// ignored. Some connectors are loose with types: numbers, booleans, objects and arrays may come
// inside a string, and a String column takes whatever is there as its JSON text. kInvalidArgument
// names record, member and the (shortened) value where one does not fit its column.
Result<std::shared_ptr<arrow::RecordBatch>> RecordsFromJson(
    const std::shared_ptr<arrow::Schema>& schema, const std::vector<std::string_view>& records);

// Rows to JSON objects, one text a row, members in the order of the columns, nulls written as null.
// kInvalidArgument: a column's Arrow type is not the table's, or a value has no JSON form (NaN).
Result<std::vector<std::string>> RecordsToJson(const arrow::RecordBatch& batch);

// A value for an error message: at most 40 characters of it, in quotes.
std::string Shorten(std::string_view value);

// Arrow's error as ours.
Error FromArrow(const arrow::Status& status);

}  // namespace sluice
