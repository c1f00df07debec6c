// Who is logged in to the console, and how one gets in.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/base/clock.h"
#include "sluice/net/sigv4.h"

namespace sluice::console {

// One tab of one browser: a session is of both, so that neither a stolen cookie nor the name of a
// tab is enough.
struct Tab {
  Secret browser;    // What its cookie holds.
  std::string name;  // A random one, which the page gives itself.
};

struct Session {
  net::AccessKey key;  // Signs for whoever logged in, until `expires_at` or the log-out.
  Time expires_at{};   // Later after each use of the key.
};

// In memory only: whoever is logged in logs in again after a restart. Of links and cookies only the
// hashes are kept; as they are looked up by these, how long that takes says nothing about them.
// Any thread.
class Sessions final : public net::AccessKeys {
 public:
  explicit Sessions(const Clock& clock) : clock_(clock) {}

  // The token of a link that logs in once, as `principal`, within `life`.
  Secret NewLink(std::string principal, std::chrono::minutes life);
  // Whom the link is for; nothing where it is wrong, too old or used. It is used up.
  std::optional<std::string> UseLink(const Secret& token);

  // For this tab, instead of the one that it has. Where there are too many, the one ends that was
  // unused for the longest.
  Session Begin(const Tab& tab, std::string principal);
  std::optional<Session> Resume(const Tab& tab);
  void End(const Tab& tab);  // Its key is good for nothing from now on.
  bool HasAny(const Secret& browser) const;

  std::optional<net::AccessKey> Find(std::string_view access_key_id) const override;

 private:
  using TabId = std::pair<std::string, std::string>;  // Hash of the cookie, name.

  struct Link {
    std::string principal;
    Time expires_at;
  };

  static TabId IdOf(const Tab& tab);
  void DropExpired();
  void Drop(std::map<TabId, Session>::iterator session);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Link> links_;  // By the token's hash.
  mutable std::map<TabId, Session> sessions_;
  std::map<std::string, TabId, std::less<>> by_key_;
};

}  // namespace sluice::console
