// Who is told what runs do, while they do it: metrics.
#pragma once

#include "sluice/flow/run_store.h"

namespace sluice::flow {

// Calls for one run come one after the other, from any thread; a slow one holds up its run. The
// record is the run's as it then is.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // It begins, or goes on after a restart of the service, with what its record says it has done.
  virtual void OnRunStarted(const RunRecord& run) { (void)run; }
  // Progress was saved: counts and times have grown.
  virtual void OnProgress(const RunRecord& run) { (void)run; }
  // It has ended, as its record says. Not called for a run that a later start goes on with.
  virtual void OnRunEnded(const RunRecord& run) { (void)run; }
};

}  // namespace sluice::flow
