// Salesforce's record ids: 15 characters that tell upper from lower case, and 3 that repeat the
// case, for programs that don't.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::sandbox {

// Key prefix ("001" is Account), two characters for the sandbox's instance, ten base-62 digits of
// `number`, three of checksum. Ids of one prefix sort by number.
std::string MakeRecordId(std::string_view key_prefix, uint64_t number);

// The number inside an id; the reverse of MakeRecordId.
uint64_t NumberOfRecordId(std::string_view id);

// The 18-character form of an id of 15 or 18 characters; nothing where it isn't one, or its
// checksum is wrong.
std::optional<std::string> NormalizeRecordId(std::string_view id);

}  // namespace sluice::sandbox
