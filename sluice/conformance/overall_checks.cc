#include "sluice/conformance/checks.h"

namespace sluice::conformance {
namespace {

Verdict InTime(Session& session) { return session.talk.in_time(); }
Verdict Size(Session& session) { return session.talk.size(); }
Verdict Readable(Session& session) { return session.talk.readable(); }
Verdict Refusals(Session& session) { return session.talk.refusals(); }

// That nothing leaked, where secrets were looked for.
Verdict NoLeak(const Session& session) {
  if (session.watches_secrets) return Pass();
  if (session.has_secrets) return Skip("only secrets of 6 characters and more can be looked for");
  return Skip(session.options.credentials.empty()
                  ? "no secret is known: give the credentials"
                  : "none of the credentials is declared a secret (sensitiveField)");
}

Verdict Secrets(Session& session) {
  const Verdict& verdict = session.talk.secrets();
  return verdict.outcome == Outcome::kPassed ? NoLeak(session) : verdict;
}

Verdict Log(Session& session) {
  if (!session.options.read_log) return Skip("its log is not at hand");
  auto log = session.options.read_log();
  if (!log.ok()) return Skip("its log can't be read: " + log.error().message);
  if (!session.talk.Leaks(*log)) return NoLeak(session);
  return {Outcome::kFailed, "its log has a value of the credentials in it", "", ""};
}

}  // namespace

const std::vector<Check>& OverallChecks() {
  static const std::vector<Check> kChecks = {
      {"every-answer.in-time", "Every answer comes in time", kNothing,
       "QueryData, RetrieveData and WriteData answer within 30 s, everything else within 10 s.",
       kRestrictions, &InTime},
      {"every-answer.size", "No answer is over 6 MB", kNothing,
       "Lambda's limit for an answer is 6 MB: end a page before it gets larger.", kRestrictions,
       &Size},
      {"every-answer.readable", "Every answer is a JSON object with isSuccess", kNothing,
       "Every answer is a JSON object whose member isSuccess is true or false.",
       "custom connector SDK, the Response classes", &Readable},
      {"every-answer.refusals", "Every refusal has a code and a sentence", kNothing,
       "With isSuccess false goes errorDetails: an errorCode of the SDK's eleven, an errorMessage, "
       "and retryAfterSeconds, if any, as a whole number.",
       "custom connector SDK, ErrorDetails and ErrorCode", &Refusals},
      {"every-answer.secrets", "No answer has a secret of the credentials in it", kNothing,
       "AppFlow shows answers and error messages to people, who need not know the credentials.",
       "AWS Well-Architected, Security pillar", &Secrets},
      {"log.secrets", "The log has no secret of the credentials in it", kNothing,
       "CloudWatch keeps what a function prints, for whoever may read its log.",
       "AWS Well-Architected, Security pillar", &Log},
  };
  return kChecks;
}

}  // namespace sluice::conformance
