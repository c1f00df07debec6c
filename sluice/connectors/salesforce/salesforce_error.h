// Salesforce's refusals as ours.
#pragma once

#include "sluice/base/result.h"
#include "sluice/net/http.h"

namespace sluice::salesforce {

// `response.status` is not 2xx. The sentence says what Salesforce said and, where that helps, what
// to do; it holds neither the query nor a record.
//
// The daily limit of calls (REQUEST_LIMIT_EXCEEDED) is kRateLimitExceeded with a retry_after of a
// day, which no retry loop waits for.
Error FromSalesforce(const net::HttpResponse& response);

}  // namespace sluice::salesforce
