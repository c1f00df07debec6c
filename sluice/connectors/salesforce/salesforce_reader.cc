#include "sluice/connectors/salesforce/salesforce_reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <numeric>

#include "sluice/connector/record_builder.h"
#include "sluice/connector/records.h"
#include "sluice/connectors/salesforce/record_page.h"
#include "sluice/connectors/salesforce/soql.h"

namespace sluice::salesforce {
namespace {

// Where a read is. As a token: "001Do000003EDTlIAO", or "001Do000003EDTlIAO 2000" where the number
// of records is limited.
struct Place {
  std::string last_id;
  int64_t rows = 0;
};

std::string ToToken(const Place& place, bool with_rows) {
  return with_rows ? place.last_id + ' ' + std::to_string(place.rows) : place.last_id;
}

Result<Place> ReadToken(const std::string& token, bool with_rows) {
  size_t space = std::min(token.find(' '), token.size());
  Place place{token.substr(0, space), 0};
  bool is_id = place.last_id.size() == 18 || place.last_id.size() == 15;
  bool has_rows = space < token.size();
  if (has_rows) {
    const char *begin = token.data() + space + 1, *end = token.data() + token.size();
    auto [rest, error] = std::from_chars(begin, end, place.rows);
    is_id = is_id && error == std::errc() && rest == end && place.rows >= 0;
  }
  if (!is_id || has_rows != with_rows) {
    return InvalidArgument("'" + token + "' is not a position of a Salesforce read");
  }
  return place;
}

class SalesforceReader final : public BatchReader {
 public:
  SalesforceReader(SalesforceClient& client, std::shared_ptr<arrow::Schema> schema, SoqlPage query,
                   bool with_deleted, std::optional<int64_t> limit, int64_t seq, Place place)
      : client_(client),
        schema_(std::move(schema)),
        query_(std::move(query)),
        with_deleted_(with_deleted),
        limit_(limit),
        seq_(seq),
        place_(std::move(place)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline until, std::stop_token stop) override {
    RecordBuilder rows(schema_);
    int64_t bytes = 0;
    do {
      query_.limit = PageSize();
      if (is_at_end_ || query_.limit == 0 || stop.stop_requested()) break;
      SLUICE_ASSIGN(int64_t page_bytes, ReadPage(rows, stop));
      bytes += page_bytes;
    } while (bytes < client_.options().batch_bytes && std::chrono::steady_clock::now() < until);
    if (rows.rows() > 0) return ToPull(rows, bytes);
    bool is_at_end = is_at_end_ || query_.limit == 0;
    return Pull{is_at_end ? Pulled::kEnd : Pulled::kIdle, {}};
  }

 private:
  int64_t PageSize() const {
    int64_t size = client_.options().page_size;
    return limit_ ? std::clamp<int64_t>(*limit_ - place_.rows, 0, size) : size;
  }

  // Appends the next page's records. Returns how many bytes it had.
  Result<int64_t> ReadPage(RecordBuilder& rows, std::stop_token stop) {
    query_.after_id = place_.last_id;
    SLUICE_ASSIGN(std::string body, client_.Query(ToSoql(query_), with_deleted_, stop));
    auto bytes = static_cast<int64_t>(body.size());
    SLUICE_ASSIGN(RecordPage page, ReadRecordPage(std::move(body), rows));
    if (page.records == 0 && !page.is_complete) {
      return ServerError("Salesforce says that there are more records, but gives none");
    }
    // Wide records come in smaller pages; the next query goes on behind them all the same.
    is_at_end_ = page.is_complete && page.records < query_.limit;
    if (page.records > 0) place_ = {page.last_id, place_.rows + page.records};
    return bytes;
  }

  Result<Pull> ToPull(RecordBuilder& rows, int64_t bytes) {
    Pull pull{Pulled::kBatch, {}};
    pull.batch.source_row.resize(static_cast<size_t>(rows.rows()));
    std::iota(pull.batch.source_row.begin(), pull.batch.source_row.end(), 0);
    SLUICE_ASSIGN(pull.batch.rows, rows.Finish());
    pull.batch.bytes = bytes;
    pull.batch.after = {++seq_, ToToken(place_, limit_.has_value())};
    return pull;
  }

  SalesforceClient& client_;
  const std::shared_ptr<arrow::Schema> schema_;
  SoqlPage query_;
  const bool with_deleted_;
  const std::optional<int64_t> limit_;  // Of records in all.
  int64_t seq_;                         // Of the last batch.
  Place place_;
  bool is_at_end_ = false;
};

Status CheckFields(const ReadRequest& request) {
  for (const std::string& name : request.fields) {
    const Field* field = request.entity.Find(name);
    if (field && !field->read.is_retrievable) {
      return InvalidArgument("the field '" + name + "' of " + request.entity.entity.identifier +
                             " holds a file, which can't be read with a query; leave it out");
    }
  }
  return Done{};
}

std::string Setting(const ReadRequest& request, const std::string& name) {
  auto found = request.settings.find(name);
  return found == request.settings.end() ? std::string() : found->second;
}

}  // namespace

Result<std::unique_ptr<BatchReader>> OpenSalesforceReader(SalesforceClient& client,
                                                          const ReadRequest& request,
                                                          const std::optional<Position>& from) {
  SLUICE_RETURN_IF_ERROR(CheckFields(request));
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, request.fields));
  if (Setting(request, "dataTransferApi") == "BULKV2") {
    return InvalidArgument(
        "Salesforce is read through the REST API here; set dataTransferApi to AUTOMATIC or "
        "REST_SYNC");
  }
  SoqlPage query{request.entity.entity.identifier, request.fields, "", "", 0};
  if (std::find(query.fields.begin(), query.fields.end(), "Id") == query.fields.end()) {
    query.fields.push_back("Id");
  }
  if (request.filter.condition) {
    SLUICE_ASSIGN(query.condition, ToSoql(request.entity, *request.filter.condition));
  }
  Place place;
  if (from && !from->token.empty()) {
    SLUICE_ASSIGN(place, ReadToken(from->token, request.filter.limit.has_value()));
  }
  bool with_deleted = Setting(request, "includeDeletedRecords") == "true";
  return std::unique_ptr<BatchReader>(std::make_unique<SalesforceReader>(
      client, std::move(schema), std::move(query), with_deleted, request.filter.limit,
      from ? from->seq : 0, std::move(place)));
}

}  // namespace sluice::salesforce
