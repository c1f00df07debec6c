#include "sluice/tidb/page_token.h"

#include "sluice/base/encoding.h"
#include "sluice/base/json.h"

namespace sluice::tidb {
namespace {

constexpr std::string_view kVersion = "v1.";
constexpr size_t kCheckSize = 16;  // Hexadecimal digits.

// Guards against accidents. Whoever forges one reads no more than what these credentials may read
// anyway: the key's values are quoted like any other text.
std::string Check(std::string_view payload, std::string_view query) {
  std::string text(payload);
  text += '\0';
  text += query;
  return HexEncode(Sha256(text)).substr(0, kCheckSize);
}

Error NotAToken() {
  return InvalidArgument(
      "nextToken is not one that this query returned; start the read again without it");
}

// Keys may hold any bytes, JSON only UTF-8.
json::Array Key(const std::vector<std::string>& values) {
  json::Array key;
  for (const std::string& value : values) key.emplace_back(Base64Encode(value));
  return key;
}

}  // namespace

std::string Encode(const PageToken& token, std::string_view query) {
  json::Object object{{"s", token.snapshot_ms}, {"k", Key(token.last_key)}, {"o", token.offset}};
  if (token.rows_left) object["n"] = *token.rows_left;
  std::string payload = Base64Encode(json::ToText(object));
  return std::string(kVersion) + Check(payload, query) + payload;
}

Result<PageToken> Decode(std::string_view text, std::string_view query) {
  if (!text.starts_with(kVersion)) return NotAToken();
  text.remove_prefix(kVersion.size());
  if (text.size() < kCheckSize) return NotAToken();
  std::string_view check = text.substr(0, kCheckSize);
  std::string_view payload = text.substr(kCheckSize);
  if (check != Check(payload, query)) return NotAToken();

  auto bytes = Base64Decode(payload);
  if (!bytes.ok()) return NotAToken();
  auto object = json::ParseObject(*bytes);
  if (!object.ok()) return NotAToken();
  auto snapshot = json::FindInt(*object, "s");
  auto offset = json::FindInt(*object, "o");
  const json::Array* key = json::FindArray(*object, "k");
  if (!snapshot || !offset || *offset < 0 || !key) return NotAToken();

  PageToken token;
  token.snapshot_ms = *snapshot;
  token.offset = static_cast<uint64_t>(*offset);
  token.rows_left = json::FindInt(*object, "n");
  for (const json::Value& item : *key) {
    if (!item.is_string()) return NotAToken();
    auto value = Base64Decode(std::string_view(item.get_string()));
    if (!value.ok()) return NotAToken();
    token.last_key.push_back(*std::move(value));
  }
  return token;
}

}  // namespace sluice::tidb
