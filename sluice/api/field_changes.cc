#include "sluice/api/field_changes.h"

#include <algorithm>
#include <set>

#include "sluice/api/flow_translation.h"
#include "sluice/api/generated/rules.h"
#include "sluice/api/known_fields.h"
#include "sluice/api/shape_json.h"
#include "sluice/flow/plan.h"
#include "sluice/flow/used_fields.h"

namespace sluice::api {
namespace ours {

void Read(ShapeReader& reader, CompareFieldsRequest& shape) {
  reader.Member("flowName", shape.flow_name, appflow::kFlowNameRule);
}

void Write(ShapeWriter& writer, const FieldChange& shape) {
  writer.Member("name", shape.name, kNoRule);
  writer.Member("label", shape.label, kNoRule);
  writer.Member("typeBefore", shape.type_before, kNoRule);
  writer.Member("type", shape.type, kNoRule);
  writer.Member("isUsed", shape.is_used, kNoRule);
}

void Write(ShapeWriter& writer, const SideChanges& shape) {
  writer.Member("added", shape.added, kNoRule);
  writer.Member("removed", shape.removed, kNoRule);
  writer.Member("changed", shape.changed, kNoRule);
}

void Write(ShapeWriter& writer, const CompareFieldsResponse& shape) {
  writer.Member("source", shape.source, kNoRule);
  writer.Member("destination", shape.destination, kNoRule);
  writer.Member("message", shape.message, kNoRule);
}

}  // namespace ours

namespace {

using Names = std::set<std::string>;

const KnownField* Find(const std::vector<KnownField>& fields, const std::string& name) {
  auto found = std::find_if(fields.begin(), fields.end(),
                            [&](const KnownField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

ours::SideChanges Compare(const std::vector<KnownField>& before, const std::vector<KnownField>& now,
                          const Names& used) {
  ours::SideChanges changes;
  for (const KnownField& field : now) {
    const bool is_used = used.contains(field.name);
    const KnownField* old = Find(before, field.name);
    if (!old) {
      changes.added.push_back(
          {.name = field.name, .label = field.label, .type = field.type, .is_used = is_used});
    } else if (old->type != field.type) {
      changes.changed.push_back({.name = field.name,
                                 .label = field.label,
                                 .type_before = old->type,
                                 .type = field.type,
                                 .is_used = is_used});
    }
  }
  for (const KnownField& old : before) {
    if (Find(now, old.name)) continue;
    changes.removed.push_back({.name = old.name,
                               .label = old.label,
                               .type = old.type,
                               .is_used = used.contains(old.name)});
  }
  return changes;
}

// Of a side that nothing is remembered of.
ours::SideChanges FindMissing(const std::vector<KnownField>& now, const Names& used) {
  ours::SideChanges changes;
  for (const std::string& name : used) {
    if (!Find(now, name)) {
      changes.removed.push_back({.name = name, .label = name, .is_used = true});
    }
  }
  return changes;
}

std::vector<std::string> NamesOf(const std::vector<KnownField>& some,
                                 const std::vector<KnownField>& more) {
  std::vector<std::string> names;
  for (const auto* fields : {&some, &more}) {
    for (const KnownField& field : *fields) names.push_back(field.name);
  }
  return names;
}

}  // namespace

ApiResult<ours::CompareFieldsResponse> FieldChanges::Compare(
    const ours::CompareFieldsRequest& request, const net::Caller&) {
  SLUICE_ASSIGN(StoredFlow stored, flows_.Find(request.flow_name));
  SLUICE_ASSIGN(std::string document, RunDocument(stored));
  SLUICE_ASSIGN(flow::Flow flow, TranslateRunDocument(document));
  SLUICE_RETURN_IF_ERROR(flows_.CheckEndpoint(flow.source, true));
  SLUICE_RETURN_IF_ERROR(flows_.CheckEndpoint(flow.destination, false));
  SLUICE_ASSIGN(flow::Outlook now, FromConnector(flow::LookAhead(flow, accounts_)));

  const auto source = KnownSourceFields(now.source);
  std::optional<std::vector<KnownField>> destination;
  if (now.destination) {
    destination = KnownDestinationFields(*now.destination, flow.destination.connector_type);
  }
  ours::CompareFieldsResponse response;
  if (!now.can_run.ok()) response.message = now.can_run.error().message;
  if (stored.fields.empty()) {
    SLUICE_ASSIGN(flow::UsedFields used, FromConnector(flow::FindUsedFields(flow, {})));
    response.source = FindMissing(source, used.source);
    if (destination) response.destination = FindMissing(*destination, used.destination);
    return response;
  }
  SLUICE_ASSIGN(KnownFields before, ReadStored<KnownFields>(stored.fields));
  SLUICE_ASSIGN(flow::UsedFields used,
                FromConnector(flow::FindUsedFields(flow, NamesOf(before.source, source))));
  response.source = api::Compare(before.source, source, used.source);
  if (before.destination && destination) {
    response.destination = api::Compare(*before.destination, *destination, used.destination);
  }
  return response;
}

}  // namespace sluice::api
