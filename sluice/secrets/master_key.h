// The key under which everything secret is sealed.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/base/secret.h"

namespace sluice::secrets {

// The 32 bytes under which all secrets are sealed, from a file that only its owner may read: one
// line of base64. Makes the file (0600) where it is missing, all at once, so that neither a crash
// nor a second process at the same moment leaves half a key or two. kAccessDenied: others may read
// it, or it belongs to somebody else. kInvalidArgument: it is no key. Without this file the secrets
// of a database are lost: back it up apart from the database.
Result<Secret> LoadMasterKey(const std::string& path);

}  // namespace sluice::secrets
