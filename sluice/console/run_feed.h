// How runs stand, told while they run.
#pragma once

#include <memory>
#include <string>

#include "sluice/flow/live_run.h"
#include "sluice/flow/run_store.h"
#include "sluice/net/http.h"

namespace sluice::console {

struct RunFeedOptions {
  std::chrono::milliseconds look_every{250};
  std::chrono::milliseconds begin_patience{5000};  // For a run that isn't on record yet.
  std::chrono::milliseconds heartbeat_every{15'000};
};

// One thread looks at the runs that somebody watches. Any thread may call; destruction cuts all
// streams off.
class RunFeed {
 public:
  // `runs` and `live` outlive it.
  static std::unique_ptr<RunFeed> Make(flow::RunStore& runs, flow::LiveRuns& live,
                                       const RunFeedOptions& options = {});
  virtual ~RunFeed() = default;

  // Server-sent events: `progress` at once and after each change, the last one with a final status;
  // `error`, with a sentence in `message`, where there is no such run (any more). Then they end.
  virtual net::HttpResponse Watch(std::string flow_name, std::string execution_id) = 0;
};

}  // namespace sluice::console
