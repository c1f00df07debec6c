// Page tokens: those of other people, those that carry the right check for what they say, and ours.
#include <fuzzer/FuzzedDataProvider.h>

#include "sluice/base/encoding.h"
#include "sluice/tidb/page_token.h"
#include "tests/fuzz/fuzz.h"

namespace sluice::tidb {
namespace {

constexpr std::string_view kQuery = "SELECT `id` FROM `d`.`t`";
constexpr size_t kPrefix = 3, kCheck = 16;  // "v1." and hexadecimal digits.

// What an attacker who knows this code could send.
std::string Sealed(std::string_view json) {
  std::string payload = Base64Encode(json);
  std::string check = HexEncode(Sha256(payload + '\0' + std::string(kQuery)));
  return "v1." + check.substr(0, kCheck) + payload;
}

// So that a new format of tokens doesn't leave Sealed() behind.
void CheckSealed() {
  std::string token = Encode({.snapshot_ms = 1, .last_key = {"1"}}, kQuery);
  auto json = Base64Decode(token.substr(kPrefix + kCheck));
  SLUICE_CHECK(json.ok() && Sealed(*json) == token);
}

void CheckSent(std::string_view text, std::string_view input) {
  auto token = Decode(text, kQuery);
  if (!token.ok()) {
    SLUICE_CHECK(token.error().code == ErrorCode::kInvalidArgument);
    return CheckTells(token.error(), input);
  }
  auto again = Decode(Encode(*token, kQuery), kQuery);
  SLUICE_CHECK(again.ok() && *again == *token);
}

PageToken AnyToken(FuzzedDataProvider& from) {
  PageToken token;
  token.snapshot_ms = from.ConsumeIntegral<int64_t>();
  token.offset = from.ConsumeIntegralInRange<uint64_t>(0, INT64_MAX);
  if (from.ConsumeBool()) token.rows_left = from.ConsumeIntegral<int64_t>();
  for (int parts = from.ConsumeIntegralInRange(0, 4); parts > 0; --parts) {
    token.last_key.push_back(from.ConsumeRandomLengthString());
  }
  return token;
}

void CheckOurs(FuzzedDataProvider& from) {
  PageToken token = AnyToken(from);
  std::string text = Encode(token, kQuery);
  auto again = Decode(text, kQuery);
  SLUICE_CHECK(again.ok() && *again == token);

  SLUICE_CHECK(!Decode(text, "SELECT 1").ok());
  text[from.ConsumeIntegralInRange<size_t>(0, text.size() - 1)] ^=
      from.ConsumeIntegralInRange<char>(1, 127);
  SLUICE_CHECK(!Decode(text, kQuery).ok());
}

}  // namespace
}  // namespace sluice::tidb

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  sluice::tidb::CheckSealed();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  std::string_view input = AsText(data, size);
  tidb::CheckSent(input, input);
  tidb::CheckSent(tidb::Sealed(input), input);
  FuzzedDataProvider from(data, size);
  tidb::CheckOurs(from);
  return 0;
}
