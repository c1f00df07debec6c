#pragma once

#include <cstddef>
#include <string>

namespace sluice {

// A random UUID (version 4), lower case, e.g. for an execution id. From the kernel's generator.
std::string NewUuid();

// `count` characters of A-Z, a-z, 0-9 from the kernel's generator: for keys and codes.
std::string RandomToken(size_t count);

// `count` raw bytes from the kernel's generator.
std::string RandomBytes(size_t count);

}  // namespace sluice
