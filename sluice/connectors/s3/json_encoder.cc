#include <string>
#include <vector>

#include "sluice/connector/records.h"
#include "sluice/connectors/s3/object_store.h"
#include "sluice/connectors/s3/record_encoder.h"

namespace sluice::s3 {
namespace {

class JsonEncoder final : public RecordEncoder {
 public:
  explicit JsonEncoder(std::shared_ptr<arrow::io::OutputStream> out) : out_(std::move(out)) {}

  Status Write(const arrow::RecordBatch& rows) override {
    SLUICE_ASSIGN(std::vector<std::string> records, RecordsToJson(rows));
    lines_.clear();
    for (const std::string& record : records) lines_.append(record).append(1, '\n');
    arrow::Status status = out_->Write(lines_);
    if (!status.ok()) return FromObjectStore(status);
    return Done{};
  }

  Status Finish() override { return Done{}; }

 private:
  const std::shared_ptr<arrow::io::OutputStream> out_;
  std::string lines_;
};

}  // namespace

std::unique_ptr<RecordEncoder> MakeJsonEncoder(std::shared_ptr<arrow::io::OutputStream> out) {
  return std::make_unique<JsonEncoder>(std::move(out));
}

}  // namespace sluice::s3
