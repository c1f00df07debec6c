#include "sluice/connectors/memory/memory_connector.h"

#include <thread>

#include "sluice/connector/conformance.h"
#include "sluice/connectors/memory/memory_reader.h"

namespace sluice::memory {
namespace {

EntityDefinition Things() {
  EntityDefinition things;
  things.entity.identifier = "things";
  things.fields.push_back({.name = "id", .is_primary_key = true, .write = WriteProperties{}});
  for (int i = 0; i <= static_cast<int>(DataType::kList); ++i) {
    auto type = static_cast<DataType>(i);
    things.fields.push_back({.name = "a_" + std::string(ToString(type)),
                             .data_type = type,
                             .write = WriteProperties{}});
  }
  return things;
}

class MemoryTarget : public ConformanceTarget {
 public:
  explicit MemoryTarget(MemoryOptions options) : options_(options) {
    database_.SetPassword(Secret("right"));
    EntityDefinition other;
    other.entity.identifier = "an_other";
    database_.Put(other, {});
    other.entity.identifier = "yet_another";
    database_.Put(other, {});
  }

  ConformanceAbilities abilities() const override {
    return {.remembers_position = options_.remembers_position && !options_.undoes,
            .undoes_unlogged = options_.undoes};
  }
  std::string entity() const override { return "things"; }
  std::string id_field() const override { return "id"; }
  std::map<DataType, std::string> fields() const override {
    std::map<DataType, std::string> fields;
    for (const Field& field : Things().fields) {
      if (!field.is_primary_key) fields[field.data_type] = field.name;
    }
    return fields;
  }
  void Fill(const std::vector<std::string>& records) override { database_.Put(Things(), records); }
  std::vector<std::string> Contents() override { return database_.Records("things"); }
  std::unique_ptr<Connector> Open() override {
    return MakeMemoryConnector(database_, Secret("right"), options_);
  }
  std::unique_ptr<Connector> OpenWithWrongPassword() override {
    return MakeMemoryConnector(database_, Secret(wrong_password()), options_);
  }

 private:
  Database database_;
  MemoryOptions options_;
};

std::unique_ptr<ConformanceTarget> MakeTarget() {
  return std::make_unique<MemoryTarget>(MemoryOptions{.most_streams = 3});
}
std::unique_ptr<ConformanceTarget> MakeLateTarget() {
  return std::make_unique<MemoryTarget>(MemoryOptions{.batches_per_commit = 3});
}
std::unique_ptr<ConformanceTarget> MakeForgetfulTarget() {
  return std::make_unique<MemoryTarget>(MemoryOptions{.remembers_position = false});
}
std::unique_ptr<ConformanceTarget> MakeUndoingTarget() {
  return std::make_unique<MemoryTarget>(MemoryOptions{.batches_per_commit = 3, .undoes = true});
}

INSTANTIATE_TEST_SUITE_P(Memory, ConnectorConformance, ::testing::Values(&MakeTarget));
INSTANTIATE_TEST_SUITE_P(LateMemory, ConnectorConformance, ::testing::Values(&MakeLateTarget));
INSTANTIATE_TEST_SUITE_P(ForgetfulMemory, ConnectorConformance,
                         ::testing::Values(&MakeForgetfulTarget));
INSTANTIATE_TEST_SUITE_P(UndoingMemory, ConnectorConformance,
                         ::testing::Values(&MakeUndoingTarget));

class GivenPassword : public CredentialSource {
 public:
  explicit GivenPassword(std::string password) : password_(std::move(password)) {}
  Result<Credentials> Load() override {
    return Credentials{AuthenticationType::kCustom, "Password", {{"password", password_}}};
  }
  Status Save(const Credentials&) override { return Done{}; }

 private:
  Secret password_;
};

TEST(Memory, OpensThroughTheRegistryWithTheProfilesPassword) {
  Database database;
  database.SetPassword(Secret("right"));
  Registry registry;
  Register(registry, database);
  Account account;
  account.credentials = std::make_shared<GivenPassword>("right");
  EXPECT_TRUE((*registry.Open("Memory", account))->Check().ok());
  account.credentials = std::make_shared<GivenPassword>("wrong");
  EXPECT_FALSE((*registry.Open("Memory", account))->Check().ok());
}

TEST(Memory, PartitionsCoverEachRowOnce) {
  for (size_t count : {0u, 1u, 2u, 7u, 100u}) {
    auto partitions = SplitRows(count, 3);
    EXPECT_EQ(partitions.size(), std::clamp<size_t>(count, 1, 3));
    std::string end = "0";
    for (const Partition& partition : partitions) {
      EXPECT_TRUE(partition.state.starts_with(end + "-")) << partition.state;
      end = partition.state.substr(partition.state.find('-') + 1);
    }
    EXPECT_EQ(end, std::to_string(count));
  }
}

TEST(Memory, AFaultStrikesOnceAtItsTurn) {
  Database database;
  database.FailAt(Point::kRead, 2, ServerError("gone"));
  EXPECT_TRUE(database.Pass(Point::kRead).ok());
  EXPECT_TRUE(database.Pass(Point::kWrite).ok());
  EXPECT_EQ(database.Pass(Point::kRead).error().message, "gone");
  EXPECT_TRUE(database.Pass(Point::kRead).ok());
}

TEST(Memory, ANullBecomesTheDefaultOrIsRefusedInANotNullColumn) {
  Database database;
  EntityDefinition table;
  table.entity.identifier = "t";
  WriteProperties not_null{.is_nullable = false};
  table.fields = {{.name = "id", .is_primary_key = true, .write = not_null},
                  {.name = "name", .default_value = "", .write = not_null}};
  database.Put(table, {});
  Database::Write write{.entity = "t",
                        .rows = {{{"id", "\"1\""}, {"name", "null"}}, {{"id", "null"}}},
                        .source_row = {0, 1},
                        .after = {1, ""}};
  auto report = database.Commit({write});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->rows_written, 1);
  ASSERT_EQ(report->rejected.size(), 1u);
  EXPECT_EQ(report->rejected[0].error.message, "column 'id' must not be null and has no default");
  EXPECT_EQ(database.Records("t"), std::vector<std::string>{R"({"id":"1","name":""})"});
}

TEST(Memory, AnEndlessReadWaitsForRowsAndSaysThatItIsIdle) {
  Database database;
  database.Put(Things(), {R"({"id":"1"})"});
  auto connector = MakeMemoryConnector(database, {}, {.is_endless = true});
  ReadRequest request{.entity = Things(), .fields = {"id"}};
  auto partitions = connector->Split(request, 4);
  ASSERT_EQ(partitions->size(), 1u);
  auto reader = connector->OpenReader(request, partitions->at(0), {});
  auto soon = [] { return DeadlineAfter(std::chrono::milliseconds(10)); };
  EXPECT_EQ((*reader)->Next(soon(), {})->what, Pulled::kBatch);
  EXPECT_EQ((*reader)->Next(soon(), {})->what, Pulled::kIdle);
  std::jthread later([&] { database.Append("things", R"({"id":"2"})"); });
  auto pull = (*reader)->Next(DeadlineAfter(std::chrono::seconds(30)), {});
  ASSERT_EQ(pull->what, Pulled::kBatch);
  EXPECT_EQ(pull->batch.rows->num_rows(), 1);
}

}  // namespace
}  // namespace sluice::memory
