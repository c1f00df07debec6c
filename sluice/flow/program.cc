#include "sluice/flow/program.h"

#include <algorithm>
#include <map>

#include "sluice/connector/records.h"
#include "sluice/flow/conversion.h"
#include "sluice/flow/mapping.h"
#include "sluice/flow/row_filter.h"
#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

std::string OfType(DataType type) { return "of type " + std::string(ToString(type)); }

// "Filter Amount GREATER_THAN 100".
std::string LabelOf(const Task& task) {
  std::string label = std::string(ToString(task.type)) + " " + task.source_fields[0] + " " +
                      std::string(ToString(task.op));
  for (const char* key : {"VALUES", "VALUE", "LOWER_BOUND", "UPPER_BOUND"}) {
    auto value = FindProperty(task, key);
    if (!value) continue;
    label += " " + *value;
    if (std::string_view(key) == "VALUES") break;  // VALUE has no say beside it.
  }
  return label;
}

class Compiler {
 public:
  Compiler(const std::vector<Task>& tasks, const EntityDefinition& source,
           const std::function<bool(const Filter&)>& source_applies)
      : tasks_(tasks), source_(source), source_applies_(source_applies) {}

  Result<Program> Compile() {
    SLUICE_RETURN_IF_ERROR(CheckTasks(tasks_));
    SLUICE_RETURN_IF_ERROR(FindMakers());
    SLUICE_RETURN_IF_ERROR(Project());
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kMap}, &Compiler::AddMap));
    // What is mapped by name went first, so that Map_all leaves it alone.
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kMapAll, TaskType::kPassthrough}, &Compiler::AddMapAll));
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kFilter}, &Compiler::AddFilter));
    program_.filter.condition = And(std::move(pushed_));
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kValidate}, &Compiler::AddValidation));
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kMask, TaskType::kTruncate}, &Compiler::AddEdit));
    SLUICE_RETURN_IF_ERROR(Each({TaskType::kPartition}, &Compiler::AddPartitionKeys));
    SLUICE_RETURN_IF_ERROR(CheckMakersAreUsed());
    SLUICE_RETURN_IF_ERROR(CheckOperands());
    SLUICE_RETURN_IF_ERROR(CheckReading());
    return std::move(program_);
  }

 private:
  Status Each(std::initializer_list<TaskType> types, Status (Compiler::*add)(const Task&)) {
    for (const Task& task : tasks_) {
      if (std::find(types.begin(), types.end(), task.type) == types.end()) continue;
      SLUICE_RETURN_IF_ERROR((this->*add)(task));
    }
    return Done{};
  }

  bool IsTemporary(const std::string& name) const { return makers_.contains(name); }

  // The field of the source that a task names.
  Result<const Field*> FindField(const std::string& name) const {
    if (const Field* field = source_.Find(name)) return field;
    // A temporary field's name is those of its parts.
    const bool may_be_temporary = name.find(',') != name.npos;
    return InvalidArgument("The source entity " + Quoted(source_.entity.identifier) +
                           " has no field " + Quoted(name) +
                           (may_be_temporary ? ", and no Merge or Arithmetic task has it as its "
                                               "destination field."
                                             : "."));
  }

  Status FindMakers() {
    for (const Task& task : tasks_) {
      if (task.type != TaskType::kMerge && task.type != TaskType::kArithmetic) continue;
      const std::string name = task.destination_field.empty() ? JoinWithCommas(task.source_fields)
                                                              : task.destination_field;
      if (source_.Find(name)) {
        return Wrong(task, "has the destination field " + Quoted(name) +
                               ", which is a field of the source: it needs a name of its own.");
      }
      if (!makers_.emplace(name, &task).second) {
        return Wrong(task, "has the destination field " + Quoted(name) +
                               ", which another task makes already.");
      }
    }
    return Done{};
  }

  void Read(const std::string& name) {
    if (!Contains(program_.read_fields, name)) program_.read_fields.push_back(name);
  }

  Status Project() {
    for (const Task& task : tasks_) {
      maps_all_ |= MapsAll(task);
      if (!IsProjection(task)) continue;
      for (const std::string& name : task.source_fields) {
        if (IsTemporary(name)) {
          return InvalidArgument("The projection has the field " + Quoted(name) + ", which " +
                                 NameOf(*makers_.at(name)) +
                                 " makes: remove it there, and name what it is made of.");
        }
        Read(name);
      }
    }
    return Done{};
  }

  // The variable of this name, with all that it is made of before it.
  Result<size_t> Require(const std::string& name) {
    for (size_t i = 0; i < program_.variables.size(); ++i) {
      if (program_.variables[i].field.name == name) return i;
    }
    Variable variable;
    if (IsTemporary(name)) {
      SLUICE_ASSIGN(variable, MakeTemporary(name, *makers_.at(name)));
    } else {
      SLUICE_ASSIGN(const Field* field, FindField(name));
      used_.push_back(name);
      variable.field = *field;
    }
    program_.variables.push_back(std::move(variable));
    return program_.variables.size() - 1;
  }

  Result<Variable> MakeTemporary(const std::string& name, const Task& task) {
    if (Contains(in_the_making_, name)) {
      return Wrong(task, "needs " + Quoted(name) +
                             ", which it makes itself: the tasks go round in "
                             "a circle.");
    }
    in_the_making_.push_back(name);
    Variable variable{.field = {.name = name}};
    for (const std::string& operand : task.source_fields) {
      SLUICE_ASSIGN(size_t index, Require(operand));
      variable.operands.push_back(index);
    }
    in_the_making_.pop_back();
    if (task.type == TaskType::kMerge) {
      SLUICE_ASSIGN(variable.maker, Concatenation::Make(task));
    } else {
      variable.field.data_type = DataType::kBigDecimal;
      SLUICE_ASSIGN(variable.maker, Arithmetic::Make(task));
    }
    return variable;
  }

  Status AddOutput(const std::string& source_field, const std::string& destination_field) {
    SLUICE_ASSIGN(size_t variable, Require(source_field));
    if (Contains(program_.write_fields, destination_field)) {
      return InvalidArgument("Two tasks map to the destination field " + Quoted(destination_field) +
                             ".");
    }
    Output output{.variable = variable, .field = {.name = destination_field}};
    program_.outputs.push_back(std::move(output));
    program_.write_fields.push_back(destination_field);
    return Done{};
  }

  Status AddMap(const Task& task) {
    mapped_.push_back(task.source_fields[0]);
    return AddOutput(task.source_fields[0], task.destination_field);
  }

  Status AddMapAll(const Task& task) {
    SLUICE_ASSIGN(auto excluded, NameArray(task, "EXCLUDE_SOURCE_FIELDS_LIST"));
    for (const Field& field : source_.fields) {
      if (!field.read.is_retrievable || Contains(excluded, field.name)) continue;
      Read(field.name);
      if (Contains(mapped_, field.name)) continue;
      SLUICE_RETURN_IF_ERROR(AddOutput(field.name, field.name));
    }
    return Done{};
  }

  bool SourceApplies(const Filter& filter) const {
    if (filter.kind == Filter::Kind::kCompare) return source_applies_ && source_applies_(filter);
    return std::all_of(filter.operands.begin(), filter.operands.end(),
                       [&](const Filter& operand) { return SourceApplies(operand); });
  }

  Status AddFilter(const Task& task) {
    if (IsProjection(task)) return Done{};
    const std::string& name = task.source_fields[0];
    if (IsTemporary(name)) {
      return Wrong(task,
                   "looks at a temporary field, but filters look at the source's fields "
                   "only: filter its parts, or use a Validate task.");
    }
    SLUICE_ASSIGN(const Field* field, FindField(name));
    SLUICE_ASSIGN(Filter filter, ToFilter(task, *field));
    used_.push_back(name);
    // A source compares its fields as what they are.
    if (ComparedAs(task, *field) == field->data_type && SourceApplies(filter)) {
      pushed_.push_back(std::move(filter));
      return Done{};
    }
    SLUICE_ASSIGN(Condition condition, Condition::Make(filter, *field));
    program_.checks.push_back(CountedCheck(task, field->data_type, std::move(condition)));
    return Done{};
  }

  template <class Test>
  RowCheck CountedCheck(const Task& task, DataType type, Test test) {
    RowCheck check{.field = task.source_fields[0],
                   .type = type,
                   .test = std::move(test),
                   .label = LabelOf(task),
                   .counter = program_.filters.size()};
    program_.filters.push_back(check.label);
    return check;
  }

  Status AddValidation(const Task& task) {
    const std::string& name = task.source_fields[0];
    SLUICE_ASSIGN(Validation validation, Validation::Make(task));
    Variable* temporary = nullptr;
    DataType type = DataType::kString;
    if (IsTemporary(name)) {
      SLUICE_ASSIGN(size_t index, Require(name));
      temporary = &program_.variables[index];
      type = temporary->field.data_type;
    } else {
      SLUICE_ASSIGN(const Field* field, FindField(name));
      used_.push_back(name);
      type = field->data_type;
    }
    if (!validation.GoesWith(type)) {
      return Wrong(task, "has the operator " + std::string(ToString(task.op)) +
                             ", which goes with numbers; the field is " + OfType(type) + ".");
    }
    auto& checks = temporary ? temporary->checks : program_.checks;
    if (validation.ends_run()) {
      checks.push_back({.field = name,
                        .type = type,
                        .test = validation,
                        .label = LabelOf(task),
                        .ends_run = true});
    } else {
      checks.push_back(CountedCheck(task, type, validation));
    }
    return Done{};
  }

  Status AddEdit(const Task& task) {
    const std::string& name = task.source_fields[0];
    SLUICE_ASSIGN(TextEdit edit, TextEdit::Make(task));
    auto variable = std::find_if(program_.variables.begin(), program_.variables.end(),
                                 [&](const Variable& each) { return each.field.name == name; });
    const bool is_there = variable != program_.variables.end();
    DataType type = DataType::kString;
    if (is_there) {
      type = variable->type();
    } else if (!IsTemporary(name)) {
      SLUICE_ASSIGN(const Field* field, FindField(name));
      used_.push_back(name);
      type = field->data_type;
    }
    if (!edit.is_mask() && type != DataType::kString) {
      return Wrong(task, "cuts text, but the field is " + OfType(type) + ": remove the task.");
    }
    if (is_there) variable->edits.push_back(std::move(edit));
    return Done{};
  }

  Status AddPartitionKeys(const Task& task) {
    SLUICE_ASSIGN(auto keys, PartitionKeysOf(task));
    if (!program_.partition_keys.empty()) {
      return Wrong(task, "is the second one: put all keys into one task.");
    }
    for (const std::string& key : keys) {
      if (!Contains(program_.write_fields, key)) {
        return Wrong(task, "has the key " + Quoted(key) +
                               ", but no task maps to that destination field: add a Map task.");
      }
      if (Contains(program_.partition_keys, key)) {
        return Wrong(task, "has the key " + Quoted(key) + " twice.");
      }
      program_.partition_keys.push_back(key);
    }
    return Done{};
  }

  Status CheckMakersAreUsed() const {
    for (const auto& [name, task] : makers_) {
      const bool is_used =
          std::any_of(program_.variables.begin(), program_.variables.end(),
                      [&](const Variable& variable) { return variable.field.name == name; });
      if (!is_used) {
        return Wrong(*task, "makes " + Quoted(name) +
                                ", which nothing maps: add a Map task with it as its source "
                                "field, or remove this task.");
      }
    }
    return Done{};
  }

  // Once the edits are known.
  Status CheckOperands() const {
    for (const Variable& variable : program_.variables) {
      if (!std::holds_alternative<Arithmetic>(variable.maker)) continue;
      const Task& task = *makers_.at(variable.field.name);
      for (size_t index : variable.operands) {
        const Variable& operand = program_.variables[index];
        if (operand.is_masked()) {
          return Wrong(task, "calculates with " + Quoted(operand.field.name) +
                                 ", which a Mask task turns into text: remove one of them.");
        }
        if (!Arithmetic::Takes(operand.type())) {
          return Wrong(task, "calculates with " + Quoted(operand.field.name) + ", which is " +
                                 OfType(operand.type()) + ", not a number.");
        }
      }
    }
    return Done{};
  }

  Status CheckReading() {
    for (const std::string& name : used_) {
      if (maps_all_) Read(name);
      if (!Contains(program_.read_fields, name)) {
        return InvalidArgument("The source field " + Quoted(name) +
                               " is used by a task but is not in the projection: add it to the "
                               "source fields of the Filter task with PROJECTION.");
      }
    }
    for (const std::string& name : program_.read_fields) {
      SLUICE_ASSIGN(const Field* field, FindField(name));
      if (!field->read.is_retrievable) {
        return InvalidArgument("The source field " + Quoted(name) + " can't be read.");
      }
    }
    return Done{};
  }

  const std::vector<Task>& tasks_;
  const EntityDefinition& source_;
  const std::function<bool(const Filter&)>& source_applies_;
  Program program_;
  bool maps_all_ = false;
  std::map<std::string, const Task*> makers_;  // By the temporary field.
  std::vector<std::string> in_the_making_;
  std::vector<std::string> mapped_;  // By a Map task.
  std::vector<std::string> used_;    // Fields of the source that some task needs.
  std::vector<Filter> pushed_;
};

}  // namespace

RowMarks RowCheck::Passing(const arrow::Array& column) const {
  return std::visit([&](const auto& each) { return each.Passing(column); }, test);
}

bool Variable::is_masked() const {
  return std::any_of(edits.begin(), edits.end(),
                     [](const TextEdit& edit) { return edit.is_mask(); });
}

Result<Program> Compile(const std::vector<Task>& tasks, const EntityDefinition& source,
                        const std::function<bool(const Filter&)>& source_applies) {
  SLUICE_ASSIGN(Program program, Compiler(tasks, source, source_applies).Compile());
  for (Output& output : program.outputs) {
    const Variable& variable = program.variables[output.variable];
    std::string name = std::move(output.field.name);
    // A field of another type has other lengths and labels, too.
    output.field = variable.type() == variable.field.data_type
                       ? variable.field
                       : Field{.data_type = variable.type()};
    output.field.name = std::move(name);
  }
  return program;
}

Status Bind(Program& program, const EntityDefinition& destination) {
  arrow::FieldVector columns;
  for (Output& output : program.outputs) {
    const Variable& variable = program.variables[output.variable];
    const Field* field = destination.Find(output.field.name);
    if (!field) {
      return InvalidArgument("The destination entity " + Quoted(destination.entity.identifier) +
                             " has no field " + Quoted(output.field.name) + ".");
    }
    if (variable.is_masked() && field->data_type != DataType::kString) {
      return InvalidArgument("The field " + Quoted(variable.field.name) +
                             " is masked, which makes it text, but the destination field " +
                             Quoted(field->name) + " is " + OfType(field->data_type) +
                             ": remove the Mask task, or map it to a field of type String.");
    }
    if (!CanConvert(variable.type(), field->data_type)) {
      return InvalidArgument("The source field " + Quoted(variable.field.name) + " (" +
                             std::string(ToString(variable.type())) +
                             ") can't be mapped to the destination field " + Quoted(field->name) +
                             " (" + std::string(ToString(field->data_type)) + ").");
    }
    output.field = *field;
    columns.push_back(ToArrowField(field->name, field->data_type));
  }
  program.schema = arrow::schema(std::move(columns));
  return Done{};
}

}  // namespace sluice::flow
