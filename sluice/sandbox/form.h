// application/x-www-form-urlencoded.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sluice::sandbox {

using Form = std::map<std::string, std::string>;

// "+" is a space. What is not properly encoded is taken as it stands; of a name that comes twice
// the first counts.
Form ParseForm(std::string_view text);

// The value, or empty.
std::string Get(const Form& form, const std::string& name);

}  // namespace sluice::sandbox
