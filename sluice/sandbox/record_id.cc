#include "sluice/sandbox/record_id.h"

namespace sluice::sandbox {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kInstance = "Do";
constexpr size_t kDigitCount = 10;

// One character for each five: the bits say which of them are upper case.
std::string Checksum(std::string_view id15) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  std::string checksum;
  for (size_t chunk = 0; chunk < 15; chunk += 5) {
    unsigned upper_case = 0;
    for (size_t i = 0; i < 5; ++i) {
      char c = id15[chunk + i];
      if (c >= 'A' && c <= 'Z') upper_case |= 1u << i;
    }
    checksum += kAlphabet[upper_case];
  }
  return checksum;
}

}  // namespace

std::string MakeRecordId(std::string_view key_prefix, uint64_t number) {
  std::string digits(kDigitCount, '0');
  for (size_t i = kDigitCount; i-- > 0 && number > 0; number /= 62)
    digits[i] = kDigits[number % 62];
  std::string id = std::string(key_prefix) + std::string(kInstance) + digits;
  return id + Checksum(id);
}

uint64_t NumberOfRecordId(std::string_view id) {
  uint64_t number = 0;
  for (char c : id.substr(5, kDigitCount)) number = number * 62 + kDigits.find(c);
  return number;
}

std::optional<std::string> NormalizeRecordId(std::string_view id) {
  if (id.size() != 15 && id.size() != 18) return std::nullopt;
  if (id.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  std::string checksum = Checksum(id);
  if (id.size() == 18 && id.substr(15) != checksum) return std::nullopt;
  return std::string(id.substr(0, 15)) + checksum;
}

}  // namespace sluice::sandbox
