#include "sluice/flow/partition_copy.h"

#include "sluice/flow/pipeline.h"
#include "sluice/flow/replay_reader.h"
#include "sluice/flow/retrying_reader.h"
#include "sluice/flow/run.h"
#include "sluice/flow/timed_writer.h"
#include "sluice/flow/without_throwing.h"

namespace sluice::flow {
namespace {

Result<std::unique_ptr<Connector>> OpenAccount(const Endpoint& endpoint, std::string_view side,
                                               Accounts& accounts) {
  auto connector = accounts.Open(endpoint);
  if (connector.ok()) return connector;
  return WithContext(std::move(connector).error(),
                     "The " + std::string(side) + " connection '" + endpoint.profile_name + "'");
}

}  // namespace

Result<Connections> Connect(const Flow& flow, Accounts& accounts) {
  Connections connections;
  SLUICE_ASSIGN(connections.source, OpenAccount(flow.source, "source", accounts));
  SLUICE_ASSIGN(connections.destination, OpenAccount(flow.destination, "destination", accounts));
  return connections;
}

PartitionCopy::PartitionCopy(const CopyJob& job, PartitionProgress at, bool is_going_on,
                             Connections connections)
    : job_(job),
      partition_(at.partition),
      execution_id_(job.totals.run().execution_id),
      is_replay_(!job.totals.run().replay_of.empty()),
      log_(job.totals, clock_, std::move(at), job.plan.write.streams == 1, is_going_on),
      backoff_(job.retry, job.totals.live()),
      connections_(std::move(connections)) {}

Status PartitionCopy::Run(std::stop_token stop) {
  Status status = CopyWithRetries(stop);
  if (status.ok() || log_.is_over()) return status;
  Status closed = log_.Close();
  return stop.stop_requested() ? closed : status;
}

Status PartitionCopy::CopyWithRetries(std::stop_token stop) {
  while (true) {
    const Position before = log_.durable();
    Status status = WithoutThrowing("the run failed", [&] { return CopyOnce(stop); });
    log_.GiveUpAttempt();
    if (status.ok() || log_.is_over() || has_reading_failed_) return status;
    if (log_.durable() != before) backoff_.Reset();
    if (!backoff_.Wait(status.error(), stop)) return status;
  }
}

// One attempt, from where the target and the log say that the copy stands.
Status PartitionCopy::CopyOnce(std::stop_token stop) {
  if (!connections_.source) {
    SLUICE_ASSIGN(connections_, Connect(job_.totals.flow(), job_.accounts));
  }
  SLUICE_ASSIGN(auto opened, connections_.destination->OpenWriter(
                                 job_.plan.write, execution_id_ + "/" + partition_.name));
  TimedWriter writer(std::move(opened), clock_);
  SLUICE_ASSIGN(auto told, writer.Resume(log_.durable()));
  log_.Resume(told);
  auto open = [this](std::optional<Position> from) { return OpenReader(std::move(from)); };
  auto reader = RetryingReader::Make(open, log_.ReadFrom(), job_.retry, job_.totals.live(), stop);
  if (!reader.ok()) {
    has_reading_failed_ = true;
    writer.Abandon();
    return std::move(reader).error();
  }
  backoff_.GoOn();
  PipelineOptions options = job_.pipeline;
  options.keeps_source = writer.may_refuse();
  Pipeline pipeline(*std::move(reader), job_.plan.mapping, options, clock_);
  Status status = CopyPartition(pipeline, writer, log_, stop);
  if (!log_.is_finished()) writer.Abandon();
  has_reading_failed_ = pipeline.has_reading_failed();
  return status;
}

Result<std::unique_ptr<BatchReader>> PartitionCopy::OpenReader(std::optional<Position> from) {
  if (is_replay_) return OpenReplayReader(job_.plan.read, partition_, std::move(from));
  return connections_.source->OpenReader(job_.plan.read, partition_, std::move(from));
}

}  // namespace sluice::flow
