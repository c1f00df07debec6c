#include "sluice/connectors/s3/partition_folders.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include <unordered_map>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/object_name.h"
#include "sluice/connectors/s3/text_cells.h"

namespace sluice::s3 {
namespace {

struct Key {
  std::string name;
  TextCells cells;
};

Result<std::vector<Key>> FindKeys(const arrow::RecordBatch& rows,
                                  const std::vector<std::string>& names) {
  std::vector<Key> keys;
  for (const std::string& name : names) {
    int index = rows.schema()->GetFieldIndex(name);
    if (index < 0) return InvalidArgument("there is no column '" + name + "' to partition by");
    SLUICE_ASSIGN(TextCells cells,
                  TextCells::Make(*rows.schema()->field(index), rows.column(index)));
    keys.push_back({name, std::move(cells)});
  }
  return keys;
}

void AppendFolder(std::string& folders, const Key& key, int64_t row) {
  if (key.cells.IsNull(row)) {
    folders += FolderOf(key.name, std::nullopt);
    return;
  }
  std::string value;
  key.cells.Append(row, value);
  folders += FolderOf(key.name, value);
}

// Which rows belong to each folder.
struct Group {
  std::string folders;
  std::vector<int64_t> rows;
};

std::vector<Group> GroupRows(const std::vector<Key>& keys, int64_t num_rows) {
  std::vector<Group> groups;
  std::unordered_map<std::string, size_t> by_folders;
  std::string folders;
  for (int64_t row = 0; row < num_rows; ++row) {
    folders.clear();
    for (const Key& key : keys) AppendFolder(folders, key, row);
    auto [found, is_new] = by_folders.try_emplace(folders, groups.size());
    if (is_new) groups.push_back({folders, {}});
    groups[found->second].rows.push_back(row);
  }
  return groups;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(
    const std::shared_ptr<arrow::RecordBatch>& from, const std::vector<int64_t>& rows) {
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(rows));
  ARROW_ASSIGN_OR_RAISE(auto indices, builder.Finish());
  ARROW_ASSIGN_OR_RAISE(arrow::Datum taken,
                        arrow::compute::Take(arrow::Datum(from), arrow::Datum(indices),
                                             arrow::compute::TakeOptions::NoBoundsCheck()));
  return taken.record_batch();
}

}  // namespace

Result<std::vector<FolderRows>> SplitByFolders(const std::shared_ptr<arrow::RecordBatch>& rows,
                                               const std::vector<std::string>& keys) {
  if (keys.empty()) return std::vector<FolderRows>{{"", rows}};
  SLUICE_ASSIGN(std::vector<Key> found, FindKeys(*rows, keys));
  std::vector<FolderRows> parts;
  for (Group& group : GroupRows(found, rows->num_rows())) {
    auto taken = TakeRows(rows, group.rows);
    if (!taken.ok()) return FromArrow(taken.status());
    parts.push_back({std::move(group.folders), *std::move(taken)});
  }
  return parts;
}

}  // namespace sluice::s3
