#include "sluice/functions/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sluice/functions/process_table.h"
#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;

ProcessSpec Shell(const std::string& script, const std::string& folder = "/") {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin", "ONLY=this"}, folder};
}

std::unique_ptr<Process> StartShell(const std::string& script, const std::string& folder = "/") {
  auto process = Process::Start(Shell(script, folder));
  EXPECT_TRUE(process.ok());
  return *std::move(process);
}

// All that comes out of a pipe until its end.
std::string ReadAll(int fd) {
  std::string all;
  char bytes[4096];
  while (true) {
    pollfd readable{fd, POLLIN, 0};
    poll(&readable, 1, 10'000);
    const ssize_t size = read(fd, bytes, sizeof bytes);
    if (size <= 0) return all;
    all.append(bytes, size);
  }
}

// The numbers that a script wrote into a file, one a line, once there are `count`.
std::vector<pid_t> AwaitPids(const std::filesystem::path& path, size_t count) {
  for (int i = 0; i < 500; ++i) {
    std::ifstream file(path);
    std::vector<pid_t> pids(std::istream_iterator<pid_t>(file), {});
    if (pids.size() == count) return pids;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ADD_FAILURE() << "the script did not get that far";
  return {};
}

// A child, a grandchild, and one that left the session and so the process group.
constexpr char kFamily[] =
    "sleep 1000 & echo $! >> pids; (sleep 1000 & echo $! >> pids) ;"
    "setsid sh -c 'echo $$ >> pids; exec sleep 1000' & echo $$ >> pids;";

TEST(ProcessTest, TellsExitStatusAndSignal) {
  const ProcessEnd exited = StartShell("exit 3")->Wait();
  EXPECT_EQ(exited.how, ProcessEnd::How::kExited);
  EXPECT_EQ(exited.value, 3);
  const ProcessEnd killed = StartShell("kill -SEGV $$")->Wait();
  EXPECT_EQ(killed.how, ProcessEnd::How::kSignaled);
  EXPECT_EQ(killed.value, SIGSEGV);
}

TEST(ProcessTest, TellsWhyAProgramCouldNotBeStarted) {
  auto missing = Process::Start({"/no/such/program", {"x"}, {}, "/"});
  ASSERT_TRUE(missing.ok());
  const ProcessEnd end = (*missing)->Wait();
  EXPECT_EQ(end.how, ProcessEnd::How::kNotStarted);
  EXPECT_EQ(end.value, ENOENT);
}

TEST(ProcessTest, GetsItsEnvironmentAndNothingOfOurs) {
  setenv("CANARY", "leaked", 1);
  auto process = StartShell("env; pwd", "/usr");
  const std::string said = ReadAll(process->out());
  EXPECT_THAT(said, HasSubstr("ONLY=this\n"));
  EXPECT_THAT(said, HasSubstr("\n/usr\n"));
  EXPECT_THAT(said, testing::Not(HasSubstr("CANARY")));
}

TEST(ProcessTest, HasNoDescriptorsButTheStandardOnes) {
  const int ours = open("/dev/null", O_RDONLY);  // Without O_CLOEXEC.
  auto process = StartShell("ls -m /proc/$$/fd; readlink /proc/$$/fd/0; cat");
  EXPECT_EQ(ReadAll(process->out()), "0, 1, 2\n/dev/null\n");
  close(ours);
}

TEST(ProcessTest, HasDefaultSignals) {
  signal(SIGPIPE, SIG_IGN);
  auto process = StartShell("sed -n -E 's/^Sig(Blk|Ign):\\t/0x/p' /proc/self/status");
  signal(SIGPIPE, SIG_DFL);
  std::istringstream masks(ReadAll(process->out()));
  std::string blocked, ignored;
  masks >> blocked >> ignored;
  // Signals 32 and 33 are the C library's own: it lets nobody change them, so whoever started this
  // test may have left them ignored.
  constexpr uint64_t kOfTheLibrary = uint64_t{3} << 31;
  EXPECT_EQ(std::stoull(blocked, nullptr, 16), 0u);
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & ~kOfTheLibrary, 0u);
}

TEST(ProcessTest, KillEndsAllDescendantsThoughTheyHoldPipesAndLeftTheGroup) {
  TempFolder folder;
  auto process = StartShell(std::string(kFamily) + "wait", folder.path());
  const auto pids = AwaitPids(folder.path() / "pids", 4);
  const auto before = steady_clock::now();
  process->Kill();
  const ProcessEnd end = process->Wait();
  EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(5));
  EXPECT_EQ(end.how, ProcessEnd::How::kSignaled);
  EXPECT_EQ(end.value, SIGKILL);
  for (pid_t pid : pids) EXPECT_FALSE(IsAlive(pid));
  EXPECT_EQ(ReadAll(process->out()), "");
}

TEST(ProcessTest, TheProgramsEndEndsItsDescendants) {
  TempFolder folder;
  auto process = StartShell(std::string(kFamily) + "sleep 0.2; exit 4", folder.path());
  const ProcessEnd end = process->Wait();
  EXPECT_EQ(end.value, 4);
  for (pid_t pid : AwaitPids(folder.path() / "pids", 4)) EXPECT_FALSE(IsAlive(pid));
}

TEST(ProcessTest, NothingSurvivesAKilledService) {
  TempFolder folder;
  const pid_t service = fork();
  if (service == 0) {
    auto process = Process::Start(Shell(std::string(kFamily) + "wait", folder.path()));
    pause();
  }
  const auto pids = AwaitPids(folder.path() / "pids", 4);
  kill(service, SIGKILL);
  waitpid(service, nullptr, 0);
  for (pid_t pid : pids) EXPECT_TRUE(DiesSoon(pid));
}

TEST(ProcessTest, NothingOfTheProgramSurvivesItsKilledKeeper) {
  auto process = StartShell("echo $$; exec sleep 1000");
  pollfd readable{process->out(), POLLIN, 0};
  poll(&readable, 1, 10'000);
  char text[32] = {};
  ASSERT_GT(read(process->out(), text, sizeof text - 1), 0);
  kill(process->keeper(), SIGKILL);
  EXPECT_EQ(process->Wait().how, ProcessEnd::How::kLost);
  EXPECT_TRUE(DiesSoon(atoi(text)));
}

TEST(ProcessTest, ManyAtOnceLeaveNoDescriptor) {
  const auto count_fds = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = count_fds();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      for (int j = 0; j < 5; ++j) {
        auto process = StartShell(j == 0 ? "sleep 1000 & sleep 1000" : "exit " + std::to_string(i));
        if (j == 0) process->Kill();
        const ProcessEnd end = process->Wait();
        EXPECT_EQ(end.value, j == 0 ? SIGKILL : i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count_fds(), before);
}

TEST(ProcessTableTest, CountsTheMemoryOfAllDescendants) {
  auto process = StartShell("setsid " SLUICE_TEST_PYTHON
                            " -S -c 'x = bytearray(b\"x\") * 50_000_000; print(1, flush=True); "
                            "input()' < /dev/zero; x=1");
  pollfd readable{process->out(), POLLIN, 0};
  ASSERT_EQ(poll(&readable, 1, 20'000), 1);
  ProcessTable table;
  const int64_t resident = table.ResidentBytes(process->keeper(), {});
  const int64_t exact = table.ProportionalBytes(process->keeper());
  EXPECT_GT(resident, 50'000'000);
  EXPECT_GT(exact, 50'000'000);
  EXPECT_LT(exact, 200'000'000);
}

}  // namespace
}  // namespace sluice::functions
