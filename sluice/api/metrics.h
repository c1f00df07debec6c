// What runs do, in numbers for Prometheus: AppFlow's CloudWatch metrics
// (https://docs.aws.amazon.com/appflow/latest/userguide/monitoring-cloudwatch.html) under
// Prometheus's names, and more. docs/operating.md lists them.
#pragma once

#include <memory>
#include <string>

#include "sluice/base/clock.h"
#include "sluice/flow/run_observer.h"

namespace sluice::api {

// Counts from when it was made, as Prometheus expects it of a process. Any thread.
class Metrics : public flow::RunObserver {
 public:
  // `clock` outlives it. Runs that began before now have been counted as started by an earlier
  // process.
  static std::unique_ptr<Metrics> Make(const Clock& clock);

  // The flow was deleted: nothing is said about it any more.
  virtual void Forget(const std::string& flow_name) = 0;
  // Prometheus's text format, version 0.0.4.
  virtual std::string Text() const = 0;
};

}  // namespace sluice::api
