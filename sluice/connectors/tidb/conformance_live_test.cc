#include "sluice/base/encoding.h"
#include "sluice/connector/conformance.h"
#include "sluice/connectors/tidb/tidb_connector.h"
#include "sluice/tidb/live_test.h"
#include "sluice/tidb/sql.h"

namespace sluice::tidb_connector {
namespace {

using tidb::QuoteString;

// A table in a database of its own.
class TidbTarget final : public ConformanceTarget {
 public:
  TidbTarget() : options_(tidb::ServerOptions()) {
    admin_ = *tidb::Client::Connect(options_, tidb::Soon());
    Run("CREATE DATABASE " + database_);
    options_.database = database_;
  }
  ~TidbTarget() override { Run("DROP DATABASE " + database_); }

  std::string entity() const override { return "conformance"; }
  std::string id_field() const override { return "id"; }
  std::map<DataType, std::string> fields() const override {
    return {{DataType::kString, "f_text"},        {DataType::kBoolean, "f_bool"},
            {DataType::kShort, "f_short"},        {DataType::kInteger, "f_int"},
            {DataType::kLong, "f_long"},          {DataType::kBigInteger, "f_big"},
            {DataType::kBigDecimal, "f_decimal"}, {DataType::kFloat, "f_float"},
            {DataType::kDouble, "f_double"},      {DataType::kDate, "f_date"},
            {DataType::kDateTime, "f_time"},      {DataType::kByteArray, "f_bytes"},
            {DataType::kList, "f_list"}};
  }
  std::vector<std::string> Samples(DataType type) const override {
    switch (type) {
      case DataType::kBigDecimal:
        return {"0.00", "-0.01", "1234567890123456789012345678.91"};
      case DataType::kList:  // A VECTOR: of numbers only.
        return {"[]", "[1,-2.5]"};
      default:
        return ConformanceTarget::Samples(type);
    }
  }

  void Fill(const std::vector<std::string>& records) override {
    Run("DROP TABLE IF EXISTS conformance");
    Run("CREATE TABLE conformance (id VARCHAR(20) PRIMARY KEY, f_text VARCHAR(100) COLLATE "
        "utf8mb4_bin, f_bool TINYINT(1), f_short SMALLINT, f_int INT, f_long BIGINT, f_big BIGINT "
        "UNSIGNED, f_decimal DECIMAL(40,2), f_float FLOAT, f_double DOUBLE, f_date DATE, f_time "
        "DATETIME(6), f_bytes VARBINARY(100), f_list VECTOR)");
    for (const std::string& record : records) Insert(record);
  }

  std::vector<std::string> Contents() override {
    std::string sql = "SELECT id";
    for (const auto& [type, name] : fields()) sql += ", " + name;
    auto rows = admin_->Select(sql + " FROM conformance ORDER BY id", "the test", tidb::Soon());
    EXPECT_TRUE(rows.ok()) << rows.error().message;
    std::vector<std::string> records;
    for (const tidb::TextRow& row : *rows) records.push_back(ToRecord(row));
    return records;
  }

  std::unique_ptr<Connector> Open() override {
    return MakeTidbConnector(options_, {.batch_bytes = 50});
  }
  std::unique_ptr<Connector> OpenWithWrongPassword() override {
    tidb::ConnectOptions wrong = options_;
    wrong.password = Secret(wrong_password());
    return MakeTidbConnector(wrong);
  }

 private:
  void Run(const std::string& sql) {
    auto done = admin_->Execute(sql, "the test", tidb::Soon());
    EXPECT_TRUE(done.ok()) << sql << ": " << done.error().message;
    if (sql.starts_with("CREATE DATABASE")) Run("USE " + database_);
  }

  // Neither way goes through the connector.
  void Insert(const std::string& record) {
    auto object = json::ParseObject(record);
    ASSERT_TRUE(object.ok()) << record;
    std::string sql = "INSERT INTO conformance SET id = " +
                      QuoteString(json::FindString(*object, "id").value_or("?"));
    for (const auto& [type, name] : fields()) {
      const json::Value& value = object->at(name);
      std::string text = value.is_string() ? std::string(value.get_string()) : json::ToText(value);
      sql += ", " + name + " = ";
      if (value.is_null()) {
        sql += "NULL";
      } else if (type == DataType::kByteArray) {
        sql += tidb::QuoteBytes(*Base64Decode(text));
      } else if (type == DataType::kDateTime) {
        sql += QuoteString(text.substr(0, 10) + " " + text.substr(11, text.size() - 12));
      } else if (type == DataType::kBigDecimal) {
        sql += NumberIn(record, name);
      } else {
        sql += value.is_bool() ? text : QuoteString(text);
      }
    }
    Run(sql);
  }
  // All its digits, which the parsed one has not.
  static std::string NumberIn(const std::string& record, const std::string& name) {
    std::string rest = record.substr(record.find("\"" + name + "\":") + name.size() + 3);
    return rest.substr(0, rest.find_first_of(",}"));
  }

  std::string ToRecord(const tidb::TextRow& row) const {
    std::string record = "{\"id\":";
    json::AppendQuoted(record, *row[0]);
    size_t i = 1;
    for (const auto& [type, name] : fields()) {
      record += ",\"" + name + "\":";
      const auto& value = row[i++];
      if (!value) {
        record += "null";
      } else if (type == DataType::kBoolean) {
        record += *value == "0" ? "false" : "true";
      } else if (type == DataType::kByteArray) {
        json::AppendQuoted(record, Base64Encode(*value));
      } else if (type == DataType::kDateTime) {
        json::AppendQuoted(record, value->substr(0, 10) + "T" + value->substr(11, 8) + "Z");
      } else if (type == DataType::kString || type == DataType::kDate) {
        json::AppendQuoted(record, *value);
      } else {
        record += *value;
      }
    }
    return record + "}";
  }

  std::string database_ = "test_" + RandomToken(12);
  tidb::ConnectOptions options_;
  std::unique_ptr<tidb::Client> admin_;
};

std::unique_ptr<ConformanceTarget> MakeTidbTarget() { return std::make_unique<TidbTarget>(); }

}  // namespace

}  // namespace sluice::tidb_connector

namespace sluice {
INSTANTIATE_TEST_SUITE_P(Tidb, ConnectorConformance,
                         ::testing::Values(&tidb_connector::MakeTidbTarget));
}  // namespace sluice
