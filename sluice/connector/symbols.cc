#include "sluice/connector/symbols.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <simdjson.h>

namespace sluice {
namespace {

Status CheckOrigin(const char* name, void* function, std::string_view library) {
  Dl_info info{};
  if (dladdr(function, &info) == 0 || !info.dli_fname) {
    return ServerError(std::string(name) + " belongs to no library");
  }
  std::string_view path = info.dli_fname;
  std::string_view file = path.substr(path.rfind('/') + 1);
  if (file.starts_with(library)) return Done{};
  return ServerError(std::string(name) + " comes from " + info.dli_fname + " instead of " +
                     std::string(library) + ": this program was linked in the wrong order");
}

}  // namespace

Status CheckSymbols() {
  SLUICE_RETURN_IF_ERROR(CheckOrigin("EVP_DigestInit_ex",
                                     reinterpret_cast<void*>(&EVP_DigestInit_ex), "libcrypto.so"));
  return CheckOrigin("simdjson::get_active_implementation",
                     reinterpret_cast<void*>(&simdjson::get_active_implementation),
                     "libsimdjson.so");
}

}  // namespace sluice
