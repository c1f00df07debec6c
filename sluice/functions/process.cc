#include "sluice/functions/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sluice::functions {
namespace {

struct Pipe {
  int read = -1, write = -1;
};

// What keeper and program need, made before the fork: between fork and execve only
// async-signal-safe functions may be called, so nothing there allocates.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* directory;
  int lifeline, out, err, report;
};

Error FromErrno(const char* what) {
  return ServiceUnavailable(std::string("a process can't be started: ") + what + ": " +
                            strerror(errno));
}

// Both ends above 2, so that they survive the program's own 0 to 2 being put in place.
Result<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return FromErrno("pipe2");
  for (int& end : ends) {
    if (end > STDERR_FILENO) continue;
    int moved = fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0) return FromErrno("fcntl");
    close(end);
    end = moved;
  }
  return Pipe{ends[0], ends[1]};
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// ---- In the forked processes ------------------------------------------------------------------

void Report(int fd, ProcessEnd::How how, int value) {
  const ProcessEnd end{how, value};
  // Whoever would read it is gone when this fails.
  [[maybe_unused]] ssize_t written = write(fd, &end, sizeof end);
}

void UseNullForStandardStreams() {
  int null = open("/dev/null", O_RDWR);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, fd);
  if (null > STDERR_FILENO) close(null);
}

void CloseAllBut(std::array<int, 4> kept) {
  std::sort(kept.begin(), kept.end());
  unsigned from = STDERR_FILENO + 1;
  for (int fd : kept) {
    const unsigned keep = static_cast<unsigned>(fd);
    if (keep > from) close_range(from, keep - 1, 0);
    from = keep + 1;
  }
  close_range(from, ~0U, 0);
}

[[noreturn]] void RunProgram(const Plan& plan, pid_t keeper) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != keeper) _exit(127);  // The keeper died before the line above.
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  umask(022);
  dup2(plan.out, STDOUT_FILENO);
  dup2(plan.err, STDERR_FILENO);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir(plan.directory) == 0) execve(plan.program, plan.arguments, plan.environment);
  Report(plan.report, ProcessEnd::How::kNotStarted, errno);
  _exit(127);
}

// The parent of the process `name` in the open folder /proc; -1 where that is none (any more).
pid_t ParentOf(int proc, const char* name) {
  constexpr size_t kLongestNumber = 20;
  char path[32];
  const size_t length = strnlen(name, kLongestNumber);
  memcpy(path, name, length);
  memcpy(path + length, "/stat", sizeof "/stat");
  int fd = openat(proc, path, O_RDONLY);
  if (fd < 0) return -1;
  char stat[256];
  ssize_t size = read(fd, stat, sizeof stat - 1);
  close(fd);
  if (size <= 0) return -1;
  stat[size] = 0;
  const char* after_name = strrchr(stat, ')');  // ") S <parent> …"
  return after_name != nullptr && after_name[1] != 0 ? atoi(after_name + 3) : -1;
}

void KillChildren(pid_t parent) {
  int proc = open("/proc", O_RDONLY | O_DIRECTORY);
  if (proc < 0) return;
  alignas(dirent64) char buffer[8192];
  for (long size; (size = syscall(SYS_getdents64, proc, buffer, sizeof buffer)) > 0;) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
      if (ParentOf(proc, entry->d_name) == parent) kill(atoi(entry->d_name), SIGKILL);
    }
  }
  close(proc);
}

// Kills all descendants and waits for the last of them. Those that left the program's process
// group become our children, one generation after the other, as their parents die.
void EndAll(pid_t program, int report) {
  kill(-program, SIGKILL);
  while (true) {
    int status = 0;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0) return;
    if (pid == program && WIFEXITED(status)) {
      Report(report, ProcessEnd::How::kExited, WEXITSTATUS(status));
    } else if (pid == program) {
      Report(report, ProcessEnd::How::kSignaled, WTERMSIG(status));
    } else if (pid == 0) {
      KillChildren(getpid());
      const timespec pause{0, 1'000'000};
      nanosleep(&pause, nullptr);
    }
  }
}

[[noreturn]] void Keep(const Plan& plan) {
  setsid();  // A terminal's Ctrl-C is for the service, which then closes the lifeline.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "sluice-keeper");
  UseNullForStandardStreams();
  CloseAllBut({plan.lifeline, plan.out, plan.err, plan.report});
  const pid_t keeper = getpid();
  const pid_t program = _Fork();
  if (program == 0) RunProgram(plan, keeper);
  if (program < 0) {
    Report(plan.report, ProcessEnd::How::kNotStarted, errno);
    _exit(0);
  }
  close(plan.out);
  close(plan.err);
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
  pollfd either[2] = {{plan.lifeline, POLLIN, 0}, {handle, POLLIN, 0}};
  while (handle >= 0 && poll(either, 2, -1) < 0 && errno == EINTR) {
  }
  EndAll(program, plan.report);
  _exit(0);
}

}  // namespace

Result<std::unique_ptr<Process>> Process::Start(const ProcessSpec& spec) {
  std::unique_ptr<Process> process(new Process);
  int far_ends[4] = {-1, -1, -1, -1};
  struct CloseFarEnds {
    int (&fds)[4];
    ~CloseFarEnds() {
      for (int fd : fds) {
        if (fd >= 0) close(fd);
      }
    }
  } close_far_ends{far_ends};
  {
    SLUICE_ASSIGN(Pipe lifeline, MakePipe());
    process->lifeline_ = lifeline.write;
    far_ends[0] = lifeline.read;
    SLUICE_ASSIGN(Pipe out, MakePipe());
    process->out_ = out.read;
    far_ends[1] = out.write;
    SLUICE_ASSIGN(Pipe err, MakePipe());
    process->err_ = err.read;
    far_ends[2] = err.write;
    SLUICE_ASSIGN(Pipe ended, MakePipe());
    process->ended_ = ended.read;
    far_ends[3] = ended.write;
  }
  fcntl(process->out_, F_SETFL, O_NONBLOCK);
  fcntl(process->err_, F_SETFL, O_NONBLOCK);

  const std::vector<char*> arguments = Pointers(spec.arguments);
  const std::vector<char*> environment = Pointers(spec.environment);
  const Plan plan{
      spec.program.c_str(), arguments.data(), environment.data(), spec.directory.c_str(),
      far_ends[0],          far_ends[1],      far_ends[2],        far_ends[3]};
  // None of our signal handlers may run in the keeper.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  process->keeper_ = _Fork();
  if (process->keeper_ == 0) Keep(plan);
  const int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (process->keeper_ < 0) {
    process->reaped_ = true;
    errno = fork_error;
    return FromErrno("fork");
  }
  return process;
}

Process::~Process() {
  Kill();
  if (keeper_ > 0) Wait();
  for (int fd : {out_, err_, ended_}) {
    if (fd >= 0) close(fd);
  }
}

void Process::Kill() {
  if (int fd = lifeline_.exchange(-1); fd >= 0) close(fd);
}

ProcessEnd Process::Wait() {
  if (reaped_) return end_;
  ProcessEnd report;
  while (true) {
    ssize_t size = read(ended_, &report, sizeof report);
    if (size < 0 && errno == EINTR) continue;
    if (size != sizeof report) break;
    if (end_.how != ProcessEnd::How::kNotStarted) end_ = report;
  }
  while (waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  return end_;
}

}  // namespace sluice::functions
