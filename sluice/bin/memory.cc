#include "sluice/bin/memory.h"

#include <cstdlib>

// jemalloc looks for it by this name. What is free goes back after half a second, by a thread of
// its own, and at once where it has 4 MB or more, as a part of an upload has; few arenas, so that
// what one thread has freed serves the others, and little that each thread keeps for itself.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "dirty_decay_ms:500,muzzy_decay_ms:0,narenas:2,background_thread:true,"
    "oversize_threshold:4194304,tcache_max:4096,tcache_nslots_small_max:20";
}

namespace sluice::bin {

void GiveMemoryBack() { ::setenv("ARROW_DEFAULT_MEMORY_POOL", "system", /*overwrite=*/0); }

}  // namespace sluice::bin
