// A string that cannot be logged or printed: it has no conversion, no operator<< and no formatter.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sluice {

// A password, token or key, from the moment it enters. Reveal() is the only way out, so a search
// for that word finds every place where one leaves. The memory is wiped when it is destroyed.
// Comparing takes the same time wherever the difference is.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  // For handing it to the library or the wire that needs it, never for a message.
  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret& a, const Secret& b);

 private:
  std::string value_;
};

}  // namespace sluice
