// Salesforce as a source: objects that the REST API can query.
#pragma once

#include "sluice/connector/registry.h"
#include "sluice/connectors/salesforce/salesforce_client.h"
#include "sluice/net/http.h"

namespace sluice::salesforce {

// `http` outlives the registry. For profile settings and credentials see salesforce_client.h;
// source settings: "includeDeletedRecords" ("true"), "dataTransferApi" (AUTOMATIC, REST_SYNC).
void Register(Registry& registry, net::HttpClient& http, SalesforceOptions options = {});

}  // namespace sluice::salesforce
