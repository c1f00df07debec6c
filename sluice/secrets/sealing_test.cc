#include "sluice/secrets/sealing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sluice/base/uuid.h"

namespace sluice::secrets {
namespace {

using testing::HasSubstr;
using testing::Not;

const Secret kKey(std::string(32, 'k'));
const std::string kEveryByte = [] {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}();

TEST(Sealing, OpensWhatWasSealed) {
  for (const std::string& value :
       {std::string(), std::string("x"), kEveryByte, std::string(1 << 20, 'v')}) {
    auto opened = Unseal(kKey, Seal(kKey, Secret(value), "here"), "here");
    ASSERT_TRUE(opened.ok()) << ToString(opened.error());
    EXPECT_EQ(opened->Reveal(), value);
  }
}

TEST(Sealing, HidesTheValueAndNeverRepeatsItself) {
  const Secret value("correct horse battery staple");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    std::string sealed = Seal(kKey, value, "here");
    EXPECT_THAT(sealed, Not(HasSubstr("horse")));
    EXPECT_EQ(sealed.size(), 12 + value.Reveal().size() + 16);
    EXPECT_TRUE(seen.insert(sealed.substr(0, 12)).second) << "a nonce came twice";
  }
}

TEST(Sealing, OpensInItsOwnContextOnly) {
  auto opened = Unseal(kKey, Seal(kKey, Secret("v"), "here"), "there");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kClientError);
}

TEST(Sealing, OpensUnderItsOwnKeyOnly) {
  EXPECT_FALSE(Unseal(Secret(std::string(32, 'x')), Seal(kKey, Secret("v"), "c"), "c").ok());
}

TEST(Sealing, NoticesAnyChangedBitAndAnyMissingByte) {
  const std::string sealed = Seal(kKey, Secret("value"), "here");
  for (size_t byte = 0; byte < sealed.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[byte] = static_cast<char>(changed[byte] ^ (1 << bit));
      EXPECT_FALSE(Unseal(kKey, changed, "here").ok()) << "byte " << byte << " bit " << bit;
    }
    EXPECT_FALSE(Unseal(kKey, sealed.substr(0, byte), "here").ok()) << "cut at " << byte;
  }
  EXPECT_FALSE(Unseal(kKey, sealed + "x", "here").ok());
}

}  // namespace
}  // namespace sluice::secrets
