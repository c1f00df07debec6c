// What Salesforce says about its objects, as entities and fields.
#pragma once

#include <string_view>
#include <vector>

#include "sluice/base/result.h"
#include "sluice/model/entity.h"

namespace sluice::salesforce {

// The answer of /sobjects: the objects that can be queried. kServerError where it is something
// else.
Result<std::vector<Entity>> ReadDescribeGlobal(std::string_view body);

// The answer of /sobjects/X/describe. kServerError where it is something else; kInvalidArgument for
// an object that can't be queried.
Result<EntityDefinition> ReadDescribe(std::string_view body);

}  // namespace sluice::salesforce
