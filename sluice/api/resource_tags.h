// TagResource, UntagResource, ListTagsForResource: of flows, which are all that has tags. What they
// are about stands in the URL: "/tags/<ARN>", in UntagResource with "?tagKeys=<key>" for each key.
#pragma once

#include <string>

#include "sluice/api/appflow_api.h"
#include "sluice/api/errors.h"
#include "sluice/api/generated/shapes.h"
#include "sluice/api/tags.h"

namespace sluice::api {

inline constexpr std::string_view kTagsPath = "/tags/";

class ResourceTags {
 public:
  explicit ResourceTags(const AppFlowParts& parts) : parts_(parts) {}

  // Adds tags, in the place of those with the same keys.
  ApiResult<appflow::TagResourceResponse> Tag(const net::HttpRequest& request);
  // Done also where there is no such tag.
  ApiResult<appflow::UntagResourceResponse> Untag(const net::HttpRequest& request);
  ApiResult<appflow::ListTagsForResourceResponse> List(const net::HttpRequest& request);

 private:
  ApiResult<StoredFlow> Find(const net::HttpRequest& request);

  const AppFlowParts& parts_;
};

}  // namespace sluice::api
