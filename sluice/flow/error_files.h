// Where refused records are put for the people who look after a flow.
#pragma once

#include <string>

#include "sluice/base/result.h"

namespace sluice::flow {

// Files in an object store. A run writes one file for each batch of which records were refused, at
// "<error prefix>/<flow>/<execution>/<partition>-<seq>": JSON lines, an object for each record with
// "record", "errorCode", "errorMessage", "field" and "place". Files are written before the progress
// that passes their records is saved, so that none is lost, and a repetition overwrites itself.
class ErrorFiles {
 public:
  virtual ~ErrorFiles() = default;
  // The whole file, which replaces one of that key. Any thread.
  virtual Status Write(const std::string& bucket, const std::string& key,
                       const std::string& json_lines) = 0;
};

}  // namespace sluice::flow
