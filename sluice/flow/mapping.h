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

// Hears of rows that can't be mapped. An Error ends the run.
class RejectionLog {
 public:
  virtual ~RejectionLog() = default;
  virtual Status Reject(RejectedRow row) = 0;
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
  const FilterExpression& filter() const { return filter_; }

  // The batch for the destination. Rows with a value that does not fit are left out and rejected
  // with the field and the reason; what is left keeps its position and the numbers of its source
  // rows.
  Result<Batch> Apply(const Batch& batch, RejectionLog& log) const;

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
};

}  // namespace sluice::flow
