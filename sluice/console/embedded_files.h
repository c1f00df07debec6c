// The console's files that are part of this program: none where it was built without them.
#pragma once

#include <span>

#include "sluice/console/site.h"

namespace sluice::console {

// Made by tools/embed_files.py, for programs with sluice_embed_files (cmake/EmbedFiles.cmake).
std::span<const SiteFile> EmbeddedFiles();

}  // namespace sluice::console
