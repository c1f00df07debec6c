#include "sluice/connectors/s3/object_store.h"

#include <utility>

#include "sluice/base/encoding.h"
#include "sluice/connectors/s3/folder_store.h"
#include "sluice/connectors/s3/s3_store.h"

namespace sluice::s3 {

Result<std::shared_ptr<ObjectStore>> OpenObjectStore(const ObjectStoreOptions& options,
                                                     std::shared_ptr<net::HttpClient> http) {
  constexpr std::string_view kFile = "file://";
  std::string_view url = options.url;
  if (!url.starts_with(kFile)) return OpenS3Store(options, std::move(http));
  SLUICE_ASSIGN(std::string folder, PercentDecode(url.substr(kFile.size())));
  if (folder.starts_with('/') && folder.find('\0') == std::string::npos) {
    return OpenFolderStore(folder);
  }
  return InvalidArgument("'" + options.url +
                         "' names no folder: it must be file:/// and an absolute path");
}

}  // namespace sluice::s3
