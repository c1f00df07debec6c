// A flow's tags and the text that they are kept as.
#pragma once

#include <map>
#include <string>

#include "sluice/api/errors.h"

namespace sluice::api {

using Tags = std::map<std::string, std::string>;

std::string TagsToText(const Tags& tags);
ApiResult<Tags> TagsFromText(const std::string& text);

}  // namespace sluice::api
