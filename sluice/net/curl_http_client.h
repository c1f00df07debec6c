// The service's HTTP client, on libcurl: keeps connections open and reuses them. A proxy that the
// environment names (https_proxy, no_proxy) is used, except to reach this machine itself.
#pragma once

#include <memory>

#include "sluice/net/http.h"

namespace sluice::net {

std::unique_ptr<HttpClient> MakeCurlHttpClient(HttpClientOptions options = {});

}  // namespace sluice::net
