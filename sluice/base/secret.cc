#include "sluice/base/secret.h"

#include <string.h>

namespace sluice {

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  // A short string is copied by the move, not handed over.
  explicit_bzero(other.value_.data(), other.value_.size());
  other.value_.clear();
}

Secret& Secret::operator=(Secret other) noexcept {
  value_.swap(other.value_);
  return *this;
}

Secret::~Secret() { explicit_bzero(value_.data(), value_.size()); }

bool operator==(const Secret& a, const Secret& b) {
  if (a.value_.size() != b.value_.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.value_.size(); ++i) {
    difference |= static_cast<unsigned char>(a.value_[i] ^ b.value_[i]);
  }
  return difference == 0;
}

}  // namespace sluice
