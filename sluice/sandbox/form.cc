#include "sluice/sandbox/form.h"

#include <algorithm>

#include "sluice/base/encoding.h"

namespace sluice::sandbox {
namespace {

std::string Decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto decoded = PercentDecode(spaced);
  return decoded.ok() ? *decoded : spaced;
}

}  // namespace

Form ParseForm(std::string_view text) {
  Form form;
  while (!text.empty()) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    if (!pair.empty()) form.emplace(Decode(pair.substr(0, equals)), Decode(value));
  }
  return form;
}

std::string Get(const Form& form, const std::string& name) {
  auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

}  // namespace sluice::sandbox
