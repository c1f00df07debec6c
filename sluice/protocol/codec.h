// The connector protocol's JSON, both ways and for both sides. Readers are tolerant: they ignore
// what they don't know, take null for absent, accept the Java and the Python SDK's spellings and
// fill in Java's defaults for omitted lists. Writers are exact.
#pragma once

#include <string>
#include <string_view>

#include "sluice/base/result.h"
#include "sluice/protocol/messages.h"

namespace sluice::protocol {

// The connector's side.
Result<Request> ParseRequest(std::string_view json);  // kInvalidArgument names what is wrong where.
std::string ToJson(const Result<DescribeConnectorConfigurationResponse>& response);
std::string ToJson(const ValidateConnectorRuntimeSettingsResponse& response);
std::string ToJson(const Result<ValidateCredentialsResponse>& response);
std::string ToJson(const Result<ListEntitiesResponse>& response);
std::string ToJson(const Result<DescribeEntityResponse>& response);
// These two take the records with them: they are megabytes.
std::string ToJson(Result<QueryDataResponse> response);
std::string ToJson(Result<RetrieveDataResponse> response);
std::string ToJson(const WriteDataResponse& response);

// The service's side.
std::string ToJson(const Request& request);
std::string_view OperationOf(const Request& request);  // "QueryData", for logs and messages.
// What a successful answer to an operation looks like, as JSON on one line: its required members,
// and the others that a connector is likely to want.
std::string_view ShapeOfAnswer(std::string_view operation);

// The connector's error where it answered with one; kServerError where the answer is not one of
// this protocol (not an object, no isSuccess, a required member missing), saying which member and
// what an answer looks like. `about` (which function, how long it took …) comes after whatever is
// said here of the answer, but not after the connector's own message.
Result<DescribeConnectorConfigurationResponse> ParseDescribeConnectorConfigurationResponse(
    std::string_view json, std::string_view about = {});
Result<ValidateConnectorRuntimeSettingsResponse> ParseValidateConnectorRuntimeSettingsResponse(
    std::string_view json, std::string_view about = {});
Result<ValidateCredentialsResponse> ParseValidateCredentialsResponse(std::string_view json,
                                                                     std::string_view about = {});
Result<ListEntitiesResponse> ParseListEntitiesResponse(std::string_view json,
                                                       std::string_view about = {});
Result<DescribeEntityResponse> ParseDescribeEntityResponse(std::string_view json,
                                                           std::string_view about = {});
Result<ReceivedRecords> ParseQueryDataResponse(std::string_view json, std::string_view about = {});
Result<ReceivedRecords> ParseRetrieveDataResponse(std::string_view json,
                                                  std::string_view about = {});
Result<WriteDataResponse> ParseWriteDataResponse(std::string_view json,
                                                 std::string_view about = {});

}  // namespace sluice::protocol
