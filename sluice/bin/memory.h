// How the program holds memory.
#pragma once

namespace sluice::bin {

// Buffers of data go back to the system when they are freed, instead of staying with the thread
// that had them: what the program holds is what it uses (measured: half). First thing in main,
// before any thread and before Arrow is used, whose own allocator hoards (ARROW_DEFAULT_MEMORY_POOL
// chooses another one).
void GiveMemoryBack();

}  // namespace sluice::bin
