// What a connector profile says about how to reach TiDB: the keys of PingCAP's Java connector, so
// that profiles made for it keep working, and caCertificate.
#pragma once

#include <string>

#include "sluice/base/result.h"
#include "sluice/model/connector_info.h"
#include "sluice/tidb/client.h"

namespace sluice::tidb {

CustomAuthConfig AuthenticationForm();

// What comes with the program. Empty: the system's.
struct PackedFiles {
  std::string ca_directory;      // Hashed; the authorities of the web.
  std::string plugin_directory;  // libmariadb's authentication plug-ins.
};

// kInvalidArgument names the key that is missing or wrong; never a value of one.
Result<ConnectOptions> ToConnectOptions(const Credentials& credentials, const PackedFiles& packed);

}  // namespace sluice::tidb
