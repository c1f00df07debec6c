// The fields of a flow's two sides, as they are kept with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sluice/api/shape_reader.h"
#include "sluice/api/shape_writer.h"
#include "sluice/model/entity.h"

namespace sluice::api {

struct KnownField {
  std::string name, label, type;  // As DescribeConnectorEntity gives them.
};
void Read(ShapeReader& reader, KnownField& shape);
void Write(ShapeWriter& writer, const KnownField& shape);

struct KnownFields {
  std::vector<KnownField> source;
  std::optional<std::vector<KnownField>> destination;
};
void Read(ShapeReader& reader, KnownFields& shape);
void Write(ShapeWriter& writer, const KnownFields& shape);

// Those that a flow can read.
std::vector<KnownField> KnownSourceFields(const EntityDefinition& source);
// Nothing of S3's, whose files take the shape of what comes.
std::optional<std::vector<KnownField>> KnownDestinationFields(const EntityDefinition& destination,
                                                              const std::string& connector_type);

}  // namespace sluice::api
