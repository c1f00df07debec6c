#pragma once

#include <chrono>
#include <stop_token>

namespace sluice {

// Sleeps, but wakes early when `stop` is requested. False if it was.
bool SleepFor(std::chrono::milliseconds delay, std::stop_token stop);

}  // namespace sluice
