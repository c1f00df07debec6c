#include "sluice/model/json_record.h"

#include <boost/json/basic_parser_impl.hpp>

#include "sluice/base/json.h"

namespace sluice {
namespace {

using boost::json::error_code;
using boost::json::string_view;

// Takes the parser's events: the record's own members as they are, what is nested in them as text
// again.
class Events {
 public:
  constexpr static size_t max_object_size = SIZE_MAX;
  constexpr static size_t max_array_size = SIZE_MAX;
  constexpr static size_t max_key_size = SIZE_MAX;
  constexpr static size_t max_string_size = SIZE_MAX;

  void Reset() {
    text_.clear();
    members_.clear();
    number_.clear();
    string_.clear();
    depth_ = 0;
    is_object_ = false;
    wants_comma_ = false;
  }

  bool is_object() const { return is_object_; }

  std::vector<JsonMember> Members() const {
    std::vector<JsonMember> members;
    members.reserve(members_.size());
    std::string_view text = text_;
    for (const Span& m : members_) {
      members.push_back(
          {text.substr(m.name, m.value - m.name), {m.kind, text.substr(m.value, m.end - m.value)}});
    }
    return members;
  }

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

  bool on_key_part(string_view part, size_t, error_code&) {
    string_.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, size_t, error_code&) {
    string_.append(part.data(), part.size());
    if (depth_ == 1) {
      size_t name = text_.size();
      text_ += string_;
      members_.push_back({name, text_.size(), text_.size(), JsonValue::Kind::kNull});
    } else {
      Comma();
      json::AppendQuoted(text_, string_);
      text_ += ':';
      wants_comma_ = false;
    }
    string_.clear();
    return true;
  }

  bool on_string_part(string_view part, size_t, error_code&) {
    string_.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, size_t, error_code&) {
    string_.append(part.data(), part.size());
    if (depth_ == 1) {
      Scalar(JsonValue::Kind::kString, string_);
    } else {
      Comma();
      json::AppendQuoted(text_, string_);
    }
    string_.clear();
    return true;
  }

  bool on_number_part(string_view part, error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(int64_t, string_view part, error_code&) { return Number(part); }
  bool on_uint64(uint64_t, string_view part, error_code&) { return Number(part); }
  bool on_double(double, string_view part, error_code&) { return Number(part); }

  bool on_bool(bool value, error_code&) {
    Scalar(JsonValue::Kind::kBoolean, value ? "true" : "false");
    return true;
  }
  bool on_null(error_code&) {
    Scalar(JsonValue::Kind::kNull, depth_ == 1 ? "" : "null");
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  // Of text_. A member's value follows its name.
  struct Span {
    size_t name, value, end;
    JsonValue::Kind kind;
  };

  bool Number(string_view part) {
    number_.append(part.data(), part.size());
    Scalar(JsonValue::Kind::kNumber, number_);
    number_.clear();
    return true;
  }

  void Scalar(JsonValue::Kind kind, std::string_view value) {
    if (depth_ > 1) Comma();
    if (depth_ > 0) text_ += value;
    if (depth_ == 1) End(kind);
  }

  void Open(char bracket) {
    if (depth_ > 1) Comma();
    text_ += bracket;
    wants_comma_ = false;
    ++depth_;
  }

  bool Close(char bracket) {
    --depth_;
    if (depth_ == 0) return true;
    text_ += bracket;
    wants_comma_ = true;
    if (depth_ == 1 && !members_.empty()) End(JsonValue::Kind::kDocument);
    return true;
  }

  void Comma() {
    if (wants_comma_) text_ += ',';
    wants_comma_ = true;
  }

  void End(JsonValue::Kind kind) {
    members_.back().kind = kind;
    members_.back().end = text_.size();
    wants_comma_ = false;
  }

  std::string text_;  // Names and values, one behind the other.
  std::vector<Span> members_;
  std::string string_, number_;  // What has come of one so far.
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

Result<std::vector<JsonMember>> JsonRecordReader::Read(std::string_view json) {
  auto& parser = parser_->parser;
  parser.reset();
  parser.handler().Reset();
  error_code error;
  size_t parsed = parser.write_some(false, json.data(), json.size(), error);
  if (!error && parsed < json.size()) error = boost::json::error::extra_data;
  if (error && error != boost::json::error::not_object) {
    return InvalidArgument("the record is not JSON: " + error.message() + " at byte " +
                           std::to_string(parsed));
  }
  if (!parser.handler().is_object()) return InvalidArgument("the record is not a JSON object");
  return parser.handler().Members();
}

}  // namespace sluice
