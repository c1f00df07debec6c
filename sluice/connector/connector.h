// One connected account of one system: the engine's side of what AppFlow calls a connector.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/clock.h"
#include "sluice/base/result.h"
#include "sluice/connector/stream.h"
#include "sluice/model/connector_info.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice {

// Which run something is done for: for the other side's logs and for the names of what it writes.
struct RunContext {
  std::string flow_name;
  std::string execution_id;
  int64_t schema_version = 1;  // Of the flow.
  Time started_at{};
};

struct ReadRequest {
  EntityDefinition entity;          // As this connector described it.
  std::vector<std::string> fields;  // What to read, in the order of the schema's columns.
  FilterExpression filter;          // Only what CanFilter() said yes to.
  Settings settings;                // Source properties of the flow, by AppFlow's names.
  RunContext run;
};

struct WriteRequest {
  EntityDefinition entity;
  std::vector<std::string> fields;  // Columns that will come, in order.
  WriteOperation operation = WriteOperation::kInsert;
  std::vector<std::string> id_fields;
  std::vector<std::string> partition_keys;  // Columns whose values name folders; S3 only.
  bool all_or_none = false;  // "Stop the current flow run" at the first refused record.
  int streams = 1;           // How many are written at once for this run.
  Settings settings;         // Destination properties of the flow.
  RunContext run;
};

// What is to be written, for a destination that has no shape yet.
struct TargetRequest {
  std::string entity;
  std::vector<Field> fields;  // By their names at the destination, with the source's types.
  WriteOperation operation = WriteOperation::kInsert;
  std::vector<std::string> id_fields;
  Settings settings;  // Destination properties of the flow.
};

struct EntityPage {
  std::vector<Entity> entities;
  std::string next_token;  // Empty: the last page.
};

// Methods may be called from any thread, one at a time per object; different objects at once.
// Readers and writers must not outlive the connector that opened them.
class Connector {
 public:
  virtual ~Connector() = default;

  // Tries the connection, as CreateConnectorProfile does: kInvalidCredentials, kServiceUnavailable,
  // kAccessDenied … with a sentence that says what to change. Changes nothing over there.
  virtual Status Check() = 0;

  // What there is to read or write below `path` (empty: the top).
  virtual Result<EntityPage> ListEntities(const std::string& path, int64_t max_results,
                                          const std::string& next_token) = 0;
  // kResourceNotFound where there is no such entity.
  virtual Result<EntityDefinition> DescribeEntity(const std::string& identifier) = 0;

  // The entity as a flow that brings `request.fields` finds it. Differs from DescribeEntity where
  // the entity takes the shape of what comes (a folder of files) or is made by the first writer
  // that opens (OpenWriter gets this definition). Changes nothing over there.
  virtual Result<EntityDefinition> DescribeTarget(const TargetRequest& request) {
    return DescribeEntity(request.entity);
  }

  // Whether the source applies this one comparison itself. What it can't, the flow must not ask
  // for.
  virtual bool CanFilter(const EntityDefinition& entity, const Filter& filter) const = 0;

  // Whether FilterExpression::limit is honoured. The others refuse it.
  virtual bool CanLimit() const { return false; }

  // Cuts a read into at most `parts` partitions, which may be read at once. At least one.
  virtual Result<std::vector<Partition>> Split(const ReadRequest& request, int parts) = 0;
  // `from`: a Position that a reader of this partition handed out; nothing: the beginning.
  virtual Result<std::unique_ptr<BatchReader>> OpenReader(const ReadRequest& request,
                                                          const Partition& partition,
                                                          std::optional<Position> from) = 0;
  // How many streams of one run may be written at once.
  virtual int MostStreams(const WriteRequest& request) const {
    (void)request;
    return 1;
  }
  // Whether what is written may be NaN or infinite, which JSON has no numbers for, with these
  // destination properties. Else such records are refused before they come here.
  virtual bool TakesNonFinite(const Settings& settings) const {
    (void)settings;
    return false;
  }
  // Whether WriteRequest::partition_keys is honoured.
  virtual bool CanPartition() const { return false; }
  // `stream` names the execution and partition: the same name after a crash means the same stream.
  virtual Result<std::unique_ptr<BatchWriter>> OpenWriter(const WriteRequest& request,
                                                          const std::string& stream) = 0;
};

}  // namespace sluice
