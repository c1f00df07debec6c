// What Salesforce says about its objects, as JSON.
#pragma once

#include <string>

#include "sluice/base/json.h"
#include "sluice/sandbox/object_type.h"

namespace sluice::sandbox {

json::Object DescribeGlobal(const std::string& api_version);
// `recentItems` and the short description: GET /sobjects/Account.
json::Object BasicInfo(const ObjectType& type, const std::string& api_version);
json::Object Describe(const ObjectType& type, const std::string& api_version);

}  // namespace sluice::sandbox
