#include "sluice/connectors/s3/sift.h"

#include <utility>
#include <vector>

#include "sluice/connector/records.h"

namespace sluice::s3 {
namespace {

class Sieve {
 public:
  Sieve(const Convert& convert, const Refuse& refuse) : convert_(convert), refuse_(refuse) {}

  Status Sift(int64_t begin, int64_t end) {
    if (begin == end) return Done{};
    auto rows = convert_(begin, end);
    if (rows.ok()) {
      parts_.push_back(*std::move(rows));
      for (int64_t index = begin; index < end; ++index) batch_.source_row.push_back(index);
      return Done{};
    }
    if (rows.error().code != ErrorCode::kInvalidArgument) return std::move(rows).error();
    if (end - begin == 1) {
      RejectedRow row = refuse_(begin, rows.error());
      row.index = begin;
      batch_.unreadable.push_back(std::move(row));
      return Done{};
    }
    int64_t middle = begin + (end - begin) / 2;
    SLUICE_RETURN_IF_ERROR(Sift(begin, middle));
    return Sift(middle, end);
  }

  Result<Batch> Finish(const std::shared_ptr<arrow::Schema>& schema) {
    auto rows = parts_.empty() ? arrow::RecordBatch::MakeEmpty(schema)
                               : arrow::ConcatenateRecordBatches(parts_);
    if (!rows.ok()) return FromArrow(rows.status());
    batch_.rows = *std::move(rows);
    return std::move(batch_);
  }

 private:
  const Convert& convert_;
  const Refuse& refuse_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> parts_;
  Batch batch_;
};

}  // namespace

Result<Batch> Sift(const std::shared_ptr<arrow::Schema>& schema, int64_t count,
                   const Convert& convert, const Refuse& refuse) {
  Sieve sieve(convert, refuse);
  SLUICE_RETURN_IF_ERROR(sieve.Sift(0, count));
  return sieve.Finish(schema);
}

}  // namespace sluice::s3
