// What S3 wants of a flow's properties beyond what AWS's model says.
#pragma once

#include <string>

#include "sluice/api/errors.h"
#include "sluice/base/json.h"

namespace sluice::api {

// "<bucket>/<prefix>" of S3SourceProperties or S3DestinationProperties; without a prefix
// "<bucket>/".
std::string S3Entity(const json::Object& properties);

// ValidationException for an S3DestinationProperties that contradicts itself.
ApiStatus CheckS3Output(const json::Object& properties);

}  // namespace sluice::api
