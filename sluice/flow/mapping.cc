#include "sluice/flow/mapping.h"

#include <algorithm>
#include <cmath>

#include "sluice/connector/bad_text.h"
#include "sluice/connector/records.h"
#include "sluice/flow/conversion.h"
#include "sluice/flow/program.h"
#include "sluice/flow/row_marks.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

// One batch on its way through a program.
class Passage {
 public:
  Passage(const Program& program, const Batch& batch)
      : program_(program), batch_(batch), source_row_(batch.source_row) {
    result_.filtered.assign(program.filters.size(), 0);
    KeepAll();
  }

  Result<MappedBatch> Run() {
    SLUICE_CHECK(static_cast<int64_t>(source_row_.size()) == batch_.rows->num_rows());
    for (const RowCheck& check : program_.checks) {
      SLUICE_ASSIGN(auto column, Column(check.field, check.type));
      SLUICE_RETURN_IF_ERROR(Apply(check, *column));
    }
    SLUICE_RETURN_IF_ERROR(TakeColumns());
    for (size_t i = 0; i < program_.variables.size(); ++i) SLUICE_RETURN_IF_ERROR(Evaluate(i));
    for (const Output& output : program_.outputs) SLUICE_RETURN_IF_ERROR(Add(output));
    return Finish();
  }

 private:
  void KeepAll() { kept_.assign(source_row_.size(), 1); }
  bool KeepsAll() const { return std::find(kept_.begin(), kept_.end(), 0) == kept_.end(); }

  void RemoveSourceRows() {
    size_t left = 0;
    for (size_t row = 0; row < kept_.size(); ++row) {
      if (kept_[row]) source_row_[left++] = source_row_[row];
    }
    source_row_.resize(left);
  }

  Result<std::shared_ptr<arrow::Array>> Column(const std::string& name, DataType type) const {
    auto column = batch_.rows->GetColumnByName(name);
    if (!column) return ServerError("The source did not deliver the field " + Quoted(name) + ".");
    if (!column->type()->Equals(ToArrowField("", type)->type())) {
      return ServerError("The source delivered the field " + Quoted(name) + " as Arrow type " +
                         column->type()->ToString() +
                         ", not as it was described: " + std::string(ToString(type)) + ".");
    }
    return column;
  }

  Status Apply(const RowCheck& check, const arrow::Array& column) {
    const RowMarks passing = check.Passing(column);
    for (size_t row = 0; row < kept_.size(); ++row) {
      if (!kept_[row] || passing[row]) continue;
      if (check.ends_run) return EndOfRun(check, row);
      kept_[row] = 0;
      ++result_.filtered[check.counter];
    }
    return Done{};
  }

  Error EndOfRun(const RowCheck& check, size_t row) const {
    const int64_t number = source_row_[row];
    const auto at = std::find(batch_.source_row.begin(), batch_.source_row.end(), number);
    auto record = RecordsToJson(*batch_.rows->Slice(at - batch_.source_row.begin(), 1));
    const std::string name =
        record.ok() ? Shorten(record->front()) : "number " + std::to_string(number) + " of a batch";
    return InvalidArgument("The record " + name + " fails the task " + check.label +
                           ", which ends the run (DropDataset): correct the field " +
                           Quoted(check.field) + " at the source, or choose DropRecord.");
  }

  // What the source brings, without the rows that are gone already.
  Status TakeColumns() {
    SLUICE_ASSIGN(RowPicker picker, RowPicker::Make(kept_));
    for (const Variable& variable : program_.variables) {
      std::shared_ptr<arrow::Array> column;
      if (variable.is_of_source()) {
        SLUICE_ASSIGN(column, Column(variable.field.name, variable.field.data_type));
        SLUICE_ASSIGN(column, picker.Pick(column));
      }
      columns_.push_back(std::move(column));
    }
    RemoveSourceRows();
    KeepAll();
    return Done{};
  }

  void Refuse(int64_t row, const std::string& field, const std::string& reason) {
    uint8_t& kept = kept_[static_cast<size_t>(row)];
    if (!kept) return;
    kept = 0;
    result_.rejected.push_back({.seq = batch_.after.seq,
                                .index = source_row_[static_cast<size_t>(row)],
                                .error = InvalidArgument("field " + Quoted(field) + ": " + reason),
                                .field = field});
  }

  Status Evaluate(size_t index) {
    const Variable& variable = program_.variables[index];
    auto& column = columns_[index];
    if (auto* merge = std::get_if<Concatenation>(&variable.maker)) {
      SLUICE_ASSIGN(column, Merge(*merge, variable));
    } else if (auto* arithmetic = std::get_if<Arithmetic>(&variable.maker)) {
      SLUICE_ASSIGN(column, Calculate(*arithmetic, variable));
    } else if (column->type_id() == arrow::Type::STRING) {
      for (int64_t row : RowsOfBadText(static_cast<const arrow::StringArray&>(*column))) {
        Refuse(row, variable.field.name, "the text is not valid UTF-8");
      }
    }
    for (const RowCheck& check : variable.checks) SLUICE_RETURN_IF_ERROR(Apply(check, *column));
    if (variable.edits.empty()) return Done{};
    SLUICE_ASSIGN(column, TextOf(column, variable.field.data_type, variable.field.name));
    for (const TextEdit& edit : variable.edits) {
      SLUICE_ASSIGN(column, edit.Apply(static_cast<const arrow::StringArray&>(*column)));
    }
    return Done{};
  }

  // What has no text is refused.
  Result<std::shared_ptr<arrow::Array>> TextOf(const std::shared_ptr<arrow::Array>& column,
                                               DataType type, const std::string& field) {
    SLUICE_ASSIGN(Conversion text, Convert(column, type, DataType::kString));
    for (const Misfit& misfit : text.misfits) Refuse(misfit.row, field, misfit.reason);
    return text.values;
  }

  Result<std::shared_ptr<arrow::Array>> Merge(const Concatenation& merge,
                                              const Variable& variable) {
    std::vector<std::shared_ptr<arrow::StringArray>> texts;
    for (size_t index : variable.operands) {
      const Variable& operand = program_.variables[index];
      SLUICE_ASSIGN(auto text, TextOf(columns_[index], operand.type(), operand.field.name));
      texts.push_back(std::static_pointer_cast<arrow::StringArray>(std::move(text)));
    }
    return merge.Apply(texts);
  }

  Result<std::shared_ptr<arrow::Array>> Calculate(const Arithmetic& arithmetic,
                                                  const Variable& variable) {
    const size_t operands[] = {variable.operands[arithmetic.order()[0]],
                               variable.operands[arithmetic.order()[1]]};
    SLUICE_ASSIGN(auto outcome, arithmetic.Apply(*columns_[operands[0]], *columns_[operands[1]]));
    for (const Arithmetic::Misfit& misfit : outcome.misfits) {
      Refuse(misfit.row, program_.variables[operands[misfit.operand]].field.name,
             misfit.reason + ", as " + Quoted(variable.field.name) + " needs");
    }
    return outcome.values;
  }

  Status Add(const Output& output) {
    const Variable& variable = program_.variables[output.variable];
    SLUICE_ASSIGN(Conversion done,
                  Convert(columns_[output.variable], variable.type(), output.field.data_type,
                          variable.is_rounded() ? Rounding::kNearest : Rounding::kRefuse));
    for (const Misfit& misfit : done.misfits) {
      Refuse(misfit.row, variable.field.name,
             misfit.reason + ", as column " + Quoted(output.field.name) + " needs (" +
                 std::string(ToString(output.field.data_type)) + ")");
    }
    if (!program_.takes_non_finite && done.values->type_id() == arrow::Type::DOUBLE) {
      RefuseNonFinite(static_cast<const arrow::DoubleArray&>(*done.values), variable.field.name);
    }
    outputs_.push_back(std::move(done.values));
    return Done{};
  }

  void RefuseNonFinite(const arrow::DoubleArray& column, const std::string& field) {
    for (int64_t row = 0; row < column.length(); ++row) {
      if (column.IsNull(row) || std::isfinite(column.Value(row))) continue;
      Refuse(row, field, "NaN and infinite numbers can't be written to this destination");
    }
  }

  Result<MappedBatch> Finish() {
    if (!KeepsAll()) {
      SLUICE_ASSIGN(RowPicker picker, RowPicker::Make(kept_));
      for (auto& output : outputs_) {
        SLUICE_ASSIGN(output, picker.Pick(output));
      }
      RemoveSourceRows();
    }
    result_.batch.rows = arrow::RecordBatch::Make(
        program_.schema, static_cast<int64_t>(source_row_.size()), std::move(outputs_));
    result_.batch.source_row = std::move(source_row_);
    result_.batch.bytes = batch_.bytes;
    result_.batch.after = batch_.after;
    auto& rejected = result_.rejected;
    rejected.insert(rejected.end(), batch_.unreadable.begin(), batch_.unreadable.end());
    std::stable_sort(rejected.begin(), rejected.end(),
                     [](const auto& a, const auto& b) { return a.index < b.index; });
    return std::move(result_);
  }

  const Program& program_;
  const Batch& batch_;
  std::vector<int64_t> source_row_;  // Per row that is still there.
  RowMarks kept_;                    // Of these rows.
  arrow::ArrayVector columns_;       // Per variable.
  arrow::ArrayVector outputs_;
  MappedBatch result_;
};

}  // namespace

Result<std::vector<Field>> Mapping::TargetFields(const std::vector<Task>& tasks,
                                                 const EntityDefinition& source) {
  SLUICE_ASSIGN(Program program, Compile(tasks, source, {}));
  std::vector<Field> fields;
  for (Output& output : program.outputs) fields.push_back(std::move(output.field));
  return fields;
}

Result<Mapping> Mapping::Make(const std::vector<Task>& tasks, const EntityDefinition& source,
                              const EntityDefinition& destination,
                              const SourceApplies& source_applies, bool takes_non_finite) {
  SLUICE_ASSIGN(Program program, Compile(tasks, source, source_applies));
  SLUICE_RETURN_IF_ERROR(Bind(program, destination));
  program.takes_non_finite = takes_non_finite;
  Mapping mapping;
  mapping.program_ = std::make_shared<const Program>(std::move(program));
  return mapping;
}

const std::vector<std::string>& Mapping::read_fields() const { return program_->read_fields; }
const std::vector<std::string>& Mapping::write_fields() const { return program_->write_fields; }
const FilterExpression& Mapping::filter() const { return program_->filter; }
const std::vector<std::string>& Mapping::filters() const { return program_->filters; }
const std::vector<std::string>& Mapping::partition_keys() const { return program_->partition_keys; }

Result<MappedBatch> Mapping::Apply(const Batch& batch) const {
  return Passage(*program_, batch).Run();
}

}  // namespace sluice::flow
