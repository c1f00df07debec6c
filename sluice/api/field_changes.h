// What has become of the fields on both sides of a flow since it was created or updated.
// POST /compare-fields, in AppFlow's style; docs/operating.md describes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/api/errors.h"
#include "sluice/api/flows.h"
#include "sluice/api/shape_reader.h"
#include "sluice/api/shape_writer.h"

namespace sluice::api {
namespace ours {

struct CompareFieldsRequest {
  std::string flow_name;
};
void Read(ShapeReader& reader, CompareFieldsRequest& shape);

struct FieldChange {
  std::string name, label;
  std::optional<std::string> type_before;  // Of a changed field.
  std::optional<std::string> type;         // Absent where it is not known: it is gone.
  bool is_used = false;                    // By a task of the flow.
};
void Write(ShapeWriter& writer, const FieldChange& shape);

struct SideChanges {
  std::vector<FieldChange> added, removed, changed;
};
void Write(ShapeWriter& writer, const SideChanges& shape);

struct CompareFieldsResponse {
  SideChanges source, destination;
  std::optional<std::string> message;  // Why a run would fail before it begins.
};
void Write(ShapeWriter& writer, const CompareFieldsResponse& shape);

}  // namespace ours

class FieldChanges {
 public:
  FieldChanges(flow::Accounts& accounts, Flows& flows) : accounts_(accounts), flows_(flows) {}

  ApiResult<ours::CompareFieldsResponse> Compare(const ours::CompareFieldsRequest& request,
                                                 const net::Caller& caller);

 private:
  flow::Accounts& accounts_;
  Flows& flows_;
};

}  // namespace sluice::api
