// S3, or whatever speaks its protocol.
#pragma once

#include <memory>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// `options.url` is http(s)://host[:port] or empty.
//
// The first call starts the AWS SDK in this process; it is shut down when the process ends by
// exit() or by returning from main, before static objects are destroyed.
Result<std::shared_ptr<ObjectStore>> OpenS3Store(const ObjectStoreOptions& options,
                                                 std::shared_ptr<net::HttpClient> http);

}  // namespace sluice::s3
