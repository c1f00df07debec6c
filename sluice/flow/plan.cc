#include "sluice/flow/plan.h"

#include <algorithm>

#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

Result<EntityDefinition> Named(Result<EntityDefinition> definition, const std::string& entity,
                               std::string_view side) {
  if (definition.ok()) return definition;
  return WithContext(std::move(definition).error(),
                     "The " + std::string(side) + " entity " + Quoted(entity));
}

bool MayBeId(const Field& field, WriteOperation operation) {
  const auto& operations = field.write->supported_write_operations;
  return std::find(operations.begin(), operations.end(), operation) != operations.end();
}

// A writing flow's destination, as the entity describes itself.
class DestinationCheck {
 public:
  DestinationCheck(const Destination& destination, const EntityDefinition& entity,
                   const std::vector<std::string>& fields)
      : destination_(destination), entity_(entity), fields_(fields) {}

  Status Check() const {
    if (!entity_.entity.is_writable) {
      return InvalidArgument("The destination entity " + Quoted(destination_.entity) +
                             " can only be read.");
    }
    if (destination_.operation != WriteOperation::kInsert) SLUICE_RETURN_IF_ERROR(CheckIds());
    for (const std::string& name : fields_) SLUICE_RETURN_IF_ERROR(CheckWritable(name));
    return CheckNothingRequiredIsMissing();
  }

 private:
  std::string operation() const { return std::string(ToString(destination_.operation)); }

  bool IsId(const std::string& name) const {
    const auto& ids = destination_.id_fields;
    return destination_.operation != WriteOperation::kInsert &&
           std::find(ids.begin(), ids.end(), name) != ids.end();
  }
  bool IsMapped(const std::string& name) const {
    return std::find(fields_.begin(), fields_.end(), name) != fields_.end();
  }
  // Whether the entity says at all which fields may identify a record.
  bool NamesIds() const {
    return std::any_of(entity_.fields.begin(), entity_.fields.end(), [&](const Field& field) {
      return field.write && MayBeId(field, destination_.operation);
    });
  }

  Status CheckIds() const {
    if (destination_.id_fields.empty()) {
      return InvalidArgument(operation() + " needs idFieldNames: the fields of " +
                             Quoted(destination_.entity) + " that identify a record.");
    }
    for (const std::string& name : destination_.id_fields) {
      const Field* field = entity_.Find(name);
      if (!field) {
        return InvalidArgument("The destination entity " + Quoted(destination_.entity) +
                               " has no field " + Quoted(name) + ", which idFieldNames has.");
      }
      if (!IsMapped(name)) {
        return InvalidArgument("The id field " + Quoted(name) +
                               " is not mapped: add a Map task with it as destinationField.");
      }
      if (NamesIds() && !(field->write && MayBeId(*field, destination_.operation))) {
        return InvalidArgument("The field " + Quoted(name) + " can't be the id for " + operation() +
                               " in " + Quoted(destination_.entity) + ".");
      }
    }
    return Done{};
  }

  Status CheckWritable(const std::string& name) const {
    const Field& field = *entity_.Find(name);
    if (IsId(name) || destination_.operation == WriteOperation::kDelete) return Done{};
    if (field.write && Allows(*field.write)) return Done{};
    return InvalidArgument("The destination field " + Quoted(name) + " of " +
                           Quoted(destination_.entity) + " can't be written by " + operation() +
                           ": remove its Map task.");
  }

  bool Allows(const WriteProperties& write) const {
    switch (destination_.operation) {
      case WriteOperation::kInsert:
        return write.is_creatable;
      case WriteOperation::kUpdate:
        return write.is_updatable;
      case WriteOperation::kUpsert:
        return write.is_upsertable;
      case WriteOperation::kDelete:
        return true;
    }
    SLUICE_CHECK(false);
  }

  Status CheckNothingRequiredIsMissing() const {
    if (destination_.operation != WriteOperation::kInsert &&
        destination_.operation != WriteOperation::kUpsert) {
      return Done{};
    }
    for (const Field& field : entity_.fields) {
      bool is_required = field.write && field.write->is_creatable && !field.write->is_nullable &&
                         !field.write->is_defaulted_on_create;
      if (is_required && !IsMapped(field.name)) {
        return InvalidArgument("The destination field " + Quoted(field.name) + " of " +
                               Quoted(destination_.entity) +
                               " must not be null and has no default, but nothing is mapped to it: "
                               "add a Map task for it.");
      }
    }
    return Done{};
  }

  const Destination& destination_;
  const EntityDefinition& entity_;
  const std::vector<std::string>& fields_;
};

Result<Plan> PlanBetween(const Flow& flow, EntityDefinition from, EntityDefinition to,
                         const Connector& source, const Connector& destination) {
  SLUICE_ASSIGN(Mapping mapping, MappingBetween(flow, from, to, source, destination));
  if (!mapping.partition_keys().empty() && !destination.CanPartition()) {
    return InvalidArgument("The destination entity " + Quoted(flow.destination.entity) +
                           " has no folders to partition: remove the Partition task.");
  }
  SLUICE_RETURN_IF_ERROR(DestinationCheck(flow.destination, to, mapping.write_fields()).Check());

  ReadRequest read;
  read.entity = std::move(from);
  read.fields = mapping.read_fields();
  read.filter = mapping.filter();
  read.settings = flow.source.settings;
  read.run.flow_name = flow.name;
  read.run.schema_version = flow.schema_version;

  WriteRequest write;
  write.entity = std::move(to);
  write.fields = mapping.write_fields();
  write.operation = flow.destination.operation;
  write.id_fields = flow.destination.id_fields;
  write.all_or_none = flow.destination.stop_on_error;
  write.partition_keys = mapping.partition_keys();
  write.settings = flow.destination.settings;
  write.run = read.run;
  return Plan{std::move(read), std::move(write), std::move(mapping)};
}

}  // namespace

Result<EntityDefinition> DescribeSource(const Endpoint& endpoint, Connector& source) {
  return Named(source.DescribeEntity(endpoint.entity), endpoint.entity, "source");
}

Result<EntityDefinition> DescribeDestination(const Flow& flow, const EntityDefinition& source,
                                             Connector& destination) {
  TargetRequest request;
  request.entity = flow.destination.entity;
  SLUICE_ASSIGN(request.fields, Mapping::TargetFields(flow.tasks, source));
  request.operation = flow.destination.operation;
  request.id_fields = flow.destination.id_fields;
  request.settings = flow.destination.settings;
  return Named(destination.DescribeTarget(request), request.entity, "destination");
}

Result<Mapping> MappingBetween(const Flow& flow, const EntityDefinition& from,
                               const EntityDefinition& to, const Connector& source,
                               const Connector& destination) {
  const auto source_applies = [&](const Filter& filter) { return source.CanFilter(from, filter); };
  return Mapping::Make(flow.tasks, from, to, source_applies,
                       destination.TakesNonFinite(flow.destination.settings));
}

Result<Plan> MakePlan(const Flow& flow, Connector& source, Connector& destination) {
  SLUICE_ASSIGN(EntityDefinition from, DescribeSource(flow.source, source));
  SLUICE_ASSIGN(EntityDefinition to, DescribeDestination(flow, from, destination));
  return PlanBetween(flow, std::move(from), std::move(to), source, destination);
}

Result<Outlook> LookAhead(const Flow& flow, Accounts& accounts) {
  SLUICE_ASSIGN(auto source, accounts.Open(flow.source));
  SLUICE_ASSIGN(auto destination, accounts.Open(flow.destination));
  SLUICE_ASSIGN(EntityDefinition from, DescribeSource(flow.source, *source));
  Outlook outlook{.source = from, .can_run = Done{}};
  auto fields = Mapping::TargetFields(flow.tasks, from);
  if (!fields.ok()) {
    outlook.can_run = fields.error();
    auto to = Named(destination->DescribeEntity(flow.destination.entity), flow.destination.entity,
                    "destination");
    if (to.ok()) {
      outlook.destination = *std::move(to);
    } else if (to.error().code != ErrorCode::kResourceNotFound) {
      return std::move(to).error();
    }
    return outlook;
  }
  SLUICE_ASSIGN(outlook.destination, DescribeDestination(flow, from, *destination));
  auto plan = PlanBetween(flow, std::move(from), *outlook.destination, *source, *destination);
  if (!plan.ok()) outlook.can_run = std::move(plan).error();
  return outlook;
}

}  // namespace sluice::flow
