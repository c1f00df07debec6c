// S3, as source and as destination. It has no connection profile: an account's settings are the S3
// properties of a flow (input_settings.h, output_settings.h), and who it is stands in the object
// store.
//
// An entity is a bucket and a folder in it, "bucket/in/accounts".
#pragma once

#include <memory>

#include "sluice/connector/connector.h"
#include "sluice/connector/registry.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/s3_reader.h"

namespace sluice::s3 {

std::unique_ptr<Connector> MakeS3Connector(std::shared_ptr<ObjectStore> store, Settings settings,
                                           int64_t batch_bytes = kBatchBytes);

ConnectorInfo S3Info();

// As connector type "S3".
void Register(Registry& registry, std::shared_ptr<ObjectStore> store);

}  // namespace sluice::s3
