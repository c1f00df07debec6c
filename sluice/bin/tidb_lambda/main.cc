// The TiDB connector as an AWS Lambda function (runtime provided.al2023).
#include <malloc.h>
#include <nss.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "sluice/base/clock.h"
#include "sluice/bin/tidb_lambda/tidb_connector.h"
#include "sluice/net/small_http_client.h"
#include "sluice/sdk/lambda.h"

namespace {

// Two folders above this program stands what is packed with it, when it runs from its zip.
sluice::tidb::PackedFiles FindPackedFiles(std::string_view program) {
  std::string root(program.substr(0, program.rfind('/')));
  root.resize(std::min(root.rfind('/'), root.size()));
  auto if_there = [](std::string folder) {
    return access(folder.c_str(), X_OK) == 0 ? folder : std::string();
  };
  return {.ca_directory = if_there(root + "/certs"),
          .plugin_directory = if_there(root + "/lib/plugin")};
}

}  // namespace

int main(int, char** arguments) {
  // Names are looked up by this libc alone: the libraries that the host's nsswitch.conf names were
  // made for another one.
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("services", "files");
  // A request's and an answer's megabytes go back to the system when they are done with, instead of
  // leaving holes for the next ones not to fit into.
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  sluice::tidb::PackedFiles packed = FindPackedFiles(arguments[0]);
  sluice::net::HttpClientOptions http_options{.ca_directory = packed.ca_directory};
  // AWS's name for the authorities of an endpoint that is not AWS itself.
  if (const char* bundle = std::getenv("AWS_CA_BUNDLE")) http_options.ca_file = bundle;
  auto http = sluice::net::MakeSmallHttpClient(http_options);
  auto credentials = sluice::sdk::MakeSecretsManagerCredentials(*http);
  sluice::SystemClock clock;
  sluice::tidb_lambda::TidbConnector connector(*credentials, packed, clock);
  return sluice::sdk::RunLambda(connector);
}
