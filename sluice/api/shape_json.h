// JSON text to structs of generated/shapes.h. (The other way is ToJson, shape_writer.h.)
#pragma once

#include <string_view>

#include "sluice/api/errors.h"
#include "sluice/api/shape_reader.h"

namespace sluice::api {

// A request's body. SerializationException: not JSON, or JSON of another kind than the model's.
// ValidationException: every constraint that is broken. No body is an empty request.
template <class Request>
ApiResult<Request> ReadRequest(std::string_view body) {
  auto object = json::ParseObject(body.empty() ? "{}" : body);
  if (!object.ok()) return SerializationError(object.error().message);
  ShapeReader reader(*object);
  Request request;
  Read(reader, request);
  if (reader.malformed()) return SerializationError(*reader.malformed());
  if (!reader.violations().empty()) return ValidationError(reader.violations().Message());
  return request;
}

// What the service wrote itself earlier. A constraint that has become stricter since doesn't
// matter.
template <class Shape>
ApiResult<Shape> ReadStored(std::string_view text) {
  auto object = json::ParseObject(text);
  if (!object.ok()) return InternalError("A stored document is damaged: " + object.error().message);
  ShapeReader reader(*object);
  Shape shape;
  Read(reader, shape);
  if (reader.malformed()) {
    return InternalError("A stored document is damaged: " + *reader.malformed());
  }
  return shape;
}

}  // namespace sluice::api
