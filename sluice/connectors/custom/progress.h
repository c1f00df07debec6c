// "sluice.progress": where a stream stands in a connector that counts each request once, because it
// writes rows and position in one transaction. docs/connector-contract.md has the protocol.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sluice/connector/stream.h"
#include "sluice/connectors/custom/connector_function.h"

namespace sluice::custom {

// The runtime setting of WriteData, and the custom property by which an entity announces it.
inline constexpr char kProgressSetting[] = "sluice.progress";

// What the connector keeps of a stream. A batch of the engine may take several requests, and only
// the last one of them moves the engine's position; so each request takes along (in its token) what
// the batch's requests so far were, itself included.
struct Standing {
  int64_t seq = 0;                // The last request's; each has one of its own. 0: none yet.
  Position before;                // Where the engine stood before the batch …
  std::optional<Position> after;  // … and stands now, once the batch is complete.
  std::vector<size_t> requests;   // Records of each request.
  std::string digest;             // Of those records.
  std::vector<std::pair<size_t, std::string>> refused;  // In the requests before the last one:
                                                        // which of the batch's records, and why.
  bool may_have_refused = false;  // The last one, as far as the connector's report says.

  size_t records() const;
};

// The digest of a batch's requests, of that of those before and of what one more has.
std::string NextDigest(const std::string& digest, const std::vector<std::string>& records,
                       size_t begin, size_t count);

// The setting's value for the request that brings a stream to `standing`.
std::string ProgressSetting(const std::string& stream, const Standing& standing);

// Where `stream` stands, or nothing where it has not begun. `entity` is what it writes to.
// kAccessDenied: this account may not know.
Result<std::optional<Standing>> FindStanding(ConnectorFunction& function,
                                             const protocol::ConnectorContext& context,
                                             const std::string& entity, const std::string& stream);

}  // namespace sluice::custom
