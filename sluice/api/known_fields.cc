#include "sluice/api/known_fields.h"

#include "sluice/api/entities.h"
#include "sluice/api/generated/enums.h"

namespace sluice::api {
namespace {

KnownField ToKnown(const Field& field) { return {field.name, LabelOf(field), TypeNameOf(field)}; }

}  // namespace

void Read(ShapeReader& reader, KnownField& shape) {
  reader.Member("name", shape.name, kNoRule);
  reader.Member("label", shape.label, kNoRule);
  reader.Member("type", shape.type, kNoRule);
}

void Write(ShapeWriter& writer, const KnownField& shape) {
  writer.Member("name", shape.name, kNoRule);
  writer.Member("label", shape.label, kNoRule);
  writer.Member("type", shape.type, kNoRule);
}

void Read(ShapeReader& reader, KnownFields& shape) {
  reader.Member("source", shape.source, kNoRule);
  reader.Member("destination", shape.destination, kNoRule);
}

void Write(ShapeWriter& writer, const KnownFields& shape) {
  writer.Member("source", shape.source, kNoRule);
  writer.Member("destination", shape.destination, kNoRule);
}

std::vector<KnownField> KnownSourceFields(const EntityDefinition& source) {
  std::vector<KnownField> known;
  for (const Field& field : source.fields) {
    if (field.read.is_retrievable) known.push_back(ToKnown(field));
  }
  return known;
}

std::optional<std::vector<KnownField>> KnownDestinationFields(const EntityDefinition& destination,
                                                              const std::string& connector_type) {
  if (connector_type == appflow::connector_type::kS3) return std::nullopt;
  std::vector<KnownField> known;
  for (const Field& field : destination.fields) known.push_back(ToKnown(field));
  return known;
}

}  // namespace sluice::api
