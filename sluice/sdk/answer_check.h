// Whether a connector's answers keep the protocol's rules. AppFlow says nothing more than that the
// connector failed where one does not; so the loop asks here first, and what is wrong with which
// member gets into the log and into the answer that is sent in its stead.
#pragma once

#include "sluice/base/result.h"
#include "sluice/protocol/messages.h"

namespace sluice::sdk {

// kUnknown names the first member that breaks a rule. It is not one of the codes after which a
// request is sent again: the same answer would come, or the same records would be written twice.
//
// Source of the rules: the validators of AWS's connector SDK for Java (limits, required members,
// https, names), and the protocol's description of the messages.
Status Check(const protocol::DescribeConnectorConfigurationRequest&,
             const protocol::DescribeConnectorConfigurationResponse& response);
Status Check(const protocol::ValidateConnectorRuntimeSettingsRequest&,
             const protocol::ValidateConnectorRuntimeSettingsResponse& response);
Status Check(const protocol::ValidateCredentialsRequest&,
             const protocol::ValidateCredentialsResponse&);
Status Check(const protocol::ListEntitiesRequest& request,
             const protocol::ListEntitiesResponse& response);
Status Check(const protocol::DescribeEntityRequest&,
             const protocol::DescribeEntityResponse& response);
// Of the records, the first and the last are looked at: they are megabytes, and who adds something
// else than JSON objects does it with all of them.
Status Check(const protocol::QueryDataRequest& request,
             const protocol::QueryDataResponse& response);
Status Check(const protocol::RetrieveDataRequest&, const protocol::RetrieveDataResponse& response);
Status Check(const protocol::WriteDataRequest& request,
             const protocol::WriteDataResponse& response);
// An error that an operation answered with.
Status Check(const Error& error);

}  // namespace sluice::sdk
