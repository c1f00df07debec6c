#include "sluice/flow/used_fields.h"

#include "sluice/flow/task_property.h"

namespace sluice::flow {
namespace {

bool MakesTemporaryField(const Task& task) {
  return task.type == TaskType::kMerge || task.type == TaskType::kArithmetic;
}

}  // namespace

Result<UsedFields> FindUsedFields(const Flow& flow, const std::vector<std::string>& source_fields) {
  UsedFields used;
  std::set<std::string> temporary, mapped;
  const std::vector<std::string>& ids = flow.destination.id_fields;
  used.destination.insert(ids.begin(), ids.end());
  for (const Task& task : flow.tasks) {
    if (task.type == TaskType::kPartition) {
      SLUICE_ASSIGN(auto keys, PartitionKeysOf(task));
      used.destination.insert(keys.begin(), keys.end());
      continue;
    }
    used.source.insert(task.source_fields.begin(), task.source_fields.end());
    if (MakesTemporaryField(task)) {
      temporary.insert(task.destination_field.empty() ? JoinWithCommas(task.source_fields)
                                                      : task.destination_field);
    } else if (task.type == TaskType::kMap) {
      mapped.insert(task.source_fields.begin(), task.source_fields.end());
      used.destination.insert(task.destination_field);
    }
  }
  for (const Task& task : flow.tasks) {
    if (!MapsAll(task)) continue;
    SLUICE_ASSIGN(auto excluded, NameArray(task, "EXCLUDE_SOURCE_FIELDS_LIST"));
    for (const std::string& name : source_fields) {
      if (Contains(excluded, name)) continue;
      used.source.insert(name);
      if (!mapped.contains(name)) used.destination.insert(name);
    }
  }
  for (const std::string& name : temporary) used.source.erase(name);
  return used;
}

}  // namespace sluice::flow
