// A store in a directory of its own, for tests.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "sluice/store/store.h"

namespace sluice::store {

class TemporaryStore : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
    Open();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::string Path() const { return directory_ + "/sluice.db"; }
  void Open() {
    store_.reset();
    auto opened = Store::Open(Path(), master_key_);
    ASSERT_TRUE(opened.ok()) << ToString(opened.error());
    store_ = *std::move(opened);
  }
  // Why it does not open.
  Error Refusal(const Secret& master_key = Secret(std::string(32, 'k'))) {
    store_.reset();
    auto opened = Store::Open(Path(), master_key);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  }

  // In memory where there is such a place: on a disk each commit waits for it.
  static std::string Place() {
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : testing::TempDir();
  }

  const Secret master_key_{std::string(32, 'k')};
  std::string directory_ = Place() + "/store_XXXXXX";
  std::unique_ptr<Store> store_;
};

// A text that whoever quotes, cuts at a NUL or counts characters for bytes gives back wrong.
inline const std::string kOddText = std::string("it's \"é\" \0 漢字 \U0001F600\n", 24);

}  // namespace sluice::store
