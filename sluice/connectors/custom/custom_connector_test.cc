#include "sluice/connectors/custom/custom_connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sluice/connector/records.h"
#include "sluice/connectors/custom/fake_function.h"

namespace sluice::custom {
namespace {

using protocol::QueryDataRequest;
using protocol::ValidateConnectorRuntimeSettingsRequest;
using protocol::ValidateCredentialsRequest;
using protocol::WriteDataRequest;
using protocol::WriteDataResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

EntityDefinition Table() {
  Field id{.name = "id", .write = WriteProperties{}};
  Field text{.name = "text", .write = WriteProperties{}};
  return {.entity = {.identifier = "table"}, .fields = {id, text}};
}

std::string Page(std::vector<std::string> records, std::string next_token) {
  return ToJson(Result<protocol::QueryDataResponse>(
      protocol::QueryDataResponse{RecordList(records), std::move(next_token)}));
}
std::string Failure(ErrorCode code, std::optional<std::chrono::seconds> retry_after = {}) {
  return ToJson(Result<protocol::QueryDataResponse>(Error{code, "said the function", retry_after}));
}

class CustomConnector : public ::testing::Test {
 protected:
  CustomConnector() {
    function_.table = Table();
    Register(registry_, function_);
    account_ = {.profile_name = "profile",
                .settings = {{"region", "eu"}},
                .function_arn = kFunctionArn,
                .secret_arn = kRightSecret,
                .authentication_type = AuthenticationType::kCustom,
                .api_version = "v1"};
  }

  Connector& connector() {
    if (!connector_) connector_ = *registry_.Open("CustomConnector", account_);
    return *connector_;
  }

  template <class Message>
  const Message& Asked(size_t i) const {
    return std::get<Message>(function_.requests.at(i));
  }

  std::unique_ptr<BatchReader> Reader(FilterExpression filter = {},
                                      std::optional<Position> from = {}) {
    ReadRequest request{.entity = Table(),
                        .fields = {"text"},
                        .filter = std::move(filter),
                        .settings = {{"depth", "2"}},
                        .run = {"flow", "execution"}};
    return *connector().OpenReader(request, {"0", ""}, from);
  }
  Result<Pull> Next(BatchReader& reader, std::stop_token stop = {}) {
    return reader.Next(DeadlineAfter(std::chrono::seconds(10)), stop);
  }

  std::unique_ptr<BatchWriter> Writer(WriteOperation operation = WriteOperation::kInsert,
                                      bool all_or_none = false) {
    WriteRequest request{.entity = Table(),
                         .fields = {"id", "text"},
                         .operation = operation,
                         .all_or_none = all_or_none,
                         .settings = {{"depth", "2"}},
                         .run = {"flow", "execution"}};
    if (operation != WriteOperation::kInsert) request.id_fields = {"id"};
    return *connector().OpenWriter(request, "execution/0");
  }
  // A row for each text, from source rows 10, 11, ….
  Batch RowsOf(const std::vector<std::string>& texts) {
    std::vector<std::string> records;
    Batch batch{.after = {7, "after"}};
    for (const std::string& text : texts) {
      std::string row = std::to_string(records.size());
      records.push_back(R"({"id":")" + row + R"(","text":)");
      json::AppendQuoted(records.back(), text);
      records.back() += "}";
      batch.source_row.push_back(9 + static_cast<int64_t>(records.size()));
    }
    std::vector<std::string_view> views(records.begin(), records.end());
    batch.rows = *RecordsFromJson(*SchemaOf(Table(), {"id", "text"}), views);
    return batch;
  }
  Batch Rows(size_t count, const std::string& text = "x") {
    return RowsOf(std::vector<std::string>(count, text));
  }
  void Script(std::vector<Result<std::string>> answers) {
    function_.scripted.assign(answers.begin(), answers.end());
  }

  FakeFunction function_;
  Registry registry_;
  Account account_;
  std::unique_ptr<Connector> connector_;
};

TEST_F(CustomConnector, CheckTriesTheCredentialsAndThenTheSettings) {
  EXPECT_TRUE(connector().Check().ok());
  ASSERT_EQ(function_.requests.size(), 2u);
  EXPECT_EQ(Asked<ValidateCredentialsRequest>(0).credentials.secret_arn, kRightSecret);
  EXPECT_EQ(Asked<ValidateCredentialsRequest>(0).credentials.authentication_type,
            AuthenticationType::kCustom);
  EXPECT_EQ(Asked<ValidateConnectorRuntimeSettingsRequest>(1).scope, "CONNECTOR_PROFILE");
  EXPECT_THAT(Asked<ValidateConnectorRuntimeSettingsRequest>(1).runtime_settings,
              ElementsAre(Pair("region", "eu")));
}

TEST_F(CustomConnector, CheckNamesTheSettingThatIsRefused) {
  account_.settings["bad"] = "1";
  Status checked = connector().Check();
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(checked.error().message, HasSubstr("'bad': must go"));
}

TEST_F(CustomConnector, WithoutAuthenticationThereAreNoCredentialsToTry) {
  account_.authentication_type = AuthenticationType::kNone;
  EXPECT_TRUE(connector().Check().ok());
  EXPECT_EQ(function_.requests.size(), 1u);
  ASSERT_TRUE(connector().DescribeEntity("table").ok());
  EXPECT_FALSE(Asked<protocol::DescribeEntityRequest>(1).context.credentials);
}

TEST_F(CustomConnector, AnAccountWithoutAFunctionIsRefused) {
  account_.function_arn.clear();
  EXPECT_FALSE(registry_.Open("CustomConnector", account_).ok());
}

TEST_F(CustomConnector, ListsPageByPage) {
  auto first = connector().ListEntities("", 100, "");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->entities[0].identifier, "table");
  auto second = connector().ListEntities("", 100, first->next_token);
  EXPECT_EQ(second->entities[0].identifier, "zzz");
  EXPECT_TRUE(second->next_token.empty());
  EXPECT_EQ(Asked<protocol::ListEntitiesRequest>(0).max_result, 100);
}

TEST_F(CustomConnector, FiltersWhatTheFieldAllowsAndTheLanguageCanSay) {
  EntityDefinition entity = Table();
  entity.fields.push_back({.name = "größe", .data_type = DataType::kLong});
  entity.fields.push_back({.name = "hidden", .read = {.is_queryable = false}});
  entity.fields.push_back({.name = "less", .filter_operators = {Operator::kLessThan}});
  auto can = [&](std::string field, Operator op, FilterValue value) {
    return connector().CanFilter(entity, {.field = field, .op = op, .values = {value}});
  };
  FilterValue text{FilterValue::Kind::kString, "x"};
  EXPECT_TRUE(can("text", Operator::kEqualTo, text));
  EXPECT_TRUE(can("text", Operator::kContains, text));
  EXPECT_FALSE(can("text", Operator::kLessThan, text)) << "not an operator of strings";
  EXPECT_TRUE(can("less", Operator::kLessThan, text)) << "but the field may say so";
  EXPECT_FALSE(can("less", Operator::kEqualTo, text));
  EXPECT_FALSE(can("hidden", Operator::kEqualTo, text));
  EXPECT_FALSE(can("absent", Operator::kEqualTo, text));
  EXPECT_FALSE(can("größe", Operator::kEqualTo, {FilterValue::Kind::kNumber, "1"}));
  EXPECT_FALSE(can("text", Operator::kEqualTo, {FilterValue::Kind::kNumber, "1e9"}));
}

TEST_F(CustomConnector, QueriesCarryFieldsFilterAndBothKindsOfSettings) {
  FilterExpression filter{Filter{.field = "text",
                                 .op = Operator::kContains,
                                 .values = {{FilterValue::Kind::kString, "O'Neil"}}},
                          {}};
  auto reader = Reader(filter);
  ASSERT_TRUE(Next(*reader).ok());
  auto query = Asked<QueryDataRequest>(0);
  EXPECT_EQ(query.entity_identifier, "table");
  EXPECT_THAT(query.selected_field_names, ElementsAre("text"));
  EXPECT_EQ(query.filter_expression, "text contains \"O'Neil\"");
  EXPECT_EQ(query.max_results, 1000);
  EXPECT_EQ(query.next_token, "");
  EXPECT_THAT(query.context.runtime_settings,
              UnorderedElementsAre(Pair("region", "eu"), Pair("depth", "2")));
  EXPECT_EQ(query.context.credentials->secret_arn, kRightSecret);
  EXPECT_EQ(query.context.api_version, "v1");
  EXPECT_EQ(query.context.flow_name, "flow");
  EXPECT_EQ(query.context.execution_id, "execution");
  EXPECT_EQ(query.context.profile_name, "profile");
  EXPECT_EQ(query.context.entity_definition->entity.identifier, "table");
}

TEST_F(CustomConnector, APositionIsTheConnectorsToken) {
  Script({Page({R"({"text":"a"})"}, "t1"), Page({}, "t2"), Page({R"({"text":"bcd"})"}, "")});
  auto reader = Reader();
  auto first = Next(*reader);
  EXPECT_EQ(first->batch.after, (Position{1, "t1"}));
  EXPECT_EQ(first->batch.bytes, 12);
  auto empty = Next(*reader);
  ASSERT_EQ(empty->what, Pulled::kBatch);
  EXPECT_EQ(empty->batch.rows->num_rows(), 0);
  EXPECT_EQ(empty->batch.after, (Position{2, "t2"}));
  auto last = Next(*reader);
  EXPECT_EQ(last->batch.after, (Position{3, ""}));
  EXPECT_EQ(Next(*reader)->what, Pulled::kEnd);
  EXPECT_EQ(Asked<QueryDataRequest>(2).next_token, "t2");

  // A position after the last page is the end, not the beginning.
  EXPECT_EQ(Next(*Reader({}, last->batch.after))->what, Pulled::kEnd);
  EXPECT_EQ(function_.requests.size(), 3u);
}

TEST_F(CustomConnector, AnEmptyPageThatLeadsToItselfIsAnError) {
  Script({Page({R"({"text":"a"})"}, "same"), Page({R"({"text":"b"})"}, "same"), Page({}, "same")});
  auto reader = Reader();
  EXPECT_TRUE(Next(*reader).ok());
  EXPECT_TRUE(Next(*reader).ok()) << "a token may name a cursor that moves";
  auto stuck = Next(*reader);
  ASSERT_FALSE(stuck.ok());
  EXPECT_THAT(stuck.error().message, HasSubstr("circles"));
}

TEST_F(CustomConnector, ReadsAreTriedAgainWhileTheConnectorIsBusy) {
  Script({Failure(ErrorCode::kServiceUnavailable),
          Error{ErrorCode::kRequestTimeout, "no answer", {}}, Page({R"({"text":"a"})"}, "")});
  auto pull = Next(*Reader());
  ASSERT_TRUE(pull.ok()) << ToString(pull.error());
  EXPECT_EQ(pull->batch.rows->num_rows(), 1);
}

// Once, as the second call of a function finds it warm.
TEST_F(CustomConnector, ATimeoutIsTriedOnceMoreWithoutAWord) {
  const Error late{ErrorCode::kRequestTimeout, "function 'fake': too late", {}};
  Script({late});
  EXPECT_TRUE(connector().DescribeEntity("table").ok());
  EXPECT_EQ(function_.requests.size(), 2u);

  function_.requests.clear();
  Script({late, late, late});
  EXPECT_THAT(connector().DescribeEntity("table").error().message,
              ::testing::StartsWith("DescribeEntity: function 'fake': too late"));
  EXPECT_EQ(function_.requests.size(), 2u);
}

TEST_F(CustomConnector, AThrottleIsWaitedOutForAsLongAsTheConnectorAsked) {
  Script({Failure(ErrorCode::kRateLimitExceeded, std::chrono::seconds(1)), Page({}, "")});
  auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(Next(*Reader()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(CustomConnector, AThrottleOfAnHourIsTheCallersToWaitFor) {
  Script({Failure(ErrorCode::kRateLimitExceeded, std::chrono::hours(1))});
  auto pull = Next(*Reader());
  ASSERT_FALSE(pull.ok());
  EXPECT_EQ(pull.error().retry_after, std::chrono::hours(1));
}

TEST_F(CustomConnector, AFunctionThatDoesNotAnswerIsNamedWithWhatItWasAsked) {
  Script({ServerError("function 'tidb' failed: Runtime.ExitError: exit status 1")});
  auto pull = Next(*Reader());
  ASSERT_FALSE(pull.ok());
  EXPECT_THAT(pull.error().message,
              ::testing::MatchesRegex("QueryData: function 'tidb' failed: Runtime.ExitError: exit "
                                      "status 1 \\(after [0-9]+ ms; the function's log is "
                                      "/aws/lambda/[a-z-]+\\)"));
}

TEST_F(CustomConnector, AllSettingsThatAreRefusedAreNamed) {
  Script({std::string(R"({"isSuccess":true})"),
          std::string(R"({"isSuccess":false,"errorsByInputField":{"a":"is far","b":"is wide"}})")});
  EXPECT_EQ(connector().Check().error().message,
            "the connector refuses the setting 'a': is far; the setting 'b': is wide");
}

TEST_F(CustomConnector, FailuresForGoodAreNotTriedAgain) {
  for (ErrorCode code : {ErrorCode::kInvalidArgument, ErrorCode::kInvalidCredentials,
                         ErrorCode::kServerError, ErrorCode::kResourceNotFound}) {
    function_.requests.clear();
    Script({Failure(code)});
    auto pull = Next(*Reader());
    ASSERT_FALSE(pull.ok());
    EXPECT_EQ(pull.error().code, code);
    EXPECT_EQ(pull.error().message, "said the function");
    EXPECT_EQ(function_.requests.size(), 1u);
  }
}

TEST_F(CustomConnector, StopEndsTheWaitBetweenTwoTries) {
  Script({Failure(ErrorCode::kRateLimitExceeded, std::chrono::seconds(60))});
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(Next(*Reader(), stop.get_token()).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(CustomConnector, AnswersThatAreNoneAreServerErrors) {
  for (const char* answer :
       {"", "null", "\"ok\"", R"({"records":[]})", R"({"isSuccess":true,"records":[7]})"}) {
    Script({std::string(answer)});
    auto pull = Next(*Reader());
    ASSERT_FALSE(pull.ok()) << answer;
    EXPECT_EQ(pull.error().code, ErrorCode::kServerError) << answer;
    EXPECT_THAT(
        pull.error().message,
        ::testing::MatchesRegex("the connector's answer to QueryData is .*\\. It should look "
                                "like .* \\(function 'fake', after [0-9]+ ms; the "
                                "function's log is /aws/lambda/fake\\)"));
  }
}

TEST_F(CustomConnector, ARecordThatDoesNotFitIsRefusedAndNamed) {
  Script({Page({R"({"text":"a"})", "[1]"}, "")});
  auto pull = Next(*Reader());
  ASSERT_FALSE(pull.ok());
  EXPECT_EQ(pull.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CustomConnector, WritesAThousandRecordsAtATime) {
  auto writer = Writer();
  auto progress = writer->Write(Rows(2500));
  ASSERT_TRUE(progress.ok()) << ToString(progress.error());
  EXPECT_EQ(progress->rows_written, 2500);
  EXPECT_EQ(progress->durable, (Position{7, "after"}));
  ASSERT_EQ(function_.requests.size(), 3u);
  EXPECT_EQ(Asked<WriteDataRequest>(0).records.size(), 1000u);
  EXPECT_EQ(Asked<WriteDataRequest>(2).records.size(), 500u);
  EXPECT_EQ(Asked<WriteDataRequest>(0).records[3], R"({"id":"3","text":"x"})");
  EXPECT_EQ(Asked<WriteDataRequest>(0).context.flow_name, "flow");
  EXPECT_EQ(function_.rows.size(), 2500u);
  int64_t bytes = 0;
  for (size_t i = 0; i < 3; ++i) {
    for (const std::string& record : Asked<WriteDataRequest>(i).records) bytes += record.size();
  }
  EXPECT_EQ(progress->bytes_written, bytes);
}

TEST_F(CustomConnector, NoRequestExceedsFourMegabytesHoweverMuchIsEscaped) {
  auto progress = Writer()->Write(Rows(30, std::string(100'000, '"')));
  ASSERT_TRUE(progress.ok()) << ToString(progress.error());
  EXPECT_EQ(progress->rows_written, 30);
  EXPECT_GT(function_.requests.size(), 2u);
  for (const protocol::Request& request : function_.requests) {
    EXPECT_LT(ToJson(request).size(), (4u << 20) + 4096);
  }
}

TEST_F(CustomConnector, ARecordThatFitsInNoRequestIsRejectedAlone) {
  auto progress = Writer()->Write(RowsOf({"x", std::string(7 << 20, 'x')}));
  ASSERT_TRUE(progress.ok()) << ToString(progress.error());
  EXPECT_EQ(progress->rows_written, 1);
  ASSERT_EQ(progress->rejected.size(), 1u);
  EXPECT_EQ(progress->rejected[0].index, 11);
  EXPECT_THAT(progress->rejected[0].error.message, HasSubstr("6 MB"));
  EXPECT_EQ(progress->durable.seq, 7);
}

TEST_F(CustomConnector, RefusedRecordsAreRejectedRowsOfTheirSourceRow) {
  function_.rows["\"1\""] = {{"id", "\"1\""}};
  auto progress = Writer()->Write(Rows(3));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 2);
  ASSERT_EQ(progress->rejected.size(), 1u);
  EXPECT_EQ(progress->rejected[0].seq, 7);
  EXPECT_EQ(progress->rejected[0].index, 11);
  EXPECT_EQ(progress->rejected[0].error.message, "duplicate id");
}

TEST_F(CustomConnector, AllOrNoneEndsWithTheFirstRefusedRecord) {
  function_.rows["\"1500\""] = {{"id", "\"1500\""}};
  auto writer = Writer(WriteOperation::kInsert, true);
  auto progress = writer->Write(Rows(2500));
  ASSERT_TRUE(progress.ok());
  EXPECT_TRUE(Asked<WriteDataRequest>(0).all_or_none);
  EXPECT_EQ(function_.requests.size(), 2u) << "the third request is not sent";
  EXPECT_EQ(progress->rejected.size(), 1u);
  EXPECT_EQ(progress->durable, Position{}) << "the batch is not done";
}

TEST_F(CustomConnector, AllOrNoneMayHaveResultsUpToTheFirstFailureOnly) {
  Script({ToJson(WriteDataResponse{{{true, "", ""}, {false, "", "no"}}, {}})});
  auto progress = Writer(WriteOperation::kInsert, true)->Write(Rows(3));
  ASSERT_TRUE(progress.ok()) << ToString(progress.error());
  EXPECT_EQ(progress->rows_written, 1);
  EXPECT_EQ(progress->rejected.size(), 1u);
}

TEST_F(CustomConnector, ASuccessWithoutResultsIsOneOfAllRecords) {
  Script({std::string(R"({"isSuccess":true,"writeRecordResults":null})")});
  auto progress = Writer(WriteOperation::kUpdate)->Write(Rows(3));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->rows_written, 3);
}

TEST_F(CustomConnector, WhatBecameOfTheRecordsMustBeKnown) {
  const std::pair<std::string, ErrorCode> cases[] = {
      {R"({"isSuccess":false})", ErrorCode::kUnknown},
      {R"({"isSuccess":false,"errorDetails":null,"writeRecordResults":[]})", ErrorCode::kUnknown},
      {Failure(ErrorCode::kAccessDenied), ErrorCode::kAccessDenied},
      {Failure(ErrorCode::kPartialWriteFailure), ErrorCode::kServerError},
      {ToJson(WriteDataResponse{{{true, "", ""}}, {}}), ErrorCode::kServerError},
      {ToJson(WriteDataResponse{{{true, "", ""}, {false, "", "no"}}, {}}), ErrorCode::kServerError},
      {ToJson(WriteDataResponse{std::vector<protocol::WriteRecordResult>(4), {}}),
       ErrorCode::kServerError}};
  for (const auto& [answer, code] : cases) {
    Script({answer});
    auto progress = Writer()->Write(Rows(3));
    ASSERT_FALSE(progress.ok()) << answer;
    EXPECT_EQ(progress.error().code, code) << answer << progress.error().message;
  }
}

// isSuccess false, no errorDetails, but a result for each record.
TEST_F(CustomConnector, CompleteResultsCountWhateverTheErrorIsCalled) {
  Script({std::string(R"({"isSuccess":false,"writeRecordResults":[
      {"isSuccess":true,"recordId":"0"},{"isSuccess":false,"recordId":null,"errorMessage":null}]})")});
  auto progress = Writer()->Write(Rows(2));
  ASSERT_TRUE(progress.ok()) << ToString(progress.error());
  EXPECT_EQ(progress->rows_written, 1);
  ASSERT_EQ(progress->rejected.size(), 1u);
  EXPECT_THAT(progress->rejected[0].error.message, HasSubstr("without a reason"));
}

TEST_F(CustomConnector, AnInsertIsRepeatedOnlyAfterAThrottle) {
  Script({Failure(ErrorCode::kRateLimitExceeded)});
  EXPECT_EQ(Writer()->Write(Rows(2))->rows_written, 2);
  EXPECT_EQ(function_.requests.size(), 2u);

  for (ErrorCode code : {ErrorCode::kServiceUnavailable, ErrorCode::kRequestTimeout}) {
    function_.requests.clear();
    function_.rows.clear();
    Script({Failure(code)});
    EXPECT_EQ(Writer()->Write(Rows(2)).error().code, code);
    EXPECT_EQ(function_.requests.size(), 1u);
  }

  function_.requests.clear();
  Script({ToJson(WriteDataResponse{{{true, "", ""}, {false, "", "throttled"}},
                                   Error{ErrorCode::kRateLimitExceeded, "half", {}}})});
  EXPECT_FALSE(Writer()->Write(Rows(2)).ok()) << "one of them was written";
  EXPECT_EQ(function_.requests.size(), 1u);
}

TEST_F(CustomConnector, AnUpsertIsRepeatedWhileTheConnectorIsBusy) {
  Script({Failure(ErrorCode::kServiceUnavailable),
          Error{ErrorCode::kRequestTimeout, "no answer", {}}});
  EXPECT_EQ(Writer(WriteOperation::kUpsert)->Write(Rows(2))->rows_written, 2);
  EXPECT_THAT(Asked<WriteDataRequest>(2).id_field_names, ElementsAre("id"));
}

TEST_F(CustomConnector, AFunctionThatIsGoneIsNotFound) {
  account_.function_arn = "arn:aws:lambda:eu-west-1:1:function:other";
  EXPECT_EQ(connector().DescribeEntity("table").error().code, ErrorCode::kResourceNotFound);
}

TEST_F(CustomConnector, ABatchWithoutRowsMovesThePositionAndAsksNobody) {
  auto progress = Writer()->Write(Rows(0));
  ASSERT_TRUE(progress.ok());
  EXPECT_EQ(progress->durable.seq, 7);
  EXPECT_THAT(function_.requests, IsEmpty());
}

}  // namespace
}  // namespace sluice::custom
