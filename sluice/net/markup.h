// Text inside of XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace sluice::net {

// `text` with & < > " ' as entities: fit for content and for attribute values of both languages.
std::string EscapeMarkup(std::string_view text);

}  // namespace sluice::net
