#include "sluice/tidb/literal.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/encoding.h"
#include "sluice/base/time_text.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb {
namespace {

using Kind = JsonValue::Kind;

std::string Shown(std::string_view text) {
  constexpr size_t kMost = 40;
  if (text.size() <= kMost) return "'" + std::string(text) + "'";
  size_t end = kMost;  // Never in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return "'" + std::string(text.substr(0, end)) + "…'";
}

Error NotA(std::string_view text, std::string_view what) {
  return InvalidArgument(Shown(text) + " is not " + std::string(what));
}

uint64_t CountCharacters(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Status CheckLength(const ColumnType& type, std::string_view value) {
  if (!type.length || value.size() <= *type.length) return Done{};
  bool characters = !type.length_in_bytes;
  uint64_t size = characters ? CountCharacters(value) : value.size();
  if (size <= *type.length) return Done{};
  // Spaces at the end of a CHAR or VARCHAR may be cut off: SQL does so.
  size_t spaces = value.size() - (value.find_last_not_of(' ') + 1);
  if (characters && size - spaces <= *type.length) return Done{};
  return InvalidArgument("value too long (" + std::to_string(size) + " of " +
                         std::to_string(*type.length) + (characters ? " characters)" : " bytes)"));
}

// Most whole numbers stand there as SQL wants them.
bool IsPlainWhole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  bool is_short = !text.empty() && text.size() <= 18;
  return is_short && text.front() >= '1' && text.front() <= '9' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status AppendWhole(std::string& sql, const JsonValue& value, bool is_flag) {
  if (value.kind != Kind::kDocument && IsPlainWhole(value.text)) {
    sql += value.text;
    return Done{};
  }
  if (value.kind == Kind::kBoolean || is_flag) {
    bool is_true = value.text == "true";
    if (is_true || value.text == "false") {
      sql += is_true ? '1' : '0';
      return Done{};
    }
  }
  std::string number = WholeNumber(value.text);
  if (number.empty() || value.kind == Kind::kDocument) return NotA(value.text, "a whole number");
  sql += number;
  return Done{};
}

Result<std::string_view> NumberText(const JsonValue& value) {
  if (value.kind == Kind::kBoolean) return std::string_view(value.text == "true" ? "1" : "0");
  if (value.kind == Kind::kDocument || !IsNumber(value.text)) return NotA(value.text, "a number");
  return value.text;
}

// The double that is exactly the FLOAT nearest to `number`. TiDB compares a FLOAT as a double, and
// refuses the largest FLOAT when it is written as short as it prints.
std::string FloatText(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  float value = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), value).ec != std::errc()) {
    return std::string(number);
  }
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, static_cast<double>(value)).ptr};
}

Status AppendMember(std::string& sql, const ColumnType& type, const JsonValue& value) {
  bool is_member =
      std::find(type.members.begin(), type.members.end(), value.text) != type.members.end();
  // TiDB takes a number for a member's index, so it could store what nobody wrote.
  if (!is_member && IsNumber(value.text)) {
    return NotA(value.text,
                "one of " + Join(type.members, ", ", [](const auto& m) { return Shown(m); }));
  }
  AppendString(sql, value.text);
  return Done{};
}

Status AppendBytes(std::string& sql, const ColumnType& type, const JsonValue& value) {
  if (value.kind != Kind::kString) return NotA(value.text, "a base64 string");
  auto bytes = Base64Decode(value.text);
  if (!bytes.ok()) return bytes.error();
  SLUICE_RETURN_IF_ERROR(CheckLength(type, *bytes));
  sql += QuoteBytes(*bytes);
  return Done{};
}

Status AppendTime(std::string& sql, std::string_view text) {
  SLUICE_ASSIGN(Time time, ParseTime(text));
  constexpr size_t kWholeSeconds = 20;  // 2026-01-31T09:05:07Z
  if (text.size() == kWholeSeconds && text[16] == ':' && text.back() == 'Z') {
    sql.append(1, '\'').append(text, 0, 10).append(1, ' ').append(text, 11, 8).append(1, '\'');
    return Done{};
  }
  char literal[1 + kMaxTimeText] = "'";
  char* end = WriteTime(time, literal + 1);  // "'2026-01-31T09:05:07Z"
  literal[11] = ' ';
  end[-1] = '\'';
  sql.append(literal, end);
  return Done{};
}

Status AppendDate(std::string& sql, std::string_view text) {
  auto date = ParseDate(text);
  if (!date.ok()) {
    auto time = ParseTime(text);
    if (!time.ok()) return NotA(text, "a valid date (write 2026-01-31)");
    date = std::chrono::floor<std::chrono::days>(*time);
  }
  sql.append(1, '\'').append(FormatDate(*date)).append(1, '\'');
  return Done{};
}

}  // namespace

Status AppendLiteral(std::string& sql, const ColumnType& type, const JsonValue& value) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return AppendWhole(sql, value, true);
    case TypeKind::kInteger:
    case TypeKind::kYear:
      return AppendWhole(sql, value, false);
    case TypeKind::kBit:
      return AppendWhole(sql, value, type.bits == 1);
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      // As a string: a literal with an exponent would be a double on the way.
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      if (type.kind == TypeKind::kFloat) {
        sql.append(1, '\'').append(FloatText(number)).append(1, '\'');
      } else {
        sql.append(1, '\'').append(number).append(1, '\'');
      }
      return Done{};
    }
    case TypeKind::kEnum:
    case TypeKind::kSet:
      return AppendMember(sql, type, value);
    case TypeKind::kBinary:
      return AppendBytes(sql, type, value);
    case TypeKind::kDate:
      return AppendDate(sql, value.text);
    case TypeKind::kDateTime:
      return AppendTime(sql, value.text);
    case TypeKind::kText:
      SLUICE_RETURN_IF_ERROR(CheckLength(type, value.text));
      break;
    case TypeKind::kTime:
    case TypeKind::kJson:
    case TypeKind::kVector:
      break;
  }
  AppendString(sql, value.text);
  return Done{};
}

bool LiteralsCompare(const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble:
    case TypeKind::kDate:
      return false;
    default:
      return true;
  }
}

namespace {

// A literal outside of a double's range makes TiDB refuse the whole statement.
bool IsInRange(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  double value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

// [-]hhh:mm:ss[.ffffff]
bool IsTimeOfDay(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  auto take_digits = [&text](size_t least, size_t most) {
    size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits >= least && digits <= most;
  };
  auto take_sixty = [&text] {
    bool is_good = text.size() >= 3 && text[0] == ':' && text[1] >= '0' && text[1] <= '5' &&
                   text[2] >= '0' && text[2] <= '9';
    text.remove_prefix(is_good ? 3 : 0);
    return is_good;
  };
  if (!take_digits(1, 3) || !take_sixty() || !take_sixty()) return false;
  if (!text.starts_with('.')) return text.empty();
  text.remove_prefix(1);
  return take_digits(1, 6) && text.empty();
}

}  // namespace

Result<std::string> ToComparable(const ColumnType& type, const JsonValue& value) {
  switch (type.kind) {
    case TypeKind::kDecimal:
    case TypeKind::kFloat:
    case TypeKind::kDouble: {
      // Not as a string: TiDB would compare the column's value as a double.
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      if (!IsInRange(number)) return NotA(number, "a number that the column could hold");
      return type.kind == TypeKind::kFloat ? FloatText(number) : std::string(number);
    }
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kBit: {
      std::string whole;
      if (AppendLiteral(whole, type, value).ok()) return whole;
      SLUICE_ASSIGN(std::string_view number, NumberText(value));
      return std::string(number);
    }
    case TypeKind::kText:
      return QuoteString(value.text);
    case TypeKind::kDate:
      if (ParseDate(value.text).ok()) return QuoteString(value.text);
      break;
    case TypeKind::kTime:
      // Unlike in an INSERT, TiDB would take anything else for no time at all, without a word.
      if (!IsTimeOfDay(value.text)) return NotA(value.text, "a valid time (write 09:05:07)");
      break;
    default:
      break;
  }
  std::string literal;
  SLUICE_RETURN_IF_ERROR(type.kind == TypeKind::kDate ? AppendTime(literal, value.text)
                                                      : AppendLiteral(literal, type, value));
  return literal;
}

Result<std::string> ToComparable(const ColumnType& type, const FilterValue& value) {
  Kind kind = value.kind == FilterValue::Kind::kNumber    ? Kind::kNumber
              : value.kind == FilterValue::Kind::kBoolean ? Kind::kBoolean
                                                          : Kind::kString;
  return ToComparable(type, JsonValue{kind, value.text});
}

}  // namespace sluice::tidb
