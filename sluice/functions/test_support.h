// What the tests of this folder share: a store in memory, zips made on the spot, and a function
// that does what its event says.
#pragma once

#include <gtest/gtest.h>
#include <zip.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "sluice/functions/function.h"

namespace sluice::functions {

class MemoryStore : public FunctionStore {
 public:
  Result<bool> InsertFunction(const Function& function) override {
    std::lock_guard lock(mutex_);
    return functions_.try_emplace(function.name, function).second;
  }
  Status UpdateFunction(const Function& function) override {
    std::lock_guard lock(mutex_);
    functions_[function.name] = function;
    return Done{};
  }
  Result<std::optional<Function>> FindFunction(const std::string& name) override {
    std::lock_guard lock(mutex_);
    auto found = functions_.find(name);
    return found == functions_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<Function>> ListFunctions() override {
    std::lock_guard lock(mutex_);
    std::vector<Function> all;
    for (auto& [name, function] : functions_) all.push_back(function);
    return all;
  }
  Status DeleteFunction(const std::string& name) override {
    std::lock_guard lock(mutex_);
    functions_.erase(name);
    return Done{};
  }
  Status AppendLog(const std::vector<LogEvent>& events) override {
    std::lock_guard lock(mutex_);
    for (LogEvent event : events) {
      event.id = static_cast<int64_t>(log_.size()) + 1;
      log_.push_back(std::move(event));
    }
    return Done{};
  }
  Result<std::vector<LogEvent>> FindLog(const LogQuery& query) override {
    std::lock_guard lock(mutex_);
    std::vector<LogEvent> found;
    for (const LogEvent& event : log_) {
      const auto& streams = query.log_streams;
      if (event.log_group != query.log_group || event.id <= query.after_id) continue;
      if (!streams.empty() &&
          std::find(streams.begin(), streams.end(), event.log_stream) == streams.end()) {
        continue;
      }
      if (query.start && event.timestamp < *query.start) continue;
      if (query.end && event.timestamp >= *query.end) continue;
      if (event.message.find(query.contains) == std::string::npos) continue;
      if (static_cast<int64_t>(found.size()) < query.limit) found.push_back(event);
    }
    return found;
  }
  Result<std::vector<std::string>> ListLogGroups() override {
    return Names([](const LogEvent& event) { return event.log_group; });
  }
  Result<std::vector<std::string>> ListLogStreams(const std::string& group) override {
    return Names(
        [&](const LogEvent& event) { return event.log_group == group ? event.log_stream : ""; });
  }

 private:
  template <class Name>
  std::vector<std::string> Names(Name name) {
    std::lock_guard lock(mutex_);
    std::map<std::string, bool> names;
    for (const LogEvent& event : log_) names[name(event)] = true;
    names.erase("");
    std::vector<std::string> list;
    for (auto& [text, yes] : names) list.push_back(text);
    return list;
  }

  std::mutex mutex_;
  std::map<std::string, Function> functions_;
  std::vector<LogEvent> log_;
};

class TempFolder {
 public:
  TempFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    path_ = mkdtemp(path.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct ZipFile {
  std::string name, content;
  uint32_t mode = 0100644;
};

inline std::string MakeZip(const std::vector<ZipFile>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* out = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* archive = zip_open_from_source(out, ZIP_TRUNCATE, &error);
  zip_source_keep(out);
  for (const ZipFile& file : files) {
    zip_source_t* in = zip_source_buffer(archive, file.content.data(), file.content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, file.name.c_str(), in, 0);
    EXPECT_GE(index, 0) << zip_strerror(archive);
    zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, file.mode << 16);
  }
  EXPECT_EQ(zip_close(archive), 0) << zip_strerror(archive);
  zip_stat_t stat;
  zip_source_stat(out, &stat);
  std::string bytes(stat.size, 0);
  zip_source_open(out);
  EXPECT_EQ(zip_source_read(out, bytes.data(), bytes.size()),
            static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(out);
  zip_source_free(out);
  return bytes;
}

// Whether a process is there and not just waiting to be buried.
inline bool IsAlive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

inline bool DiesSoon(pid_t pid) {
  for (int i = 0; i < 500 && IsAlive(pid); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return !IsAlive(pid);
}

// A bootstrap that executes `body` for each event, with `id`, `event` and `headers` set.
inline std::string PythonBootstrap(const std::string& body, const std::string& before = "") {
  std::string indented = "    ";
  for (char letter : body)
    indented += letter == '\n' ? std::string("\n    ") : std::string(1, letter);
  return "#!" SLUICE_TEST_PYTHON " -S\n" + before + R"(
import json, os, signal, socket, sys, time
# Not http.client, which takes a tenth of a second to load.
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
connection = socket.create_connection((host, int(port)))
incoming = connection.makefile("rb")
root = "/2018-06-01/runtime/invocation/"
def call(method, path, body=b"", headers={}):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [method + " " + path + " HTTP/1.1", "Host: " + host, "Content-Length: %d" % len(body)]
    lines += [name + ": " + value for name, value in headers.items()]
    connection.sendall("\r\n".join(lines + ["", ""]).encode() + body)
    status = int(incoming.readline().split()[1])
    got = dict(iter(lambda: incoming.readline().decode().strip().partition(": ")[::2], ("", "")))
    return status, got, incoming.read(int(got["Content-Length"]))
def answer(body, what="response", headers={}):
    return call("POST", root + id + "/" + what, body, headers)[0]
while True:
    status, headers, body = call("GET", root + "next")
    id = headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(body)
)" + indented +
         "\n";
}

inline std::string BootstrapZip(const std::string& bootstrap) {
  return MakeZip({{"bootstrap", bootstrap, 0100755}});
}

}  // namespace sluice::functions
