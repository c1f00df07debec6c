// Reads an object's records in the order of their ids, a query per page: a place to go on from is
// an id, which stays right for ever (Salesforce's own cursors end after two days).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sluice/connector/connector.h"
#include "sluice/connectors/salesforce/salesforce_client.h"

namespace sluice::salesforce {

// A query under way is not cut off at Next()'s deadline, which would only have to be asked again:
// it takes up to SalesforceOptions::request_timeout, if it isn't stopped. `client` outlives the
// reader. kInvalidArgument for fields, filters, settings and positions that can't be read with.
Result<std::unique_ptr<BatchReader>> OpenSalesforceReader(SalesforceClient& client,
                                                          const ReadRequest& request,
                                                          const std::optional<Position>& from);

}  // namespace sluice::salesforce
