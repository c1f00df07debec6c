#include "sluice/flow/mapping.h"

#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include <algorithm>
#include <map>

#include "sluice/base/json.h"
#include "sluice/connector/records.h"
#include "sluice/flow/conversion.h"
#include "sluice/flow/row_filter.h"

namespace sluice::flow {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsProjection(const Task& task) {
  return task.type == TaskType::kFilter && task.op == Operator::kProjection;
}

std::string Quoted(const std::string& name) { return "'" + name + "'"; }

Status CheckTask(const Task& task) {
  std::string name(ToString(task.type));
  switch (task.type) {
    case TaskType::kMapAll:
      return Done{};
    case TaskType::kFilter:
      if (!IsProjection(task) && task.source_fields.size() != 1) {
        return InvalidArgument("A Filter task with " + std::string(ToString(task.op)) +
                               " needs exactly one source field.");
      }
      return Done{};
    case TaskType::kMap:
      if (task.source_fields.size() != 1) {
        return InvalidArgument("The Map task for destination field " +
                               Quoted(task.destination_field) + " needs exactly one source field.");
      }
      if (task.destination_field.empty()) {
        return InvalidArgument("The Map task for source field " + Quoted(task.source_fields[0]) +
                               " names no destination field.");
      }
      if (task.op != Operator::kNoOp) {
        return InvalidArgument("The Map task for source field " + Quoted(task.source_fields[0]) +
                               " has the operator " + std::string(ToString(task.op)) +
                               "; Map knows NO_OP only.");
      }
      return Done{};
    default:
      return InvalidArgument("Tasks of type " + name +
                             " are not in this version; it has Filter, Map and Map_all. Remove the "
                             "task.");
  }
}

// The field that a task names.
Result<const Field*> FindField(const EntityDefinition& entity, const std::string& name,
                               std::string_view side) {
  const Field* field = entity.Find(name);
  if (field) return field;
  return InvalidArgument("The " + std::string(side) + " entity " +
                         Quoted(entity.entity.identifier) + " has no field " + Quoted(name) + ".");
}

// A task property that is a string with a JSON array of strings in it.
Result<std::vector<std::string>> ExcludedFields(const Task& task) {
  std::vector<std::string> names;
  auto found = task.properties.find("EXCLUDE_SOURCE_FIELDS_LIST");
  if (found == task.properties.end()) return names;
  auto list = json::Parse(found->second);
  bool is_array = list.ok() && list->is_array();
  for (size_t i = 0; is_array && i < list->get_array().size(); ++i) {
    const json::Value& item = list->get_array()[i];
    if (!item.is_string()) is_array = false;
    if (is_array) names.emplace_back(item.get_string());
  }
  if (!is_array) {
    return InvalidArgument("EXCLUDE_SOURCE_FIELDS_LIST must be a JSON array of field names.");
  }
  return names;
}

// A batch without the rows of these indexes, which are in order.
Result<Batch> WithoutRows(const Batch& batch, const std::map<int64_t, std::string>& gone) {
  if (gone.empty()) return batch;
  Batch rest = batch;
  rest.source_row.clear();
  arrow::Int64Builder kept;
  arrow::Status status;
  for (int64_t row = 0; status.ok() && row < batch.rows->num_rows(); ++row) {
    if (gone.contains(row)) continue;
    rest.source_row.push_back(batch.source_row[static_cast<size_t>(row)]);
    status = kept.Append(row);
  }
  std::shared_ptr<arrow::Array> indexes;
  if (status.ok()) status = kept.Finish(&indexes);
  if (!status.ok()) return FromArrow(status);
  auto taken = arrow::compute::Take(batch.rows, indexes);
  if (!taken.ok()) return FromArrow(taken.status());
  rest.rows = taken->record_batch();
  return rest;
}

}  // namespace

Status CheckTasks(const std::vector<Task>& tasks) {
  bool has_projection = false;
  bool has_mapping = false;
  for (const Task& task : tasks) {
    SLUICE_RETURN_IF_ERROR(CheckTask(task));
    has_projection |= IsProjection(task) || task.type == TaskType::kMapAll;
    has_mapping |= task.type == TaskType::kMap || task.type == TaskType::kMapAll;
  }
  if (!has_projection) {
    // AppFlow's own words.
    return InvalidArgument(
        "Create Flow request failed: [Task Validation Error: You must specify a projection task "
        "or a MAP_ALL task]");
  }
  if (!has_mapping) return InvalidArgument("No field is mapped: add a Map task for each field.");
  return Done{};
}

Status Mapping::AddColumn(const std::string& source_field, const std::string& destination_field,
                          const EntityDefinition& source, const EntityDefinition& destination) {
  SLUICE_ASSIGN(const Field* from, FindField(source, source_field, "source"));
  SLUICE_ASSIGN(const Field* to, FindField(destination, destination_field, "destination"));
  if (Contains(write_fields_, destination_field)) {
    return InvalidArgument("Two tasks map to the destination field " + Quoted(destination_field) +
                           ".");
  }
  if (!CanConvert(from->data_type, to->data_type)) {
    return InvalidArgument(
        "The source field " + Quoted(source_field) + " (" + std::string(ToString(from->data_type)) +
        ") can't be mapped to the destination field " + Quoted(destination_field) + " (" +
        std::string(ToString(to->data_type)) + ").");
  }
  columns_.push_back({source_field, destination_field, to->data_type});
  write_fields_.push_back(destination_field);
  return Done{};
}

Result<Mapping> Mapping::Make(const std::vector<Task>& tasks, const EntityDefinition& source,
                              const EntityDefinition& destination) {
  SLUICE_RETURN_IF_ERROR(CheckTasks(tasks));
  Mapping mapping;
  auto project = [&](const std::string& name) {
    if (!Contains(mapping.read_fields_, name)) mapping.read_fields_.push_back(name);
  };
  for (const Task& task : tasks) {
    if (!IsProjection(task)) continue;
    for (const std::string& name : task.source_fields) project(name);
  }
  // What is mapped by name goes first, so that Map_all leaves it alone.
  std::vector<std::string> mapped;
  for (const Task& task : tasks) {
    if (task.type != TaskType::kMap) continue;
    SLUICE_RETURN_IF_ERROR(
        mapping.AddColumn(task.source_fields[0], task.destination_field, source, destination));
    mapped.push_back(task.source_fields[0]);
  }
  for (const Task& task : tasks) {
    if (task.type != TaskType::kMapAll) continue;
    SLUICE_ASSIGN(auto excluded, ExcludedFields(task));
    for (const Field& field : source.fields) {
      if (!field.read.is_retrievable || Contains(excluded, field.name)) continue;
      project(field.name);
      if (Contains(mapped, field.name)) continue;
      SLUICE_RETURN_IF_ERROR(mapping.AddColumn(field.name, field.name, source, destination));
    }
  }
  std::vector<Filter> filters;
  for (const Task& task : tasks) {
    if (task.type != TaskType::kFilter || IsProjection(task)) continue;
    SLUICE_ASSIGN(const Field* field, FindField(source, task.source_fields[0], "source"));
    SLUICE_ASSIGN(Filter filter, ToFilter(task, *field));
    filters.push_back(std::move(filter));
    mapped.push_back(field->name);
  }
  mapping.filter_.condition = And(std::move(filters));
  for (const std::string& name : mapping.read_fields_) {
    SLUICE_ASSIGN(const Field* field, FindField(source, name, "source"));
    if (!field->read.is_retrievable) {
      return InvalidArgument("The source field " + Quoted(name) + " can't be read.");
    }
  }
  for (const std::string& name : mapped) {
    if (!Contains(mapping.read_fields_, name)) {
      return InvalidArgument("The source field " + Quoted(name) +
                             " is used by a task but is not in the projection: add it to the "
                             "source fields of the Filter task with PROJECTION.");
    }
  }
  return mapping;
}

Result<MappedBatch> Mapping::Apply(const Batch& batch) const {
  SLUICE_CHECK(static_cast<int64_t>(batch.source_row.size()) == batch.rows->num_rows());
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  std::map<int64_t, std::string> misfits;  // By row: the first reason.
  for (const Column& column : columns_) {
    int index = batch.rows->schema()->GetFieldIndex(column.source);
    if (index < 0) {
      return ServerError("The source did not deliver the field " + Quoted(column.source) + ".");
    }
    DataType from = DataTypeOf(*batch.rows->schema()->field(index));
    if (!CanConvert(from, column.type)) {
      return ServerError("The source delivered the field " + Quoted(column.source) + " as " +
                         std::string(ToString(from)) + ", not as it was described.");
    }
    SLUICE_ASSIGN(Conversion done, Convert(batch.rows->column(index), from, column.type));
    fields.push_back(ToArrowField(column.destination, column.type));
    arrays.push_back(std::move(done.values));
    for (const Misfit& misfit : done.misfits) {
      misfits.emplace(misfit.row, "field " + Quoted(column.source) + ": " + misfit.reason +
                                      ", as column " + Quoted(column.destination) + " needs (" +
                                      std::string(ToString(column.type)) + ")");
    }
  }
  MappedBatch result{.batch = {}, .rejected = batch.unreadable, .filtered = {}};
  for (const auto& [row, reason] : misfits) {
    int64_t source_row = batch.source_row[static_cast<size_t>(row)];
    result.rejected.push_back(
        {.seq = batch.after.seq, .index = source_row, .error = InvalidArgument(reason)});
  }
  Batch mapped = batch;
  mapped.unreadable.clear();
  mapped.rows = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.rows->num_rows(),
                                         std::move(arrays));
  SLUICE_ASSIGN(result.batch, WithoutRows(mapped, misfits));
  return result;
}

}  // namespace sluice::flow
