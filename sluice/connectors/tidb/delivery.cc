#include "sluice/connectors/tidb/delivery.h"

#include "sluice/base/json.h"

namespace sluice::tidb_connector {
namespace {

constexpr size_t kBytesWithReasons = 3'000'000;  // Behind these, there are only row numbers.

constexpr char kNoReason[] =
    "refused by TiDB; there were too many such records to keep the reason through the restart";

void AppendMember(std::string& json, std::string_view text) {
  json += ',';
  json::AppendQuoted(json, text);
}

// [7,"why","column"]
void AppendRow(std::string& json, const RejectedRow& row) {
  json.append("[").append(std::to_string(row.index));
  if (json.size() < kBytesWithReasons) {
    AppendMember(json, row.error.message);
    AppendMember(json, row.field);
  }
  json += ']';
}

std::string TextAt(const json::Array& array, size_t i) {
  if (i >= array.size() || !array[i].is_string()) return "";
  return std::string(array[i].get_string());
}

std::optional<RejectedRow> RowFrom(const json::Value& value, int64_t seq) {
  const json::Array* array = value.if_array();
  if (!array || array->empty() || !array->front().is_int64()) return std::nullopt;
  std::string reason = TextAt(*array, 1);
  return RejectedRow{seq,
                     array->front().get_int64(),
                     InvalidArgument(reason.empty() ? kNoReason : std::move(reason)),
                     TextAt(*array, 2),
                     {}};
}

std::optional<Delivery> DeliveryFrom(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (!object) return std::nullopt;
  auto seq = json::FindInt(*object, "seq");
  auto rows = json::FindInt(*object, "rows");
  auto bytes = json::FindInt(*object, "bytes");
  const json::Array* refused = json::FindArray(*object, "refused");
  if (!seq || !rows || !bytes || !refused) return std::nullopt;
  Delivery delivery{*seq, *rows, *bytes, {}};
  for (const json::Value& row : *refused) {
    auto rejected = RowFrom(row, *seq);
    if (!rejected) return std::nullopt;
    delivery.rejected.push_back(*std::move(rejected));
  }
  return delivery;
}

}  // namespace

std::string ToReport(const std::deque<Delivery>& deliveries) {
  std::string json = "{\"batches\":[";
  for (const Delivery& delivery : deliveries) {
    if (json.back() != '[') json += ',';
    json.append("{\"seq\":").append(std::to_string(delivery.seq));
    json.append(",\"rows\":").append(std::to_string(delivery.rows_written));
    json.append(",\"bytes\":").append(std::to_string(delivery.bytes_written));
    json += ",\"refused\":[";
    for (const RejectedRow& row : delivery.rejected) {
      if (json.back() != '[') json += ',';
      AppendRow(json, row);
    }
    json += "]}";
  }
  return json += "]}";
}

Result<std::deque<Delivery>> FromReport(std::string_view report) {
  std::deque<Delivery> deliveries;
  if (report.empty()) return deliveries;  // Of a stream that has only begun.
  auto parsed = json::ParseObject(report);
  const json::Array* batches = parsed.ok() ? json::FindArray(*parsed, "batches") : nullptr;
  const Error other =
      ServerError("what TiDB remembers of this stream was not written by this version of Sluice");
  if (!batches) return other;
  for (const json::Value& value : *batches) {
    auto delivery = DeliveryFrom(value);
    if (!delivery) return other;
    deliveries.push_back(*std::move(delivery));
  }
  return deliveries;
}

}  // namespace sluice::tidb_connector
