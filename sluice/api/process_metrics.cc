#include "sluice/api/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace sluice::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Gauge(const char* name, const char* help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, MetricType::Gauge, {metric}};
}

MetricFamily Counter(const char* name, const char* help, double value) {
  ClientMetric metric;
  metric.counter.value = value;
  return {name, help, MetricType::Counter, {metric}};
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics() {
  std::vector<MetricFamily> families;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    families.push_back(Counter("process_cpu_seconds_total",
                               "Total user and system CPU time spent in seconds.",
                               Seconds(usage.ru_utime) + Seconds(usage.ru_stime)));
  }
  int64_t total_pages = 0, resident_pages = 0;
  if (std::ifstream("/proc/self/statm") >> total_pages >> resident_pages) {
    families.push_back(
        Gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
              static_cast<double>(resident_pages) * static_cast<double>(getpagesize())));
  }
  std::error_code error;
  std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    families.push_back(Gauge("process_open_fds", "Number of open file descriptors.",
                             static_cast<double>(std::distance(begin(files), end(files)))));
  }
  return families;
}

}  // namespace sluice::api
