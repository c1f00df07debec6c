// All that the author of an AppFlow custom connector needs. docs/sdk.md is the tutorial.
//
//   #include "sluice/sdk/sdk.h"
//   using namespace sluice::sdk;
//
//   class MyConnector final : public Connector { … };
//
//   int main() {
//     MyConnector connector;
//     return RunLambda(connector);
//   }
#pragma once

#include "sluice/base/log.h"                    // Log
#include "sluice/base/result.h"                 // Result, Error, SLUICE_ASSIGN
#include "sluice/base/time_text.h"              // ParseTime, FormatTime, ParseDate, FormatDate
#include "sluice/model/filter.h"                // Filter, FilterVisitor, Visit
#include "sluice/model/json_record.h"           // JsonRecordReader
#include "sluice/protocol/filter_expression.h"  // ParseFilterExpression
#include "sluice/protocol/messages.h"           // Requests and answers
#include "sluice/sdk/connector.h"               // Connector, Invocation
#include "sluice/sdk/credentials.h"             // MakeSecretsManagerCredentials
#include "sluice/sdk/lambda.h"                  // RunLambda
#include "sluice/sdk/record_builder.h"          // RecordBuilder
#include "sluice/sdk/record_filter.h"           // RecordFilter

// An author's `using namespace sluice::sdk` is enough for all of them.
namespace sluice::sdk {
using namespace sluice;    // NOLINT
using namespace protocol;  // NOLINT
}  // namespace sluice::sdk
