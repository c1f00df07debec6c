// The service's HTTP client, on libcurl: keeps connections open and reuses them.
#pragma once

#include <memory>

#include "sluice/net/http.h"

namespace sluice::net {

std::unique_ptr<HttpClient> MakeCurlHttpClient(HttpClientOptions options = {});

}  // namespace sluice::net
