// For tests: a store in a folder that goes away with it, with one bucket, "bucket".
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "sluice/base/uuid.h"
#include "sluice/connectors/s3/folder_store.h"

namespace sluice::s3 {

class TemporaryStore {
 public:
  TemporaryStore() : folder_(std::filesystem::temp_directory_path() / ("sluice-s3-" + NewUuid())) {
    std::filesystem::create_directories(folder_ / "bucket");
    auto store = OpenFolderStore(folder_);
    SLUICE_CHECK(store.ok());
    store_ = *store;
  }
  ~TemporaryStore() { std::filesystem::remove_all(folder_); }
  TemporaryStore(const TemporaryStore&) = delete;

  const std::shared_ptr<ObjectStore>& store() const { return store_; }

  std::filesystem::path PathOf(const std::string& key) const { return folder_ / "bucket" / key; }

  void Put(const std::string& key, std::string_view content) const {
    std::filesystem::create_directories(PathOf(key).parent_path());
    std::ofstream(PathOf(key), std::ios::binary) << content;
  }
  std::string Get(const std::string& key) const {
    std::ostringstream content;
    content << std::ifstream(PathOf(key), std::ios::binary).rdbuf();
    return content.str();
  }

 private:
  const std::filesystem::path folder_;
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace sluice::s3
