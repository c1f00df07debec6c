#include "sluice/connectors/s3/csv_reader.h"

#include <arrow/array.h>
#include <arrow/csv/converter.h>
#include <arrow/csv/options.h>
#include <arrow/csv/parser.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sluice/connector/records.h"

namespace sluice::s3 {
namespace {

namespace csv = arrow::csv;

constexpr int64_t kHeaderBytes = 64 << 10;  // Enough for nearly all.

csv::ParseOptions MakeParseOptions(char delimiter) {
  csv::ParseOptions options = csv::ParseOptions::Defaults();
  options.delimiter = delimiter;
  options.newlines_in_values = true;
  return options;
}

csv::ConvertOptions MakeConvertOptions() {
  csv::ConvertOptions options = csv::ConvertOptions::Defaults();
  options.check_utf8 = false;
  options.null_values = {""};
  options.strings_can_be_null = true;
  options.quoted_strings_can_be_null = false;
  return options;
}

// Parses whole records of what is seen and takes them; `size` of it is seen first, more where a
// record is longer. Null where the end was reached.
using MakeParser = std::function<std::unique_ptr<csv::BlockParser>()>;

Result<std::unique_ptr<csv::BlockParser>> Parse(TextWindow& window, int64_t size,
                                                const MakeParser& make_parser) {
  for (;; size *= 2) {
    SLUICE_RETURN_IF_ERROR(window.Fill(size));
    if (window.view().empty()) return std::unique_ptr<csv::BlockParser>();
    auto parser = make_parser();
    uint32_t taken = 0;
    arrow::Status parsed = window.at_end() ? parser->ParseFinal(window.view(), &taken)
                                           : parser->Parse(window.view(), &taken);
    if (!parsed.ok()) return FromArrow(parsed);
    if (taken == 0 && !window.at_end()) continue;
    // At the end, what is left over is a record whose quote is not closed.
    if (taken == 0) return InvalidArgument("a quote is not closed before the end of the file");
    window.Take(taken);
    return parser;
  }
}

// The parser can't tell how many columns an empty line has.
Status SkipEmptyLines(TextWindow& window) {
  while (true) {
    SLUICE_RETURN_IF_ERROR(window.Fill(kHeaderBytes));
    size_t first = window.view().find_first_not_of("\r\n");
    window.Take(static_cast<int64_t>(std::min(first, window.view().size())));
    if (first != std::string_view::npos || window.at_end()) return Done{};
  }
}

class CsvReader final : public FileReader {
 public:
  CsvReader(TextWindow window, std::shared_ptr<arrow::Schema> schema, char delimiter,
            int64_t batch_bytes)
      : window_(std::move(window)),
        schema_(std::move(schema)),
        parse_options_(MakeParseOptions(delimiter)),
        batch_bytes_(batch_bytes) {
    parse_options_.invalid_row_handler = [this](const csv::InvalidRow& row) {
      return Refuse(row), csv::InvalidRowResult::Skip;
    };
  }

  Status Open(char delimiter, Place from) {
    SLUICE_ASSIGN(std::vector<std::string> names, ReadCsvHeader(window_, delimiter));
    columns_in_file_ = static_cast<int32_t>(names.size());
    for (const auto& field : schema_->fields()) {
      auto found = std::ranges::find(names, field->name());
      Column column;
      if (found != names.end()) {
        column.index = static_cast<int32_t>(found - names.begin());
        auto converter = csv::Converter::Make(field->type(), convert_options_);
        if (!converter.ok()) return FromArrow(converter.status());
        column.converter = *std::move(converter);
      }
      columns_.push_back(std::move(column));
    }
    record_ = from.record;
    if (from.offset > 0) SLUICE_RETURN_IF_ERROR(window_.SkipTo(from.offset));
    return Done{};
  }

  Result<std::optional<Batch>> Next() override {
    batch_ = Batch{};
    int64_t start = window_.offset();
    SLUICE_ASSIGN(auto parser, Parse(window_, batch_bytes_, [this] { return NewParser(); }));
    if (!parser) return std::optional<Batch>();
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const auto& type = schema_->field(static_cast<int>(i))->type();
      auto array = columns_[i].converter
                       ? columns_[i].converter->Convert(*parser, columns_[i].index)
                       : arrow::MakeArrayOfNull(type, parser->num_rows());
      if (!array.ok()) return FromArrow(array.status());
      arrays.push_back(*std::move(array));
    }
    batch_.rows = arrow::RecordBatch::Make(schema_, parser->num_rows(), std::move(arrays));
    batch_.bytes = window_.offset() - start;
    NumberRows(parser->num_rows());
    record_ += parser->total_num_rows();
    return std::optional<Batch>(std::move(batch_));
  }

  Place place() const override { return {window_.offset(), record_}; }

 private:
  struct Column {
    int32_t index = -1;
    std::shared_ptr<csv::Converter> converter;  // Null: the file has no such column.
  };

  std::unique_ptr<csv::BlockParser> NewParser() {
    batch_.unreadable.clear();  // Of an attempt that was too short.
    return std::make_unique<csv::BlockParser>(parse_options_, columns_in_file_, record_ + 1);
  }

  void Refuse(const csv::InvalidRow& row) {
    Error error = InvalidArgument("record " + std::to_string(row.number) + " has " +
                                  std::to_string(row.actual_columns) + " cells instead of " +
                                  std::to_string(row.expected_columns));
    batch_.unreadable.push_back({.index = row.number - 1 - record_,
                                 .error = std::move(error),
                                 .record = std::string(row.text)});
  }

  // The rows that there are have the numbers that no unreadable record has.
  void NumberRows(int64_t rows) {
    auto unreadable = batch_.unreadable.begin();
    batch_.source_row.reserve(static_cast<size_t>(rows));
    for (int64_t index = 0; rows > 0; ++index) {
      if (unreadable != batch_.unreadable.end() && unreadable->index == index) {
        ++unreadable;
      } else {
        batch_.source_row.push_back(index);
        --rows;
      }
    }
  }

  TextWindow window_;
  const std::shared_ptr<arrow::Schema> schema_;
  csv::ParseOptions parse_options_;
  const csv::ConvertOptions convert_options_ = MakeConvertOptions();
  const int64_t batch_bytes_;
  int32_t columns_in_file_ = 0;
  std::vector<Column> columns_;
  int64_t record_ = 0;
  Batch batch_;  // The one that is being made.
};

}  // namespace

Result<std::vector<std::string>> ReadCsvHeader(TextWindow& window, char delimiter) {
  SLUICE_RETURN_IF_ERROR(SkipByteOrderMark(window));
  SLUICE_RETURN_IF_ERROR(SkipEmptyLines(window));
  csv::ParseOptions options = MakeParseOptions(delimiter);
  SLUICE_ASSIGN(auto parser, Parse(window, kHeaderBytes, [&options] {
                  return std::make_unique<csv::BlockParser>(options, -1, -1, 1);
                }));
  if (!parser) return InvalidArgument("it has no header line");
  std::vector<std::string> names;
  (void)parser->VisitLastRow([&names](const uint8_t* data, uint32_t size, bool, bool) {
    names.emplace_back(reinterpret_cast<const char*>(data), size);
    return arrow::Status::OK();
  });
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  std::erase(sorted, "");  // A column without a name can't be asked for.
  if (auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    return InvalidArgument("its header line names the column " + Shorten(*twice) + " twice");
  }
  return names;
}

Result<std::unique_ptr<FileReader>> OpenCsvReader(std::unique_ptr<ObjectStream> stream,
                                                  std::shared_ptr<arrow::Schema> schema,
                                                  char delimiter, Place from, int64_t batch_bytes) {
  auto reader = std::make_unique<CsvReader>(TextWindow(std::move(stream)), std::move(schema),
                                            delimiter, batch_bytes);
  SLUICE_RETURN_IF_ERROR(reader->Open(delimiter, from));
  return std::unique_ptr<FileReader>(std::move(reader));
}

}  // namespace sluice::s3
