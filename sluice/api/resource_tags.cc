#include "sluice/api/resource_tags.h"

#include <algorithm>
#include <vector>

#include "sluice/api/flow_tags.h"
#include "sluice/api/shape_json.h"
#include "sluice/base/encoding.h"

namespace sluice::api {
namespace {

constexpr size_t kMostTags = 50;

// The values of "tagKeys=a&tagKeys=b".
ApiResult<std::vector<std::string>> TagKeys(std::string_view query) {
  constexpr std::string_view kName = "tagKeys=";
  std::vector<std::string> keys;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    if (std::string_view part = query.substr(0, end); part.starts_with(kName)) {
      auto key = PercentDecode(part.substr(kName.size()));
      if (!key.ok()) return ValidationError("'tagKeys': " + key.error().message);
      keys.push_back(*std::move(key));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  if (keys.empty()) return ValidationError("'tagKeys' is missing: the keys of the tags to remove.");
  return keys;
}

}  // namespace

ApiResult<appflow::TagResourceResponse> ResourceTags::Tag(const net::HttpRequest& request) {
  SLUICE_ASSIGN(auto given, ReadRequest<appflow::TagResourceRequest>(request.body));
  SLUICE_RETURN_IF_ERROR(ReadFlowTags(given.tags));
  SLUICE_ASSIGN(StoredFlow flow, Find(request));
  SLUICE_ASSIGN(Tags tags, TagsFromText(flow.tags));
  for (auto& [key, value] : given.tags) tags[key] = std::move(value);
  if (tags.size() > kMostTags) {
    return ValidationError("A flow has at most " + std::to_string(kMostTags) +
                           " tags. Remove some first.");
  }
  flow.tags = TagsToText(tags);
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.UpdateFlow(flow)));
  return appflow::TagResourceResponse{};
}

ApiResult<appflow::UntagResourceResponse> ResourceTags::Untag(const net::HttpRequest& request) {
  SLUICE_ASSIGN(auto keys, TagKeys(request.query()));
  SLUICE_ASSIGN(StoredFlow flow, Find(request));
  SLUICE_ASSIGN(Tags tags, TagsFromText(flow.tags));
  for (const std::string& key : keys) tags.erase(key);
  flow.tags = TagsToText(tags);
  SLUICE_RETURN_IF_ERROR(FromStore(parts_.resources.UpdateFlow(flow)));
  return appflow::UntagResourceResponse{};
}

ApiResult<appflow::ListTagsForResourceResponse> ResourceTags::List(
    const net::HttpRequest& request) {
  SLUICE_ASSIGN(StoredFlow flow, Find(request));
  SLUICE_ASSIGN(Tags tags, TagsFromText(flow.tags));
  return appflow::ListTagsForResourceResponse{.tags = std::move(tags)};
}

ApiResult<StoredFlow> ResourceTags::Find(const net::HttpRequest& request) {
  constexpr std::string_view kKind = ":flow/";
  auto arn = PercentDecode(request.path().substr(kTagsPath.size()));
  if (!arn.ok()) return ValidationError("'resourceArn': " + arn.error().message);
  const size_t kind = arn->find(kKind);
  if (kind == arn->npos) {
    return ValidationError("'" + *arn + "' is not the ARN of a flow. Only flows have tags.");
  }
  SLUICE_ASSIGN(auto flow, FromStore(parts_.resources.FindFlow(arn->substr(kind + kKind.size()))));
  if (flow && flow->arn == *arn) return *std::move(flow);
  return NotFoundError("There is no flow with the ARN " + *arn + ".");
}

}  // namespace sluice::api
