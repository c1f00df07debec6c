#include "sluice/functions/function_host.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <fstream>
#include <future>
#include <thread>

#include "sluice/base/json.h"
#include "sluice/functions/function_keys.h"
#include "sluice/functions/test_support.h"

namespace sluice::functions {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Does what the event says.
constexpr char kObedient[] = R"(do = event.get("do", "echo")
if do == "echo": answer(body)
elif do == "pid": answer(json.dumps(os.getpid()))
elif do == "exit": print("about to give up", file=sys.stderr, flush=True); os._exit(7)
elif do == "signal": os.kill(os.getpid(), signal.SIGSEGV)
elif do == "sleep": time.sleep(event["seconds"]); answer(b"{}")
elif do == "hang with family":
    import subprocess
    for setsid in (False, True):
        child = subprocess.Popen(["sleep", "1000"], start_new_session=setsid)
        open(event["pids"], "a").write("%d\n" % child.pid)
    open(event["pids"], "a").write("%d\n" % os.getpid())
    time.sleep(1000)
elif do == "garbage": answer(b"<html>oops")
elif do == "7 MB":
    try: answer(b'"' + b"x" * 7_000_000 + b'"')
    except OSError: sys.exit(1)
elif do == "6 MB": answer(b'"' + b"x" * (6 * 2**20 - 2) + b'"')
elif do == "hog":
    hoard = []
    while True: hoard.append(bytearray(b"x") * 4_000_000); time.sleep(0.005)
elif do == "talk":
    for i in range(event["lines"]): print("line %d of a long story" % i)
    print("the end", end="", flush=True); answer(b"{}")
elif do == "raise":
    answer(json.dumps({"errorMessage": "no such table", "errorType": "ValueError", "stackTrace": []}), "error",
           {"Lambda-Runtime-Function-Error-Type": "ValueError"})
elif do == "raise text": answer(b"plain text", "error", {"Lambda-Runtime-Function-Error-Type": "Odd"})
elif do == "environment": answer(json.dumps({**os.environ, "cwd": os.getcwd(), "headers": headers}))
elif do == "answer twice": answer(json.dumps(1)); answer(json.dumps(2))
elif do == "answer for another":
    status = call("POST", root + "0000/response", b"{}")[0]
    answer(json.dumps(status))
elif do == "scratch":
    path = os.path.join(os.environ["TMPDIR"], "seen")
    seen = os.path.exists(path); open(path, "w").close(); answer(json.dumps(seen))
elif do == "die after": answer(b'"done"'); os._exit(1)
)";

class FunctionHostTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.data_dir = temp_.path();
    options_.endpoint_url = "http://127.0.0.1:9";
    options_.python = SLUICE_TEST_PYTHON;
    options_.account = "123456789012";
    Restart();
  }

  void Restart() {
    host_.reset();
    auto host = FunctionHost::Start(options_, store_, clock_);
    ASSERT_TRUE(host.ok()) << ToString(host.error());
    host_ = *std::move(host);
  }

  Function NewFunction(const std::string& name = "f") const {
    Function function;
    function.name = name;
    function.runtime = "provided.al2023";
    function.handler = "handler";
    function.role = "arn:aws:iam::123456789012:role/r";
    function.timeout_s = 10;
    function.memory_mb = 256;
    return function;
  }
  void Create(const Function& function, const std::string& zip) {
    auto created = host_->Create(function, zip);
    ASSERT_TRUE(created.ok()) << ToString(created.error());
  }
  void CreateObedient(const std::string& name = "f") {
    Create(NewFunction(name), BootstrapZip(PythonBootstrap(kObedient)));
  }

  InvokeResult Run(const std::string& payload, const std::string& name = "f") {
    auto result = host_->Run(name, payload, DeadlineAfter(seconds(60)));
    EXPECT_TRUE(result.ok()) << ToString(result.error());
    return result.ok() ? *result : InvokeResult{};
  }
  Result<std::string> Invoke(const std::string& payload, milliseconds limit = seconds(60)) {
    return host_->Invoke("f", payload, DeadlineAfter(limit));
  }
  std::string FreshError(const std::string& payload) {  // "type: message", without request id.
    InvokeResult result = Run(payload);
    EXPECT_EQ(result.function_error, "Unhandled");
    auto error = json::ParseObject(result.payload);
    if (!error.ok()) return "not JSON: " + result.payload;
    std::string message = json::FindString(*error, "errorMessage").value_or("?");
    if (message.starts_with("RequestId: ")) message = message.substr(message.find(" Error: ") + 8);
    return json::FindString(*error, "errorType").value_or("?") + ": " + message;
  }
  std::vector<std::string> Log(const std::string& group = "/aws/lambda/f") {
    std::vector<std::string> lines;
    const auto events = *store_.FindLog({.log_group = group, .limit = 1'000'000});
    for (const LogEvent& event : events) lines.push_back(event.message);
    return lines;
  }
  int64_t EntriesIn(const fs::path& folder) const {
    return std::distance(fs::directory_iterator(folder), {});
  }

  TempFolder temp_;
  MemoryStore store_;
  SystemClock clock_;
  FunctionHostOptions options_;
  std::unique_ptr<FunctionHost> host_;
};

std::vector<pid_t> ReadPids(const fs::path& path) {
  std::ifstream file(path);
  return {std::istream_iterator<pid_t>(file), {}};
}

TEST_F(FunctionHostTest, EchoesThroughAProcessThatIsReused) {
  CreateObedient();
  EXPECT_EQ(*Invoke(R"({"text":"é \u0000 🙂"})"), R"({"text":"é \u0000 🙂"})");
  const std::string pid = *Invoke(R"({"do":"pid"})");
  EXPECT_EQ(*Invoke(R"({"do":"pid"})"), pid);
  EXPECT_EQ(Run(R"({"do":"pid"})").payload, pid);
  EXPECT_EQ(Run(R"({"do":"pid"})").function_error, "");
}

TEST_F(FunctionHostTest, IsFoundByNameAndByArn) {
  CreateObedient();
  const std::string arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
  EXPECT_EQ((*host_->Find("f"))->arn, arn);
  for (const std::string& name :
       {arn, arn + ":$LATEST", std::string("f:$LATEST"), std::string("123456789012:function:f")}) {
    EXPECT_EQ(Run("{}", name).payload, "{}") << name;
  }
  for (const std::string& name : {arn + ":1", std::string("g"), std::string("")}) {
    auto result = host_->Run(name, "{}", DeadlineAfter(seconds(9)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kResourceNotFound) << name;
  }
}

TEST_F(FunctionHostTest, ACrashDuringAnInvocationIsToldWithItsLastWords) {
  CreateObedient();
  EXPECT_EQ(FreshError(R"({"do":"exit"})"),
            "Runtime.ExitError: Runtime exited with error: exit status 7");
  EXPECT_EQ(FreshError(R"({"do":"signal"})"),
            "Runtime.ExitError: Runtime exited with error: signal: Segmentation fault");
  auto result = Invoke(R"({"do":"exit"})");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kServerError);
  EXPECT_THAT(result.error().message,
              AllOf(StartsWith("function 'f' failed: Runtime.ExitError: "),
                    HasSubstr("exit status 7"), EndsWith("It said last: about to give up")));
  EXPECT_EQ(*Invoke("{}"), "{}") << "the next process works";
}

TEST_F(FunctionHostTest, ACrashAtTheStartIsTold) {
  Create(NewFunction(), BootstrapZip("#!/bin/sh\necho no licence >&2\nexit 1\n"));
  EXPECT_EQ(FreshError("{}"), "Runtime.ExitError: Runtime exited with error: exit status 1");
  EXPECT_THAT(Invoke("{}").error().message, EndsWith("It said last: no licence"));
}

TEST_F(FunctionHostTest, AnEndWithoutAReasonIsTold) {
  Create(NewFunction(), BootstrapZip("#!/bin/sh\nexit 0\n"));
  EXPECT_EQ(FreshError("{}"), "Runtime.ExitError: Runtime exited without providing a reason");
}

TEST_F(FunctionHostTest, AProgramThatCanNotBeExecutedIsTold) {
  Create(NewFunction(), BootstrapZip("neither script nor program"));
  EXPECT_THAT(FreshError("{}"),
              AllOf(StartsWith("Runtime.InvalidEntrypoint: "), HasSubstr("Exec format error")));
}

TEST_F(FunctionHostTest, AnErrorOfTheFunctionIsHandedOn) {
  CreateObedient();
  EXPECT_EQ(FreshError(R"({"do":"raise"})"), "ValueError: no such table");
  EXPECT_EQ(FreshError(R"({"do":"raise text"})"), "Odd: plain text");
  auto result = Invoke(R"({"do":"raise"})");
  EXPECT_EQ(result.error().code, ErrorCode::kServerError);
  EXPECT_EQ(result.error().message, "function 'f' failed: ValueError: no such table");
}

TEST_F(FunctionHostTest, AnErrorDuringItsStartIsHandedOn) {
  Create(NewFunction(), BootstrapZip(PythonBootstrap("pass", R"(
import http.client, os, sys, time
c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
c.request("POST", "/2018-06-01/runtime/init/error", b'{"errorMessage":"bad","errorType":"Init"}')
time.sleep(100)
)")));
  EXPECT_EQ(FreshError("{}"), "Init: bad");
}

TEST_F(FunctionHostTest, AHangEndsAtTheTimeLimitWithAllDescendants) {
  Function function = NewFunction();
  function.timeout_s = 1;
  Create(function, BootstrapZip(PythonBootstrap(kObedient)));
  const fs::path pids = temp_.path() / "pids";
  const std::string event = R"({"do":"hang with family","pids":")" + pids.string() + R"("})";
  auto invoked = std::async([&] { return Invoke(R"({"do":"sleep","seconds":1000})"); });
  EXPECT_EQ(FreshError(event), "Sandbox.Timedout: Task timed out after 1.00 seconds");
  EXPECT_THAT(Log(), Contains(HasSubstr("Task timed out after 1.00 seconds")));
  const auto family = ReadPids(pids);
  EXPECT_EQ(family.size(), 3u);
  for (pid_t pid : family) EXPECT_TRUE(DiesSoon(pid));
  const Error late = invoked.get().error();
  EXPECT_EQ(late.code, ErrorCode::kRequestTimeout);
  EXPECT_EQ(
      late.message,
      "function 'f' ran into its own time limit: Task timed out after 1.00 seconds. Give it a "
      "longer Timeout with update-function-configuration");
}

TEST_F(FunctionHostTest, AChangedConfigurationHoldsForTheNextCall) {
  CreateObedient();
  EXPECT_THAT(*Invoke(R"({"do":"environment"})"), Not(HasSubstr("MINE")));
  Function changed = **host_->Find("f");
  changed.timeout_s = 1;
  changed.environment = {{"MINE", "new"}};
  auto updated = host_->UpdateConfiguration(changed);
  ASSERT_TRUE(updated.ok()) << ToString(updated.error());
  EXPECT_THAT(*Invoke(R"({"do":"environment"})"), HasSubstr(R"("MINE": "new")"));
  EXPECT_THAT(FreshError(R"({"do":"sleep","seconds":1000})"), HasSubstr("after 1.00 seconds"));
  Restart();
  EXPECT_THAT(*Invoke(R"({"do":"environment"})"), HasSubstr(R"("MINE": "new")"));

  changed.runtime = "cobol";
  EXPECT_EQ(host_->UpdateConfiguration(changed).error().code, ErrorCode::kInvalidArgument);
  changed.name = "g";
  EXPECT_EQ(host_->UpdateConfiguration(changed).error().code, ErrorCode::kResourceNotFound);
}

TEST_F(FunctionHostTest, TheCallersDeadlineEndsItToo) {
  CreateObedient();
  Run("{}");
  const auto before = steady_clock::now();
  auto result = Invoke(R"({"do":"sleep","seconds":1000})", milliseconds(300));
  EXPECT_LT(steady_clock::now() - before, seconds(3));
  EXPECT_EQ(result.error().code, ErrorCode::kRequestTimeout);
  EXPECT_THAT(result.error().message, HasSubstr("function 'f': Task did not answer before"));
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, AStartThatTakesForEverEndsAtTheCallersDeadline) {
  Create(NewFunction(), BootstrapZip("#!/bin/sh\nsleep 1000\n"));
  auto result = Invoke("{}", milliseconds(300));
  EXPECT_EQ(result.error().code, ErrorCode::kRequestTimeout);
}

TEST_F(FunctionHostTest, AStartGoesOnForTheNextCaller) {
  const std::string starts = temp_.path() / "starts";
  Create(NewFunction(),
         BootstrapZip(PythonBootstrap(
             kObedient, "import time\nopen('" + starts + "', 'a').write('s')\ntime.sleep(1)\n")));
  auto first = Invoke("{}", milliseconds(300));
  EXPECT_EQ(first.error().code, ErrorCode::kRequestTimeout);
  EXPECT_THAT(first.error().message,
              HasSubstr("function 'f': Task was still starting at its caller's deadline"));
  EXPECT_EQ(*Invoke("{}"), "{}");
  EXPECT_EQ(*Invoke("{}"), "{}");
  EXPECT_EQ(std::filesystem::file_size(starts), 1u) << "one process for all three";
}

TEST_F(FunctionHostTest, AnAnswerIsHandedOnAsItIs) {
  CreateObedient();
  EXPECT_EQ(Run(R"({"do":"garbage"})").payload, "<html>oops");  // As in Lambda.
  EXPECT_EQ(*Invoke(R"({"do":"garbage"})"), "<html>oops");
}

TEST_F(FunctionHostTest, AnswersMayHave6MBAndNoMore) {
  CreateObedient();
  EXPECT_EQ(Run(R"({"do":"6 MB"})").payload.size(), 6u << 20);
  EXPECT_EQ(FreshError(R"({"do":"7 MB"})"),
            "Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload "
            "size (6291456 bytes).");
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, RequestsMayHave6MBAndNoMore) {
  CreateObedient();
  const std::string largest = R"({"x":")" + std::string((6 << 20) - 8, 'x') + R"("})";
  EXPECT_EQ(Run(largest).payload, largest);
  auto result = Invoke(largest + " ");
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(FunctionHostTest, TooMuchMemoryEndsIt) {
  Function function = NewFunction();
  function.memory_mb = 64;
  Create(function, BootstrapZip(PythonBootstrap(kObedient)));
  EXPECT_THAT(FreshError(R"({"do":"hog"})"),
              AllOf(StartsWith("Runtime.OutOfMemory: Runtime ran out of memory: it used "),
                    EndsWith(" MB of its 64 MB (MemorySize)")));
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, KeepsItsLogBetweenLambdasOwnLines) {
  CreateObedient();
  InvokeResult result = Run(R"({"do":"talk","lines":2})");
  const auto log = Log();
  ASSERT_EQ(log.size(), 6u);
  EXPECT_THAT(log[0], AllOf(StartsWith("START RequestId: "), EndsWith(" Version: $LATEST")));
  EXPECT_EQ(log[1], "line 0 of a long story");
  EXPECT_EQ(log[3], "the end");
  EXPECT_THAT(log[4], StartsWith("END RequestId: "));
  EXPECT_THAT(log[5], AllOf(StartsWith("REPORT RequestId: "), HasSubstr("Init Duration: "),
                            HasSubstr("Memory Size: 256 MB"), Not(HasSubstr("Used: 0 MB"))));
  EXPECT_THAT(result.log_tail, AllOf(StartsWith("START"), HasSubstr("\nthe end\nEND")));
  result = Run("{}");
  EXPECT_THAT(result.log_tail, Not(HasSubstr("the end")));
  EXPECT_THAT(result.log_tail, Not(HasSubstr("Init Duration")));
  const auto streams = *store_.ListLogStreams("/aws/lambda/f");
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_THAT(streams[0],
              testing::MatchesRegex("[0-9]{4}/[0-9]{2}/[0-9]{2}/\\[\\$LATEST\\][0-9a-f]{32}"));
}

TEST_F(FunctionHostTest, MegabytesOfLogDoNotBlockIt) {
  CreateObedient();
  InvokeResult result = Run(R"({"do":"talk","lines":200000})");  // Some 5 MB.
  EXPECT_EQ(result.payload, "{}");
  const auto log = Log();
  EXPECT_EQ(log.size(), 200'004u);
  EXPECT_LE(result.log_tail.size(), 4096u);
}

TEST_F(FunctionHostTest, HasLambdasEnvironmentAndNothingOfTheServices) {
  setenv("CANARY_SECRET", "leaked", 1);
  Function function = NewFunction();
  function.environment = {{"MINE", "é=1"}, {"PATH", "/bin"}};
  Restart();
  Create(function, BootstrapZip(PythonBootstrap(kObedient)));
  const Function stored = **host_->Find("f");
  auto variables = *json::ParseObject(Run(R"({"do":"environment"})").payload);
  const auto get = [&](const char* name) {
    return json::FindString(variables, name).value_or("(missing)");
  };
  EXPECT_EQ(get("MINE"), "é=1");
  EXPECT_EQ(get("PATH"), "/bin");
  EXPECT_EQ(get("TZ"), ":UTC");
  EXPECT_EQ(get("LANG"), "en_US.UTF-8");
  EXPECT_EQ(get("_HANDLER"), "handler");
  EXPECT_EQ(get("AWS_REGION"), "us-east-1");
  EXPECT_EQ(get("AWS_DEFAULT_REGION"), "us-east-1");
  EXPECT_EQ(get("AWS_LAMBDA_FUNCTION_NAME"), "f");
  EXPECT_EQ(get("AWS_LAMBDA_FUNCTION_VERSION"), "$LATEST");
  EXPECT_EQ(get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), "256");
  EXPECT_EQ(get("AWS_LAMBDA_LOG_GROUP_NAME"), "/aws/lambda/f");
  EXPECT_EQ(get("AWS_LAMBDA_LOG_STREAM_NAME"), (*store_.ListLogStreams("/aws/lambda/f"))[0]);
  EXPECT_EQ(get("AWS_ACCESS_KEY_ID"), stored.access_key_id);
  EXPECT_EQ(get("AWS_SECRET_ACCESS_KEY"), stored.secret_access_key.Reveal());
  EXPECT_EQ(get("AWS_SESSION_TOKEN"), stored.session_token.Reveal());
  EXPECT_EQ(get("AWS_ENDPOINT_URL"), "http://127.0.0.1:9");
  EXPECT_EQ(get("LAMBDA_TASK_ROOT"), get("cwd"));
  EXPECT_THAT(get("TMPDIR"), StartsWith(temp_.path().string()));
  EXPECT_EQ(get("CANARY_SECRET"), "(missing)");
  EXPECT_EQ(get("HOME"), "(missing)");
  const json::Object& headers = *json::FindObject(variables, "headers");
  EXPECT_EQ(json::FindString(headers, "Lambda-Runtime-Invoked-Function-Arn"), stored.arn);
  const int64_t left_ms = std::stoll(*json::FindString(headers, "Lambda-Runtime-Deadline-Ms")) -
                          clock_.Now().time_since_epoch().count() / 1000;
  EXPECT_GT(left_ms, 5'000);
  EXPECT_LE(left_ms, 10'000);
}

TEST_F(FunctionHostTest, TakesOneAnswerForTheInvocationUnderWay) {
  CreateObedient();
  EXPECT_EQ(*Invoke(R"({"do":"answer twice"})"), "1");
  EXPECT_EQ(*Invoke(R"({"do":"answer for another"})"), "400");
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, AScratchFolderBelongsToOneProcess) {
  CreateObedient();
  EXPECT_EQ(*Invoke(R"({"do":"scratch"})"), "false");
  EXPECT_EQ(*Invoke(R"({"do":"scratch"})"), "true");
  EXPECT_EQ(EntriesIn(temp_.path() / "scratch"), 1);
  Run(R"({"do":"exit"})");
  EXPECT_EQ(*Invoke(R"({"do":"scratch"})"), "false");
  host_.reset();
  EXPECT_EQ(EntriesIn(temp_.path() / "scratch"), 0);
}

TEST_F(FunctionHostTest, AProcessThatDiedBetweenInvocationsIsReplacedUnnoticed) {
  CreateObedient();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*Invoke(R"({"do":"die after"})"), "\"done\"");
}

TEST_F(FunctionHostTest, RunsSeveralAtOnceUpToItsLimit) {
  options_.max_processes_per_function = 2;
  Restart();
  CreateObedient();
  const auto before = steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(*Invoke(R"({"do":"sleep","seconds":0.4})"), "{}"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(steady_clock::now() - before, milliseconds(800));
  EXPECT_EQ(store_.ListLogStreams("/aws/lambda/f")->size(), 2u);
}

TEST_F(FunctionHostTest, WaitingForAFreeProcessEndsAtTheDeadline) {
  options_.max_processes_per_function = 1;
  Restart();
  CreateObedient();
  Run("{}");
  std::thread busy([&] { EXPECT_TRUE(Invoke(R"({"do":"sleep","seconds":1.5})").ok()); });
  std::this_thread::sleep_for(milliseconds(300));
  auto result = host_->Invoke("f", "{}", DeadlineAfter(milliseconds(300)));
  busy.join();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kRequestTimeout);
  EXPECT_THAT(result.error().message, HasSubstr("all 1 processes of function 'f' were busy"));
}

TEST_F(FunctionHostTest, IdleProcessesAreEnded) {
  options_.idle_timeout = seconds(0);
  Restart();
  CreateObedient();
  const pid_t pid = std::stoi(*Invoke(R"({"do":"pid"})"));
  EXPECT_TRUE(DiesSoon(pid));
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, NewCodeIsUsedFromTheNextInvocationOnAndNoneUnderWayIsLost) {
  const auto zip = [](int version) {
    return BootstrapZip(
        PythonBootstrap("time.sleep(0.02); answer(b\"" + std::to_string(version) + "\")"));
  };
  Create(NewFunction(), zip(0));
  std::atomic<int> current = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        const int before = current;
        auto answer = Invoke("{}");
        ASSERT_TRUE(answer.ok()) << ToString(answer.error());
        EXPECT_GE(std::stoi(*answer), before);
      }
    });
  }
  for (int version = 1; version <= 4; ++version) {
    std::this_thread::sleep_for(milliseconds(150));
    auto updated = host_->UpdateCode("f", zip(version));
    ASSERT_TRUE(updated.ok()) << ToString(updated.error());
    current = version;
  }
  std::this_thread::sleep_for(milliseconds(150));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*Invoke("{}"), "4");
  host_.reset();
  EXPECT_EQ(EntriesIn(temp_.path() / "functions" / "f"), 1) << "old code is gone";
}

TEST_F(FunctionHostTest, RefusedCodeChangesNothing) {
  CreateObedient();
  EXPECT_EQ(host_->UpdateCode("f", "no zip").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(host_->UpdateCode("f", MakeZip({{"a", "x"}})).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(host_->UpdateCode("g", MakeZip({{"a", "x"}})).error().code,
            ErrorCode::kResourceNotFound);
  EXPECT_EQ(*Invoke("{}"), "{}");
  EXPECT_EQ(EntriesIn(temp_.path() / "functions" / "f"), 1);
}

TEST_F(FunctionHostTest, RefusesWhatCanNotRunAndKeepsNothingOfIt) {
  const std::string zip = BootstrapZip("#!/bin/sh\n");
  const auto refusal = [&](auto change, const std::string& bytes) {
    Function function = NewFunction();
    change(function);
    auto created = host_->Create(function, bytes);
    EXPECT_FALSE(created.ok());
    if (created.ok()) return std::string();
    EXPECT_EQ(created.error().code, ErrorCode::kInvalidArgument);
    return created.error().message;
  };
  const auto as_it_is = [](Function&) {};
  const auto runtime = [](const char* name) {
    return [=](Function& function) { function.runtime = name; };
  };
  EXPECT_THAT(refusal(as_it_is, "zip"), HasSubstr("not a zip"));
  EXPECT_THAT(refusal(as_it_is, MakeZip({{"a", "x"}})), HasSubstr("no file 'bootstrap'"));
  EXPECT_THAT(refusal(as_it_is, MakeZip({{"bootstrap", "x"}})), HasSubstr("not executable"));
  EXPECT_THAT(refusal(as_it_is, MakeZip({{"../bootstrap", "x"}})), HasSubstr("leaves the zip"));
  for (const char* name : {"java21", "python2.7", "python3.7", "python3.", "python3.1x", ""}) {
    EXPECT_THAT(refusal(runtime(name), zip), HasSubstr("not supported")) << name;
  }
  EXPECT_THAT(refusal(runtime("python3.11"), zip), HasSubstr("module.function"));
  for (const char* name : {"", "a/b", "..", "é", "a b"}) {
    EXPECT_THAT(refusal([&](Function& function) { function.name = name; }, zip),
                HasSubstr("no name for a function"));
  }
  EXPECT_THAT(*host_->List(), IsEmpty());
  EXPECT_FALSE(fs::exists(temp_.path() / "evil"));
  CreateObedient();
  EXPECT_EQ(refusal(as_it_is, zip), "Function already exist: f");
}

TEST_F(FunctionHostTest, SaysWhatPythonLacks) {
  Function function = NewFunction();
  function.runtime = "python3.12";
  const std::string zip = MakeZip({{"handler.py", ""}});
  const auto message = [&](const std::string& python) {
    options_.python = python;
    Restart();
    auto created = host_->Create(function, zip);
    return created.ok() ? "it was created" : created.error().message;
  };
  EXPECT_THAT(message(""), HasSubstr("started without one"));
  EXPECT_THAT(message("/no/such/python"), HasSubstr("need Python 3.8 or later"));
  EXPECT_THAT(message("/bin/false"), HasSubstr("need Python 3.8 or later"));
  // An interpreter without packages.
  const fs::path bare = temp_.path() / "bare-python";
  std::ofstream(bare) << "#!/bin/sh\nexec " SLUICE_TEST_PYTHON " -S \"$@\"\n";
  fs::permissions(bare, fs::perms::owner_all);
  EXPECT_THAT(message(bare), HasSubstr("-m pip install awslambdaric"));
}

TEST_F(FunctionHostTest, RunsAPythonHandler) {
  Function function = NewFunction();
  function.runtime = "python3.11";
  function.handler = "pkg/app.run";
  Create(function, MakeZip({{"pkg/app.py", R"(
import os, helper
print("loaded")
def run(event, context):
    print("called by", context.invoked_function_arn)
    if event.get("raise"): raise KeyError("Rating")
    return {"doubled": helper.double(event["n"]), "ms": context.get_remaining_time_in_millis()}
)"},
                            {"helper.py", "def double(n): return 2 * n\n"}}));
  auto answer = json::ParseObject(Run(R"({"n":"é"})").payload);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(json::FindString(*answer, "doubled"), "éé");
  EXPECT_GT(json::FindInt(*answer, "ms").value_or(0), 5000);
  EXPECT_THAT(Log(), Contains("loaded"));
  EXPECT_THAT(Log(), Contains("called by arn:aws:lambda:us-east-1:123456789012:function:f"));
  EXPECT_EQ(FreshError(R"({"raise":1})"), "KeyError: 'Rating'");
  EXPECT_EQ(Run(R"({"n":2})").function_error, "");
}

TEST_F(FunctionHostTest, APythonModuleThatFailsToLoadIsTold) {
  Function function = NewFunction();
  function.runtime = "python3.11";
  function.handler = "app.run";
  Create(function, MakeZip({{"app.py", "import does_not_exist\n"}}));
  EXPECT_EQ(FreshError("{}"),
            "Runtime.ImportModuleError: Unable to import module 'app': No module named "
            "'does_not_exist'");
}

TEST_F(FunctionHostTest, SurvivesARestartAndCleansUpAfterAKill) {
  CreateObedient();
  const Function before = **host_->Find("f");
  fs::create_directories(temp_.path() / "scratch" / "left");
  fs::create_directories(temp_.path() / "functions" / "unknown" / "revision");
  fs::create_directories(temp_.path() / "functions" / "f" / "half-unpacked");
  Restart();
  EXPECT_EQ(*Invoke("{}"), "{}");
  EXPECT_EQ((*host_->Find("f"))->revision_id, before.revision_id);
  EXPECT_FALSE(fs::exists(temp_.path() / "scratch" / "left"));
  EXPECT_EQ(EntriesIn(temp_.path() / "functions"), 1);
  EXPECT_EQ(EntriesIn(temp_.path() / "functions" / "f"), 1);
}

TEST_F(FunctionHostTest, ADeletedFunctionIsGoneWithItsCodeAndMayComeBack) {
  CreateObedient();
  const pid_t pid = std::stoi(*Invoke(R"({"do":"pid"})"));
  ASSERT_TRUE(host_->Delete("f").ok());
  EXPECT_TRUE(DiesSoon(pid));
  EXPECT_EQ(Invoke("{}").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(host_->Delete("f").error().code, ErrorCode::kResourceNotFound);
  EXPECT_FALSE(*host_->Find("f"));
  CreateObedient();
  EXPECT_EQ(*Invoke("{}"), "{}");
}

TEST_F(FunctionHostTest, DestructionEndsWhatIsUnderWay) {
  CreateObedient();
  CreateObedient("g");
  Run("{}");
  const fs::path pids = temp_.path() / "pids";
  std::thread busy([&] {
    auto result =
        host_->Invoke("g", R"({"do":"hang with family","pids":")" + pids.string() + R"("})",
                      DeadlineAfter(seconds(60)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kServiceUnavailable) << ToString(result.error());
    EXPECT_THAT(result.error().message, HasSubstr("the service is stopping"));
  });
  while (ReadPids(pids).size() < 3) std::this_thread::sleep_for(milliseconds(10));
  const auto before = steady_clock::now();
  FunctionHost* host = host_.get();
  delete host;
  host_.release();
  busy.join();
  EXPECT_LT(steady_clock::now() - before, seconds(4));
  for (pid_t pid : ReadPids(pids)) EXPECT_FALSE(IsAlive(pid));
  EXPECT_EQ(EntriesIn(temp_.path() / "scratch"), 0);
}

TEST_F(FunctionHostTest, KeysAreTheFunctionsOwn) {
  CreateObedient();
  const Function function = **host_->Find("f");
  FunctionKeys keys(store_, "123456789012");
  auto key = keys.Find(function.access_key_id);
  ASSERT_TRUE(key);
  EXPECT_THAT(key->id, testing::MatchesRegex("ASIA[A-Z2-7]{16}"));
  EXPECT_EQ(key->secret, function.secret_access_key);
  EXPECT_EQ(key->session_token, function.session_token);
  EXPECT_EQ(key->principal, "arn:aws:sts::123456789012:assumed-role/sluice/f");
  EXPECT_EQ(FunctionOfPrincipal(key->principal), "f");
  EXPECT_FALSE(FunctionOfPrincipal("arn:aws:iam::123456789012:root"));
  EXPECT_FALSE(keys.Find("ASIAAAAAAAAAAAAAAAAA"));
  EXPECT_FALSE(keys.Find(""));
}

}  // namespace
}  // namespace sluice::functions
