#include "sluice/console/sessions.h"

#include <algorithm>

#include "sluice/base/encoding.h"
#include "sluice/base/uuid.h"

namespace sluice::console {
namespace {

constexpr std::chrono::hours kIdleLife{12};
constexpr size_t kMostSessions = 1000;

// "ASIA…", as AWS calls the ids of session keys.
std::string NewKeyId() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "ASIA";
  for (unsigned char byte : RandomBytes(16)) id += kLetters[byte % kLetters.size()];
  return id;
}

}  // namespace

Secret Sessions::NewLink(std::string principal, std::chrono::minutes life) {
  Secret token(RandomToken(43));  // 256 bits.
  std::lock_guard lock(mutex_);
  links_[Sha256(token.Reveal())] = {std::move(principal), clock_.Now() + life};
  return token;
}

std::optional<std::string> Sessions::UseLink(const Secret& token) {
  std::lock_guard lock(mutex_);
  auto link = links_.extract(Sha256(token.Reveal()));
  if (link.empty() || link.mapped().expires_at <= clock_.Now()) return std::nullopt;
  return std::move(link.mapped().principal);
}

Session Sessions::Begin(const Tab& tab, std::string principal) {
  Session session{.key = {NewKeyId(), Secret(RandomToken(40)), {}, std::move(principal)},
                  .expires_at = clock_.Now() + kIdleLife};
  End(tab);
  std::lock_guard lock(mutex_);
  DropExpired();
  if (sessions_.size() >= kMostSessions) {
    Drop(std::ranges::min_element(sessions_, {},
                                  [](const auto& session) { return session.second.expires_at; }));
  }
  by_key_[session.key.id] = IdOf(tab);
  return sessions_[IdOf(tab)] = std::move(session);
}

std::optional<Session> Sessions::Resume(const Tab& tab) {
  std::lock_guard lock(mutex_);
  DropExpired();
  auto session = sessions_.find(IdOf(tab));
  if (session == sessions_.end()) return std::nullopt;
  session->second.expires_at = clock_.Now() + kIdleLife;
  return session->second;
}

void Sessions::End(const Tab& tab) {
  std::lock_guard lock(mutex_);
  auto session = sessions_.find(IdOf(tab));
  if (session != sessions_.end()) Drop(session);
}

bool Sessions::HasAny(const Secret& browser) const {
  const std::string hash = Sha256(browser.Reveal());
  std::lock_guard lock(mutex_);
  auto first = sessions_.lower_bound({hash, ""});
  return first != sessions_.end() && first->first.first == hash;
}

std::optional<net::AccessKey> Sessions::Find(std::string_view access_key_id) const {
  std::lock_guard lock(mutex_);
  auto tab = by_key_.find(access_key_id);
  if (tab == by_key_.end()) return std::nullopt;
  Session& session = sessions_.at(tab->second);
  if (session.expires_at <= clock_.Now()) return std::nullopt;
  session.expires_at = clock_.Now() + kIdleLife;
  return session.key;
}

Sessions::TabId Sessions::IdOf(const Tab& tab) { return {Sha256(tab.browser.Reveal()), tab.name}; }

void Sessions::DropExpired() {
  const Time now = clock_.Now();
  for (auto session = sessions_.begin(); session != sessions_.end();) {
    auto next = std::next(session);
    if (session->second.expires_at <= now) Drop(session);
    session = next;
  }
}

void Sessions::Drop(std::map<TabId, Session>::iterator session) {
  by_key_.erase(session->second.key.id);
  sessions_.erase(session);
}

}  // namespace sluice::console
