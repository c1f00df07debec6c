// The structures that several messages share, both ways. Inside of the codec only.
#pragma once

#include "sluice/protocol/json_reader.h"
#include "sluice/protocol/json_writer.h"
#include "sluice/protocol/messages.h"

namespace sluice::protocol {

CredentialsReference ReadCredentials(const JsonReader& in);
void WriteCredentials(JsonWriter& out, const CredentialsReference& credentials);

Entity ReadEntity(const JsonReader& in);
void WriteEntity(JsonWriter& out, const Entity& entity);  // The members, without braces.

EntityDefinition ReadEntityDefinition(const JsonReader& in);
void WriteEntityDefinition(JsonWriter& out, const EntityDefinition& definition);

ConnectorInfo ReadConnectorInfo(const JsonReader& in);
void WriteConnectorInfo(JsonWriter& out, const ConnectorInfo& info);

}  // namespace sluice::protocol
