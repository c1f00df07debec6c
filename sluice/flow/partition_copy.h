// One partition of a run, copied to its end over whatever fails on the way.
#pragma once

#include <memory>
#include <stop_token>

#include "sluice/connector/connector.h"
#include "sluice/flow/backoff.h"
#include "sluice/flow/plan.h"
#include "sluice/flow/run_log.h"
#include "sluice/flow/run_totals.h"

namespace sluice::flow {

// The two sides of a flow, connected.
struct Connections {
  std::unique_ptr<Connector> source, destination;
};

// An Error says which connection could not be opened.
Result<Connections> Connect(const Flow& flow, Accounts& accounts);

// What the partitions of a run have in common; outlives them. Any thread.
struct CopyJob {
  const Plan& plan;
  Accounts& accounts;
  RunTotals& totals;
  RetryPolicy retry;
  PipelineOptions pipeline;  // Of one partition.
};

class PartitionCopy {
 public:
  // `connections`: none if it is to open its own, as connectors serve one thread at a time.
  PartitionCopy(const CopyJob& job, PartitionProgress at, bool is_going_on,
                Connections connections);

  // Copies to the end, or to a durable position soon after `stop` is requested: log() says which.
  // Failures that may pass are waited out; an Error is final.
  Status Run(std::stop_token stop);

  const RunLog& log() const { return log_; }

 private:
  Status CopyWithRetries(std::stop_token stop);
  Status CopyOnce(std::stop_token stop);
  Result<std::unique_ptr<BatchReader>> OpenReader(std::optional<Position> from);

  const CopyJob& job_;
  const Partition partition_;
  const std::string execution_id_;
  const bool is_replay_;
  StageClock clock_;
  RunLog log_;
  Backoff backoff_;
  Connections connections_;
  bool has_reading_failed_ = false;  // For good.
};

}  // namespace sluice::flow
