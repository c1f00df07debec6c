#include "sluice/functions/process_table.h"

#include <dirent.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <string>

namespace sluice::functions {

int64_t ProcessTable::ResidentBytes(pid_t ancestor, std::chrono::milliseconds max_age) {
  int64_t bytes = 0;
  for (const Entry& entry : Descendants(ancestor, max_age)) bytes += entry.resident_bytes;
  return bytes;
}

int64_t ProcessTable::ProportionalBytes(pid_t ancestor) {
  int64_t bytes = 0;
  for (const Entry& entry : Descendants(ancestor, {})) {
    std::ifstream file("/proc/" + std::to_string(entry.pid) + "/smaps_rollup");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("Pss:")) bytes += std::atoll(line.c_str() + 4) * 1024;
    }
  }
  return bytes;
}

std::vector<ProcessTable::Entry> ProcessTable::Descendants(pid_t ancestor,
                                                           std::chrono::milliseconds max_age) {
  std::lock_guard lock(mutex_);
  if (std::chrono::steady_clock::now() - read_at_ > max_age) {
    entries_.clear();
    std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), closedir);
    const int64_t page_bytes = sysconf(_SC_PAGESIZE);
    while (const dirent* item = proc ? readdir(proc.get()) : nullptr) {
      if (item->d_name[0] < '1' || item->d_name[0] > '9') continue;
      std::ifstream file(std::string("/proc/") + item->d_name + "/stat");
      std::string stat;
      std::getline(file, stat);
      const size_t name_end = stat.rfind(')');  // The name may hold anything, spaces included.
      int parent = 0;
      long long pages = 0;
      // Fields 3 to 24 of proc(5): state, parent, 19 others, resident pages.
      if (name_end == std::string::npos ||
          sscanf(stat.c_str() + name_end + 1,
                 " %*c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
                 " %*s %lld",
                 &parent, &pages) != 2) {
        continue;
      }
      entries_.push_back({std::atoi(item->d_name), parent, pages * page_bytes});
    }
    read_at_ = std::chrono::steady_clock::now();
  }

  std::vector<Entry> descendants;
  std::set<pid_t> family = {ancestor};
  for (bool grew = true; grew;) {
    grew = false;
    for (const Entry& entry : entries_) {
      if (!family.contains(entry.parent) || !family.insert(entry.pid).second) continue;
      descendants.push_back(entry);
      grew = true;
    }
  }
  return descendants;
}

}  // namespace sluice::functions
