#include "sluice/net/test_certificates.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

#include "sluice/base/check.h"

namespace sluice::net::testing {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(FILE* file) const { fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

Key MakeKey() {
  Key key(EVP_EC_gen("P-256"));
  SLUICE_CHECK(key != nullptr);
  return key;
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  SLUICE_CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void SetCommonName(X509* certificate, const std::string& name) {
  SLUICE_CHECK(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                                          -1, 0) == 1);
}

// Without signature.
Certificate MakeCertificate(EVP_PKEY* key, const std::string& name) {
  Certificate certificate(X509_new());
  uint32_t serial = 0;
  SLUICE_CHECK(certificate && RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4) == 1);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  SetCommonName(certificate.get(), name);
  return certificate;
}

void Sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  SLUICE_CHECK(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    in6_addr buffer;
    bool is_address = inet_pton(AF_INET, name.c_str(), &buffer) == 1 ||
                      inet_pton(AF_INET6, name.c_str(), &buffer) == 1;
    list += (list.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return list;
}

template <class WriteTo>
void WriteFile(const std::filesystem::path& path, WriteTo write) {
  std::unique_ptr<FILE, Free> file(fopen(path.c_str(), "w"));
  SLUICE_CHECK(file && write(file.get()) == 1);
}

}  // namespace

TestCertificates MakeTestCertificates(const std::filesystem::path& directory,
                                      const std::vector<std::string>& names) {
  Key ca_key = MakeKey();
  Certificate ca = MakeCertificate(ca_key.get(), "Sluice test CA");
  AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  Sign(ca.get(), ca.get(), ca_key.get());

  Key key = MakeKey();
  Certificate certificate = MakeCertificate(key.get(), names.front());
  AddExtension(certificate.get(), ca.get(), NID_subject_alt_name, AlternativeNames(names));
  AddExtension(certificate.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  Sign(certificate.get(), ca.get(), ca_key.get());

  TestCertificates files{directory / "ca.pem", directory / "server.pem", directory / "server.key"};
  WriteFile(files.ca, [&](FILE* file) { return PEM_write_X509(file, ca.get()); });
  WriteFile(files.certificate, [&](FILE* file) { return PEM_write_X509(file, certificate.get()); });
  WriteFile(files.private_key, [&](FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

}  // namespace sluice::net::testing
