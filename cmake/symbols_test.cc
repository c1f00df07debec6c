// Compiled into each test program that links Arrow: see sluice/connector/symbols.h.
#include "sluice/connector/symbols.h"

#include <gtest/gtest.h>

TEST(Symbols, OfOpenSslAndSimdjsonAreTheSystems) {
  auto status = sluice::CheckSymbols();
  EXPECT_TRUE(status.ok()) << status.error().message;
}
