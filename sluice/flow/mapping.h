// A flow's tasks, understood: what to read, which filter the source applies, and how a row of the
// source becomes a row of the destination.
#pragma once

#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/connector/stream.h"
#include "sluice/flow/flow.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice::flow {

// What became of a batch of the source.
struct MappedBatch {
  Batch batch;                        // For the destination; without the rows below.
  std::vector<RejectedRow> rejected;  // Records that don't fit, those unreadable included.
  std::vector<int64_t> filtered;      // How many rows each of Mapping::filters() took out.
};

// What can be said of tasks without asking a system: each one is of this version and in shape.
// kInvalidArgument says which is not.
Status CheckTasks(const std::vector<Task>& tasks);

class Mapping {
 public:
  // kInvalidArgument: a task names a field that is not there, maps one that is not in the
  // projection, maps two to the same, or maps between types that have nothing in common.
  static Result<Mapping> Make(const std::vector<Task>& tasks, const EntityDefinition& source,
                              const EntityDefinition& destination);

  const std::vector<std::string>& read_fields() const { return read_fields_; }
  const std::vector<std::string>& write_fields() const { return write_fields_; }
  // What the source applies.
  const FilterExpression& filter() const { return filter_; }
  // The tasks that take rows out here, for people: "Validate Name VALIDATE_NON_NULL".
  const std::vector<std::string>& filters() const { return filters_; }
  // Columns whose values name folders, of write_fields().
  const std::vector<std::string>& partition_keys() const { return partition_keys_; }

  // What is left keeps its position and the numbers of its source rows. An Error ends the run: a
  // record that fails a validation with DropDataset, or a source that delivers what it did not
  // describe. Any thread.
  Result<MappedBatch> Apply(const Batch& batch) const;

 private:
  struct Column {
    std::string source, destination;
    DataType type = DataType::kString;  // Of the destination.
  };

  Status AddColumn(const std::string& source_field, const std::string& destination_field,
                   const EntityDefinition& source, const EntityDefinition& destination);

  std::vector<Column> columns_;
  std::vector<std::string> read_fields_, write_fields_;
  FilterExpression filter_;
  std::vector<std::string> filters_, partition_keys_;
};

}  // namespace sluice::flow
