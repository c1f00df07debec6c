#include "sluice/bin/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

namespace sluice::bin {
namespace {

using namespace std::chrono_literals;

// The children of this process that were not awaited yet: their ids are still theirs.
std::mutex living_mutex;
std::set<pid_t> living;

// waitpid, and out of the list in the same breath.
pid_t Await(pid_t pid, int* status, int options) {
  std::lock_guard lock(living_mutex);
  pid_t ended = waitpid(pid, status, options);
  if (ended == pid) living.erase(pid);
  return ended;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> FullEnvironment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    std::string name(*entry, std::strcspn(*entry, "="));
    if (!added.contains(name)) all.emplace_back(*entry);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, const std::string& folder, const std::string& log,
    const std::map<std::string, std::string>& environment) {
  int output = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (output < 0) return InvalidArgument("can't write '" + log + "': " + std::strerror(errno));
  std::vector<std::string> words = command;
  std::vector<std::string> variables = FullEnvironment(environment);
  std::vector<char*> arguments = Pointers(words);
  std::vector<char*> entries = Pointers(variables);

  std::unique_lock lock(living_mutex);
  pid_t pid = fork();
  if (pid > 0) living.insert(pid);
  if (pid == 0) {
    // Between fork and exec only what is async-signal-safe.
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (chdir(folder.c_str()) == 0) execvpe(arguments[0], arguments.data(), entries.data());
    _exit(127);
  }
  lock.unlock();
  close(output);
  if (pid < 0) return ServiceUnavailable(std::string("fork: ") + std::strerror(errno));
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, log));
}

ChildProcess::~ChildProcess() {
  if (!IsRunning()) return;
  kill(pid_, SIGTERM);
  for (int i = 0; i < 50 && IsRunning(); ++i) std::this_thread::sleep_for(100ms);
  Kill();
}

bool ChildProcess::IsRunning() {
  int status = 0;
  if (!ended_ && Await(pid_, &status, WNOHANG) == pid_) {
    ended_ = true;
    exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  return !ended_;
}

void ChildProcess::Kill() {
  if (!IsRunning()) return;
  kill(pid_, SIGKILL);
  Await(pid_, nullptr, 0);
  ended_ = true;
}

void ChildProcess::KillAll() {
  std::lock_guard lock(living_mutex);
  for (pid_t pid : living) kill(pid, SIGKILL);
  for (pid_t pid : living) waitpid(pid, nullptr, 0);
  living.clear();
}

Status ChildProcess::WaitForSuccess(std::chrono::seconds patience) {
  Deadline end = DeadlineAfter(patience);
  while (IsRunning() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(5ms);
  }
  if (ended_ && exit_status_ == 0) return Done{};
  return ServerError("it failed:\n" + LastWords());
}

Result<std::string> ChildProcess::WaitForOutput(const std::string& prefix,
                                                std::chrono::seconds patience) {
  Deadline end = DeadlineAfter(patience);
  while (std::chrono::steady_clock::now() < end) {
    std::string text = ReadFile(log_);
    size_t found = text.find(prefix);
    if (found != std::string::npos) {
      size_t begin = found + prefix.size();
      size_t stop = text.find_first_of(" \t\r\n", begin);
      if (stop != std::string::npos) return text.substr(begin, stop - begin);
    }
    if (!IsRunning()) return ServiceUnavailable("it ended at once:\n" + LastWords());
    std::this_thread::sleep_for(20ms);
  }
  return ServiceUnavailable("it was not ready in time:\n" + LastWords());
}

std::string ChildProcess::LastWords() const {
  std::string text = ReadFile(log_);
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

}  // namespace sluice::bin
