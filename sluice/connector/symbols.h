// Whose OpenSSL and simdjson this process runs with. The Arrow libraries of the pyarrow wheel
// export both; loaded in the wrong order their copies take the place of the system's, and the
// process aborts sooner or later. cmake/Arrow.cmake orders them; this looks whether it worked.
#pragma once

#include "sluice/base/result.h"

namespace sluice {

// kServerError names the function and the library that it came from.
Status CheckSymbols();

}  // namespace sluice
