#include "sluice/functions/code_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>

#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CodeFolderTest : public testing::Test {
 protected:
  Status UnpackFiles(const std::vector<ZipFile>& files) { return Unpack(MakeZip(files), folder()); }
  fs::path folder() const { return temp_.path() / "code"; }
  std::string Read(const std::string& name) const {
    std::ifstream file(folder() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void ExpectRefused(const std::vector<ZipFile>& files, const std::string& why) {
    Status status = UnpackFiles(files);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, HasSubstr(why));
    EXPECT_FALSE(fs::exists(folder())) << "something was left behind";
  }

  TempFolder temp_;
};

TEST_F(CodeFolderTest, KeepsContentFoldersAndPermissions) {
  ASSERT_TRUE(UnpackFiles({{"bootstrap", "#!/bin/sh\n", 0100755},
                           {"lib/deep/é.txt", std::string("a\0b", 3)},
                           {"empty", ""}})
                  .ok());
  EXPECT_EQ(Read("bootstrap"), "#!/bin/sh\n");
  EXPECT_EQ(Read("lib/deep/é.txt"), std::string("a\0b", 3));
  EXPECT_TRUE(fs::is_empty(folder() / "empty"));
  EXPECT_EQ(fs::status(folder() / "bootstrap").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(folder() / "empty").permissions(), fs::perms(0644));
  EXPECT_TRUE(CheckCode(folder(), "provided.al2023", "any").ok());
}

TEST_F(CodeFolderTest, DropsSetUidAndForeignWriteBits) {
  ASSERT_TRUE(UnpackFiles({{"a", "x", 0106777}}).ok());
  EXPECT_EQ(fs::status(folder() / "a").permissions(), fs::perms(0755));
}

TEST_F(CodeFolderTest, RefusesPathsThatLeaveTheZip) {
  for (const char* name : {"../evil", "a/../../evil", "/evil", "a/.."}) {
    ExpectRefused({{"good", "x"}, {name, "x"}}, "leaves the zip");
  }
  EXPECT_FALSE(fs::exists(temp_.path() / "evil"));
}

TEST_F(CodeFolderTest, KeepsLinksThatStayInside) {
  ASSERT_TRUE(UnpackFiles({{"lib/x.so", "library"},
                           {"lib/x.so.1", "x.so", 0120777},
                           {"bin/x", "../lib/x.so", 0120777}})
                  .ok());
  EXPECT_EQ(Read("lib/x.so.1"), "library");
  EXPECT_EQ(Read("bin/x"), "library");
}

TEST_F(CodeFolderTest, RefusesLinksThatLeadOut) {
  for (const char* target : {"/etc/passwd", "../x", "sub/../../x", ""}) {
    ExpectRefused({{"good", "x"}, {"link", target, 0120777}}, "leads out of the zip");
  }
  ExpectRefused({{"a/link", "../../x", 0120777}}, "leads out of the zip");
  ExpectRefused({{"here", ".", 0120777}, {"out", "here/../..", 0120777}}, "leads out of the zip");
  ExpectRefused({{"a/x", "x"}, {"l", "a", 0120777}, {"l/m", "../x", 0120777}},
                "lies below another link");
}

TEST_F(CodeFolderTest, RefusesAPathThatIsInItTwice) {
  for (uint32_t mode : {0100644, 0120777}) {
    std::string zip = MakeZip({{"path-1", "sub", mode}, {"path-2", "x"}});
    for (size_t at; (at = zip.find("path-2")) != std::string::npos;) zip[at + 5] = '1';
    Status status = Unpack(zip, folder());
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.error().message, HasSubstr("'path-1' is in it twice"));
    EXPECT_FALSE(fs::exists(folder()));
  }
}

TEST_F(CodeFolderTest, RefusesWhatIsNoZipOrDamaged) {
  const std::string zip = MakeZip({{"a", std::string(100'000, 'a')}});
  for (const std::string& bytes :
       {std::string(), std::string("hello"), zip.substr(0, zip.size() / 2),
        zip.substr(0, 40) + "XXXX" + zip.substr(44)}) {
    Status status = Unpack(bytes, folder());
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << ToString(status.error());
    EXPECT_FALSE(fs::exists(folder()));
  }
}

// The same zip whose only file claims another size, in both places that say it (APPNOTE.TXT, 4.3).
std::string WithClaimedSize(std::string zip, uint32_t size) {
  for (auto [signature, offset] : {std::pair("PK\1\2", 24), std::pair("PK\3\4", 22)}) {
    memcpy(zip.data() + zip.find(signature) + offset, &size, sizeof size);
  }
  return zip;
}

TEST_F(CodeFolderTest, RefusesABombWhateverItClaims) {
  const std::string zip = MakeZip({{"a", std::string(1 << 20, 0)}});
  for (uint32_t size : {(250u << 20) + 1, (1u << 20) - 1, (1u << 20) + 1, 0u}) {
    Status status = Unpack(WithClaimedSize(zip, size), folder());
    ASSERT_FALSE(status.ok()) << size;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << ToString(status.error());
    EXPECT_FALSE(fs::exists(folder()));
  }
  EXPECT_TRUE(Unpack(WithClaimedSize(zip, 1 << 20), folder()).ok());
}

TEST_F(CodeFolderTest, RefusesAFileThatIsAlsoAFolder) {
  ExpectRefused({{"a", "x"}, {"a/b", "x"}}, "a folder and a file at once");
}

TEST_F(CodeFolderTest, SaysWhatABootstrapLacks) {
  ASSERT_TRUE(UnpackFiles({{"bootstrap", "x", 0100644}}).ok());
  EXPECT_THAT(CheckCode(folder(), "provided.al2", "x").error().message, HasSubstr("chmod 755"));
  fs::remove_all(folder());
  ASSERT_TRUE(UnpackFiles({{"sub/bootstrap", "x", 0100755}}).ok());
  EXPECT_THAT(CheckCode(folder(), "provided.al2", "x").error().message,
              HasSubstr("no file 'bootstrap' at its top"));
}

TEST_F(CodeFolderTest, FindsAPythonHandlersModule) {
  ASSERT_TRUE(UnpackFiles({{"app.py", ""}, {"pkg/mod.py", ""}, {"whole/__init__.py", ""}}).ok());
  for (const char* handler : {"app.run", "pkg/mod.run", "pkg.mod.run", "whole.run"}) {
    EXPECT_TRUE(CheckCode(folder(), "python3.11", handler).ok()) << handler;
  }
  for (const char* handler : {"app", "other.run", ".run", "app.", "../app.run", "pkg.run"}) {
    EXPECT_FALSE(CheckCode(folder(), "python3.11", handler).ok()) << handler;
  }
}

TEST_F(CodeFolderTest, IsRemovedByItsLastOwnerOnceObsolete) {
  ASSERT_TRUE(UnpackFiles({{"a", "x"}}).ok());
  auto first = std::make_shared<CodeFolder>(folder());
  auto second = first;
  first->MakeObsolete();
  first.reset();
  EXPECT_TRUE(fs::exists(folder()));
  second.reset();
  EXPECT_FALSE(fs::exists(folder()));
}

}  // namespace
}  // namespace sluice::functions
