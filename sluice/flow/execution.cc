#include "sluice/flow/execution.h"

#include <algorithm>
#include <list>

#include "sluice/base/log.h"
#include "sluice/flow/replay_reader.h"
#include "sluice/flow/run_message.h"
#include "sluice/flow/without_throwing.h"

namespace sluice::flow {
namespace {

// A flow is saved only where it fits both of its sides.
Error NoLongerFits(Error error) {
  if (error.code == ErrorCode::kInvalidArgument) {
    error.message +=
        " That has changed since the flow was saved: edit the flow so that it fits, or undo the "
        "change there.";
  }
  return error;
}

}  // namespace

Execution::Execution(const RunnerParts& parts, Flow flow, RunRecord run, bool is_going_on)
    : parts_(parts),
      flow_(std::move(flow)),
      execution_id_(run.execution_id),
      is_going_on_(is_going_on),
      is_canceled_(run.status == RunStatus::kCancelStarted),
      totals_(flow_, std::move(run), parts.store, parts.error_files, parts.observer, parts.clock,
              parts.options.retry, stop_.get_token(), shutdown_.get_token()),
      thread_([this] {
        Run();
        is_done_ = true;
      }) {}

void Execution::Cancel() {
  is_canceled_ = true;
  stop_.request_stop();
}

void Execution::Interrupt() {
  stop_.request_stop();
  shutdown_.request_stop();
}

void Execution::Run() {
  Log(LogLevel::kInfo, is_going_on_ ? "run goes on" : "run started",
      {{"flow", flow_.name}, {"execution", execution_id_}});
  if (is_canceled_) stop_.request_stop();
  parts_.observer.OnRunStarted(totals_.run());
  End(WithoutThrowing("the run failed", [this] { return Copy(); }));
}

Status Execution::Copy() {
  SLUICE_ASSIGN(Route route, Prepare());
  totals_.SetFilters(route.plan.mapping.filters());
  CopyPartitions(route);
  if (failure_) return *failure_;
  return Done{};
}

Result<Execution::Route> Execution::Prepare() {
  const RetryPolicy& policy = is_going_on_ ? parts_.options.retry : parts_.options.start;
  Backoff backoff(policy.LastingFor(flow_.retry_for), totals_.live());
  while (true) {
    auto route = PrepareOnce();
    if (route.ok() || !backoff.Wait(route.error(), stop_.get_token())) return route;
  }
}

Result<Execution::Route> Execution::PrepareOnce() {
  SLUICE_ASSIGN(Connections connections, Connect(flow_, parts_.accounts));
  auto made = MakePlan(flow_, *connections.source, *connections.destination);
  if (!made.ok()) return NoLongerFits(std::move(made).error());
  Plan plan = *std::move(made);
  const RunContext context{flow_.name, execution_id_, flow_.schema_version,
                           totals_.run().started_at};
  plan.read.run = plan.write.run = context;
  SLUICE_ASSIGN(auto partitions,
                FindPartitions(*connections.source, *connections.destination, plan));
  plan.write.streams = static_cast<int>(partitions.size());
  if (is_going_on_) SLUICE_RETURN_IF_ERROR(LoadFirstRefusal());
  return Route{std::move(connections), std::move(plan), std::move(partitions)};
}

Result<std::vector<PartitionProgress>> Execution::FindPartitions(Connector& source,
                                                                 Connector& destination,
                                                                 const Plan& plan) {
  SLUICE_ASSIGN(auto known, parts_.store.LoadPartitions(execution_id_));
  if (is_going_on_ && !totals_.run().replay_of.empty()) {
    // The process may have ended before it could note that.
    SLUICE_ASSIGN(auto replayed, ReplayedRecords(known.at(0).partition));
    SLUICE_RETURN_IF_ERROR(parts_.store.MarkReplayed(replayed, execution_id_));
  }
  if (!known.empty()) return known;
  const int most = std::min(parts_.options.partitions, destination.MostStreams(plan.write));
  SLUICE_ASSIGN(auto partitions, source.Split(plan.read, std::max(most, 1)));
  SLUICE_RETURN_IF_ERROR(parts_.store.SavePartitions(execution_id_, partitions));
  for (Partition& partition : partitions) known.push_back({std::move(partition), {}, false});
  return known;
}

// For the message at the end.
Status Execution::LoadFirstRefusal() {
  SLUICE_ASSIGN(auto refused, parts_.store.ListRefused(execution_id_, 0, 1));
  if (!refused.empty()) totals_.SetFirstRefusal(std::move(refused.front().row));
  return Done{};
}

void Execution::CopyPartitions(Route& route) {
  const auto parts = static_cast<int64_t>(route.partitions.size());
  const CopyJob job{route.plan,
                    parts_.accounts,
                    totals_,
                    parts_.options.retry.LastingFor(flow_.retry_for),
                    {.queue_bytes = parts_.options.queue_bytes / parts,
                     .flush_interval = parts_.options.flush_interval}};
  std::list<PartitionCopy> copies;
  for (PartitionProgress& partition : route.partitions) {
    if (partition.is_finished) continue;
    copies.emplace_back(job, std::move(partition), is_going_on_, std::move(route.connections));
    route.connections = {};
  }
  {
    std::list<std::jthread> threads;
    for (PartitionCopy& copy : copies) {
      threads.emplace_back([this, &copy] { Fail(copy.Run(stop_.get_token())); });
    }
  }
  is_finished_ = true;
  for (const PartitionCopy& copy : copies) {
    is_finished_ = is_finished_ && copy.log().is_finished();
    is_by_refusal_ = is_by_refusal_ || copy.log().is_over_by_refusal();
    records_in_doubt_ += copy.log().RecordsInDoubt();
  }
}

// The first failure of a partition ends the others.
void Execution::Fail(const Status& status) {
  if (status.ok()) return;
  std::lock_guard lock(mutex_);
  if (!failure_) failure_ = status.error();
  stop_.request_stop();
}

void Execution::End(const Status& status) {
  RunEnd end{totals_.run(), totals_.first_refusal(), is_by_refusal_, records_in_doubt_};
  if (status.ok() && is_finished_) {
    end.run.status = RunStatus::kSuccessful;
    if (WereAllRefused(end.run.counts)) end.run.status = RunStatus::kError;
    end.run.message = MessageOfFinished(flow_, end);
  } else if (is_canceled_ && !is_by_refusal_) {
    end.run.status = RunStatus::kCanceled;
    end.run.message = MessageOfCanceled(flow_, end);
  } else if (shutdown_.stop_requested() && !is_by_refusal_) {
    Log(LogLevel::kInfo, "run interrupted; the next start goes on with it",
        {{"flow", flow_.name}, {"execution", execution_id_}});
    return;
  } else {
    end.run.status = RunStatus::kError;
    end.run.message = MessageOfFailed(flow_, status.error(), end);
  }
  end.run.updated_at = parts_.clock.Now();
  if (!PutDown(end.run)) return;
  parts_.observer.OnRunEnded(end.run);
  // The message may quote a record, so it stays out of the service's own log.
  Log(LogLevel::kInfo, "run ended",
      {{"flow", flow_.name},
       {"execution", execution_id_},
       {"status", ToString(end.run.status)},
       {"records", end.run.counts.records_processed},
       {"refused", end.run.counts.put_failures}});
}

// False: it could not be put down. The next start of the service will find it unfinished.
bool Execution::PutDown(const RunRecord& run) {
  Backoff backoff(parts_.options.retry, totals_.live());
  while (true) {
    Status status = parts_.store.FinishRun(run);
    if (status.ok()) return true;
    if (backoff.Wait(status.error(), shutdown_.get_token())) continue;
    Log(LogLevel::kError, "the end of a run could not be saved",
        {{"flow", flow_.name}, {"execution", execution_id_}, {"reason", status.error().message}});
    return false;
  }
}

}  // namespace sluice::flow
