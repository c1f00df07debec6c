#include "sluice/bin/memory.h"

#include <malloc.h>

#include <cstdlib>

namespace sluice::bin {

void GiveMemoryBack() {
  // Setting the threshold also keeps glibc from raising it to the size of what was freed last.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_ARENA_MAX, 2);
  ::setenv("ARROW_DEFAULT_MEMORY_POOL", "system", /*overwrite=*/0);
}

}  // namespace sluice::bin
