#include "sluice/functions/python_runtime.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <sstream>

#include "sluice/functions/process.h"

namespace sluice::functions {
namespace {

constexpr int kLimit_ms = 20'000;

// Whether the interpreter, given one line of Python, exits with status 0.
Result<bool> Succeeds(const std::string& python, const std::string& line) {
  SLUICE_ASSIGN(auto process, Process::Start({.program = python,
                                              .arguments = {python, "-c", line},
                                              .environment = {"PATH=/usr/local/bin:/usr/bin:/bin"},
                                              .directory = "/"}));
  pollfd ended{process->ended(), POLLIN, 0};
  while (poll(&ended, 1, kLimit_ms) < 0 && errno == EINTR) {
  }
  process->Kill();
  const ProcessEnd end = process->Wait();
  return end.how == ProcessEnd::How::kExited && end.value == 0;
}

}  // namespace

Status CheckPython(const std::string& python) {
  if (python.empty()) {
    return InvalidArgument(
        "python3.x functions need a Python interpreter with the package awslambdaric, and this "
        "service was started without one");
  }
  SLUICE_ASSIGN(bool runs, Succeeds(python, "import sys; sys.exit(sys.version_info < (3, 8))"));
  if (!runs) {
    return InvalidArgument("python3.x functions need Python 3.8 or later, and '" + python +
                           "' is not that");
  }
  SLUICE_ASSIGN(bool has_client, Succeeds(python, "import awslambdaric"));
  if (has_client) return Done{};
  return InvalidArgument("python3.x functions need the package awslambdaric, which '" + python +
                         "' does not have: run " + python + " -m pip install awslambdaric");
}

std::string FindProgram(const std::string& name_or_path) {
  const char* path = std::getenv("PATH");
  if (name_or_path.empty() || name_or_path.find('/') != std::string::npos || !path) {
    return name_or_path;
  }
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + name_or_path;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return name_or_path;
}

}  // namespace sluice::functions
