#include "sluice/store/store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "sluice/store/database.h"
#include "sluice/store/migrations.h"
#include "sluice/store/temporary_store.h"

namespace sluice::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using StoreTest = TemporaryStore;

secrets::SealedSecret Sealed(const std::string& name) {
  return {name,
          "arn:secret:" + name,
          kOddText,
          "version",
          kOddText,
          Time(std::chrono::seconds(1)),
          Time(std::chrono::seconds(2))};
}

TEST_F(StoreTest, KeepsSealedSecrets) {
  ASSERT_TRUE(*store_->InsertSecret(Sealed("b")));
  ASSERT_TRUE(*store_->InsertSecret(Sealed("a")));
  EXPECT_FALSE(*store_->InsertSecret(Sealed("a")));
  Open();
  for (const char* id : {"a", "arn:secret:a"}) {
    auto found = *store_->FindSecret(id);
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(found->name, "a");
    EXPECT_EQ(found->arn, "arn:secret:a");
    EXPECT_EQ(found->description, kOddText);
    EXPECT_EQ(found->version_id, "version");
    EXPECT_EQ(found->sealed, kOddText);
    EXPECT_EQ(found->created_at, Time(std::chrono::seconds(1)));
    EXPECT_EQ(found->updated_at, Time(std::chrono::seconds(2)));
  }
  EXPECT_FALSE(*store_->FindSecret("arn:secret:"));
  auto all = *store_->ListSecrets();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "a");

  secrets::SealedSecret changed = Sealed("a");
  changed.sealed = "new";
  ASSERT_TRUE(store_->UpdateSecret(changed).ok());
  EXPECT_EQ((*store_->FindSecret("a"))->sealed, "new");
  EXPECT_EQ((*store_->FindSecret("b"))->sealed, kOddText);
  changed.arn = "arn:secret:another-of-that-name";
  EXPECT_EQ(store_->UpdateSecret(changed).error().code, ErrorCode::kResourceNotFound);
  ASSERT_TRUE(store_->DeleteSecret("a").ok());
  EXPECT_FALSE(*store_->FindSecret("a"));
  EXPECT_EQ(store_->DeleteSecret("a").error().code, ErrorCode::kResourceNotFound);
}

TEST_F(StoreTest, KeepsSettings) {
  EXPECT_FALSE(*store_->FindSetting("account"));
  ASSERT_TRUE(store_->PutSetting("account", "1").ok());
  ASSERT_TRUE(store_->PutSetting("account", kOddText).ok());
  ASSERT_TRUE(store_->PutSetting("empty", "").ok());
  Open();
  EXPECT_EQ(**store_->FindSetting("account"), kOddText);
  EXPECT_EQ(**store_->FindSetting("empty"), "");
}

TEST_F(StoreTest, LeavesNoSecretInItsFiles) {
  ASSERT_TRUE(store_->PutSetting("root", "canary-setting").ok());
  ASSERT_TRUE(*store_->InsertFunction({.name = "visible-name",
                                       .environment = {{"PASSWORD", "canary-environment"}},
                                       .secret_access_key = Secret("canary-key"),
                                       .session_token = Secret("canary-token")}));
  SystemClock clock;
  secrets::Secrets secrets(*store_, master_key_, clock, "1");
  ASSERT_TRUE(secrets.Create("eu-west-1", "name", Secret("canary-secret")).ok());
  int files = 0;
  bool is_searched = false;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    ++files;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_THAT(bytes, Not(HasSubstr("canary"))) << entry.path();
    is_searched |= bytes.find("visible-name") != std::string::npos;
  }
  EXPECT_EQ(files, 4) << "the file itself, its log, its index, its lock";
  EXPECT_TRUE(is_searched);
}

TEST_F(StoreTest, KeepsOthersOut) {
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat file {};
    ASSERT_EQ(stat(entry.path().c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u) << entry.path();
  }
  ASSERT_EQ(chmod(Path().c_str(), 0644), 0);
  Open();
  struct stat file {};
  ASSERT_EQ(stat(Path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(StoreTest, RefusesAnotherMasterKey) {
  Error refusal = Refusal(Secret(std::string(32, 'x')));
  EXPECT_EQ(refusal.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refusal.message, AllOf(HasSubstr(Path()), HasSubstr("another master key")));
  Open();
}

TEST_F(StoreTest, NoticesWhatWasSwappedInTheFile) {
  ASSERT_TRUE(store_->PutSetting("a", "1").ok());
  ASSERT_TRUE(store_->PutSetting("b", "2").ok());
  ASSERT_TRUE(*store_->InsertFunction({.name = "f", .secret_access_key = Secret("key of f")}));
  ASSERT_TRUE(*store_->InsertFunction({.name = "g", .secret_access_key = Secret("key of g")}));
  store_.reset();
  {
    auto database = *Database::Open(Path());
    ASSERT_TRUE(database
                    ->Change("UPDATE setting SET sealed_value ="
                             " (SELECT sealed_value FROM setting WHERE name = 'b')"
                             " WHERE name = 'a'")
                    .ok());
    ASSERT_TRUE(database
                    ->Change("UPDATE function SET sealed_secret_access_key ="
                             " (SELECT sealed_secret_access_key FROM function"
                             " WHERE name = 'g') WHERE name = 'f'")
                    .ok());
  }
  Open();
  EXPECT_EQ(store_->FindSetting("a").error().code, ErrorCode::kClientError);
  EXPECT_TRUE(store_->FindSetting("b").ok());
  auto function = store_->FindFunction("f");
  ASSERT_FALSE(function.ok());
  EXPECT_THAT(function.error().message,
              HasSubstr("secret_access_key of the function 'f' does not open"));
}

TEST_F(StoreTest, RefusesADatabaseOfANewerVersion) {
  store_.reset();
  {
    auto database = *Database::Open(Path());
    const std::string version = std::to_string(Migrations().size() + 1);
    ASSERT_TRUE(database->Change("PRAGMA user_version = " + version).ok());
  }
  Error refusal = Refusal();
  EXPECT_EQ(refusal.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refusal.message, HasSubstr("newer version of sluice"));
}

TEST_F(StoreTest, RefusesAFileThatIsNoDatabase) {
  for (const std::string& text : {std::string("hello"), std::string(100'000, '\xff')}) {
    store_.reset();
    std::filesystem::remove(Path());
    std::ofstream(Path()) << text;
    Error refusal = Refusal();
    EXPECT_EQ(refusal.code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refusal.message, AllOf(HasSubstr(Path()), HasSubstr("is not a database")));
    EXPECT_EQ(std::filesystem::file_size(Path()), text.size()) << "it is left as it was";
  }
}

TEST_F(StoreTest, RefusesAnotherProgramsDatabase) {
  store_.reset();
  std::filesystem::remove(Path());
  std::ofstream(Path()).flush();
  {
    auto other = *Connection::Open(Path(), Sync::kFull);
    ASSERT_TRUE(other->Execute("CREATE TABLE theirs (x)").ok());
  }
  Error refusal = Refusal();
  EXPECT_EQ(refusal.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refusal.message, HasSubstr("another program's database"));
}

TEST_F(StoreTest, SaysThatADatabaseIsDamaged) {
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(*store_->InsertFlow({.name = name, .document = std::string(50'000, 'd')}));
  }
  store_.reset();
  const auto size = std::filesystem::file_size(Path());
  {
    std::fstream file(Path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(size - 4096, '\xff');
  }
  // The beginning is whole, so the file may open; whatever is read then says what is wrong.
  auto opened = Store::Open(Path(), master_key_);
  auto flows = opened.ok() ? (*opened)->ListFlows("", 1000)
                           : Result<std::vector<api::StoredFlow>>(opened.error());
  ASSERT_FALSE(flows.ok());
  EXPECT_EQ(flows.error().code, ErrorCode::kServerError);
  EXPECT_THAT(flows.error().message,
              AllOf(HasSubstr(Path() + " is damaged"), HasSubstr("restore it from a backup")));
}

TEST_F(StoreTest, SaysWhyItCannotBeMade) {
  auto opened = Store::Open(directory_ + "/nowhere/sluice.db", master_key_);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr("nowhere/sluice.db"));
  EXPECT_THAT(opened.error().message, HasSubstr("No such file or directory"));
}

TEST_F(StoreTest, MayBeOpenedOnceInAProcess) {
  auto second = Store::Open(Path(), master_key_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kServiceUnavailable);
}

// A process that runs `work` and then nothing else of this program.
template <class Work>
pid_t Fork(Work work) {
  pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  return child;
}

TEST_F(StoreTest, MayBeOpenedByOneProcess) {
  store_.reset();
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  pid_t holder = Fork([&] {
    auto store = Store::Open(Path(), master_key_);
    if (store.ok() && write(ready[1], "x", 1) == 1) pause();
  });
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  Error refusal = Refusal();
  EXPECT_EQ(refusal.code, ErrorCode::kServiceUnavailable);
  EXPECT_THAT(refusal.message,
              AllOf(HasSubstr(Path()), HasSubstr("process " + std::to_string(holder))));
  kill(holder, SIGKILL);
  waitpid(holder, nullptr, 0);
  Open();  // The kernel gave the lock back.
  close(ready[0]);
  close(ready[1]);
}

TEST_F(StoreTest, ServesManyThreads) {
  std::atomic<bool> is_writing = true;
  std::thread reader([&] {
    size_t seen = 0;
    while (is_writing) {
      size_t now = store_->ListFlows("", 10'000)->size();
      EXPECT_GE(now, seen) << "what was seen once does not go away";
      seen = now;
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 20; ++i) {
        std::string name = std::to_string(writer) + "-" + std::to_string(i);
        EXPECT_TRUE(*store_->InsertFlow({.name = name}));
        EXPECT_TRUE(*store_->FindFlow(name)) << "one reads what one wrote";
        EXPECT_TRUE(store_->AppendLog({{"g", "s", Time(), name}}).ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  is_writing = false;
  reader.join();
  EXPECT_EQ(store_->ListFlows("", 10'000)->size(), 80u);
  EXPECT_EQ(store_->FindLog({.log_group = "g"})->size(), 80u);
}

TEST_F(StoreTest, SecretsChangedByManyThreadsStayWhole) {
  SystemClock clock;
  secrets::Secrets secrets(*store_, master_key_, clock, "1");
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string mine = std::to_string(i);
      made += secrets.Create("eu-west-1", "name", Secret(mine)).ok();
      for (int round = 0; round < 10; ++round) {
        EXPECT_TRUE(secrets.Put("name", Secret(mine), mine + "-" + std::to_string(round)).ok());
        auto opened = secrets.Get("name");
        ASSERT_TRUE(opened.ok()) << ToString(opened.error());
        EXPECT_EQ(opened->meta.version_id.substr(0, 1), opened->value.Reveal());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

// Writes until it is killed, and says so after each commit: one byte for each "i" that is on
// record.
void WriteAndTell(const std::string& path, const Secret& master_key, int first, int tell) {
  auto store = Store::Open(path, master_key);
  if (!store.ok()) _exit(1);
  for (int i = first;; ++i) {
    const std::string id = std::to_string(i);
    const flow::RunRecord run{.execution_id = id, .flow_name = id};
    if (!(*store)->BeginRun(run, {{"p", ""}}).ok() ||
        !(*store)->SaveProgress(run, "p", {i, id}, false, {{i, 0, ServerError(id)}}).ok() ||
        !(*store)->PutSetting("last", id).ok() ||
        !(*store)->AppendLog({{"g", "s", Time(), id}}).ok() || write(tell, "x", 1) != 1) {
      _exit(1);
    }
  }
}

TEST_F(StoreTest, LosesNothingThatWasAcknowledgedWhenItIsKilled) {
  store_.reset();
  std::mt19937 random(20'260'131);
  int acknowledged = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    int tell[2];
    ASSERT_EQ(pipe(tell), 0);
    // What an earlier one left half-done may be on record too: begin well beyond.
    const int first = acknowledged + 10;
    pid_t writer = Fork([&] { WriteAndTell(Path(), master_key_, first, tell[1]); });
    close(tell[1]);
    char bytes[4096];
    ASSERT_EQ(read(tell[0], bytes, 1), 1) << "the writer came to an end by itself";
    int told = 1;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    kill(writer, SIGKILL);
    int status = 0;
    waitpid(writer, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer came to an end by itself";
    for (ssize_t size; (size = read(tell[0], bytes, sizeof bytes)) > 0;) told += size;
    close(tell[0]);

    Open();
    acknowledged = first + told - 1;
    EXPECT_GE(stoi(**store_->FindSetting("last")), acknowledged);
    EXPECT_LE(stoi(**store_->FindSetting("last")), acknowledged + 1) << "and invents nothing";
    const auto events = *store_->FindLog({.log_group = "g", .limit = INT64_MAX});
    std::set<std::string> logged;
    for (const auto& event : events) logged.insert(event.message);
    for (int i = first; i <= acknowledged; ++i) {
      const std::string id = std::to_string(i);
      ASSERT_EQ(store_->ListRuns(id, 10, "")->size(), 1u) << id;
      EXPECT_EQ(store_->ListRefused(id, 0, 10)->size(), 1u) << id;
      EXPECT_EQ(logged.count(id), 1u) << id;
    }
    store_.reset();
  }
}

}  // namespace
}  // namespace sluice::store
