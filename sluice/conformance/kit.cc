#include "sluice/conformance/kit.h"

namespace sluice::conformance {
namespace {

using std::chrono::steady_clock;

constexpr size_t kMaxShown = 320;

// Why there is nothing to write, or a plan of what to write.
std::string PlanWriting(Session& session) {
  if (!session.options.write) return "nothing is written without --write";
  if (!session.is_destination) return "the connector is no destination";
  const json::Object* entity =
      session.definition ? json::FindObject(*session.definition, "entity") : nullptr;
  if (!entity) return "no entity was described";
  if (!json::FindBool(*entity, "isWritable").value_or(true)) {
    return "'" + session.entity + "' is not writable: name another by --entity";
  }
  if (session.plan) return "";
  auto plan = WritePlan::Make(session.fields, session.sample);
  if (!plan.ok())
    return "nothing can be written to '" + session.entity + "': " + plan.error().message;
  session.plan = *std::move(plan);
  return "";
}

// What is missing for a check, in words; empty where nothing is.
std::string Missing(Session& session, unsigned needs) {
  if ((needs & ~kNothing) && !session.described) return "see describe.answers";
  if ((needs & ~(kConfiguration)) && !session.can_log_in) {
    return session.credentials.is_null() ? "no credentials were given" : "see credentials.right";
  }
  if ((needs & kEntities) && !session.entities) return "see entities.answers";
  if ((needs & ~(kConfiguration | kLogIn | kEntities)) && !session.definition) {
    return "see entity.answers";
  }
  if (needs & (kSource | kFirstPage | kRecords)) {
    if (!session.is_source) return "the connector is no source";
    if ((needs & (kFirstPage | kRecords)) && !session.first_page) return "see query.answers";
    if ((needs & kRecords) && session.sample.empty()) return "the entity has no records";
  }
  if (needs & (kWriting | kInsertedRecords)) {
    std::string why = PlanWriting(session);
    if (!why.empty()) return why;
    if ((needs & kInsertedRecords) && !session.inserted) return "see write.insert";
  }
  return "";
}

// The kit cleans up even when it is told to stop.
bool IsOver(Session& session, const Check& check) {
  const bool cleans_up = std::string_view(check.id) == kCleanUpCheck;
  if (cleans_up) session.talk.AskAnyway();
  return !cleans_up && session.options.stopped && session.options.stopped();
}

std::string Said(const Session& session, const char* member) {
  if (!session.described) return "";
  return session.talk.Blot(json::FindString(session.described->body, member).value_or(""));
}

Verdict ForPeople(const Session& session, const Verdict& verdict) {
  return {verdict.outcome, session.talk.Blot(verdict.reason),
          session.talk.Excerpt(verdict.asked, kMaxShown),
          session.talk.Excerpt(verdict.came, kMaxShown)};
}

}  // namespace

Result<Scorecard> Run(protocol::FunctionInvoker& invoker, const Options& options,
                      const std::function<void(const CheckResult&)>& on_result) {
  Session session(invoker, options);
  Scorecard card;
  const auto begin = steady_clock::now();
  HideCredentials(session);
  for (const auto* checks : {&ConfigurationChecks(), &CredentialsChecks(), &EntityChecks(),
                             &QueryChecks(), &FilterChecks(), &WriteChecks(), &OverallChecks()}) {
    for (const Check& check : *checks) {
      const auto check_begin = steady_clock::now();
      std::string missing = IsOver(session, check) ? kStopped : Missing(session, check.needs);
      CheckResult result{&check, missing.empty() ? check.run(session) : Skip(missing)};
      result.took =
          std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - check_begin);
      result.verdict = ForPeople(session, result.verdict);
      if (auto unreachable = session.talk.unreachable()) {
        unreachable->message = session.talk.Blot(unreachable->message);
        return *unreachable;
      }
      on_result(result);
      card.results.push_back(std::move(result));
    }
  }
  card.owner = Said(session, "connectorOwner");
  card.name = Said(session, "connectorName");
  card.version = Said(session, "connectorVersion");
  card.entity = session.talk.Blot(session.entity);
  card.requests = session.talk.requests();
  card.took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  return card;
}

}  // namespace sluice::conformance
