#include "benchmarks/tidb_connector/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace sluice::benchmarks {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

double PeakMemoryOf(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  double megabytes = 0;
  std::ifstream status(folder + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) megabytes = std::stod(line.substr(6)) * 1024 / 1e6;
  }
  std::ifstream children(folder + "/task/" + std::to_string(pid) + "/children");
  for (pid_t child; children >> child;) megabytes += PeakMemoryOf(child);
  return megabytes;
}

}  // namespace

Result<Process> Process::Start(const std::vector<std::string>& command,
                               const std::vector<std::string>& environment) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  pid_t pid = 0;
  int failure = posix_spawnp(&pid, command.front().c_str(), &files, &attributes,
                             Pointers(command).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failure) {
    return InvalidArgument("can't start " + command.front() + ": " + std::strerror(failure));
  }
  return Process(pid);
}

Process::~Process() {
  if (!pid_) return;
  Kill();
  Wait();
}

void Process::Kill() { kill(-pid_, SIGKILL); }

bool Process::HasEnded() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

int Process::Wait() {
  int status = 0;
  waitpid(std::exchange(pid_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double Process::PeakMemoryMb() const { return PeakMemoryOf(pid_); }

double Process::CpuSeconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text(std::istreambuf_iterator<char>(file), {});
  // The name, in parentheses, may hold anything; 11 words lie between it and the times.
  std::istringstream numbers(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) numbers >> skipped;
  double user = 0, system = 0;
  numbers >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace sluice::benchmarks
