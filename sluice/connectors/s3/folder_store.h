// Buckets that are folders of this machine, one beside the other, and objects that are files in
// them.
#pragma once

#include <memory>
#include <string>

#include "sluice/connectors/s3/object_store.h"

namespace sluice::s3 {

// `folder` is made where it is missing; buckets are not, they are made by whoever owns them.
//
// An object is written to "<bucket>/.sluice-uploads/<id>/<key>" and renamed when it is whole. Keys
// are relative paths without "." and ".." and can't lead out of the bucket; symbolic links that
// somebody put there lead where they lead.
Result<std::shared_ptr<ObjectStore>> OpenFolderStore(const std::string& folder);

}  // namespace sluice::s3
