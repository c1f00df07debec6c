#include "sluice/functions/function_host.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "sluice/base/encoding.h"
#include "sluice/base/log.h"
#include "sluice/base/uuid.h"
#include "sluice/functions/function_keys.h"
#include "sluice/functions/function_process.h"
#include "sluice/functions/python_runtime.h"

namespace sluice::functions {
namespace fs = std::filesystem;
using std::chrono::steady_clock;
namespace {

constexpr std::chrono::seconds kHousekeeping{1};

// The name in "name", "name:$LATEST", "account:function:name" and whole ARNs; empty where another
// version than $LATEST is named, for there is none.
std::string NameOf(std::string_view name_or_arn) {
  constexpr std::string_view kFunction = "function:";
  if (const size_t at = name_or_arn.find(kFunction); at != std::string_view::npos) {
    name_or_arn.remove_prefix(at + kFunction.size());
  }
  const size_t colon = name_or_arn.find(':');
  if (colon == std::string_view::npos) return std::string(name_or_arn);
  return name_or_arn.substr(colon + 1) == "$LATEST" ? std::string(name_or_arn.substr(0, colon))
                                                    : "";
}

bool IsFunctionName(std::string_view name) {
  constexpr size_t kMaxName = 64;
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](unsigned char letter) {
           return std::isalnum(letter) || letter == '-' || letter == '_';
         });
}

Error NoSuchFunction(std::string_view name_or_arn) {
  return ResourceNotFound("there is no function '" + std::string(name_or_arn) + "'");
}

Status CheckRuntime(const std::string& runtime) {
  if (runtime == "provided.al2023" || runtime == "provided.al2") return Done{};
  constexpr std::string_view kPython = "python3.";
  const std::string minor = runtime.starts_with(kPython) ? runtime.substr(kPython.size()) : "";
  if (!minor.empty() && minor.size() <= 2 && minor.find_first_not_of("0123456789") == minor.npos &&
      std::stoi(minor) >= 8) {
    return Done{};
  }
  return InvalidArgument("the runtime '" + runtime +
                         "' is not supported: use provided.al2023, provided.al2 or python3.8 and "
                         "later");
}

class Host final : public FunctionHost {
 public:
  Host(FunctionHostOptions options, FunctionStore& store, const Clock& clock)
      : options_(std::move(options)), store_(store), clock_(clock), log_(store, clock) {}
  ~Host() override;
  void Stop() override;

  Status Open();

  Result<Function> Create(Function function, std::string_view zip) override;
  Result<Function> UpdateCode(const std::string& name, std::string_view zip) override;
  Result<Function> UpdateConfiguration(Function function) override;
  Status Delete(const std::string& name) override;
  Result<std::optional<Function>> Find(const std::string& name_or_arn) override;
  Result<std::vector<Function>> List() override;
  Result<InvokeResult> Run(const std::string& name_or_arn, std::string_view payload,
                           Deadline deadline) override;
  Result<std::string> Invoke(std::string_view function_arn, std::string_view payload,
                             Deadline deadline) override;

 private:
  using ProcessPointer = std::unique_ptr<FunctionProcess>;
  struct IdleProcess {
    ProcessPointer process;
    steady_clock::time_point since;
  };
  // A function with its processes.
  struct Pool {
    Function function;
    std::shared_ptr<CodeFolder> code;
    std::vector<IdleProcess> idle;  // The last used at the end.
    int processes = 0;              // Idle, busy and being started.
  };

  fs::path FolderOf(const Function& function) const {
    return fs::path(options_.data_dir) / "functions" / function.name / function.code_id;
  }
  Status PlaceCode(Function& function, std::string_view zip);
  Status CheckPythonOnce();
  void Retire(Pool& pool);
  void RemoveLeftovers(const std::vector<Function>& functions);

  Result<Outcome> RunFunction(const std::string& name, std::string_view payload, Deadline deadline);
  Result<ProcessPointer> Acquire(const std::string& name, Deadline deadline,
                                 std::shared_ptr<Pool>& pool);
  void Release(Pool& pool, ProcessPointer process);
  void Bury(Pool& pool, ProcessPointer process);
  void BuryIdle(Pool& pool, steady_clock::time_point idle_since);
  void KeepHouse();

  const FunctionHostOptions options_;
  FunctionStore& store_;
  const Clock& clock_;
  LogCollector log_;
  ProcessTable table_;

  std::mutex changes_;  // One change of a function at a time; taken before mutex_.
  bool python_checked_ = false;

  std::mutex mutex_;
  std::condition_variable changed_, housekeeping_;
  std::map<std::string, std::shared_ptr<Pool>> pools_;
  std::vector<ProcessPointer> graves_;  // Ended by the housekeeping thread: it takes a moment.
  std::set<FunctionProcess*> busy_;
  int running_ = 0;  // Calls of Run and Invoke.
  bool stopping_ = false;
  std::thread housekeeper_;
};

// ---- Start and end ----------------------------------------------------------------------------

Status Host::Open() {
  std::error_code error;
  for (const char* folder : {"functions", "scratch"}) {
    const fs::path path = fs::path(options_.data_dir) / folder;
    fs::create_directories(path, error);
    if (!error) fs::permissions(path, fs::perms::owner_all, error);
    if (error) {
      return ServiceUnavailable("the folder " + path.string() +
                                " can't be made: " + error.message());
    }
  }
  SLUICE_ASSIGN(std::vector<Function> functions, store_.ListFunctions());
  RemoveLeftovers(functions);
  for (Function& function : functions) {
    auto pool = std::make_shared<Pool>();
    pool->code = std::make_shared<CodeFolder>(FolderOf(function));
    pool->function = std::move(function);
    pools_[pool->function.name] = std::move(pool);
  }
  housekeeper_ = std::thread([this] { KeepHouse(); });
  return Done{};
}

// What an earlier service left behind when it was killed: scratch folders, and code that never
// made it on record or was replaced.
void Host::RemoveLeftovers(const std::vector<Function>& functions) {
  std::set<fs::path> known;
  for (const Function& function : functions) {
    known.insert(FolderOf(function));
    known.insert(FolderOf(function).parent_path());
  }
  std::vector<fs::path> unknown;
  std::error_code error;
  for (const auto& name :
       fs::directory_iterator(fs::path(options_.data_dir) / "functions", error)) {
    if (!known.contains(name.path())) unknown.push_back(name.path());
    for (const auto& code : fs::directory_iterator(name.path(), error)) {
      if (!known.contains(code.path())) unknown.push_back(code.path());
    }
  }
  for (const auto& left : fs::directory_iterator(fs::path(options_.data_dir) / "scratch", error)) {
    unknown.push_back(left.path());
  }
  for (const fs::path& path : unknown) RemoveFolder(path);
}

void Host::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (auto& [name, pool] : pools_) BuryIdle(*pool, steady_clock::time_point::max());
  for (FunctionProcess* process : busy_) process->End();
  changed_.notify_all();
  changed_.wait(lock, [&] { return running_ == 0; });
  housekeeping_.notify_one();
}

Host::~Host() {
  Stop();
  if (housekeeper_.joinable()) housekeeper_.join();
}

// ---- Changes of functions ---------------------------------------------------------------------

// Sets what the code decides of a function and unpacks it. After an error nothing is left.
Status Host::PlaceCode(Function& function, std::string_view zip) {
  function.code_sha256 = Base64Encode(Sha256(zip));
  function.code_size = static_cast<int64_t>(zip.size());
  function.code_id = NewUuid();
  function.revision_id = NewUuid();
  function.last_modified = clock_.Now();
  const fs::path folder = FolderOf(function);
  SLUICE_RETURN_IF_ERROR(Unpack(zip, folder));
  Status status = CheckCode(folder, function.runtime, function.handler);
  if (!status.ok()) RemoveFolder(folder);
  return status;
}

Status Host::CheckPythonOnce() {
  if (!python_checked_) SLUICE_RETURN_IF_ERROR(CheckPython(options_.python));
  python_checked_ = true;
  return Done{};
}

Result<Function> Host::Create(Function function, std::string_view zip) {
  std::lock_guard change(changes_);
  if (!IsFunctionName(function.name)) {
    return InvalidArgument("'" + function.name +
                           "' is no name for a function: up to 64 letters, digits, - and _");
  }
  SLUICE_ASSIGN(auto existing, Find(function.name));
  const Error taken = InvalidArgument("Function already exist: " + function.name);
  if (existing) return taken;
  SLUICE_RETURN_IF_ERROR(CheckRuntime(function.runtime));
  if (function.runtime.starts_with("python")) SLUICE_RETURN_IF_ERROR(CheckPythonOnce());

  function.arn =
      "arn:aws:lambda:" + options_.region + ":" + options_.account + ":function:" + function.name;
  function.access_key_id = NewSessionKeyId();
  function.secret_access_key = Secret(RandomToken(40));
  function.session_token = Secret(RandomToken(128));
  SLUICE_RETURN_IF_ERROR(PlaceCode(function, zip));
  auto code = std::make_shared<CodeFolder>(FolderOf(function));
  code->MakeObsolete();  // Until it is on record.
  SLUICE_ASSIGN(bool inserted, store_.InsertFunction(function));
  if (!inserted) return taken;
  code->Keep();

  auto pool = std::make_shared<Pool>();
  pool->function = function;
  pool->code = std::move(code);
  std::lock_guard lock(mutex_);
  pools_[function.name] = std::move(pool);
  return function;
}

Result<Function> Host::UpdateCode(const std::string& name, std::string_view zip) {
  std::lock_guard change(changes_);
  SLUICE_ASSIGN(auto found, Find(name));
  if (!found) return NoSuchFunction(name);
  Function function = *std::move(found);
  SLUICE_RETURN_IF_ERROR(PlaceCode(function, zip));
  auto code = std::make_shared<CodeFolder>(FolderOf(function));
  code->MakeObsolete();
  SLUICE_RETURN_IF_ERROR(store_.UpdateFunction(function));
  code->Keep();

  std::lock_guard lock(mutex_);
  Pool& pool = *pools_.at(function.name);
  pool.code->MakeObsolete();
  pool.code = std::move(code);
  pool.function = function;
  BuryIdle(pool, steady_clock::time_point::max());
  return function;
}

Result<Function> Host::UpdateConfiguration(Function function) {
  std::lock_guard change(changes_);
  SLUICE_ASSIGN(auto found, Find(function.name));
  if (!found) return NoSuchFunction(function.name);
  found->runtime = std::move(function.runtime);
  found->handler = std::move(function.handler);
  found->role = std::move(function.role);
  found->description = std::move(function.description);
  found->timeout_s = function.timeout_s;
  found->memory_mb = function.memory_mb;
  found->environment = std::move(function.environment);
  found->revision_id = NewUuid();
  found->last_modified = clock_.Now();
  SLUICE_RETURN_IF_ERROR(CheckRuntime(found->runtime));
  if (found->runtime.starts_with("python")) SLUICE_RETURN_IF_ERROR(CheckPythonOnce());
  SLUICE_RETURN_IF_ERROR(CheckCode(FolderOf(*found), found->runtime, found->handler));
  SLUICE_RETURN_IF_ERROR(store_.UpdateFunction(*found));

  auto pool = std::make_shared<Pool>();
  pool->function = *found;
  std::lock_guard lock(mutex_);
  std::shared_ptr<Pool> before = std::exchange(pools_.at(found->name), pool);
  pool->code = before->code;
  Retire(*before);
  return *std::move(found);
}

Status Host::Delete(const std::string& name) {
  std::lock_guard change(changes_);
  SLUICE_ASSIGN(auto found, Find(name));
  if (!found) return NoSuchFunction(name);
  SLUICE_RETURN_IF_ERROR(store_.DeleteFunction(found->name));
  std::lock_guard lock(mutex_);
  auto pool = pools_.extract(found->name).mapped();
  pool->code->MakeObsolete();
  Retire(*pool);
  return Done{};
}

// Of a pool that is none of `pools_` any more: processes at work end when they are done.
void Host::Retire(Pool& pool) {
  pool.function.code_id.clear();
  BuryIdle(pool, steady_clock::time_point::max());
  changed_.notify_all();
}

Result<std::optional<Function>> Host::Find(const std::string& name_or_arn) {
  return store_.FindFunction(NameOf(name_or_arn));
}

Result<std::vector<Function>> Host::List() { return store_.ListFunctions(); }

// ---- Invocations ------------------------------------------------------------------------------

Result<InvokeResult> Host::Run(const std::string& name_or_arn, std::string_view payload,
                               Deadline deadline) {
  SLUICE_ASSIGN(Outcome outcome, RunFunction(name_or_arn, payload, deadline));
  if (outcome.what == Outcome::What::kDeadlinePassed) {
    return Error{ErrorCode::kRequestTimeout,
                 "function '" + NameOf(name_or_arn) + "': " + outcome.message,
                 {}};
  }
  return InvokeResult{std::move(outcome.payload),
                      outcome.what == Outcome::What::kAnswered ? "" : "Unhandled",
                      std::move(outcome.log_tail)};
}

Result<std::string> Host::Invoke(std::string_view function_arn, std::string_view payload,
                                 Deadline deadline) {
  const std::string name = NameOf(function_arn);
  SLUICE_ASSIGN(Outcome outcome, RunFunction(std::string(function_arn), payload, deadline));
  const std::string prefix = "function '" + name + "'";
  switch (outcome.what) {
    case Outcome::What::kAnswered:
      return std::move(outcome.payload);
    case Outcome::What::kTimedOut:
      return Error{ErrorCode::kRequestTimeout,
                   prefix + " ran into its own time limit: " + outcome.message +
                       ". Give it a longer Timeout with update-function-configuration",
                   {}};
    case Outcome::What::kDeadlinePassed:
      return Error{ErrorCode::kRequestTimeout, prefix + ": " + outcome.message, {}};
    case Outcome::What::kFunctionError:
    case Outcome::What::kFailed:
    case Outcome::What::kUntaken:
      break;
  }
  return ServerError(prefix + " failed: " + outcome.error_type + ": " + outcome.message);
}

Result<Outcome> Host::RunFunction(const std::string& name_or_arn, std::string_view payload,
                                  Deadline deadline) {
  if (payload.size() > protocol::kMaxPayloadBytes) {
    return InvalidArgument("a request to function '" + NameOf(name_or_arn) + "' has " +
                           std::to_string(payload.size()) + " bytes, more than 6 MB");
  }
  struct Running {
    Host& host;
    explicit Running(Host& host) : host(host) { Count(+1); }
    ~Running() { Count(-1); }
    void Count(int change) {
      std::lock_guard lock(host.mutex_);
      host.running_ += change;
      host.changed_.notify_all();
    }
  } running(*this);

  while (true) {
    std::shared_ptr<Pool> pool;
    SLUICE_ASSIGN(ProcessPointer process, Acquire(name_or_arn, deadline, pool));
    Outcome outcome = process->Invoke(payload, deadline);
    Release(*pool, std::move(process));
    if (outcome.what == Outcome::What::kUntaken) continue;
    std::lock_guard lock(mutex_);
    if (stopping_ && outcome.what == Outcome::What::kFailed) {
      return ServiceUnavailable("function '" + NameOf(name_or_arn) +
                                "' was ended: the service is stopping");
    }
    return outcome;
  }
}

// An idle process, or a new one, or the first that gets free.
Result<Host::ProcessPointer> Host::Acquire(const std::string& name_or_arn, Deadline deadline,
                                           std::shared_ptr<Pool>& pool) {
  const std::string name = NameOf(name_or_arn);
  std::unique_lock lock(mutex_);
  while (true) {
    if (stopping_) return ServiceUnavailable("the service is stopping");
    auto found = pools_.find(name);
    if (found == pools_.end()) return NoSuchFunction(name_or_arn);
    pool = found->second;
    while (!pool->idle.empty()) {
      ProcessPointer process = std::move(pool->idle.back().process);
      pool->idle.pop_back();
      if (process->alive()) {
        busy_.insert(process.get());
        return process;
      }
      Bury(*pool, std::move(process));
    }
    if (pool->processes < options_.max_processes_per_function) break;
    if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) {
      return Error{ErrorCode::kRequestTimeout,
                   "all " + std::to_string(options_.max_processes_per_function) +
                       " processes of function '" + name + "' were busy until the deadline",
                   {}};
    }
  }
  ++pool->processes;
  const Function function = pool->function;
  const std::shared_ptr<CodeFolder> code = pool->code;
  lock.unlock();
  auto started = FunctionProcess::Start({options_, log_, table_, clock_}, function, code);
  lock.lock();
  if (!started.ok()) {
    --pool->processes;
    changed_.notify_all();
    return WithContext(std::move(started).error(), "function '" + name + "'");
  }
  ProcessPointer process = *std::move(started);
  if (stopping_) process->End();
  busy_.insert(process.get());
  return process;
}

void Host::Release(Pool& pool, ProcessPointer process) {
  std::lock_guard lock(mutex_);
  busy_.erase(process.get());
  if (process->alive() && process->code_id() == pool.function.code_id && !stopping_) {
    pool.idle.push_back({std::move(process), steady_clock::now()});
  } else {
    Bury(pool, std::move(process));
  }
  changed_.notify_all();
}

void Host::Bury(Pool& pool, ProcessPointer process) {
  --pool.processes;
  graves_.push_back(std::move(process));
  housekeeping_.notify_one();
}

void Host::BuryIdle(Pool& pool, steady_clock::time_point idle_since) {
  for (auto idle = pool.idle.begin(); idle != pool.idle.end();) {
    if (idle->since > idle_since && idle->process->alive()) {
      ++idle;
      continue;
    }
    Bury(pool, std::move(idle->process));
    idle = pool.idle.erase(idle);
  }
}

void Host::KeepHouse() {
  std::unique_lock lock(mutex_);
  while (true) {
    housekeeping_.wait_for(lock, kHousekeeping,
                           [&] { return !graves_.empty() || (stopping_ && running_ == 0); });
    for (auto& [name, pool] : pools_) BuryIdle(*pool, steady_clock::now() - options_.idle_timeout);
    std::vector<ProcessPointer> graves = std::exchange(graves_, {});
    const bool last = stopping_ && running_ == 0;
    lock.unlock();
    for (const ProcessPointer& process : graves) process->End();
    graves.clear();
    if (last) return;
    lock.lock();
  }
}

}  // namespace

Result<std::unique_ptr<FunctionHost>> FunctionHost::Start(FunctionHostOptions options,
                                                          FunctionStore& store,
                                                          const Clock& clock) {
  std::error_code error;
  options.data_dir = fs::absolute(options.data_dir, error).string();
  if (error) return InvalidArgument("the data folder can't be used: " + error.message());
  options.python = FindProgram(options.python);
  auto host = std::make_unique<Host>(std::move(options), store, clock);
  SLUICE_RETURN_IF_ERROR(host->Open());
  return std::unique_ptr<FunctionHost>(std::move(host));
}

}  // namespace sluice::functions
