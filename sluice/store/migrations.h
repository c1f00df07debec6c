// The schema's history: migrations/NNNN_name.sql, embedded by CMake in the order of their numbers.
#pragma once

#include <span>
#include <string_view>

namespace sluice::store {

struct Migration {
  std::string_view name;  // "0001_initial"
  std::string_view sql;
};

// The first one makes schema version 1 out of an empty file, each further one the next version.
std::span<const Migration> Migrations();

}  // namespace sluice::store
