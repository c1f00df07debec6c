#include "sluice/tidb/column_json.h"

#include <openssl/evp.h>

#include <charconv>
#include <cstring>

namespace sluice::tidb {
namespace {

// How many bytes the character at `at` takes, which is not ASCII. 0: it is none.
size_t CharacterSize(const char* at, const char* end) {
  auto byte = [at](size_t i) { return static_cast<unsigned char>(at[i]); };
  unsigned first = byte(0);
  size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size == 0 || size > static_cast<size_t>(end - at)) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  unsigned second = byte(1);
  bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  bool is_outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return is_overlong || is_outside ? 0 : size;
}

constexpr uint64_t kEach = 0x0101010101010101;

// Of eight bytes: whether all are ASCII and stand in JSON as they are.
bool ArePlain(uint64_t bytes) {
  uint64_t below_space = bytes - kEach * ' ';
  uint64_t quote = (bytes ^ kEach * '"') - kEach;
  uint64_t backslash = (bytes ^ kEach * '\\') - kEach;
  return ((bytes | below_space | quote | backslash) & kEach * 0x80) == 0;
}

bool IsPlain(char c) { return c >= ' ' && c != '"' && c != '\\'; }  // Bytes above 127 are below 0.

// An ASCII character that JSON wants escaped, escaped twice.
size_t WriteEscaped(char* to, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string_view escaped;
  switch (c) {
    case '"':
      escaped = R"(\\\")";
      break;
    case '\\':
      escaped = R"(\\\\)";
      break;
    case '\n':
      escaped = R"(\\n)";
      break;
    case '\r':
      escaped = R"(\\r)";
      break;
    case '\t':
      escaped = R"(\\t)";
      break;
    default: {
      escaped = R"(\\u00)";
      to[escaped.size()] = kHex[c >> 4];
      to[escaped.size() + 1] = kHex[c & 15];
      return escaped.copy(to, escaped.size()) + 2;
    }
  }
  return escaped.copy(to, escaped.size());
}

template <class Word>
bool CopyIfPlain(char* to, const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  constexpr uint64_t kSpaces = kEach * ' ';
  uint64_t bytes = word;
  if (sizeof word < 8) bytes |= kSpaces << (sizeof word * 8 % 64);
  if (!ArePlain(bytes)) return false;
  std::memcpy(to, &word, sizeof word);
  return true;
}

// Copies the text's plain beginning, in words as far as it goes: the last may overlap the one
// before.
size_t CopyPlain(char* to, const char* from, const char* end) {
  const auto size = static_cast<size_t>(end - from);
  size_t done = 0;
  while (size - done >= 8 && CopyIfPlain<uint64_t>(to + done, from + done)) done += 8;
  size_t left = size - done;
  if (left == 0) return size;
  if (left < 8) {
    if (size >= 8 && CopyIfPlain<uint64_t>(to + size - 8, end - 8)) return size;
    if (left >= 4 && CopyIfPlain<uint32_t>(to + done, from + done) &&
        CopyIfPlain<uint32_t>(to + size - 4, end - 4)) {
      return size;
    }
  }
  for (; done < size && IsPlain(from[done]); ++done) to[done] = from[done];
  return done;
}

Status AppendText(TextEnd& out, std::string_view text) {
  constexpr size_t kMostOfAnEscape = 8;
  out.Append("\\\"");
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    char* to = out.Room(static_cast<size_t>(end - at) + kMostOfAnEscape);
    size_t plain = CopyPlain(to, at, end);
    at += plain;
    to += plain;
    out.Advance(plain);
    if (at == end) break;
    size_t used = 1, written;
    if (*at >= 0) {
      written = WriteEscaped(to, *at);
    } else {
      used = written = CharacterSize(at, end);
      if (used == 0) {
        return ServerError("a value is not valid UTF-8, so it can't be put into JSON");
      }
      std::memcpy(to, at, used);
    }
    at += used;
    out.Advance(written);
  }
  out.Append("\\\"");
  return Done{};
}

// "-007" is no JSON, and ZEROFILL columns print such numbers.
void AppendNumber(TextEnd& out, std::string_view printed) {
  if (printed.starts_with('-')) {
    out.Append("-");
    printed.remove_prefix(1);
  }
  while (printed.size() > 1 && printed[0] == '0' && printed[1] != '.') printed.remove_prefix(1);
  out.Append(printed);
}

// The shortest text of the FLOAT that was printed as a double.
void AppendFloat(TextEnd& out, std::string_view printed) {
  double value = 0;
  std::from_chars(printed.data(), printed.data() + printed.size(), value);
  constexpr size_t kMost = 32;
  char* to = out.Room(kMost);
  auto written = std::to_chars(to, to + kMost, static_cast<float>(value));
  out.Advance(static_cast<size_t>(written.ptr - to));
}

void AppendBit(TextEnd& out, const ColumnType& type, std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  if (type.bits == 1) {
    out.Append(number ? "true" : "false");
  } else {
    out.Append(std::to_string(number));
  }
}

void AppendBase64(TextEnd& out, std::string_view bytes) {
  out.Append("\\\"");
  auto* to = reinterpret_cast<unsigned char*>(out.Room((bytes.size() + 2) / 3 * 4 + 1));
  auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  out.Advance(static_cast<size_t>(EVP_EncodeBlock(to, from, static_cast<int>(bytes.size()))));
  out.Append("\\\"");
}

// "2024-02-29 23:59:59.123"
void AppendTime(TextEnd& out, std::string_view printed) {
  out.Append("\\\"");
  out.Append(printed.substr(0, 10));
  out.Append("T");
  out.Append(printed.substr(11));
  out.Append("Z\\\"");
}

}  // namespace

bool IsUtf8(std::string_view text) {
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    size_t size = *at >= 0 ? 1 : CharacterSize(at, end);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

Status AppendJson(TextEnd& out, const ColumnType& type, std::string_view printed) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      out.Append(printed == "0" ? "false" : "true");
      break;
    case TypeKind::kInteger:
    case TypeKind::kYear:
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      AppendNumber(out, printed);
      break;
    case TypeKind::kFloat:
      AppendFloat(out, printed);
      break;
    case TypeKind::kBit:
      AppendBit(out, type, printed);
      break;
    case TypeKind::kBinary:
      AppendBase64(out, printed);
      break;
    case TypeKind::kDateTime:
      AppendTime(out, printed);
      break;
    case TypeKind::kVector:
      out.Append(printed);
      break;
    default:
      return AppendText(out, printed);
  }
  return Done{};
}

}  // namespace sluice::tidb
