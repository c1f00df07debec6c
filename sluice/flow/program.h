// A flow's tasks, compiled against the entities that they work on: what Mapping applies to batches.
#pragma once

#include <arrow/type.h>

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/flow/arithmetic.h"
#include "sluice/flow/concatenation.h"
#include "sluice/flow/condition.h"
#include "sluice/flow/flow.h"
#include "sluice/flow/text_edit.h"
#include "sluice/flow/validation.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice::flow {

// A test that takes rows out, or ends the run.
struct RowCheck {
  std::string field;
  DataType type = DataType::kString;
  std::variant<Condition, Validation> test;
  std::string label;   // For people: "Validate Name VALIDATE_NON_NULL".
  size_t counter = 0;  // In Program::filters; unused where it ends the run.
  bool ends_run = false;

  RowMarks Passing(const arrow::Array& column) const;
};

// A field on its way: one of the source, or a temporary one that a Merge or Arithmetic task makes.
struct Variable {
  Field field;                                                    // As it is before the edits.
  std::variant<std::monostate, Concatenation, Arithmetic> maker;  // Nothing: the source has it.
  std::vector<size_t> operands;  // Of the maker: variables before this one, as its source fields.
  std::vector<RowCheck> checks;  // Of a temporary field, before the edits.
  std::vector<TextEdit> edits;   // Make it a String.

  bool is_of_source() const { return std::holds_alternative<std::monostate>(maker); }
  bool is_masked() const;
  // Calculated, so that Float and Double may take the nearest value.
  bool is_rounded() const { return std::holds_alternative<Arithmetic>(maker) && edits.empty(); }
  DataType type() const { return edits.empty() ? field.data_type : DataType::kString; }
};

struct Output {
  size_t variable = 0;
  Field field;  // Of the destination.
};

// Applied in this order: checks, variables (each with its own checks and edits), outputs.
struct Program {
  std::vector<std::string> read_fields, write_fields, filters, partition_keys;
  FilterExpression filter;       // For the source.
  std::vector<RowCheck> checks;  // Of fields of the source.
  std::vector<Variable> variables;
  std::vector<Output> outputs;
  std::shared_ptr<arrow::Schema> schema;  // Of the outputs.
  bool takes_non_finite = false;          // The destination: NaN and infinite numbers.
};

// The program with outputs that have the types they come with. `source_applies` says of one
// comparison whether the source does it. kInvalidArgument: Mapping::Make (mapping.h) says for what.
Result<Program> Compile(const std::vector<Task>& tasks, const EntityDefinition& source,
                        const std::function<bool(const Filter&)>& source_applies);

// Gives the outputs the destination's types.
Status Bind(Program& program, const EntityDefinition& destination);

}  // namespace sluice::flow
