// Certificates for tests of TLS, made on the spot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sluice::net::testing {

struct TestCertificates {
  std::filesystem::path ca;           // PEM of a CA of its own.
  std::filesystem::path certificate;  // Signed by it; PEM.
  std::filesystem::path private_key;  // PEM.
};

// Writes three files into `directory`: a new CA and a certificate of it for `names`, which are host
// names and IPv4 or IPv6 addresses. Valid for a day.
TestCertificates MakeTestCertificates(const std::filesystem::path& directory,
                                      const std::vector<std::string>& names = {"localhost",
                                                                               "127.0.0.1"});

}  // namespace sluice::net::testing
