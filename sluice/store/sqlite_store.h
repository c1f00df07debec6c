// The Store on SQLite. Each interface has a file of its own: resource_store.cc, run_store.cc,
// function_store.cc with log_store.cc, secret_store.cc; store.cc opens it and keeps the settings.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sluice/store/database.h"
#include "sluice/store/store.h"

namespace sluice::store {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> database, Secret master_key)
      : database_(std::move(database)), master_key_(std::move(master_key)) {}

  // kInvalidArgument where what is in the file was sealed under another key.
  Status CheckMasterKey();
  Result<std::optional<std::string>> FindSetting(const std::string& name) override;
  Status PutSetting(const std::string& name, const std::string& value) override;

  Result<bool> InsertConnector(const api::StoredConnector& connector) override;
  Result<std::optional<api::StoredConnector>> FindConnector(const std::string& label) override;
  Result<std::vector<api::StoredConnector>> ListConnectors(const std::string& after,
                                                           int64_t limit) override;
  Status UpdateConnector(const api::StoredConnector& connector) override;
  Status DeleteConnector(const std::string& label) override;

  Result<bool> InsertProfile(const api::StoredProfile& profile) override;
  Result<std::optional<api::StoredProfile>> FindProfile(const std::string& name) override;
  Result<std::vector<api::StoredProfile>> ListProfiles(const std::string& after,
                                                       int64_t limit) override;
  Status UpdateProfile(const api::StoredProfile& profile) override;
  Status DeleteProfile(const std::string& name) override;

  Result<bool> InsertFlow(const api::StoredFlow& flow) override;
  Status UpdateFlow(const api::StoredFlow& flow) override;
  Result<std::optional<api::StoredFlow>> FindFlow(const std::string& name) override;
  Result<std::vector<api::StoredFlow>> ListFlows(const std::string& after, int64_t limit) override;
  Status DeleteFlow(const std::string& name) override;

  Result<std::optional<api::StoredAnswer>> FindAnswer(const std::string& operation,
                                                      const std::string& client_token,
                                                      Time not_before) override;
  Status SaveAnswer(const std::string& operation, const std::string& client_token,
                    const api::StoredAnswer& answer, Time now) override;

  Result<bool> BeginRun(const flow::RunRecord& run,
                        const std::vector<Partition>& partitions) override;
  Status SavePartitions(const std::string& execution_id,
                        const std::vector<Partition>& partitions) override;
  Result<std::vector<flow::PartitionProgress>> LoadPartitions(
      const std::string& execution_id) override;
  Status SaveProgress(const flow::RunRecord& run, const std::string& partition,
                      const Position& durable, bool is_finished,
                      const std::vector<RejectedRow>& rejected) override;
  Result<bool> StartCancel(const std::string& execution_id) override;
  Status FinishRun(const flow::RunRecord& run) override;
  Result<std::optional<flow::RunRecord>> FindRun(const std::string& execution_id) override;
  Result<std::vector<flow::RunRecord>> ListRuns(const std::string& flow_name, int64_t limit,
                                                const std::string& before_execution_id) override;
  Result<std::vector<flow::RunRecord>> ListAllRuns(Time started_after,
                                                   const std::optional<flow::RunPlace>& before,
                                                   int64_t limit) override;
  Result<std::vector<flow::RunRecord>> UnfinishedRuns() override;
  Result<std::vector<flow::RefusedRecord>> ListRefused(const std::string& execution_id,
                                                       int64_t offset, int64_t limit) override;
  Status MarkReplayed(const std::vector<flow::RefusedRecord>& records,
                      const std::string& by_execution_id) override;
  Status DeleteRunsOf(const std::string& flow_name) override;

  Result<bool> InsertFunction(const functions::Function& function) override;
  Status UpdateFunction(const functions::Function& function) override;
  Result<std::optional<functions::Function>> FindFunction(const std::string& name) override;
  Result<std::vector<functions::Function>> ListFunctions() override;
  Status DeleteFunction(const std::string& name) override;
  Status AppendLog(const std::vector<functions::LogEvent>& events) override;
  Result<std::vector<functions::LogEvent>> FindLog(const LogQuery& query) override;
  Result<std::vector<std::string>> ListLogGroups() override;
  Result<std::vector<std::string>> ListLogStreams(const std::string& log_group) override;

  Result<bool> InsertSecret(const secrets::SealedSecret& secret) override;
  Status UpdateSecret(const secrets::SealedSecret& secret) override;
  Result<std::optional<secrets::SealedSecret>> FindSecret(const std::string& name_or_arn) override;
  Result<std::vector<secrets::SealedSecret>> ListSecrets() override;
  Status DeleteSecret(const std::string& name) override;

 private:
  const std::unique_ptr<Database> database_;
  const Secret master_key_;
};

}  // namespace sluice::store
