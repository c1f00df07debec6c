#include "sluice/api/client_tokens.h"

#include "sluice/base/encoding.h"
#include "sluice/base/log.h"

namespace sluice::api {
namespace {

constexpr std::chrono::hours kKept{8};

// Takes a key while it lives; others who want it wait.
class Turn {
 public:
  Turn(std::mutex& mutex, std::condition_variable& done, std::set<std::string>& taken,
       std::string key)
      : mutex_(mutex), done_(done), taken_(taken), key_(std::move(key)) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return taken_.insert(key_).second; });
  }
  ~Turn() {
    std::lock_guard lock(mutex_);
    taken_.erase(key_);
    done_.notify_all();
  }

 private:
  std::mutex& mutex_;
  std::condition_variable& done_;
  std::set<std::string>& taken_;
  const std::string key_;
};

}  // namespace

ApiResult<std::string> ClientTokens::Once(const std::string& operation, const std::string& token,
                                          const std::string& request,
                                          const std::function<ApiResult<std::string>()>& call) {
  Turn turn(mutex_, done_, under_way_, operation + " " + token);
  Time now = clock_.Now();
  std::string hash = HexEncode(Sha256(request));
  SLUICE_ASSIGN(auto earlier, FromStore(store_.FindAnswer(operation, token, now - kKept)));
  if (earlier && earlier->request_sha256 != hash) {
    return ConflictError("The clientToken " + token +
                         " was used by another request. Use a new one for each request.");
  }
  if (earlier) return earlier->response;

  SLUICE_ASSIGN(std::string response, call());
  Status saved = store_.SaveAnswer(operation, token, {hash, response}, now);
  // What was asked for is done; only a repetition would be answered with a conflict.
  if (!saved.ok()) {
    Log(LogLevel::kWarning, "The answer of an idempotent operation could not be remembered",
        {{"operation", operation}, {"error", ToString(saved.error())}});
  }
  return response;
}

}  // namespace sluice::api
