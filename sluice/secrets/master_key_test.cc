#include "sluice/secrets/master_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace sluice::secrets {
namespace {

using testing::HasSubstr;

class MasterKey : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(directory_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Path() const { return directory_ + "/master.key"; }
  void Write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(Path()) << text;
    ASSERT_EQ(chmod(Path().c_str(), mode), 0);
  }
  Error Refusal() const {
    auto key = LoadMasterKey(Path());
    EXPECT_FALSE(key.ok());
    return key.ok() ? Error{} : key.error();
  }

  std::string directory_ = testing::TempDir() + "master_key_XXXXXX";
};

TEST_F(MasterKey, IsMadeOnceForItsOwnerAlone) {
  auto made = LoadMasterKey(Path());
  ASSERT_TRUE(made.ok()) << ToString(made.error());
  EXPECT_EQ(made->Reveal().size(), 32u);
  struct stat file {};
  ASSERT_EQ(stat(Path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_EQ(file.st_nlink, 1u);

  auto again = LoadMasterKey(Path());
  ASSERT_TRUE(again.ok()) << ToString(again.error());
  EXPECT_TRUE(*again == *made);
  auto files = std::filesystem::directory_iterator(directory_);
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "a draft was left";
}

TEST_F(MasterKey, IsTheSameForAllWhoStartAtOnce) {
  std::vector<Secret> keys(8);
  std::vector<std::thread> threads;
  for (Secret& key : keys) {
    threads.emplace_back([&] { key = *LoadMasterKey(Path()); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Secret& key : keys) EXPECT_TRUE(key == keys[0]);
}

TEST_F(MasterKey, IsAnotherOneInAnotherFile) {
  EXPECT_FALSE(*LoadMasterKey(Path()) == *LoadMasterKey(Path() + "2"));
}

TEST_F(MasterKey, IsRefusedWhereOthersMayReadIt) {
  ASSERT_TRUE(LoadMasterKey(Path()).ok());
  for (mode_t mode : {0640, 0604, 0660, 0601}) {
    ASSERT_EQ(chmod(Path().c_str(), mode), 0);
    EXPECT_EQ(Refusal().code, ErrorCode::kAccessDenied);
    EXPECT_THAT(Refusal().message, HasSubstr("chmod 600 " + Path()));
  }
}

TEST_F(MasterKey, IsRefusedWhereItBelongsToAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_TRUE(LoadMasterKey(Path()).ok());
  ASSERT_EQ(chown(Path().c_str(), 12345, 12345), 0);
  EXPECT_EQ(Refusal().code, ErrorCode::kAccessDenied);
  EXPECT_THAT(Refusal().message, HasSubstr("uid 12345"));
}

TEST_F(MasterKey, IsRefusedAndLeftAloneWhereItIsNoKey) {
  const std::string good = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n";
  Write(good);
  ASSERT_TRUE(LoadMasterKey(Path()).ok());
  EXPECT_EQ(LoadMasterKey(Path())->Reveal(), "0123456789abcdef0123456789abcdef");
  for (const std::string& text :
       {std::string(), std::string("\n"), good.substr(0, 20), good.substr(0, 44), good + good,
        std::string("not base64 at all, not base64 at all, no!!!!\n"), std::string(5000, 'A')}) {
    Write(text);
    EXPECT_EQ(Refusal().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(Refusal().message, HasSubstr("backup"));
    EXPECT_EQ(std::filesystem::file_size(Path()), text.size());
  }
}

TEST_F(MasterKey, SaysWhyItCannotBeMade) {
  auto key = LoadMasterKey(directory_ + "/nowhere/master.key");
  ASSERT_FALSE(key.ok());
  EXPECT_THAT(key.error().message, HasSubstr("nowhere/master.key: No such file or directory"));
  std::filesystem::create_directory(Path());
  EXPECT_THAT(Refusal().message, HasSubstr("is not a file"));
}

}  // namespace
}  // namespace sluice::secrets
