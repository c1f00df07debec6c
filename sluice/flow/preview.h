// A few records of a flow's source, and what a run would make of them: before the flow is there,
// and without writing anything.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/flow.h"

namespace sluice::flow {

enum class PreviewOutcome { kMapped, kFiltered, kRefused };
std::string_view ToString(PreviewOutcome outcome);  // "Mapped" …

struct PreviewedRecord {
  std::string source;                     // A JSON object, or the text that can't be read as one.
  std::optional<PreviewOutcome> outcome;  // Nothing where there are no tasks.
  std::string destination;                // kMapped: a JSON object.
  std::string message;                    // kFiltered, kRefused: why.
  std::string field;                      // kRefused: the source's field that is to blame, if any.
};

struct Preview {
  EntityDefinition source;
  std::vector<PreviewedRecord> records;
};

inline constexpr std::chrono::seconds kPreviewTime{20};

// All fields of the source's first records. Reading ends with `most` records or soon after `time`:
// with what came until then, or kRequestTimeout where that is nothing.
Result<Preview> PreviewSource(const Endpoint& source, Accounts& accounts, int64_t most,
                              std::chrono::seconds time = kPreviewTime);

// With the flow's tasks: the fields that a run would read. Where the source applies a filter
// itself, records that match come first, and then, where the source can be asked for them, at most
// half as many that don't, or more where fewer match. Errors are those of Validate (flow.h), which
// may yet find more: a required field may still be without a Map task here.
Result<Preview> PreviewFlow(const Flow& flow, Accounts& accounts, int64_t most,
                            std::chrono::seconds time = kPreviewTime);

}  // namespace sluice::flow
