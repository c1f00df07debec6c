// A flow's tasks, understood: what to read, which filter the source applies, and how a row of the
// source becomes a row of the destination.
#pragma once

#include <functional>
#include <memory>
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
  std::vector<RejectedRow> rejected;  // Records that don't fit, those unreadable included, in the
                                      // order of the source.
  std::vector<int64_t> filtered;      // How many rows each of Mapping::filters() took out.
};

// What can be said of tasks without asking a system: each one is of this version and in shape.
// kInvalidArgument says which is not.
Status CheckTasks(const std::vector<Task>& tasks);

struct Program;

class Mapping {
 public:
  // Whether the source applies this one comparison itself; nothing: it applies none.
  using SourceApplies = std::function<bool(const Filter&)>;

  // What a flow brings to its destination: by the names there, with the types they come with.
  // kInvalidArgument: the tasks can't work with this source (Make says how).
  static Result<std::vector<Field>> TargetFields(const std::vector<Task>& tasks,
                                                 const EntityDefinition& source);

  // kInvalidArgument says which task can't work and what to do: it names a field that is not there
  // or not in the projection, maps two to the same, or between types that have nothing in common;
  // it calculates with dates, masks for a number's column, makes a temporary field that nothing
  // uses, or out of itself; a property is missing or is not what it should be.
  //
  // Filters that the source doesn't apply are applied here. Numbers that are NaN or infinite are
  // refused where the destination doesn't take them (Connector::TakesNonFinite).
  static Result<Mapping> Make(const std::vector<Task>& tasks, const EntityDefinition& source,
                              const EntityDefinition& destination,
                              const SourceApplies& source_applies = {},
                              bool takes_non_finite = false);

  // A row goes this way (each step sees what the one before left): filters; Validate tasks on
  // fields of the source; Mask and Truncate tasks on these; Merge and Arithmetic tasks, each
  // temporary field with its own Validate, Mask and Truncate tasks; Map, Map_all and Passthrough,
  // which is the same as Map_all.
  const std::vector<std::string>& read_fields() const;
  const std::vector<std::string>& write_fields() const;
  // What the source applies.
  const FilterExpression& filter() const;
  // The tasks that take rows out here, for people: "Validate Name VALIDATE_NON_NULL".
  const std::vector<std::string>& filters() const;
  // Columns whose values name folders, of write_fields().
  const std::vector<std::string>& partition_keys() const;

  // What is left keeps its position and the numbers of its source rows. A record is refused for the
  // first field that doesn't fit, one with text that is not UTF-8 included; `field` is the source's
  // (or temporary) field. An Error ends the run: a record that fails a validation with DropDataset,
  // or a source that delivers what it did not describe. Any thread.
  Result<MappedBatch> Apply(const Batch& batch) const;

 private:
  std::shared_ptr<const Program> program_;
};

}  // namespace sluice::flow
