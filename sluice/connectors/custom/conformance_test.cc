#include "sluice/connector/conformance.h"

#include "sluice/connectors/custom/custom_connector.h"
#include "sluice/connectors/custom/fake_function.h"

namespace sluice::custom {
namespace {

// A field of each type, as the function describes it.
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

class FakeFunctionTarget final : public ConformanceTarget {
 public:
  explicit FakeFunctionTarget(bool keeps_streams) : keeps_streams_(keeps_streams) {
    function_.table = Things();
    if (keeps_streams) function_.table.custom_properties["sluice.progress"] = "1";
    Register(registry_, function_);
  }

  ConformanceAbilities abilities() const override { return {.remembers_position = keeps_streams_}; }
  std::string entity() const override { return "things"; }
  std::string id_field() const override { return "id"; }
  std::map<DataType, std::string> fields() const override {
    std::map<DataType, std::string> fields;
    for (const Field& field : function_.table.fields) {
      if (!field.is_primary_key) fields[field.data_type] = field.name;
    }
    return fields;
  }
  void Fill(const std::vector<std::string>& records) override {
    function_.rows.clear();
    for (const std::string& record : records) {
      auto row = FakeFunction::ToRow(record);
      function_.rows[row["id"]] = row;
    }
  }
  std::vector<std::string> Contents() override {
    std::vector<std::string> records;
    for (const auto& [id, row] : function_.rows) records.push_back(function_.ToRecord(row));
    return records;
  }
  std::unique_ptr<Connector> Open() override { return OpenWith(kRightSecret); }
  // The function looks the password up by the secret's name.
  std::unique_ptr<Connector> OpenWithWrongPassword() override {
    return OpenWith("arn:aws:secretsmanager:eu-west-1:1:secret:wrong");
  }

 private:
  std::unique_ptr<Connector> OpenWith(const std::string& secret_arn) {
    Account account{.profile_name = "profile",
                    .function_arn = kFunctionArn,
                    .secret_arn = secret_arn,
                    .authentication_type = AuthenticationType::kCustom,
                    .api_version = "v1"};
    return *registry_.Open("CustomConnector", account);
  }

  const bool keeps_streams_;
  FakeFunction function_;
  Registry registry_;
};

template <bool kKeepsStreams>
std::unique_ptr<ConformanceTarget> MakeTarget() {
  return std::make_unique<FakeFunctionTarget>(kKeepsStreams);
}

INSTANTIATE_TEST_SUITE_P(Custom, ConnectorConformance, ::testing::Values(&MakeTarget<false>));
INSTANTIATE_TEST_SUITE_P(CustomWithProgress, ConnectorConformance,
                         ::testing::Values(&MakeTarget<true>));

}  // namespace
}  // namespace sluice::custom
