#include "sluice/tidb/column_json.h"

#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"

namespace sluice::tidb {
namespace {

// "-007" is no JSON, and ZEROFILL columns print such numbers.
void AppendNumber(std::string& json, std::string_view printed) {
  if (printed.starts_with('-')) {
    json += '-';
    printed.remove_prefix(1);
  }
  while (printed.size() > 1 && printed[0] == '0' && printed[1] != '.') printed.remove_prefix(1);
  json += printed;
}

// The shortest text of the FLOAT that was printed as a double.
void AppendFloat(std::string& json, std::string_view printed) {
  double value = 0;
  std::from_chars(printed.data(), printed.data() + printed.size(), value);
  char text[32];
  json.append(text, std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr);
}

void AppendBit(std::string& json, const ColumnType& type, std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  if (type.bits == 1) {
    json += number ? "true" : "false";
  } else {
    json += std::to_string(number);
  }
}

}  // namespace

bool IsUtf8(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    unsigned first = byte(i);
    size_t size = first < 0x80   ? 1
                  : first < 0xC2 ? 0
                  : first < 0xE0 ? 2
                  : first < 0xF0 ? 3
                  : first < 0xF5 ? 4
                                 : 0;
    if (size == 0 || i + size > text.size()) return false;
    for (size_t k = 1; k < size; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    unsigned second = size > 1 ? byte(i + 1) : 0;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += size;
  }
  return true;
}
Status AppendJson(std::string& json, const ColumnType& type, std::string_view printed) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      json += printed == "0" ? "false" : "true";
      break;
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      AppendNumber(json, printed);
      break;
    case TypeKind::kFloat:
      AppendFloat(json, printed);
      break;
    case TypeKind::kBit:
      AppendBit(json, type, printed);
      break;
    case TypeKind::kBinary:
      json += '"';
      json += Base64Encode(printed);
      json += '"';
      break;
    case TypeKind::kDateTime:
      json += '"';
      json += printed.substr(0, 10);
      json += 'T';
      json += printed.substr(11);
      json += "Z\"";
      break;
    case TypeKind::kVector:
      json += printed;
      break;
    default:
      if (!IsUtf8(printed)) {
        return ServerError("a value is not valid UTF-8, so it can't be put into JSON");
      }
      json::AppendQuoted(json, printed);
  }
  return Done{};
}

}  // namespace sluice::tidb
