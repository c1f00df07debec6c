// A longer way to TiDB: a relay between two ends of TCP connections on this machine.
#pragma once

#include <chrono>
#include <cstdint>

#include "sluice/base/result.h"

namespace sluice::benchmarks {

// Relays connections from a port of its own, which it prints to standard output ("port 12345"), to
// `port` of 127.0.0.1, each byte half of `round_trip` later than it came. Bandwidth is not limited,
// and connecting itself takes no longer. Runs until the process is ended; returns only an error.
Error RunRelay(uint16_t port, std::chrono::microseconds round_trip);

}  // namespace sluice::benchmarks
