#include "sluice/connectors/custom/custom_reader.h"

#include <numeric>

#include "sluice/connector/records.h"
#include "sluice/protocol/filter_expression.h"

namespace sluice::custom {
namespace {

class CustomReader final : public BatchReader {
 public:
  CustomReader(ConnectorFunction& function, std::shared_ptr<arrow::Schema> schema,
               protocol::QueryDataRequest query, int64_t seq, bool at_end)
      : function_(function),
        schema_(std::move(schema)),
        query_(std::move(query)),
        seq_(seq),
        at_end_(at_end) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  Result<Pull> Next(Deadline, std::stop_token stop) override {
    if (stop.stop_requested()) return ServiceUnavailable("reading was stopped");
    if (at_end_) return Pull{Pulled::kEnd, {}};
    SLUICE_ASSIGN(auto page,
                  function_.Ask(query_, &protocol::ParseQueryDataResponse, std::move(stop)));
    if (page.records.empty() && !page.next_token.empty() && page.next_token == query_.next_token) {
      return ServerError("the connector goes round in circles: an empty page of '" +
                         query_.entity_identifier + "' is followed by itself");
    }
    return ToBatch(std::move(page));
  }

 private:
  Result<Pull> ToBatch(protocol::ReceivedRecords page) {
    std::vector<std::string_view> records(page.records.begin(), page.records.end());
    Pull pull{Pulled::kBatch, {}};
    SLUICE_ASSIGN(pull.batch.rows, RecordsFromJson(schema_, records));
    for (std::string_view record : records) {
      pull.batch.bytes += static_cast<int64_t>(record.size());
    }
    pull.batch.source_row.resize(records.size());
    std::iota(pull.batch.source_row.begin(), pull.batch.source_row.end(), 0);
    pull.batch.after = {++seq_, page.next_token};
    at_end_ = page.next_token.empty();
    query_.next_token = std::move(page.next_token);
    return pull;
  }

  ConnectorFunction& function_;
  std::shared_ptr<arrow::Schema> schema_;
  protocol::QueryDataRequest query_;  // With the token of the page to come.
  int64_t seq_;
  bool at_end_;
};

}  // namespace

Result<std::unique_ptr<BatchReader>> OpenCustomReader(ConnectorFunction& function,
                                                      const ReadRequest& request,
                                                      std::optional<Position> from) {
  SLUICE_ASSIGN(auto schema, SchemaOf(request.entity, request.fields));
  protocol::QueryDataRequest query;
  query.entity_identifier = request.entity.entity.identifier;
  query.selected_field_names = request.fields;
  SLUICE_ASSIGN(query.filter_expression, protocol::ToFilterExpression(request.filter));
  query.context = function.Context(request.settings, request.entity, request.run);
  Position position = from.value_or(Position{});
  query.next_token = position.token;
  bool at_end = position.seq > 0 && position.token.empty();
  std::unique_ptr<BatchReader> reader = std::make_unique<CustomReader>(
      function, std::move(schema), std::move(query), position.seq, at_end);
  return reader;
}

}  // namespace sluice::custom
