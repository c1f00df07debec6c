// The service's messages to a connector: what is understood comes back from its own text.
#include "sluice/protocol/codec.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  std::string_view input = AsText(data, size);
  auto request = protocol::ParseRequest(input);
  if (!request.ok()) {
    CheckTells(request.error(), input);
    return 0;
  }
  std::string text = protocol::ToJson(*request);
  auto again = protocol::ParseRequest(text);
  SLUICE_CHECK(again.ok());
  SLUICE_CHECK(again->index() == request->index());
  SLUICE_CHECK(protocol::ToJson(*again) == text);
  return 0;
}
