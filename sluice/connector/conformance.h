// What every connector must do, written once. A connector's test includes this file, implements
// ConformanceTarget for its system (or a fake of it) and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, ConnectorConformance, ::testing::Values(&MakeMemoryTarget));
//
// Include it in one .cc of a test program.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sluice/base/json.h"
#include "sluice/connector/connector.h"
#include "sluice/connector/number.h"
#include "sluice/connector/records.h"

namespace sluice {

// What a connector can do. A statement about something that it can't is reported as skipped, with
// the name of the member here: a decision to be seen in the target, never an accident.
struct ConformanceAbilities {
  bool reads = true;
  bool filters = true;  // Applies at least one comparison itself.
  bool writes = true;   // INSERT.
  bool upserts = true, updates = true, deletes = true;
  bool refuses_duplicates = true;  // An INSERT of an id that is there is refused.
  bool remembers_position = true;  // Resume() knows the stream after the writer is gone.
  bool undoes_unlogged = false;    // Resume() takes the log's word and undoes what is behind it.
  bool has_credentials = true;     // There is such a thing as a wrong password.
};

// One system with one entity, for one test.
class ConformanceTarget {
 public:
  virtual ~ConformanceTarget() = default;

  virtual ConformanceAbilities abilities() const { return {}; }

  // The entity that the suite reads and writes: its identifier in requests.
  virtual std::string entity() const = 0;
  // The field that identifies a row: a String, unique, and what reading is ordered by.
  virtual std::string id_field() const = 0;
  // Fields to try beside it, at most one of a type, each nullable. The more the better.
  virtual std::map<DataType, std::string> fields() const = 0;

  // The id of the n-th row (n from 0 to 999), in ascending order.
  virtual std::string Id(int n) const {
    std::string digits = std::to_string(n);
    return "row-" + std::string(4 - digits.size(), '0') + digits;
  }
  // Values as JSON, all of which the system can store and gives back the same. Override where it
  // can store less.
  virtual std::vector<std::string> Samples(DataType type) const;
  // How many rows make at least three batches with the connectors that Open() returns.
  virtual int rows_in_three_batches() const { return 25; }

  // Before Open(): the entity exists and holds exactly these records (JSON objects by field name,
  // in the order of their ids).
  virtual void Fill(const std::vector<std::string>& records) = 0;
  // What the entity holds now: JSON objects with all fields of fields() and the id.
  virtual std::vector<std::string> Contents() = 0;

  // A connector with the right credentials. It lives no longer than the target.
  virtual std::unique_ptr<Connector> Open() = 0;
  // One with a wrong password, and that password.
  virtual std::unique_ptr<Connector> OpenWithWrongPassword() { return nullptr; }
  virtual std::string wrong_password() const { return "Wr0ng-Canary-Password"; }
};

inline std::vector<std::string> ConformanceTarget::Samples(DataType type) const {
  switch (type) {
    case DataType::kString:
      return {R"("")", R"("null")", R"("Zoë 'n\" \\ %_\t\n")", R"("日本語 𝄞😀")",
              R"(" lead, trail ")"};
    case DataType::kBoolean:
      return {"true", "false"};
    case DataType::kShort:
      return {"0", "-32768", "32767"};
    case DataType::kInteger:
      return {"0", "-2147483648", "2147483647"};
    case DataType::kLong:
      return {"0", "-9223372036854775808", "9223372036854775807"};
    case DataType::kBigInteger:
      return {"0", "18446744073709551615"};
    case DataType::kBigDecimal:
      return {"0", "-0.01", "1234567890123456789012345678.91"};
    case DataType::kFloat:
      return {"0", "-1.5", "16777216"};
    case DataType::kDouble:
      return {"0", "0.1", "-1.7976931348623157e+308", "2.2250738585072014e-308"};
    case DataType::kDate:
      return {R"("2026-02-28")", R"("1000-01-01")", R"("9999-12-31")"};
    case DataType::kDateTime:
      return {R"("2026-01-31T09:05:07Z")", R"("1970-01-02T00:00:00Z")"};
    case DataType::kByteArray:
      return {R"("")", R"("AP8=")"};
    case DataType::kStruct:
    case DataType::kMap:
      return {R"({})", R"({"a":[1,null,"é"]})"};
    case DataType::kList:
      return {"[]", R"([1,"a"])"};
  }
  return {};
}

class ConnectorConformance
    : public ::testing::TestWithParam<std::unique_ptr<ConformanceTarget> (*)()> {
 protected:
  using Rows = std::vector<std::string>;

  ConnectorConformance() : target_(GetParam()()) {}

  // Fills the entity and opens the connector.
  void Start(const Rows& records) {
    target_->Fill(records);
    connector_ = target_->Open();
    ASSERT_NE(connector_, nullptr);
    auto entity = connector_->DescribeEntity(target_->entity());
    ASSERT_TRUE(entity.ok()) << entity.error().message;
    entity_ = *entity;
  }

  std::vector<std::string> AllFields() const {
    std::vector<std::string> names = {target_->id_field()};
    for (const auto& [type, name] : target_->fields()) names.push_back(name);
    return names;
  }

  // {"id":"row-0007","<field>":<json>}; every other field null.
  std::string Record(int n, const std::map<std::string, std::string>& values = {}) const {
    std::string record = "{";
    json::AppendQuoted(record, target_->id_field());
    record += ':';
    json::AppendQuoted(record, target_->Id(n));
    for (const auto& [type, name] : target_->fields()) {
      record += ',';
      json::AppendQuoted(record, name);
      auto found = values.find(name);
      record += ':' + (found == values.end() ? "null" : found->second);
    }
    return record + "}";
  }

  // One record for each sample of each field, and one with nothing but nulls.
  Rows SampleRecords() const {
    Rows records;
    for (const auto& [type, name] : target_->fields()) {
      for (const std::string& sample : target_->Samples(type)) {
        records.push_back(Record(static_cast<int>(records.size()), {{name, sample}}));
      }
    }
    records.push_back(Record(static_cast<int>(records.size())));
    return records;
  }

  // Values that grow with n, so that comparisons can be foretold. n from 0 to 8.
  std::string GrowingValue(DataType type, int n) const {
    std::string digit = std::to_string(n);
    switch (type) {
      case DataType::kString:
        return "t" + digit;
      case DataType::kBoolean:
        return n % 2 ? "true" : "false";
      case DataType::kBigDecimal:
        return digit + ".25";
      case DataType::kFloat:
      case DataType::kDouble:
        return digit + ".5";
      case DataType::kDate:
        return "2026-01-0" + std::to_string(n + 1);
      case DataType::kDateTime:
        return "2026-01-31T00:00:0" + digit + "Z";
      default:
        return digit;
    }
  }
  static bool IsQuoted(DataType type) {
    return type == DataType::kString || type == DataType::kDate || type == DataType::kDateTime;
  }
  static FilterValue::Kind LiteralKind(DataType type) {
    switch (type) {
      case DataType::kString:
        return FilterValue::Kind::kString;
      case DataType::kBoolean:
        return FilterValue::Kind::kBoolean;
      case DataType::kDate:
        return FilterValue::Kind::kDate;
      case DataType::kDateTime:
        return FilterValue::Kind::kDateTime;
      default:
        return FilterValue::Kind::kNumber;
    }
  }
  // Types that have an order and a literal.
  static bool IsComparable(DataType type) {
    return type != DataType::kByteArray && type != DataType::kStruct && type != DataType::kMap &&
           type != DataType::kList;
  }
  FilterValue Literal(DataType type, int n) const {
    return {LiteralKind(type), GrowingValue(type, n), 0};
  }
  // Nine growing records and a tenth with nulls.
  Rows GrowingRecords() const {
    Rows records;
    for (int n = 0; n < 9; ++n) {
      std::map<std::string, std::string> values;
      for (const auto& [type, name] : target_->fields()) {
        if (!IsComparable(type)) continue;
        std::string value = GrowingValue(type, n);
        values[name] = IsQuoted(type) ? '"' + value + '"' : value;
      }
      records.push_back(Record(n, values));
    }
    records.push_back(Record(9));
    return records;
  }

  ReadRequest Reading(std::vector<std::string> fields, std::optional<Filter> condition = {}) const {
    ReadRequest request;
    request.entity = entity_;
    request.fields = std::move(fields);
    request.filter.condition = std::move(condition);
    request.run = {"conformance", "00000000-0000-4000-8000-000000000000"};
    return request;
  }

  struct Page {
    Rows records;
    Position after;
  };

  // Everything from `from` on; a batch is a page, empty ones too.
  Result<std::vector<Page>> ReadPages(Connector& connector, const ReadRequest& request,
                                      std::optional<Position> from = {}) {
    SLUICE_ASSIGN(auto partitions, connector.Split(request, 1));
    if (partitions.size() != 1) return InvalidArgument("Split(…, 1) gave not one partition");
    SLUICE_ASSIGN(auto reader, connector.OpenReader(request, partitions[0], from));
    std::vector<Page> pages;
    while (true) {
      SLUICE_ASSIGN(Pull pull, reader->Next(DeadlineAfter(std::chrono::seconds(30)), {}));
      if (pull.what == Pulled::kEnd) return pages;
      if (pull.what == Pulled::kIdle) return InvalidArgument("idle for 30 s");
      EXPECT_TRUE(pull.batch.rows->schema()->Equals(*reader->schema()));
      EXPECT_EQ(pull.batch.source_row.size(), pull.batch.rows->num_rows());
      EXPECT_TRUE(pull.batch.bytes > 0 || pull.batch.rows->num_rows() == 0);
      EXPECT_THAT(pull.batch.unreadable, ::testing::IsEmpty()) << "there is none of these here";
      SLUICE_ASSIGN(Rows records, RecordsToJson(*pull.batch.rows));
      pages.push_back({std::move(records), pull.batch.after});
    }
  }

  Result<Rows> ReadAll(Connector& connector, const ReadRequest& request,
                       std::optional<Position> from = {}) {
    SLUICE_ASSIGN(auto pages, ReadPages(connector, request, from));
    Rows all;
    for (const Page& page : pages) all.insert(all.end(), page.records.begin(), page.records.end());
    return all;
  }

  WriteRequest Writing(WriteOperation operation, std::vector<std::string> fields) const {
    WriteRequest request;
    request.entity = entity_;
    request.fields = std::move(fields);
    request.operation = operation;
    if (operation != WriteOperation::kInsert) request.id_fields = {target_->id_field()};
    request.run = {"conformance", "00000000-0000-4000-8000-000000000000"};
    return request;
  }

  // A batch of `records` as a mapping would hand it over. Row i came from source row 2i + 1, so
  // that mixing the two up shows.
  Batch MakeBatch(const std::vector<std::string>& fields, const Rows& records, int64_t seq) const {
    auto schema = SchemaOf(entity_, fields);
    EXPECT_TRUE(schema.ok()) << schema.error().message;
    std::vector<std::string_view> texts(records.begin(), records.end());
    auto rows = RecordsFromJson(*schema, texts);
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    Batch batch{.rows = *rows, .after = {seq, "after-" + std::to_string(seq)}};
    for (int64_t i = 0; i < (*rows)->num_rows(); ++i) batch.source_row.push_back(2 * i + 1);
    return batch;
  }

  static void Add(Progress& total, Progress more) {
    EXPECT_GE(more.durable.seq, total.durable.seq);
    total.durable = more.durable;
    total.rows_written += more.rows_written;
    total.bytes_written += more.bytes_written;
    for (RejectedRow& row : more.rejected) total.rejected.push_back(std::move(row));
  }

  // Writes the batches in one stream and sums up what became durable.
  Result<Progress> WriteAll(const WriteRequest& request, const std::vector<Batch>& batches,
                            const std::string& stream = "conformance/0") {
    SLUICE_ASSIGN(auto writer, connector_->OpenWriter(request, stream));
    SLUICE_ASSIGN(auto position, writer->Resume({}));
    Progress total;
    if (position) total.durable = *position;
    for (const Batch& batch : batches) {
      SLUICE_ASSIGN(Progress progress, writer->Write(batch));
      EXPECT_LE(progress.durable.seq, batch.after.seq);
      Add(total, std::move(progress));
    }
    SLUICE_ASSIGN(Progress last, writer->Finish());
    Add(total, std::move(last));
    return total;
  }

  // Records in a form that compares: members by name, numbers by value.
  static std::multiset<std::string> Normal(const Rows& records) {
    std::multiset<std::string> normal;
    for (const std::string& record : records) {
      auto object = json::ParseObject(record);
      EXPECT_TRUE(object.ok()) << record;
      std::map<std::string, std::string> members;
      for (const auto& [name, value] : *object) {
        members[std::string(name)] =
            value.is_double() ? FormatNumber(value.get_double()) : json::ToText(value);
      }
      std::string text;
      for (const auto& [name, value] : members) text += name + '=' + value + ' ';
      normal.insert(text);
    }
    return normal;
  }

  std::set<std::string> IdsOf(const Rows& records) const {
    std::set<std::string> ids;
    for (const std::string& record : records) {
      auto object = json::ParseObject(record);
      EXPECT_TRUE(object.ok()) << record;
      ids.insert(json::FindString(*object, target_->id_field()).value_or("?"));
    }
    return ids;
  }

  std::unique_ptr<ConformanceTarget> target_;  // Outlives the connector.
  std::unique_ptr<Connector> connector_;
  EntityDefinition entity_;
};

#define SLUICE_NEEDS_ABILITY(ability)                                       \
  if (!target_->abilities().ability) {                                      \
    GTEST_SKIP() << "the target says that it lacks the ability: " #ability; \
  }

TEST_P(ConnectorConformance, CheckAcceptsTheRightCredentials) {
  Start({});
  Status status = connector_->Check();
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST_P(ConnectorConformance, CheckRefusesAWrongPasswordWithoutRepeatingIt) {
  SLUICE_NEEDS_ABILITY(has_credentials);
  target_->Fill({});
  auto connector = target_->OpenWithWrongPassword();
  ASSERT_NE(connector, nullptr);
  Status status = connector->Check();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidCredentials);
  EXPECT_FALSE(status.error().message.empty());
  EXPECT_EQ(status.error().message.find(target_->wrong_password()), std::string::npos);
}

TEST_P(ConnectorConformance, ListsTheEntityOnceOverAllPages) {
  Start({});
  int found = 0;
  std::set<std::string> tokens;
  std::string token;
  do {
    auto page = connector_->ListEntities("", 1, token);
    ASSERT_TRUE(page.ok()) << page.error().message;
    for (const Entity& entity : page->entities) found += entity.identifier == target_->entity();
    token = page->next_token;
    ASSERT_TRUE(token.empty() || tokens.insert(token).second) << "the same token twice";
  } while (!token.empty());
  EXPECT_EQ(found, 1);
}

TEST_P(ConnectorConformance, DescribesTheEntityWithItsFields) {
  Start({});
  EXPECT_EQ(entity_.entity.identifier, target_->entity());
  const Field* id = entity_.Find(target_->id_field());
  ASSERT_NE(id, nullptr);
  EXPECT_EQ(id->data_type, DataType::kString);
  for (const auto& [type, name] : target_->fields()) {
    const Field* field = entity_.Find(name);
    ASSERT_NE(field, nullptr) << name;
    EXPECT_EQ(field->data_type, type) << name;
  }
}

TEST_P(ConnectorConformance, AnUnknownEntityIsNotFoundAndNamed) {
  Start({});
  auto entity = connector_->DescribeEntity("no_such_entity");
  ASSERT_FALSE(entity.ok());
  EXPECT_EQ(entity.error().code, ErrorCode::kResourceNotFound);
  EXPECT_THAT(entity.error().message, ::testing::HasSubstr("no_such_entity"));
}

TEST_P(ConnectorConformance, ReadsAnEmptyEntity) {
  SLUICE_NEEDS_ABILITY(reads);
  Start({});
  auto records = ReadAll(*connector_, Reading(AllFields()));
  ASSERT_TRUE(records.ok()) << records.error().message;
  EXPECT_TRUE(records->empty());
}

TEST_P(ConnectorConformance, ReadsEveryValueAsItStandsThere) {
  SLUICE_NEEDS_ABILITY(reads);
  Rows samples = SampleRecords();
  Start(samples);
  auto records = ReadAll(*connector_, Reading(AllFields()));
  ASSERT_TRUE(records.ok()) << records.error().message;
  EXPECT_EQ(Normal(*records), Normal(samples));
}

TEST_P(ConnectorConformance, ReadsAllDigitsOfADecimal) {
  SLUICE_NEEDS_ABILITY(reads);
  auto fields = target_->fields();
  auto field = fields.find(DataType::kBigDecimal);
  if (field == fields.end()) GTEST_SKIP() << "the target has no field of type BigDecimal";
  for (const std::string& sample : target_->Samples(DataType::kBigDecimal)) {
    Start({Record(0, {{field->second, sample}})});
    auto records = ReadAll(*connector_, Reading({field->second}));
    ASSERT_TRUE(records.ok()) << records.error().message;
    ASSERT_EQ(records->size(), 1u);
    std::string head = "{\"" + field->second + "\":";
    std::string number =
        records->at(0).substr(head.size(), records->at(0).size() - head.size() - 1);
    EXPECT_TRUE(SameNumber(number, sample)) << number << " instead of " << sample;
  }
}

TEST_P(ConnectorConformance, PagesToTheEnd) {
  SLUICE_NEEDS_ABILITY(reads);
  Rows records;
  for (int n = 0; n < target_->rows_in_three_batches(); ++n) records.push_back(Record(n));
  Start(records);
  auto pages = ReadPages(*connector_, Reading(AllFields()));
  ASSERT_TRUE(pages.ok()) << pages.error().message;
  Rows all;
  int filled = 0;
  int64_t seq = 0;
  for (const Page& page : *pages) {
    all.insert(all.end(), page.records.begin(), page.records.end());
    filled += !page.records.empty();
    EXPECT_GT(page.after.seq, seq) << "seq must grow with each batch";
    seq = page.after.seq;
  }
  EXPECT_GE(filled, 3);
  EXPECT_EQ(Normal(all), Normal(records));
}

TEST_P(ConnectorConformance, ResumesFromEachPositionWithoutLossOrDoubles) {
  SLUICE_NEEDS_ABILITY(reads);
  Rows records;
  for (int n = 0; n < target_->rows_in_three_batches(); ++n) records.push_back(Record(n));
  Start(records);
  auto request = Reading(AllFields());
  auto pages = ReadPages(*connector_, request);
  ASSERT_TRUE(pages.ok()) << pages.error().message;
  Rows before;
  for (const Page& page : *pages) {
    before.insert(before.end(), page.records.begin(), page.records.end());
    auto connector = target_->Open();  // As after a restart.
    auto rest = ReadPages(*connector, request, page.after);
    ASSERT_TRUE(rest.ok()) << rest.error().message;
    Rows all = before;
    for (const Page& more : *rest) {
      EXPECT_GT(more.after.seq, page.after.seq) << "seq must go on, not start again";
      all.insert(all.end(), more.records.begin(), more.records.end());
    }
    EXPECT_EQ(Normal(all), Normal(records)) << "resumed at " << page.after.token;
  }
}

TEST_P(ConnectorConformance, PartitionsCoverEachRowOnce) {
  SLUICE_NEEDS_ABILITY(reads);
  Rows records;
  for (int n = 0; n < target_->rows_in_three_batches(); ++n) records.push_back(Record(n));
  Start(records);
  auto request = Reading(AllFields());
  for (int parts : {2, 3, 100}) {
    auto partitions = connector_->Split(request, parts);
    ASSERT_TRUE(partitions.ok()) << partitions.error().message;
    EXPECT_GE(std::ssize(*partitions), 1);
    EXPECT_LE(std::ssize(*partitions), parts);
    std::set<std::string> names;
    Rows all;
    for (const Partition& partition : *partitions) {
      EXPECT_TRUE(names.insert(partition.name).second) << "two are called " << partition.name;
      auto connector = target_->Open();  // As each is read by itself.
      auto reader = connector->OpenReader(request, partition, {});
      ASSERT_TRUE(reader.ok()) << reader.error().message;
      while (true) {
        auto pull = (*reader)->Next(DeadlineAfter(std::chrono::seconds(30)), {});
        ASSERT_TRUE(pull.ok()) << pull.error().message;
        if (pull->what == Pulled::kEnd) break;
        Rows some = *RecordsToJson(*pull->batch.rows);
        all.insert(all.end(), some.begin(), some.end());
      }
    }
    EXPECT_EQ(Normal(all), Normal(records)) << "in " << parts;
  }
}

TEST_P(ConnectorConformance, GivesTheSelectedFieldsInTheirOrder) {
  SLUICE_NEEDS_ABILITY(reads);
  Start({Record(0)});
  std::vector<std::string> fields = AllFields();
  std::reverse(fields.begin(), fields.end());
  for (size_t count = fields.size(); count > 0; --count) {
    std::vector<std::string> some(fields.begin(), fields.begin() + static_cast<long>(count));
    auto request = Reading(some);
    auto reader = connector_->OpenReader(request, connector_->Split(request, 1)->at(0), {});
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    EXPECT_EQ((*reader)->schema()->field_names(), some);
    auto records = ReadAll(*connector_, request);
    ASSERT_TRUE(records.ok()) << records.error().message;
    EXPECT_EQ(records->size(), 1u);
  }
}

TEST_P(ConnectorConformance, AnUnknownFieldIsRefusedAndNamed) {
  SLUICE_NEEDS_ABILITY(reads);
  Start({Record(0)});
  auto records = ReadAll(*connector_, Reading({target_->id_field(), "no_such_field"}));
  ASSERT_FALSE(records.ok());
  EXPECT_EQ(records.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(records.error().message, ::testing::HasSubstr("no_such_field"));
}

TEST_P(ConnectorConformance, AppliesTheFiltersThatItSaysItCan) {
  SLUICE_NEEDS_ABILITY(reads);
  SLUICE_NEEDS_ABILITY(filters);
  using enum Operator;
  Start(GrowingRecords());
  int applied = 0;
  for (const auto& [type, name] : target_->fields()) {
    if (!IsComparable(type)) continue;
    for (Operator op : {kEqualTo, kNotEqualTo, kLessThan, kLessThanOrEqualTo, kGreaterThan,
                        kGreaterThanOrEqualTo, kContains, kBetween}) {
      if (type == DataType::kBoolean && op != kEqualTo && op != kNotEqualTo) continue;
      if (type != DataType::kString && op == kContains) continue;
      Filter filter{.field = name, .op = op, .values = {Literal(type, 3)}};
      if (op == kBetween) filter.values.push_back(Literal(type, 5));
      if (!connector_->CanFilter(entity_, filter)) continue;
      ++applied;
      std::set<std::string> expected;
      for (int n = 0; n < 9; ++n) {
        bool is_equal = type == DataType::kBoolean ? n % 2 == 1 : n == 3;
        bool matches = op == kEqualTo || op == kContains ? is_equal
                       : op == kNotEqualTo               ? !is_equal
                       : op == kLessThan                 ? n < 3
                       : op == kLessThanOrEqualTo        ? n <= 3
                       : op == kGreaterThan              ? n > 3
                       : op == kGreaterThanOrEqualTo     ? n >= 3
                                                         : n >= 3 && n <= 5;
        if (matches) expected.insert(target_->Id(n));
      }
      auto records = ReadAll(*connector_, Reading({target_->id_field()}, filter));
      ASSERT_TRUE(records.ok()) << ToString(op) << ' ' << name << ": " << records.error().message;
      std::set<std::string> ids = IdsOf(*records);
      if (op == kNotEqualTo) ids.erase(target_->Id(9));  // Whether null differs is the source's.
      EXPECT_EQ(ids, expected) << name << ' ' << ToString(op);
      EXPECT_EQ(records->size(), IdsOf(*records).size());
    }
  }
  EXPECT_GT(applied, 0);
}

TEST_P(ConnectorConformance, JoinsFiltersByAndAndOr) {
  SLUICE_NEEDS_ABILITY(reads);
  SLUICE_NEEDS_ABILITY(filters);
  Start(GrowingRecords());
  for (const auto& [type, name] : target_->fields()) {
    if (!IsComparable(type) || type == DataType::kBoolean) continue;
    std::vector<Filter> equal;
    for (int n : {2, 4}) {
      equal.push_back({.field = name, .op = Operator::kEqualTo, .values = {Literal(type, n)}});
    }
    if (!connector_->CanFilter(entity_, equal[0])) continue;
    Filter either{.kind = Filter::Kind::kOr, .operands = equal};
    auto records = ReadAll(*connector_, Reading({target_->id_field()}, either));
    ASSERT_TRUE(records.ok()) << name << ": " << records.error().message;
    EXPECT_EQ(IdsOf(*records), (std::set<std::string>{target_->Id(2), target_->Id(4)})) << name;
    Filter both{.kind = Filter::Kind::kAnd, .operands = {either, equal[1]}};
    records = ReadAll(*connector_, Reading({target_->id_field()}, both));
    ASSERT_TRUE(records.ok()) << name << ": " << records.error().message;
    EXPECT_EQ(IdsOf(*records), std::set<std::string>{target_->Id(4)}) << name;
  }
}

TEST_P(ConnectorConformance, FilterTextIsNeverTakenForSyntax) {
  SLUICE_NEEDS_ABILITY(reads);
  SLUICE_NEEDS_ABILITY(filters);
  auto fields = target_->fields();
  auto text = fields.find(DataType::kString);
  if (text == fields.end()) GTEST_SKIP() << "the target has no field of type String";
  const std::string nasty = "a' OR 1=1 -- \" \\ %";
  std::string quoted;
  json::AppendQuoted(quoted, nasty);
  Start({Record(0, {{text->second, quoted}}), Record(1, {{text->second, R"("a")"}})});
  Filter filter{.field = text->second,
                .op = Operator::kEqualTo,
                .values = {{FilterValue::Kind::kString, nasty, 0}}};
  if (!connector_->CanFilter(entity_, filter)) GTEST_SKIP() << "CanFilter says no";
  auto records = ReadAll(*connector_, Reading({target_->id_field()}, filter));
  // A filter language may have no way to write this text; then it is refused, not bent.
  if (!records.ok()) {
    EXPECT_EQ(records.error().code, ErrorCode::kInvalidArgument) << records.error().message;
  } else {
    EXPECT_EQ(IdsOf(*records), std::set<std::string>{target_->Id(0)});
  }
}

TEST_P(ConnectorConformance, ReadingReturnsSoonAfterStopIsRequested) {
  SLUICE_NEEDS_ABILITY(reads);
  Start({Record(0)});
  auto request = Reading(AllFields());
  auto reader = connector_->OpenReader(request, connector_->Split(request, 1)->at(0), {});
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  std::stop_source stop;
  stop.request_stop();
  auto start = std::chrono::steady_clock::now();
  auto pull = (*reader)->Next(DeadlineAfter(std::chrono::minutes(10)), stop.get_token());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_P(ConnectorConformance, InsertsEveryValueAsItIs) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({});
  Rows samples = SampleRecords();
  auto total =
      WriteAll(Writing(WriteOperation::kInsert, AllFields()), {MakeBatch(AllFields(), samples, 1)});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, static_cast<int64_t>(samples.size()));
  EXPECT_GT(total->bytes_written, 0);
  EXPECT_THAT(total->rejected, ::testing::IsEmpty());
  EXPECT_EQ(Normal(target_->Contents()), Normal(samples));
}

TEST_P(ConnectorConformance, FinishMakesEverythingDurable) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({});
  Rows records;
  std::vector<Batch> batches;
  for (int n = 0; n < 3; ++n) {
    records.push_back(Record(n));
    batches.push_back(MakeBatch(AllFields(), {records.back()}, n + 1));
  }
  batches.push_back(MakeBatch(AllFields(), {}, 4));  // Only the position moves.
  auto total = WriteAll(Writing(WriteOperation::kInsert, AllFields()), batches);
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->durable, batches.back().after);
  EXPECT_EQ(total->rows_written, 3);
  EXPECT_EQ(Normal(target_->Contents()), Normal(records));
}

TEST_P(ConnectorConformance, WritesNothingWhereNothingCame) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({});
  auto total = WriteAll(Writing(WriteOperation::kInsert, AllFields()), {});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, 0);
  EXPECT_THAT(target_->Contents(), ::testing::IsEmpty());
}

TEST_P(ConnectorConformance, ReportsARefusedRowByItsSourceRowAndWritesTheOthers) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(refuses_duplicates);
  Start({Record(1)});
  auto total = WriteAll(Writing(WriteOperation::kInsert, AllFields()),
                        {MakeBatch(AllFields(), {Record(0), Record(1), Record(2)}, 7)});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, 2);
  ASSERT_EQ(total->rejected.size(), 1u);
  EXPECT_EQ(total->rejected[0].seq, 7);
  EXPECT_EQ(total->rejected[0].index, 3) << "row 1 of the batch came from source row 3";
  EXPECT_FALSE(total->rejected[0].error.message.empty());
  EXPECT_EQ(Normal(target_->Contents()), Normal({Record(0), Record(1), Record(2)}));
}

TEST_P(ConnectorConformance, ABatchOfRefusedRowsOnlyIsStillNoError) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(refuses_duplicates);
  Start({Record(0), Record(1)});
  Batch batch = MakeBatch(AllFields(), {Record(0), Record(1)}, 1);
  auto total = WriteAll(Writing(WriteOperation::kInsert, AllFields()), {batch});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, 0);
  EXPECT_EQ(total->rejected.size(), 2u);
  EXPECT_EQ(total->durable, batch.after);
}

TEST_P(ConnectorConformance, UpsertInsertsChangesAndClears) {
  SLUICE_NEEDS_ABILITY(upserts);
  auto [type, name] = *target_->fields().begin();
  std::string sample = target_->Samples(type).back();
  Start({Record(0, {{name, sample}}), Record(1)});
  Rows after = {Record(0), Record(1, {{name, sample}}), Record(2, {{name, sample}})};
  auto total =
      WriteAll(Writing(WriteOperation::kUpsert, AllFields()), {MakeBatch(AllFields(), after, 1)});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_THAT(total->rejected, ::testing::IsEmpty());
  EXPECT_EQ(total->rows_written, 3);
  EXPECT_EQ(Normal(target_->Contents()), Normal(after));
}

TEST_P(ConnectorConformance, UpdateChangesTheGivenFieldsAndLeavesTheRest) {
  SLUICE_NEEDS_ABILITY(updates);
  auto fields = target_->fields();
  if (fields.size() < 2) GTEST_SKIP() << "the target has fewer than two fields";
  auto [changed_type, changed] = *fields.begin();
  auto [kept_type, kept] = *std::next(fields.begin());
  std::string sample = target_->Samples(changed_type).back();
  std::string other = target_->Samples(kept_type).back();
  Start({Record(0, {{kept, other}}), Record(1, {{kept, other}})});
  std::vector<std::string> written = {target_->id_field(), changed};
  auto total = WriteAll(Writing(WriteOperation::kUpdate, written),
                        {MakeBatch(written, {Record(1, {{changed, sample}})}, 1)});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, 1);
  EXPECT_EQ(Normal(target_->Contents()),
            Normal({Record(0, {{kept, other}}), Record(1, {{kept, other}, {changed, sample}})}));
}

TEST_P(ConnectorConformance, DeleteRemovesTheNamedRows) {
  SLUICE_NEEDS_ABILITY(deletes);
  Start({Record(0), Record(1), Record(2)});
  std::vector<std::string> written = {target_->id_field()};
  auto total = WriteAll(Writing(WriteOperation::kDelete, written),
                        {MakeBatch(written, {Record(0), Record(2)}, 1)});
  ASSERT_TRUE(total.ok()) << total.error().message;
  EXPECT_EQ(total->rows_written, 2);
  EXPECT_EQ(Normal(target_->Contents()), Normal({Record(1)}));
}

TEST_P(ConnectorConformance, ANewStreamIsAtItsBeginning) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({});
  auto writer =
      connector_->OpenWriter(Writing(WriteOperation::kInsert, AllFields()), "conformance/new");
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  auto position = (*writer)->Resume({});
  ASSERT_TRUE(position.ok()) << position.error().message;
  EXPECT_EQ(position->has_value(),
            target_->abilities().remembers_position || target_->abilities().undoes_unlogged);
  EXPECT_EQ(position->value_or(Position{}), Position{});
}

TEST_P(ConnectorConformance, TheTargetRemembersWhereAStreamIs) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(remembers_position);
  Start({});
  auto request = Writing(WriteOperation::kInsert, AllFields());
  Batch batch = MakeBatch(AllFields(), {Record(0)}, 5);
  ASSERT_TRUE(WriteAll(request, {batch}, "conformance/a").ok());
  connector_ = target_->Open();
  auto writer = connector_->OpenWriter(request, "conformance/a");
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  auto position = (*writer)->Resume({});
  ASSERT_TRUE(position.ok()) << position.error().message;
  ASSERT_TRUE(position->has_value());
  EXPECT_EQ(**position, batch.after);
  auto other = connector_->OpenWriter(request, "conformance/b");
  EXPECT_EQ((*other)->Resume({})->value_or(Position{}).seq, 0) << "streams don't mix";
}

TEST_P(ConnectorConformance, ABatchSentAgainIsWrittenOnce) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(remembers_position);
  Start({Record(1)});
  auto request = Writing(WriteOperation::kInsert, AllFields());
  Batch batch = MakeBatch(AllFields(), {Record(0), Record(1)}, 1);
  auto first = WriteAll(request, {batch}, "conformance/a");
  ASSERT_TRUE(first.ok()) << first.error().message;
  auto again = WriteAll(request, {batch}, "conformance/a");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->durable, batch.after);
  EXPECT_EQ(again->rejected.size(), first->rejected.size()) << "the stored report, not a new try";
  EXPECT_EQ(Normal(target_->Contents()), Normal({Record(0), Record(1)}));
}

// A crash between the target's commit and the engine's save: what the target says is there isn't
// sent again, and the engine still hears of each record that was refused.
TEST_P(ConnectorConformance, WhatTheLogDoesNotKnowIsToldAfterResume) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(remembers_position);
  SLUICE_NEEDS_ABILITY(refuses_duplicates);
  Start({Record(3)});
  auto request = Writing(WriteOperation::kInsert, AllFields());
  const std::vector<Batch> batches = {MakeBatch(AllFields(), {Record(0), Record(1)}, 1),
                                      MakeBatch(AllFields(), {Record(2), Record(3)}, 2),
                                      MakeBatch(AllFields(), {Record(4)}, 3)};
  {
    auto writer = connector_->OpenWriter(request, "conformance/a");
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    ASSERT_TRUE((*writer)->Resume({}).ok());
    ASSERT_TRUE((*writer)->Write(batches[0]).ok());
    ASSERT_TRUE((*writer)->Flush().ok());
    ASSERT_TRUE((*writer)->Write(batches[1]).ok());
    ASSERT_TRUE((*writer)->Flush().ok());
  }
  {
    // And once more: what this writer answers is lost, too.
    connector_ = target_->Open();
    auto writer = connector_->OpenWriter(request, "conformance/a");
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    auto told = (*writer)->Resume(batches[0].after);
    ASSERT_TRUE(told.ok()) << told.error().message;
    ASSERT_TRUE((*writer)->Write(batches[told->value().seq == 1 ? 1 : 2]).ok());
  }
  connector_ = target_->Open();
  auto writer = connector_->OpenWriter(request, "conformance/a");
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  auto told = (*writer)->Resume(batches[0].after);
  ASSERT_TRUE(told.ok()) << told.error().message;
  ASSERT_TRUE(told->has_value());
  EXPECT_GE((*told)->seq, 1) << "never behind the log";
  Progress total{.durable = **told};
  for (const Batch& batch : batches) {
    if (batch.after.seq <= (*told)->seq) continue;
    auto progress = (*writer)->Write(batch);
    ASSERT_TRUE(progress.ok()) << progress.error().message;
    Add(total, *std::move(progress));
  }
  auto last = (*writer)->Finish();
  ASSERT_TRUE(last.ok()) << last.error().message;
  Add(total, *std::move(last));
  EXPECT_EQ(total.durable, batches[2].after);
  ASSERT_EQ(total.rejected.size(), 1u);
  EXPECT_EQ(total.rejected[0].seq, 2);
  EXPECT_EQ(total.rejected[0].index, 3);
  EXPECT_EQ(Normal(target_->Contents()),
            Normal({Record(0), Record(1), Record(2), Record(3), Record(4)}));
}

TEST_P(ConnectorConformance, AWriterThatRefusesRecordsSaysThatItMay) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(refuses_duplicates);
  Start({});
  auto writer = connector_->OpenWriter(Writing(WriteOperation::kInsert, AllFields()), "c/may");
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  EXPECT_TRUE((*writer)->may_refuse());
  (*writer)->Abandon();
}

TEST_P(ConnectorConformance, WritesAsManyStreamsAtOnceAsItSays) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({});
  auto request = Writing(WriteOperation::kInsert, AllFields());
  request.streams = connector_->MostStreams(request);
  ASSERT_GE(request.streams, 1);
  if (request.streams == 1) GTEST_SKIP() << "it says that it writes one at a time";
  request.streams = std::min(request.streams, 4);
  Rows records;
  std::vector<Status> outcomes(static_cast<size_t>(request.streams), Done{});
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < request.streams; ++i) {
      Rows own;
      for (int n = 0; n < 20; ++n) own.push_back(Record(20 * i + n));
      records.insert(records.end(), own.begin(), own.end());
      Batch batch = MakeBatch(AllFields(), own, 1);
      threads.emplace_back([this, &request, &outcomes, batch, i] {
        auto write = [&]() -> Status {
          auto connector = target_->Open();
          SLUICE_ASSIGN(auto writer,
                        connector->OpenWriter(request, "conformance/" + std::to_string(i)));
          SLUICE_ASSIGN([[maybe_unused]] auto told, writer->Resume({}));
          SLUICE_ASSIGN([[maybe_unused]] Progress progress, writer->Write(batch));
          SLUICE_ASSIGN([[maybe_unused]] Progress last, writer->Finish());
          return Done{};
        };
        outcomes[static_cast<size_t>(i)] = write();
      });
    }
  }
  for (const Status& outcome : outcomes) EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(Normal(target_->Contents()), Normal(records));
}

TEST_P(ConnectorConformance, WhatTheLogDoesNotKnowIsUndone) {
  SLUICE_NEEDS_ABILITY(writes);
  SLUICE_NEEDS_ABILITY(undoes_unlogged);
  Start({});
  auto request = Writing(WriteOperation::kInsert, AllFields());
  Batch batch = MakeBatch(AllFields(), {Record(0), Record(1)}, 1);
  ASSERT_TRUE(WriteAll(request, {batch}, "conformance/a").ok());
  ASSERT_TRUE(WriteAll(request, {MakeBatch(AllFields(), {Record(2)}, 1)}, "conformance/b").ok());
  connector_ = target_->Open();
  ASSERT_TRUE(WriteAll(request, {batch}, "conformance/a").ok()) << "the log knew of nothing";
  EXPECT_EQ(Normal(target_->Contents()), Normal({Record(0), Record(1), Record(2)}));
}

TEST_P(ConnectorConformance, AbandonedAndUnusedWritersLeaveNoTrace) {
  SLUICE_NEEDS_ABILITY(writes);
  Start({Record(0)});
  {
    auto writer =
        connector_->OpenWriter(Writing(WriteOperation::kInsert, AllFields()), "conformance/0");
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    (*writer)->Abandon();
  }
  EXPECT_EQ(Normal(target_->Contents()), Normal({Record(0)}));
}

}  // namespace sluice
