#include "sluice/model/record_list.h"

#include "sluice/base/check.h"
#include "sluice/base/json.h"

namespace sluice {

// As much as an answer may have. The system gives memory for what is used of it only, whereas text
// that grows is there twice while it moves.
constexpr size_t kRoom = 6 << 20;

void RecordList::Add(std::string_view record) {
  if (size_ > 0) items_ += ',';
  json::AppendQuoted(items_, record);
  ++size_;
}

std::string& RecordList::Begin() {
  if (items_.empty()) items_.reserve(kRoom);
  begin_ = items_.size();
  records_before_ = size_;
  items_ += size_ > 0 ? ",\"" : "\"";
  return items_;
}

void RecordList::End() {
  items_ += '"';
  ++size_;
}

void RecordList::Undo() {
  items_.resize(begin_);
  size_ = records_before_;
}

std::vector<std::string> RecordList::ToStrings() const {
  auto list = json::Parse("[" + items_ + "]");
  SLUICE_CHECK(list.ok());
  std::vector<std::string> records;
  for (const json::Value& record : list->get_array()) records.emplace_back(record.get_string());
  return records;
}

}  // namespace sluice
