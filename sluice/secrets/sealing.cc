#include "sluice/secrets/sealing.h"

#include <openssl/evp.h>

#include <memory>

#include "sluice/base/uuid.h"

namespace sluice::secrets {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* cipher) const { EVP_CIPHER_CTX_free(cipher); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int Size(std::string_view text) { return static_cast<int>(text.size()); }

// A cipher under `key` and `nonce` that has taken the context in.
template <class Init, class Update>
Cipher Begin(Init init, Update update, const Secret& key, std::string_view nonce,
             std::string_view context) {
  SLUICE_CHECK(key.Reveal().size() == kMasterKeyBytes);
  Cipher cipher(EVP_CIPHER_CTX_new());
  int ignored = 0;
  SLUICE_CHECK(cipher != nullptr);
  SLUICE_CHECK(init(cipher.get(), EVP_aes_256_gcm(), nullptr, Bytes(key.Reveal()), Bytes(nonce)));
  SLUICE_CHECK(update(cipher.get(), nullptr, &ignored, Bytes(context), Size(context)));
  return cipher;
}

}  // namespace

std::string Seal(const Secret& key, const Secret& value, std::string_view context) {
  const std::string nonce = RandomBytes(kNonceBytes);
  const std::string& plain = value.Reveal();
  Cipher cipher = Begin(EVP_EncryptInit_ex, EVP_EncryptUpdate, key, nonce, context);
  std::string ciphertext(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  SLUICE_CHECK(
      EVP_EncryptUpdate(cipher.get(), Bytes(ciphertext), &size, Bytes(plain), Size(plain)));
  SLUICE_CHECK(EVP_EncryptFinal_ex(cipher.get(), Bytes(tag), &size));  // GCM writes nothing here.
  SLUICE_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
  return nonce + ciphertext + tag;
}

Result<Secret> Unseal(const Secret& key, std::string_view sealed, std::string_view context) {
  const Error does_not_open{
      ErrorCode::kClientError, "it was sealed under another master key, or changed since", {}};
  if (sealed.size() < kNonceBytes + kTagBytes) return does_not_open;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  sealed = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);

  Cipher cipher = Begin(EVP_DecryptInit_ex, EVP_DecryptUpdate, key, nonce, context);
  std::string plain(sealed.size(), '\0');
  int size = 0;
  SLUICE_CHECK(EVP_DecryptUpdate(cipher.get(), Bytes(plain), &size, Bytes(sealed), Size(sealed)));
  Secret value(std::move(plain));
  SLUICE_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), Bytes(tag), &size) != 1) return does_not_open;
  return value;
}

}  // namespace sluice::secrets
