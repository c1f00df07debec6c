// Refused records as lines of a file, which a person corrects and sends back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/json.h"

namespace sluice::bin {

// One line of JSON without its line break, of a member of ListRefusedRecords' answer. `record` is
// in it as an object where it is one, to the letter, else as a string.
std::string DeadLetterLine(const json::Object& refused);

struct CorrectedRecord {
  std::string id;
  std::string record;  // A JSON object, as the line has it.
  int line = 0;
};

// Reads such lines; what else is in them doesn't matter. kInvalidArgument: "line 3: …". A record
// that isn't among them is not sent.
Result<std::vector<CorrectedRecord>> ReadCorrectedRecords(std::string_view text);

}  // namespace sluice::bin
