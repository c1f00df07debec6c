// The web console's server side: its files, its doors, and how runs stand while they run. All else
// its pages ask of the AWS services, as any client does.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sluice/console/doors.h"
#include "sluice/console/run_feed.h"
#include "sluice/console/site.h"

namespace sluice::console {

// The service that requests to the console's own doors are signed for.
inline constexpr char kServiceName[] = "sluice";

// Any thread. What is given outlives it.
class Console {
 public:
  Console(std::span<const SiteFile> files, DoorsOptions options, Sessions& sessions,
          flow::RunStore& runs, flow::LiveRuns& live)
      : site_(files), doors_(std::move(options), sessions), feed_(RunFeed::Make(runs, live)) {}

  // Nothing where the request isn't for the console.
  std::optional<net::HttpResponse> AnswerUnsigned(const net::HttpRequest& request);
  net::HttpResponse Handle(const net::HttpRequest& request, const net::Caller& caller);

 private:
  net::HttpResponse Watch(const net::HttpRequest& request);

  const Site site_;
  Doors doors_;
  const std::unique_ptr<RunFeed> feed_;
};

}  // namespace sluice::console
