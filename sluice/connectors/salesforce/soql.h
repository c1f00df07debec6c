// Salesforce's query language, written.
// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"
#include "sluice/model/filter.h"

namespace sluice::salesforce {

// A condition as it stands after WHERE. How a literal is written depends on its field's type.
// kInvalidArgument names the field and the value that does not fit it.
Result<std::string> ToSoql(const EntityDefinition& entity, const Filter& filter);

// Records in the order of their ids.
struct SoqlPage {
  std::string object;
  std::vector<std::string> fields;
  std::string condition;  // Empty: all.
  std::string after_id;   // Only records behind this one. Empty: from the first one on.
  int64_t limit = 0;
};
std::string ToSoql(const SoqlPage& page);

}  // namespace sluice::salesforce
