#include <algorithm>
#include <array>
#include <limits>

#include "sluice/protocol/codec.h"
#include "sluice/protocol/codec_parts.h"

namespace sluice::protocol {
namespace {

constexpr std::chrono::seconds kShortestTimeToLive{600};

// By operation.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kShapes = {{
    {"DescribeConnectorConfiguration",
     R"({"isSuccess":true,"connectorOwner":"Example Ltd","connectorName":"Example",)"
     R"("connectorVersion":"1.0","connectorModes":["SOURCE","DESTINATION"],)"
     R"("supportedApiVersions":["v1"],"authenticationConfig":{"isCustomAuthSupported":true,)"
     R"("customAuthConfig":[{"authenticationType":"TOKEN","authParameters":[{"key":"token"}]}]}})"},
    {"ValidateConnectorRuntimeSettings", R"({"isSuccess":true})"},
    {"ValidateCredentials", R"({"isSuccess":true})"},
    {"ListEntities",
     R"({"isSuccess":true,"entities":[{"entityIdentifier":"orders"}],"nextToken":"2"})"},
    {"DescribeEntity",
     R"({"isSuccess":true,"entityDefinition":{"entity":{"entityIdentifier":"orders"},)"
     R"("fields":[{"fieldName":"id","dataType":"String"}]}})"},
    {"QueryData", R"({"isSuccess":true,"records":["{\"id\":\"1\"}"],"nextToken":"2"})"},
    {"RetrieveData", R"({"isSuccess":true,"records":["{\"id\":\"1\"}"]})"},
    {"WriteData", R"({"isSuccess":true,"writeRecordResults":[{"isSuccess":true,"recordId":"1"}]})"},
}};
constexpr std::string_view kShapeOfFailure =
    R"({"isSuccess":false,"errorDetails":{"errorCode":"ClientError","errorMessage":"why"}})";

// --- reading

// Without a message where the connector gave none.
Error ReadError(const JsonReader& answer) {
  JsonReader in = answer.Object("errorDetails");
  Error error;
  error.code = ErrorCodeFromString(in.String("errorCode"));
  error.message = in.String("errorMessage");
  if (int64_t seconds = in.Int("retryAfterSeconds", -1); seconds >= 0) {
    error.retry_after = std::chrono::seconds(seconds);
  }
  return error;
}

// An answer as a document, with what is wrong about it.
class Answer {
 public:
  static Result<Answer> Parse(std::string_view operation, std::string_view json,
                              std::string_view about) {
    auto message = ParseMessage(json);
    Answer answer(operation, about);
    if (!message.ok()) {
      return answer.Wrong(json.empty() ? "is empty" : "is " + message.error().message);
    }
    answer.message_ = *std::move(message);
    return answer;
  }

  // What `read` makes of a successful answer, else the connector's error, else what is wrong.
  template <class Response>
  Result<Response> IfSuccessful(void (*read)(const JsonReader&, Response&)) {
    return Whole<Response>([&](const JsonReader& in) -> Result<Response> {
      if (!IsSuccess(in) && !problem_) return Explained(ReadError(in));
      Response response;
      if (!problem_) read(in, response);
      return response;
    });
  }
  // What `read` makes of it, successful or not.
  template <class Response>
  Result<Response> Whatever(void (*read)(const JsonReader&, bool is_success, Response&)) {
    return Whole<Response>([&](const JsonReader& in) -> Result<Response> {
      bool is_success = IsSuccess(in);
      Response response;
      if (!problem_) read(in, is_success, response);
      if (response.error) response.error = Explained(*std::move(response.error));
      return response;
    });
  }

 private:
  Answer(std::string_view operation, std::string_view about)
      : operation_(operation), about_(about), shape_(ShapeOfAnswer(operation)) {}

  bool IsSuccess(const JsonReader& in) {
    bool is_success = in.RequiredBool("isSuccess");
    if (!is_success && !problem_) shape_ = kShapeOfFailure;
    return is_success;
  }

  template <class Response, class ReadAll>
  Result<Response> Whole(ReadAll read_all) {
    Result<Response> result = read_all(JsonReader(message_, problem_));
    if (problem_) return Wrong("is wrong: " + *problem_);
    return result;
  }

  Error Wrong(const std::string& what) const {
    return ServerError("the connector's answer to " + operation_ + ' ' + what + LooksLike());
  }

  Error Explained(Error error) const {
    if (error.message.empty()) {
      error.message = "the connector's answer to " + operation_ +
                      " is that it failed, without a message why" + LooksLike();
    }
    return error;
  }

  std::string LooksLike() const {
    return ". It should look like " + std::string(shape_) + std::string(about_);
  }

  std::string operation_;
  std::string_view about_, shape_;
  Message message_;
  std::optional<std::string> problem_;
};

CacheControl ReadCacheControl(const JsonReader& answer) {
  using namespace std::chrono;
  static constexpr std::array<std::pair<std::string_view, nanoseconds>, 7> kUnits = {
      {{"NANOSECONDS", 1ns},
       {"MICROSECONDS", 1us},
       {"MILLISECONDS", 1ms},
       {"SECONDS", 1s},
       {"MINUTES", 1min},
       {"HOURS", 1h},
       {"DAYS", 24h}}};
  JsonReader in = answer.Object("cacheControl");
  if (!in.Has("timeToLive")) return {};
  int64_t count = in.Int("timeToLive", 0);
  std::string name = in.String("timeToLiveUnit", "SECONDS");
  auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](auto& u) { return u.first == name; });
  if (unit == kUnits.end()) {
    in.Complain("timeToLiveUnit", "has the unknown value '" + name + "'");
    return {};
  }
  int64_t most = nanoseconds::max().count() / unit->second.count();
  nanoseconds time = std::clamp(count, int64_t{0}, most) * unit->second;
  return {std::max(kShortestTimeToLive, floor<seconds>(time))};
}

void Read(const JsonReader& in, DescribeConnectorConfigurationResponse& response) {
  response.info = ReadConnectorInfo(in);
}

void Read(const JsonReader& in, bool is_success,
          ValidateConnectorRuntimeSettingsResponse& response) {
  if (is_success) return;
  response.errors_by_input_field = in.StringMap("errorsByInputField");
  if (in.Has("errorDetails") || response.errors_by_input_field.empty()) {
    response.error = ReadError(in);
  }
}

void Read(const JsonReader&, ValidateCredentialsResponse&) {}

void Read(const JsonReader& in, ListEntitiesResponse& response) {
  in.ForEach("entities",
             [&](const JsonReader& entity) { response.entities.push_back(ReadEntity(entity)); });
  response.next_token = in.String("nextToken");
  response.cache_control = ReadCacheControl(in);
}

void Read(const JsonReader& in, DescribeEntityResponse& response) {
  response.definition = ReadEntityDefinition(in.RequiredObject("entityDefinition"));
  response.cache_control = ReadCacheControl(in);
}

void Read(const JsonReader& in, ReceivedRecords& response) {
  response.records = in.TakeRecords();
  response.next_token = in.String("nextToken");
}

void Read(const JsonReader& in, bool is_success, WriteDataResponse& response) {
  in.ForEach("writeRecordResults", [&](const JsonReader& result) {
    response.results.push_back({.is_success = result.RequiredBool("isSuccess"),
                                .record_id = result.Text("recordId").value_or(""),
                                .error_message = result.String("errorMessage")});
  });
  if (!is_success) response.error = ReadError(in);
}

// --- writing

void WriteError(JsonWriter& out, const Error& error) {
  out.BeginObject("errorDetails");
  out.String("errorCode", ToString(error.code));
  out.String("errorMessage", error.message);
  if (error.retry_after) out.Int("retryAfterSeconds", error.retry_after->count());
  out.EndObject();
}

void WriteCacheControl(JsonWriter& out, const CacheControl& cache) {
  out.BeginObject("cacheControl");
  out.Int("timeToLive", std::max(kShortestTimeToLive, cache.time_to_live).count());
  out.String("timeToLiveUnit", "SECONDS");
  out.EndObject();
}

// {"isSuccess":…, then the error or what `write` adds.
template <class Response, class WriteMembers>
std::string Answered(const Result<Response>& response, size_t expected_bytes, WriteMembers write) {
  JsonWriter out(expected_bytes);
  out.BeginObject();
  out.Bool("isSuccess", response.ok());
  if (response.ok()) {
    write(out, *response);
  } else {
    WriteError(out, response.error());
  }
  out.EndObject();
  return out.Take();
}

// `open_object` and the records, put together in the memory that the records are in.
std::string WithRecords(std::string open_object, RecordList records) {
  std::string json = std::move(records).items();
  open_object += ",\"records\":[";
  json.reserve(json.size() + open_object.size() + 2);
  json.insert(0, open_object);
  json += "]}";
  return json;  // Not what += gives: a page would be copied.
}

// Why settings were refused, where the connector said it per field only.
Error RefusedSettings(const std::map<std::string, std::string>& errors_by_input_field) {
  std::string message = "settings were refused";
  const char* separator = ": ";
  for (const auto& [field, why] : errors_by_input_field) {
    message += separator + field + " (" + why + ')';
    separator = ", ";
  }
  return InvalidArgument(std::move(message));
}

// A partial failure, where the connector left it to the results to say so.
std::optional<Error> ErrorOf(const WriteDataResponse& response) {
  if (response.error) return response.error;
  auto failed = std::count_if(response.results.begin(), response.results.end(),
                              [](const WriteRecordResult& result) { return !result.is_success; });
  if (failed == 0) return std::nullopt;
  return Error{ErrorCode::kPartialWriteFailure,
               std::to_string(failed) + " of " + std::to_string(response.results.size()) +
                   " records were not written",
               {}};
}

}  // namespace

std::string_view ShapeOfAnswer(std::string_view operation) {
  auto found = std::find_if(kShapes.begin(), kShapes.end(),
                            [&](const auto& shape) { return shape.first == operation; });
  SLUICE_CHECK(found != kShapes.end());
  return found->second;
}

std::string ToJson(const Result<DescribeConnectorConfigurationResponse>& response) {
  return Answered(response, 4096,
                  [](JsonWriter& out, const auto& value) { WriteConnectorInfo(out, value.info); });
}

std::string ToJson(const ValidateConnectorRuntimeSettingsResponse& response) {
  JsonWriter out;
  bool is_success = !response.error && response.errors_by_input_field.empty();
  out.BeginObject();
  out.Bool("isSuccess", is_success);
  out.MapIfAny("errorsByInputField", response.errors_by_input_field);
  if (!is_success) {
    WriteError(out, response.error.value_or(RefusedSettings(response.errors_by_input_field)));
  }
  out.EndObject();
  return out.Take();
}

std::string ToJson(const Result<ValidateCredentialsResponse>& response) {
  return Answered(response, 256, [](JsonWriter&, const auto&) {});
}

std::string ToJson(const Result<ListEntitiesResponse>& response) {
  return Answered(response, 4096, [](JsonWriter& out, const auto& value) {
    out.BeginList("entities");
    for (const Entity& entity : value.entities) {
      out.BeginObject();
      WriteEntity(out, entity);
      out.EndObject();
    }
    out.EndList();
    out.StringIfAny("nextToken", value.next_token);
    WriteCacheControl(out, value.cache_control);
  });
}

std::string ToJson(const Result<DescribeEntityResponse>& response) {
  return Answered(response, 4096, [](JsonWriter& out, const auto& value) {
    WriteEntityDefinition(out, value.definition);
    WriteCacheControl(out, value.cache_control);
  });
}

std::string ToJson(Result<QueryDataResponse> response) {
  if (!response.ok()) return ToJson(Result<ValidateCredentialsResponse>(response.error()));
  JsonWriter out;
  out.BeginObject();
  out.StringIfAny("nextToken", response->next_token);
  out.Bool("isSuccess", true);
  return WithRecords(out.Take(), std::move(response->records));
}

std::string ToJson(Result<RetrieveDataResponse> response) {
  if (!response.ok()) return ToJson(Result<ValidateCredentialsResponse>(response.error()));
  return ToJson(Result(QueryDataResponse{std::move(response->records), ""}));
}

std::string ToJson(const WriteDataResponse& response) {
  JsonWriter out(256 + response.results.size() * 64);
  std::optional<Error> error = ErrorOf(response);
  out.BeginObject();
  out.Bool("isSuccess", !error);
  out.BeginList("writeRecordResults");
  for (const WriteRecordResult& result : response.results) {
    out.BeginObject();
    out.Bool("isSuccess", result.is_success);
    out.String("recordId", result.record_id);
    out.StringIfAny("errorMessage", result.error_message);
    out.EndObject();
  }
  out.EndList();
  if (error) WriteError(out, *error);
  out.EndObject();
  return out.Take();
}

Result<DescribeConnectorConfigurationResponse> ParseDescribeConnectorConfigurationResponse(
    std::string_view json, std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("DescribeConnectorConfiguration", json, about));
  return answer.IfSuccessful<DescribeConnectorConfigurationResponse>(&Read);
}

Result<ValidateConnectorRuntimeSettingsResponse> ParseValidateConnectorRuntimeSettingsResponse(
    std::string_view json, std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("ValidateConnectorRuntimeSettings", json, about));
  return answer.Whatever<ValidateConnectorRuntimeSettingsResponse>(&Read);
}

Result<ValidateCredentialsResponse> ParseValidateCredentialsResponse(std::string_view json,
                                                                     std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("ValidateCredentials", json, about));
  return answer.IfSuccessful<ValidateCredentialsResponse>(&Read);
}

Result<ListEntitiesResponse> ParseListEntitiesResponse(std::string_view json,
                                                       std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("ListEntities", json, about));
  return answer.IfSuccessful<ListEntitiesResponse>(&Read);
}

Result<DescribeEntityResponse> ParseDescribeEntityResponse(std::string_view json,
                                                           std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("DescribeEntity", json, about));
  return answer.IfSuccessful<DescribeEntityResponse>(&Read);
}

Result<ReceivedRecords> ParseQueryDataResponse(std::string_view json, std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("QueryData", json, about));
  return answer.IfSuccessful<ReceivedRecords>(&Read);
}

Result<ReceivedRecords> ParseRetrieveDataResponse(std::string_view json, std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("RetrieveData", json, about));
  return answer.IfSuccessful<ReceivedRecords>(&Read);
}

Result<WriteDataResponse> ParseWriteDataResponse(std::string_view json, std::string_view about) {
  SLUICE_ASSIGN(Answer answer, Answer::Parse("WriteData", json, about));
  return answer.Whatever<WriteDataResponse>(&Read);
}

}  // namespace sluice::protocol
