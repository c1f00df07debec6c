// The Lambda's HTTP client: Beast and OpenSSL, synchronous, one kept connection per host. Small,
// because libcurl would double the Lambda's zip and the time of its start.
#pragma once

#include <memory>

#include "sluice/net/http.h"

namespace sluice::net {

// For one thread. A certificate is looked at only when an https URL is sent to.
std::unique_ptr<HttpClient> MakeSmallHttpClient(HttpClientOptions options = {});

}  // namespace sluice::net
