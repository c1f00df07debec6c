// Bytes as text: hexadecimal, base64 (RFC 4648), percent-encoding (RFC 3986), and hashes of them.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"

namespace sluice {

std::string HexEncode(std::string_view bytes);  // Lower case.

std::string Base64Encode(std::string_view bytes);
// Padding may be missing; any other character outside the alphabet is kInvalidArgument.
Result<std::string> Base64Decode(std::string_view text);

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX; '/' too, unless it is kept.
std::string PercentEncode(std::string_view bytes, bool keep_slash = false);
// "%" without two hexadecimal digits is kInvalidArgument. "+" stays "+".
Result<std::string> PercentDecode(std::string_view text);
// "a=1&b=x%20y" in the order given, both sides percent-encoded.
template <class Pairs>
std::string FormEncode(const Pairs& pairs) {
  std::string form;
  for (const auto& [name, value] : pairs) {
    if (!form.empty()) form += '&';
    form += PercentEncode(name) + '=' + PercentEncode(value);
  }
  return form;
}

std::string Md5(std::string_view bytes);     // 16 raw bytes. Where a protocol asks for it.
std::string Sha256(std::string_view bytes);  // 32 raw bytes.
std::string HmacSha256(std::string_view key, std::string_view message);  // 32 raw bytes.

}  // namespace sluice
