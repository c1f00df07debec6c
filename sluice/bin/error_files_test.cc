#include "sluice/bin/error_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sluice/net/curl_http_client.h"

namespace sluice::bin {
namespace {

TEST(StoredErrorFiles, WritesAFileWhole) {
  const std::string folder = testing::TempDir() + "error_files_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder + "/errors");
  std::shared_ptr<net::HttpClient> http = net::MakeCurlHttpClient();
  auto store = *s3::OpenObjectStore({.url = "file://" + folder}, http);
  StoredErrorFiles files(*store);
  for (const char* text : {"{\"record\":\"é\"}\n{}\n", "{}\n"}) {
    auto written = files.Write("errors", "prefix/f1/run/p0-1", text);
    ASSERT_TRUE(written.ok()) << ToString(written.error());
    std::ifstream file(folder + "/errors/prefix/f1/run/p0-1", std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text) << "replaced, not added";
  }
  auto nowhere = files.Write("no-such-bucket", "key", "{}\n");
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().code, ErrorCode::kResourceNotFound);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sluice::bin
