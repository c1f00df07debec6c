// What the kit writes: records of its own, with ids that tell whose they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/conformance/record.h"
#include "sluice/model/entity.h"

namespace sluice::conformance {

class WritePlan {
 public:
  // `sample` are records of the entity: where a value can't be made up, theirs is taken.
  // kInvalidArgument says why no record can be made.
  static Result<WritePlan> Make(const std::vector<Field>& fields,
                                const std::vector<Record>& sample);

  // The id of the kit's record number `n` (0 to kMaxRecords - 1), as its key fields.
  Record Key(int n) const;
  // With a value for each field that has one.
  Record Full(int n) const;
  // With what can't be left out.
  Record Minimal(int n) const;
  // For idFieldNames of an operation.
  std::vector<std::string> IdFields() const;

  // A field besides the key that takes any text, the longest first; or nullptr.
  const Field* text_field() const { return text_field_; }
  // A field besides the key, and another value for it than that of Full(n).
  struct Change {
    const Field* field;
    Value value;
  };
  std::optional<Change> AnyChange(int n) const;
  // Besides the key, nullable and written by Full(n).
  std::vector<const Field*> NullableFields() const;
  // Besides the key, with the largest value that it is said to take.
  std::vector<Change> ExactNumbers() const;
  // A record that can't be stored: a text too long, or no number. Nothing where none is known.
  std::optional<Record> Impossible(int n) const;

  static constexpr int kMaxRecords = 600;

 private:
  struct Part {
    const Field* field;
    Value value;
  };
  Status AddKey(const Field& field, const std::vector<Record>& sample, bool& varies);
  Status AddOther(const Field& field, const std::vector<Record>& sample);
  bool IsKey(const Field& field) const;

  std::string tag_;        // Of this run.
  int64_t base_ = 0;       // Of a numeric id.
  std::vector<Part> key_;  // The first varies: its value is not used.
  std::vector<Part> others_;
  const Field* text_field_ = nullptr;
};

// A text of many scripts that is no longer than a field takes.
std::string UnicodeText(const Field& field);

}  // namespace sluice::conformance
