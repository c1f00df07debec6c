#include "sluice/connectors/s3/json_lines_reader.h"

#include <simdjson.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sluice/connector/number.h"
#include "sluice/connector/records.h"
#include "sluice/connectors/s3/sift.h"

namespace sluice::s3 {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int64_t kSampleBytes = 1 << 20;

// The whole lines of what is seen, without those that are empty, and how many bytes they are.
struct Lines {
  std::vector<std::string_view> records;
  int64_t bytes = 0;
};

Result<Lines> ReadLines(TextWindow& window, int64_t size) {
  for (;; size *= 2) {
    SLUICE_RETURN_IF_ERROR(window.Fill(size));
    std::string_view text = window.view();
    if (!window.at_end()) text = text.substr(0, text.rfind('\n') + 1);
    if (text.empty() && !window.at_end()) continue;
    Lines lines{{}, static_cast<int64_t>(text.size())};
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.records.push_back(line);
    }
    return lines;
  }
}

// RecordsFromJson counts the records of its call; of one record that says nothing.
std::string WithoutNumber(const std::string& message) {
  constexpr std::string_view kNumber = "record 0";
  if (!message.starts_with(kNumber)) return message;
  size_t start = message.find_first_not_of(",: ", kNumber.size());
  return start == std::string::npos ? message : message.substr(start);
}

class JsonLinesReader final : public FileReader {
 public:
  JsonLinesReader(TextWindow window, std::shared_ptr<arrow::Schema> schema, Place from,
                  int64_t batch_bytes)
      : window_(std::move(window)),
        schema_(std::move(schema)),
        record_(from.record),
        batch_bytes_(batch_bytes) {}

  Result<std::optional<Batch>> Next() override {
    SLUICE_ASSIGN(Lines lines, ReadLines(window_, batch_bytes_));
    if (lines.bytes == 0) return std::optional<Batch>();
    auto convert = [&](int64_t begin, int64_t end) {
      return RecordsFromJson(schema_, {lines.records.begin() + begin, lines.records.begin() + end});
    };
    auto refuse = [&](int64_t index, const Error& error) {
      std::string message =
          "record " + std::to_string(record_ + index + 1) + ": " + WithoutNumber(error.message);
      return RejectedRow{.error = InvalidArgument(std::move(message)),
                         .record = std::string(lines.records[static_cast<size_t>(index)])};
    };
    int64_t count = static_cast<int64_t>(lines.records.size());
    SLUICE_ASSIGN(Batch batch, Sift(schema_, count, convert, refuse));
    batch.bytes = lines.bytes;
    window_.Take(lines.bytes);
    record_ += count;
    return std::optional<Batch>(std::move(batch));
  }

  Place place() const override { return {window_.offset(), record_}; }

 private:
  TextWindow window_;
  const std::shared_ptr<arrow::Schema> schema_;
  int64_t record_;
  const int64_t batch_bytes_;
};

// A whole number keeps its digits in 64 bits or as text, another in a double or as text.
DataType TypeOfNumber(std::string_view number) {
  bool is_whole = number.find_first_of(".eE") == std::string_view::npos;
  if (is_whole) return ToInt64(number) ? DataType::kLong : DataType::kBigDecimal;
  return ToExactDouble(number) ? DataType::kDouble : DataType::kBigDecimal;
}

// Nothing for null, which fits every type.
std::optional<DataType> TypeOf(ondemand::value value) {
  ondemand::json_type type;
  if (value.type().get(type)) return DataType::kString;
  switch (type) {
    case ondemand::json_type::object:
      return DataType::kStruct;
    case ondemand::json_type::array:
      return DataType::kList;
    case ondemand::json_type::boolean:
      return DataType::kBoolean;
    case ondemand::json_type::null:
      return std::nullopt;
    case ondemand::json_type::number: {
      std::string_view token = value.raw_json_token();
      token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
      return IsNumber(token) ? TypeOfNumber(token) : DataType::kString;
    }
    default:
      return DataType::kString;
  }
}

bool IsNumeric(DataType type) {
  return type == DataType::kLong || type == DataType::kDouble || type == DataType::kBigDecimal;
}

// The type that holds the values of both.
DataType Join(DataType a, DataType b) {
  if (a == b) return a;
  if (!IsNumeric(a) || !IsNumeric(b)) return DataType::kString;
  return DataType::kBigDecimal;  // A double may lose digits of a whole number.
}

class Inference {
 public:
  Status Add(std::string_view record) {
    simdjson::padded_string text(record);
    ondemand::document document;
    ondemand::object object;
    if (parser_.iterate(text).get(document) || document.get_object().get(object)) return Unfit();
    for (auto member : object) {
      ondemand::field field;
      std::string_view name;
      if (std::move(member).get(field) || field.unescaped_key().get(name)) return Unfit();
      auto [known, is_new] = types_.try_emplace(std::string(name));
      if (is_new) names_.push_back(known->first);
      std::optional<DataType> type = TypeOf(field.value());
      if (type) known->second = known->second ? Join(*known->second, *type) : *type;
    }
    return Done{};
  }

  std::vector<Field> fields() const {
    std::vector<Field> fields;
    for (const std::string& name : names_) {
      Field field;
      field.name = name;
      field.data_type = types_.at(name).value_or(DataType::kString);
      fields.push_back(std::move(field));
    }
    return fields;
  }

 private:
  static Error Unfit() { return InvalidArgument("not a JSON object"); }

  ondemand::parser parser_;
  std::map<std::string, std::optional<DataType>> types_;
  std::vector<std::string> names_;  // In the order in which they came.
};

}  // namespace

Result<std::vector<Field>> InferJsonFields(TextWindow& window) {
  SLUICE_RETURN_IF_ERROR(SkipByteOrderMark(window));
  SLUICE_ASSIGN(Lines lines, ReadLines(window, kSampleBytes));
  Inference inference;
  for (size_t i = 0; i < lines.records.size(); ++i) {
    // Others are refused when they are read, one by one.
    if (!inference.Add(lines.records[i]).ok() && i == 0) {
      return InvalidArgument("its first line is not a JSON object: " + Shorten(lines.records[i]) +
                             "; JSON files must have one object on each line");
    }
  }
  return inference.fields();
}

Result<std::unique_ptr<FileReader>> OpenJsonLinesReader(std::unique_ptr<ObjectStream> stream,
                                                        std::shared_ptr<arrow::Schema> schema,
                                                        Place from, int64_t batch_bytes) {
  TextWindow window(std::move(stream));
  if (from.offset > 0) {
    SLUICE_RETURN_IF_ERROR(window.SkipTo(from.offset));
  } else {
    SLUICE_RETURN_IF_ERROR(SkipByteOrderMark(window));
  }
  return std::unique_ptr<FileReader>(
      std::make_unique<JsonLinesReader>(std::move(window), std::move(schema), from, batch_bytes));
}

}  // namespace sluice::s3
