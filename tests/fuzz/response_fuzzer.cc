// A connector's answers, each read as the answer to every operation: what is understood, an error
// too, comes back from its own text.
#include "sluice/protocol/codec.h"
#include "tests/fuzz/fuzz.h"

namespace sluice::protocol {
namespace {

template <class Response>
using Parse = Result<Response> (*)(std::string_view json, std::string_view about);

template <class Response, class ToText>
void CheckComesBack(std::string_view input, Parse<Response> parse, ToText to_text) {
  auto response = parse(input, {});
  if (!response.ok()) CheckTells(response.error(), input);
  std::string text = to_text(response);
  SLUICE_CHECK(to_text(parse(text, {})) == text);
}

// Of a configuration: a list of which nothing is known is left out when it is written, and then
// stands for AWS's defaults. The list of modes has none.
void CheckConfiguration(std::string_view input) {
  auto parse = &ParseDescribeConnectorConfigurationResponse;
  auto response = parse(input, {});
  if (!response.ok()) return CheckTells(response.error(), input);
  if (!response->info.is_source && !response->info.is_destination) return;
  auto again = parse(ToJson(response), {});
  SLUICE_CHECK(again.ok());
  std::string text = ToJson(again);
  SLUICE_CHECK(ToJson(parse(text, {})) == text);
}

template <class Response>
void CheckRecords(std::string_view input, Parse<ReceivedRecords> parse) {
  CheckComesBack(input, parse, [](const Result<ReceivedRecords>& received) {
    if (!received.ok()) return ToJson(Result<Response>(received.error()));
    Response response;
    response.records = received->records;
    if constexpr (requires { response.next_token; }) response.next_token = received->next_token;
    return ToJson(Result<Response>(std::move(response)));
  });
}

// Of those whose error is a part of the answer.
template <class Response>
void CheckWhole(std::string_view input, Parse<Response> parse) {
  auto response = parse(input, {});
  if (!response.ok()) return CheckTells(response.error(), input);
  std::string text = ToJson(*response);
  auto again = parse(text, {});
  SLUICE_CHECK(again.ok());
  SLUICE_CHECK(ToJson(*again) == text);
}

}  // namespace
}  // namespace sluice::protocol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  using namespace sluice::protocol;
  std::string_view input = AsText(data, size);
  auto to_json = [](const auto& response) { return ToJson(response); };
  CheckConfiguration(input);
  CheckComesBack(input, &ParseValidateCredentialsResponse, to_json);
  CheckComesBack(input, &ParseListEntitiesResponse, to_json);
  CheckComesBack(input, &ParseDescribeEntityResponse, to_json);
  CheckRecords<QueryDataResponse>(input, &ParseQueryDataResponse);
  CheckRecords<RetrieveDataResponse>(input, &ParseRetrieveDataResponse);
  CheckWhole(input, &ParseValidateConnectorRuntimeSettingsResponse);
  CheckWhole(input, &ParseWriteDataResponse);
  return 0;
}
