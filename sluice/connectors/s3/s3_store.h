// S3, or whatever speaks its protocol: data through Arrow's S3FileSystem, the rest by calls of our
// own.
#pragma once

#include <memory>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// `options.url` is http(s)://host[:port] or empty. `http` outlives the store.
//
// The first call starts the AWS SDK in this process; it is shut down when the process ends by
// exit() or by returning from main, before static objects are destroyed. For an endpoint of one's
// own, AWS_REQUEST_CHECKSUM_CALCULATION is set where it isn't, so call it while no other thread
// looks at the environment.
Result<std::shared_ptr<ObjectStore>> OpenS3Store(const ObjectStoreOptions& options,
                                                 net::HttpClient& http);

}  // namespace sluice::s3
