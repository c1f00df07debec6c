#include "sluice/tidb/record_writer.h"

#include "sluice/base/json.h"
#include "sluice/tidb/column_json.h"

namespace sluice::tidb {
namespace {

// As it stands inside a JSON string.
std::string Escaped(std::string_view text) {
  std::string quoted;
  json::AppendQuoted(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

RecordWriter::RecordWriter(const std::vector<const Column*>& columns) : columns_(columns) {
  for (const Column* column : columns) {
    std::string name;
    json::AppendQuoted(name, column->name);
    names_.push_back((names_.empty() ? "{" : ",") + Escaped(name) + ":");
  }
}

Status RecordWriter::Append(RecordList& records, const std::vector<Text>& row) const {
  if (Status written = AppendValues(records.Begin(), row); !written.ok()) {
    records.Undo();
    return written;
  }
  records.End();
  return Done{};
}

Status RecordWriter::AppendValues(std::string& text, const std::vector<Text>& row) const {
  TextEnd out(text);
  for (size_t i = 0; i < columns_.size(); ++i) {
    out.Append(names_[i]);
    if (!row[i]) {
      out.Append("null");
    } else if (Status added = AppendJson(out, columns_[i]->type, *row[i]); !added.ok()) {
      return WithContext(added.error(), "column '" + columns_[i]->name + "'");
    }
  }
  out.Append("}");
  return Done{};
}

}  // namespace sluice::tidb
