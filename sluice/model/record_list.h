// The records of an answer, in the form they travel in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// The connector protocol has records as strings in a JSON list, each the text of a JSON object. A
// page of them is megabytes, so they are put down once, as they stand in the answer.
class RecordList {
 public:
  RecordList() = default;
  RecordList(const std::vector<std::string>& records) {  // NOLINT
    for (const std::string& record : records) Add(record);
  }

  // Adds a record: a JSON object as text.
  void Add(std::string_view record);

  // A record that is written in place: what is appended to Begin()'s text, until End(), stands
  // inside a JSON string, so its quotes, backslashes and control characters must be escaped.
  std::string& Begin();
  void End();
  // Forgets the record that was begun last, ended or not. The list is as before Begin().
  void Undo();

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // "{\"id\":1}","{\"id\":2}" - to stand between the brackets of a list.
  const std::string& items() const& { return items_; }
  std::string items() && { return std::move(items_); }

  // The records as they were before they were escaped.
  std::vector<std::string> ToStrings() const;

  friend bool operator==(const RecordList& a, const RecordList& b) {
    return a.size_ == b.size_ && a.items_ == b.items_;
  }

 private:
  std::string items_;
  size_t size_ = 0;
  size_t begin_ = 0, records_before_ = 0;  // Of the record that was begun last.
};

}  // namespace sluice
