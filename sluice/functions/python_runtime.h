// The machine's Python, as the runtime of python3.x functions.
#pragma once

#include <string>

#include "sluice/base/result.h"

namespace sluice::functions {

// Whether `python` is an interpreter that has awslambdaric, AWS's runtime client, found by starting
// it. kInvalidArgument says what is missing and how to get it.
Status CheckPython(const std::string& python);

// The absolute path of a program that is given by its name, as the service's own PATH finds it; a
// path stays what it is, and so does a name that isn't found.
std::string FindProgram(const std::string& name_or_path);

}  // namespace sluice::functions
