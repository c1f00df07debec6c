// Of the process itself, by the names that all Prometheus clients give them:
// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace sluice::api {

// CPU time, resident memory, open files. What the system doesn't tell is left out.
std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace sluice::api
