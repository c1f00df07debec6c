// What the user asked for: records of one entity here, mapped, into one entity there.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/connector/connector.h"

namespace sluice::flow {

enum class TaskType {
  kArithmetic,
  kFilter,
  kMap,
  kMapAll,
  kMask,
  kMerge,
  kPassthrough,
  kTruncate,
  kValidate,
  kPartition,
};
std::string_view ToString(TaskType type);  // "Map_all" …

// One step of the mapping, as AppFlow's API has it.
struct Task {
  TaskType type = TaskType::kMap;
  Operator op = Operator::kNoOp;
  std::vector<std::string> source_fields;
  std::string destination_field;
  std::map<std::string, std::string> properties;  // "SOURCE_DATA_TYPE", "VALUE" …
};

// One side of a flow.
struct Endpoint {
  std::string connector_type;  // "Salesforce", "CustomConnector" …
  std::string profile_name;
  std::string api_version;
  std::string entity;
  Settings settings;  // The flow's properties for this side, by AppFlow's names.
};

struct Destination : Endpoint {
  WriteOperation operation = WriteOperation::kInsert;
  std::vector<std::string> id_fields;
  bool stop_on_error = false;  // "Stop the current flow run" at the first refused record.
  // Where refused records are put as files; an empty bucket: nowhere.
  std::string error_bucket, error_prefix;
};

struct Flow {
  std::string name;
  Endpoint source;
  Destination destination;
  std::vector<Task> tasks;
  // How long failures that may pass are waited out, from the first in a row on; absent: as the
  // runner has it.
  std::optional<std::chrono::minutes> retry_for;
  int64_t schema_version = 1;  // Grows when an update changes what the records look like.
};

// Opens the account behind an endpoint: profile, secret, connector. Any thread.
class Accounts {
 public:
  virtual ~Accounts() = default;
  virtual Result<std::unique_ptr<Connector>> Open(const Endpoint& endpoint) = 0;
};

// Both sides of a flow, as they describe themselves.
struct FlowEntities {
  EntityDefinition source, destination;
};

// Everything that CreateFlow can find wrong, before a record moves: unknown fields, tasks that
// can't work, a destination field that can't be
// written by the operation, a NOT NULL column that nothing fills, id fields that are missing.
// kInvalidArgument says which and what to do. Asks both systems to describe their entity.
Result<FlowEntities> Validate(const Flow& flow, Accounts& accounts);

}  // namespace sluice::flow
