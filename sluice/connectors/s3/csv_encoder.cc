#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/record_encoder.h"
#include "sluice/connectors/s3/text_cells.h"

namespace sluice::s3 {
namespace {

constexpr std::string_view kQuotedFor = "\",\n\r";

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (size_t end; (end = text.find('"')) != std::string_view::npos;) {
    out.append(text.substr(0, end + 1)).append(1, '"');
    text.remove_prefix(end + 1);
  }
  out.append(text).append(1, '"');
}

constexpr std::array<bool, 256> kNeedsQuotes = [] {
  std::array<bool, 256> needs{};
  for (char c : kQuotedFor) needs[static_cast<unsigned char>(c)] = true;
  return needs;
}();

void AppendText(std::string& out, std::string_view text) {
  bool is_plain = !text.empty() && std::ranges::none_of(text, [](char c) {
    return kNeedsQuotes[static_cast<unsigned char>(c)];
  });
  is_plain ? (void)out.append(text) : AppendQuoted(out, text);
}

struct Column {
  TextCells cells;
  bool may_need_quotes;  // So that a column without is copied without a look at its values.
};

class CsvEncoder final : public RecordEncoder {
 public:
  CsvEncoder(std::shared_ptr<arrow::Schema> schema, std::shared_ptr<arrow::io::OutputStream> out)
      : schema_(std::move(schema)), out_(std::move(out)) {
    for (const std::string& name : schema_->field_names()) {
      AppendText(lines_, name);
      lines_ += ',';
    }
    EndLine();
  }

  Status Write(const arrow::RecordBatch& rows) override {
    SLUICE_ASSIGN(std::vector<Column> columns, ColumnsOf(rows));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      for (const Column& column : columns) {
        AppendCell(column, row);
        lines_ += ',';
      }
      EndLine();
    }
    arrow::Status status = out_->Write(lines_);
    lines_.clear();
    if (!status.ok()) return FromObjectStore(status);
    return Done{};
  }

  Status Finish() override { return Done{}; }

 private:
  void EndLine() {
    if (!lines_.empty()) lines_.back() = '\n';  // Behind the last field is a comma.
  }

  Result<std::vector<Column>> ColumnsOf(const arrow::RecordBatch& rows) const {
    std::vector<Column> columns;
    for (int i = 0; i < rows.num_columns(); ++i) {
      SLUICE_ASSIGN(TextCells cells, TextCells::Make(*schema_->field(i), rows.column(i)));
      bool may_need_quotes = cells.has_any_text() && std::ranges::any_of(kQuotedFor, [&](char c) {
                               return cells.Contains(c);
                             });
      columns.push_back({std::move(cells), may_need_quotes});
    }
    return columns;
  }

  void AppendCell(const Column& column, int64_t row) {
    if (column.cells.IsNull(row)) {
      if (schema_->num_fields() == 1) lines_ += "\"\"";
      return;
    }
    size_t begin = lines_.size();
    if (column.may_need_quotes) {
      AppendText(lines_, column.cells.text(row));
    } else {
      column.cells.Append(row, lines_);
      if (lines_.size() == begin) lines_ += "\"\"";
    }
  }

  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<arrow::io::OutputStream> out_;
  std::string lines_;  // Not written yet.
};

}  // namespace

std::unique_ptr<RecordEncoder> MakeCsvEncoder(std::shared_ptr<arrow::Schema> schema,
                                              std::shared_ptr<arrow::io::OutputStream> out) {
  return std::make_unique<CsvEncoder>(std::move(schema), std::move(out));
}

}  // namespace sluice::s3
