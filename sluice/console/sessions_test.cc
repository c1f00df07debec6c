#include "sluice/console/sessions.h"

#include <gmock/gmock.h>

#include "sluice/base/time_text.h"

namespace sluice::console {
namespace {

using namespace std::chrono_literals;

constexpr char kRoot[] = "arn:aws:iam::123456789012:root";

class SessionsTest : public ::testing::Test {
 protected:
  FakeClock clock_{*ParseTime("2026-01-31T00:00:00Z")};
  Sessions sessions_{clock_};
  const Tab tab_{Secret("cookie"), "tab"};
};

TEST_F(SessionsTest, ALinkWorksOnceAndForWhomItWasMade) {
  const Secret token = sessions_.NewLink(kRoot, 15min);
  EXPECT_GE(token.Reveal().size(), 32u);
  EXPECT_FALSE(token == sessions_.NewLink("somebody", 15min));
  EXPECT_FALSE(sessions_.UseLink(Secret(token.Reveal().substr(1))));
  EXPECT_FALSE(sessions_.UseLink(Secret("")));
  EXPECT_EQ(sessions_.UseLink(token), kRoot);
  EXPECT_FALSE(sessions_.UseLink(token));
}

TEST_F(SessionsTest, ALinkGetsTooOld) {
  const Secret early = sessions_.NewLink(kRoot, 15min), late = sessions_.NewLink(kRoot, 15min);
  clock_.Tick(15min - 1us);
  EXPECT_TRUE(sessions_.UseLink(early));
  clock_.Tick(1us);
  EXPECT_FALSE(sessions_.UseLink(late));
}

TEST_F(SessionsTest, ItsKeySignsForWhoeverLoggedInUntilTheLogOut) {
  const Session session = sessions_.Begin(tab_, kRoot);
  EXPECT_THAT(session.key.id, ::testing::MatchesRegex("ASIA[A-Z2-7]{16}"));
  EXPECT_EQ(session.key.secret.Reveal().size(), 40u);
  EXPECT_TRUE(session.key.session_token.empty());
  auto found = sessions_.Find(session.key.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->principal, kRoot);
  EXPECT_TRUE(found->secret == session.key.secret);
  EXPECT_FALSE(sessions_.Find("ASIAOTHER"));
  EXPECT_FALSE(sessions_.Find(""));
  sessions_.End(tab_);
  EXPECT_FALSE(sessions_.Find(session.key.id));
  EXPECT_FALSE(sessions_.Resume(tab_));
}

TEST_F(SessionsTest, OnlyTheSameTabOfTheSameBrowserGoesOnWithIt) {
  const Session session = sessions_.Begin(tab_, kRoot);
  EXPECT_FALSE(sessions_.Resume({Secret("cookie"), "another"}));
  EXPECT_FALSE(sessions_.Resume({Secret("another"), "tab"}));
  EXPECT_FALSE(sessions_.Resume({Secret(), "tab"}));
  auto resumed = sessions_.Resume(tab_);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->key.id, session.key.id);
  sessions_.End({Secret("cookie"), "another"});
  EXPECT_TRUE(sessions_.Find(session.key.id)) << "somebody else logged out";
}

TEST_F(SessionsTest, LoggingInAgainReplacesTheKey) {
  const Session first = sessions_.Begin(tab_, kRoot), second = sessions_.Begin(tab_, kRoot);
  EXPECT_FALSE(sessions_.Find(first.key.id));
  EXPECT_TRUE(sessions_.Find(second.key.id));
}

TEST_F(SessionsTest, ItEndsAfterTwelveHoursWithoutUse) {
  const Session used = sessions_.Begin(tab_, kRoot);
  const Session unused = sessions_.Begin({Secret("cookie"), "unused"}, kRoot);
  EXPECT_EQ(used.expires_at, clock_.Now() + 12h);
  clock_.Tick(11h);
  EXPECT_TRUE(sessions_.Find(used.key.id));
  clock_.Tick(1h);
  EXPECT_TRUE(sessions_.Find(used.key.id));
  EXPECT_FALSE(sessions_.Find(unused.key.id));
  EXPECT_FALSE(sessions_.Resume({Secret("cookie"), "unused"}));
  auto resumed = sessions_.Resume(tab_);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->expires_at, clock_.Now() + 12h);
  clock_.Tick(12h);
  EXPECT_FALSE(sessions_.Find(used.key.id));
  EXPECT_FALSE(sessions_.Resume(tab_));
}

TEST_F(SessionsTest, TheThousandAndFirstEndsTheOneThatWasUnusedForTheLongest) {
  std::vector<Session> sessions;
  for (int i = 0; i < 1000; ++i) {
    sessions.push_back(sessions_.Begin({Secret("cookie"), std::to_string(i)}, kRoot));
    clock_.Tick(1us);
  }
  EXPECT_TRUE(sessions_.Find(sessions[0].key.id));
  sessions_.Begin(tab_, kRoot);
  EXPECT_TRUE(sessions_.Find(sessions[0].key.id));
  EXPECT_FALSE(sessions_.Find(sessions[1].key.id));
  EXPECT_TRUE(sessions_.Find(sessions[2].key.id));
}

TEST_F(SessionsTest, KnowsTheBrowsersThatHaveOne) {
  EXPECT_FALSE(sessions_.HasAny(tab_.browser));
  sessions_.Begin(tab_, kRoot);
  EXPECT_TRUE(sessions_.HasAny(tab_.browser));
  EXPECT_FALSE(sessions_.HasAny(Secret("another")));
  sessions_.End(tab_);
  EXPECT_FALSE(sessions_.HasAny(tab_.browser));
}

}  // namespace
}  // namespace sluice::console
