#include "sluice/model/json_record.h"

#include <boost/json/basic_parser_impl.hpp>
#include <functional>
#include <string>
#include <vector>

#include "sluice/base/json.h"

namespace sluice {
namespace {

using boost::json::error_code;
using boost::json::string_view;

// What json::AppendQuoted makes of a byte at most: two bytes, "\b", become six, "\u0008".
constexpr size_t kMostGrowth = 3;

// Takes the parser's events: the record's own members as they are, what is nested in them as text
// again.
class Events {
 public:
  constexpr static size_t max_object_size = SIZE_MAX;
  constexpr static size_t max_array_size = SIZE_MAX;
  constexpr static size_t max_key_size = SIZE_MAX;
  constexpr static size_t max_string_size = SIZE_MAX;

  void Reset(std::string_view json) {
    json_ = json;
    // Views into the text stay good only while it does not grow.
    text_.clear();
    text_.reserve(json.size() * kMostGrowth);
    members_.clear();
    string_.clear();
    depth_ = 0;
    is_object_ = false;
    wants_comma_ = false;
  }

  bool is_object() const { return is_object_; }
  std::span<const JsonMember> members() const { return members_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    if (depth_ == 0) {
      is_object_ = true;
      ++depth_;
    } else {
      Open('{');
    }
    return true;
  }
  bool on_object_end(size_t, error_code&) { return Close('}'); }
  bool on_array_begin(error_code& error) {
    if (depth_ == 0) {
      error = boost::json::error::not_object;
      return false;
    }
    Open('[');
    return true;
  }
  bool on_array_end(size_t, error_code&) { return Close(']'); }

  bool on_key_part(string_view part, size_t, error_code&) { return Append(part); }
  bool on_key(string_view part, size_t, error_code&) {
    if (depth_ == 1) {
      members_.push_back({Whole(part), {}});
    } else {
      Quote(part);
      text_ += ':';
      wants_comma_ = false;
    }
    return true;
  }

  bool on_string_part(string_view part, size_t, error_code&) { return Append(part); }
  bool on_string(string_view part, size_t, error_code&) {
    if (depth_ == 1) {
      members_.back().value = {JsonValue::Kind::kString, Whole(part)};
    } else if (depth_ > 1) {
      Quote(part);
    }
    return true;
  }

  // All of a record is given to the parser at once, so no number comes in parts.
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(int64_t, string_view text, error_code&) { return Number(text); }
  bool on_uint64(uint64_t, string_view text, error_code&) { return Number(text); }
  bool on_double(double, string_view text, error_code&) { return Number(text); }

  bool on_bool(bool value, error_code&) {
    return Scalar(JsonValue::Kind::kBoolean, value ? "true" : "false");
  }
  bool on_null(error_code&) {
    return Scalar(JsonValue::Kind::kNull, depth_ == 1 ? std::string_view() : "null");
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool Append(std::string_view part) {
    string_ += part;
    return true;
  }

  // The string that ends with `part`, as a view of the record or, where it has escapes, of text_.
  std::string_view Whole(std::string_view part) {
    std::less_equal<> ordered;
    if (string_.empty() && ordered(json_.data(), part.data()) &&
        ordered(part.data() + part.size(), json_.data() + json_.size())) {
      return part;
    }
    size_t begin = text_.size();
    text_.append(string_).append(part);
    string_.clear();
    return std::string_view(text_).substr(begin);
  }

  void Quote(std::string_view part) {
    Comma();
    string_ += part;
    json::AppendQuoted(text_, string_);
    string_.clear();
  }

  bool Number(std::string_view text) { return Scalar(JsonValue::Kind::kNumber, text); }

  bool Scalar(JsonValue::Kind kind, std::string_view text) {
    if (depth_ == 1) {
      members_.back().value = {kind, text};
    } else if (depth_ > 1) {
      Comma();
      text_ += text;
    }
    return true;
  }

  void Open(char bracket) {
    if (depth_ == 1) {
      document_ = text_.size();
    } else {
      Comma();
    }
    text_ += bracket;
    wants_comma_ = false;
    ++depth_;
  }

  bool Close(char bracket) {
    --depth_;
    if (depth_ == 0) return true;
    text_ += bracket;
    wants_comma_ = true;
    if (depth_ == 1) {
      members_.back().value = {JsonValue::Kind::kDocument,
                               std::string_view(text_).substr(document_)};
    }
    return true;
  }

  void Comma() {
    if (wants_comma_) text_ += ',';
    wants_comma_ = true;
  }

  std::string_view json_;
  std::vector<JsonMember> members_;
  std::string text_;     // Of what is not as it stands in the record.
  std::string string_;   // What has come of one so far.
  size_t document_ = 0;  // Where in text_ the document begins that is being put together.
  size_t depth_ = 0;
  bool is_object_ = false;
  bool wants_comma_ = false;
};

}  // namespace

struct JsonRecordReader::Parser {
  boost::json::basic_parser<Events> parser{{.max_depth = 64}};
};

JsonRecordReader::JsonRecordReader() : parser_(std::make_unique<Parser>()) {}
JsonRecordReader::~JsonRecordReader() = default;

Result<std::span<const JsonMember>> JsonRecordReader::Read(std::string_view json) {
  auto& parser = parser_->parser;
  parser.reset();
  parser.handler().Reset(json);
  error_code error;
  size_t parsed = parser.write_some(false, json.data(), json.size(), error);
  if (!error && parsed < json.size()) error = boost::json::error::extra_data;
  if (error && error != boost::json::error::not_object) {
    return InvalidArgument("the record is not JSON: " + error.message() + " at byte " +
                           std::to_string(parsed));
  }
  if (!parser.handler().is_object()) return InvalidArgument("the record is not a JSON object");
  return parser.handler().members();
}

}  // namespace sluice
