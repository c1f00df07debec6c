// How the program holds memory: by jemalloc, which gives back soon what a run has freed.
#pragma once

namespace sluice::bin {

// Makes Arrow hold its buffers there, too, instead of hoarding them by itself
// (ARROW_DEFAULT_MEMORY_POOL chooses something else). First thing in main, before Arrow is used.
void GiveMemoryBack();

}  // namespace sluice::bin
