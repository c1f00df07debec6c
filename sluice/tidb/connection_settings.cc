#include "sluice/tidb/connection_settings.h"

#include <algorithm>
#include <charconv>

#include "sluice/base/encoding.h"

namespace sluice::tidb {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN CERTIFICATE-----";

// libmariadb takes C strings: what stands behind a zero byte would be silently left out.
Result<std::string> Optional(const Credentials& credentials, const std::string& key) {
  std::string value = credentials.Get(key).Reveal();
  if (value.find('\0') == std::string::npos) return value;
  return InvalidArgument("the connection's '" + key + "' has a zero byte in it");
}

Result<std::string> Required(const Credentials& credentials, const std::string& key) {
  SLUICE_ASSIGN(std::string value, Optional(credentials, key));
  if (value.empty()) return InvalidArgument("the connection's '" + key + "' is empty");
  return value;
}

// TiDB pastes the name that a log-in brings into a USE statement.
Result<std::string> Database(const Credentials& credentials) {
  SLUICE_ASSIGN(std::string name, Optional(credentials, "database"));
  if (name.find('`') == std::string::npos) return name;
  return InvalidArgument(
      "the connection's 'database' can't have a backquote in its name; leave it empty, and choose "
      "the database with the table");
}

// A name or an address. libmariadb would read anything with "=" in it as a list of its options.
Result<std::string> Hostname(const Credentials& credentials) {
  SLUICE_ASSIGN(std::string name, Required(credentials, "hostname"));
  if (IsHostname(name)) return name;
  return InvalidArgument(
      "the connection's 'hostname' must be a host name or an address, without port, user or path");
}

Result<uint16_t> Port(const std::string& text) {
  if (text.empty()) return uint16_t{4000};
  uint16_t port = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size() || port == 0) {
    return InvalidArgument("the connection's 'port' must be a number from 1 to 65535");
  }
  return port;
}

Result<bool> Tls(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (text.empty() || text == "yes") return true;
  if (text == "no") return false;
  return InvalidArgument("the connection's 'tls' must be Yes or No");
}

// AppFlow's API takes no blanks and line ends in such values, so base64 of the PEM is fine too.
Result<std::string> CaCertificate(const std::string& text) {
  if (text.empty() || text.find(kPemBegin) != std::string::npos) return text;
  auto decoded = Base64Decode(text);
  if (decoded.ok() && decoded->find(kPemBegin) != std::string::npos) return *decoded;
  return InvalidArgument(
      "the connection's 'caCertificate' must be a certificate in PEM, or that encoded in base64");
}

}  // namespace

// AppFlow takes no quotes, commas, colons or semicolons in a description.
CustomAuthConfig AuthenticationForm() {
  CustomAuthConfig form;
  form.authentication_type = "JDBC";
  form.parameters = {
      {.key = "driver",
       .label = "Driver",
       .description = "The protocol that TiDB speaks",
       .is_required = false,
       .supplied_values = {"mysql"}},
      {.key = "hostname", .label = "Hostname", .description = "Host name or address of TiDB"},
      {.key = "port",
       .label = "Port",
       .description = "Port of TiDB - 4000 when empty",
       .is_required = false},
      {.key = "username",
       .label = "Username",
       .description = "User name - of a TiDB Cloud cluster with its prefix"},
      {.key = "password",
       .label = "Password",
       .description = "Password of the user",
       .is_required = false,
       .is_sensitive = true},
      {.key = "database",
       .label = "Database Name",
       .description = "The database whose tables are read and written - all of them when empty",
       .is_required = false},
      {.key = "tls",
       .label = "TLS",
       .description = "Yes encrypts and verifies certificate and host name. No is insecure - "
                      "everybody on the way can read along",
       .is_required = false,
       .supplied_values = {"Yes", "No"}},
      {.key = "caCertificate",
       .label = "CA Certificate",
       .description = "PEM or base64 of PEM - of the authority that signed the certificate of "
                      "TiDB where it is not a public one",
       .is_required = false},
  };
  return form;
}

Result<ConnectOptions> ToConnectOptions(const Credentials& credentials, const PackedFiles& packed) {
  std::string driver = credentials.Get("driver").Reveal();
  if (!driver.empty() && driver != "mysql") {
    return InvalidArgument("the connection's 'driver' must be mysql");
  }
  ConnectOptions options;
  SLUICE_ASSIGN(options.hostname, Hostname(credentials));
  SLUICE_ASSIGN(options.username, Required(credentials, "username"));
  SLUICE_ASSIGN(options.database, Database(credentials));
  SLUICE_ASSIGN(options.port, Port(credentials.Get("port").Reveal()));
  SLUICE_ASSIGN(options.tls, Tls(credentials.Get("tls").Reveal()));
  SLUICE_ASSIGN(options.ca_pem, CaCertificate(credentials.Get("caCertificate").Reveal()));
  SLUICE_RETURN_IF_ERROR(Optional(credentials, "password"));
  options.password = credentials.Get("password");
  options.ca_directory = packed.ca_directory;
  options.plugin_directory = packed.plugin_directory;
  return options;
}

}  // namespace sluice::tidb
