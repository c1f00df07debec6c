// A flow and the two systems as they are now, put together: what a run does, or why it can't.
#pragma once

#include <optional>

#include "sluice/base/result.h"
#include "sluice/connector/connector.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/mapping.h"

namespace sluice::flow {

struct Plan {
  ReadRequest read;
  WriteRequest write;
  Mapping mapping;
};

// The entity that a flow reads, or writes: as MakePlan describes it.
Result<EntityDefinition> DescribeSource(const Endpoint& endpoint, Connector& source);
Result<EntityDefinition> DescribeDestination(const Flow& flow, const EntityDefinition& source,
                                             Connector& destination);

// The flow's tasks between the entities that were so described, as both connectors can do them.
Result<Mapping> MappingBetween(const Flow& flow, const EntityDefinition& from,
                               const EntityDefinition& to, const Connector& source,
                               const Connector& destination);

// Describes both entities and checks the flow against them (Validate in flow.h says for what).
// kInvalidArgument: the flow is wrong. kResourceNotFound: an entity is not there (any more). Else
// the connector's own error, with the side and the entity before it.
Result<Plan> MakePlan(const Flow& flow, Connector& source, Connector& destination);

// What a run would find.
struct Outlook {
  EntityDefinition source;
  // Nothing where the flow can't run and its destination is not there, which a run may make.
  std::optional<EntityDefinition> destination;
  Status can_run;  // Or MakePlan's kInvalidArgument.
};

// Unlike MakePlan, it shows both sides of a flow that no longer fits them. Its errors are about
// sides that can't be described.
Result<Outlook> LookAhead(const Flow& flow, Accounts& accounts);

}  // namespace sluice::flow
