// What the objects of a run are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sluice/connector/connector.h"
#include "sluice/connectors/s3/output_settings.h"

namespace sluice::s3 {

// The names of one stream's objects, as AppFlow lays them out:
//
//   <prefix>/<flow>/[schemaVersion_<n>/][2026/[01/[31/[09/[05/]]]]][<execution>/][<key>=<value>/…]
//   [2026-01-31T09:05-]<uuid>
//
// The date is that of the run's beginning, in UTC. There is no extension, as AppFlow writes none.
//
// The UUID (version 8 of RFC 9562) follows from execution, stream and the number of the object's
// first batch, so that an object which is written again overwrites itself. Its last ten digits are
// that number: a stream's objects sort in the order of their rows, and what a stream wrote behind a
// position can be found by name alone.
class ObjectNames {
 public:
  ObjectNames(const OutputSettings& settings, const RunContext& run, const std::string& stream);

  // "<prefix>/<flow>/": everything that the flow ever writes is in it.
  const std::string& flow_folder() const { return flow_folder_; }
  // The folder of this run's objects, "/" included.
  const std::string& run_folder() const { return run_folder_; }
  // How the file names of this stream begin.
  const std::string& name_prefix() const { return name_prefix_; }

  // `partition_folders`: FolderOf() for each key, one behind the other. `first_seq`: from 0 to
  // kMaxSeq.
  std::string Key(const std::string& partition_folders, int64_t first_seq) const;

  // `first_seq` of an object of this stream; nothing where it is somebody else's.
  std::optional<int64_t> FirstSeqOf(std::string_view key) const;
  // Whether it is called as another execution of this flow calls its objects. Not everything in
  // flow_folder() is: another flow's prefix may be this one's folder.
  bool IsOfAnotherRun(std::string_view key) const;

  static constexpr int64_t kMaxSeq = (int64_t{1} << 40) - 1;

 private:
  std::string flow_folder_, run_folder_, name_prefix_;
  std::string execution_tag_;  // How the UUIDs of this execution begin.
};

// "name=value/", as Hive, Spark, DuckDB and Athena read it; nothing as a value: "name=null/".
// Spaces stay. What Hive escapes (control characters and "#%'*/:=?\{[]^) is percent-encoded;
// AppFlow doesn't say what it does there.
std::string FolderOf(std::string_view name, std::optional<std::string_view> value);

}  // namespace sluice::s3
