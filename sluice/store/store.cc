#include "sluice/store/store.h"

#include "sluice/secrets/sealing.h"
#include "sluice/store/sqlite_store.h"

namespace sluice::store {
namespace {

// A setting of our own, by which a wrong master key is noticed before anything is sealed under it.
constexpr char kMasterKeySetting[] = "sluice.master_key";

std::string SettingContext(const std::string& name) { return "setting:" + name; }

Result<std::string> ReadText(Statement& row) { return row.Text(); }

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const std::string& path, Secret master_key) {
  SLUICE_ASSIGN(auto database, Database::Open(path));
  auto store = std::make_unique<SqliteStore>(std::move(database), std::move(master_key));
  if (auto fits = store->CheckMasterKey(); !fits.ok()) {
    return WithContext(std::move(fits).error(), "the database " + path);
  }
  return std::unique_ptr<Store>(std::move(store));
}

Status SqliteStore::CheckMasterKey() {
  auto setting = FindSetting(kMasterKeySetting);
  if (setting.ok() && !*setting) return PutSetting(kMasterKeySetting, "fits");
  if (!setting.ok() && setting.error().code == ErrorCode::kClientError) {
    return InvalidArgument(
        "it was sealed under another master key: restore the key file that belongs to it");
  }
  if (!setting.ok()) return std::move(setting).error();
  return Done{};
}

Result<std::optional<std::string>> SqliteStore::FindSetting(const std::string& name) {
  SLUICE_ASSIGN(auto sealed,
                database_->One(ReadText, "SELECT sealed_value FROM setting WHERE name = ?", name));
  if (!sealed) return std::optional<std::string>();
  auto value = secrets::Unseal(master_key_, *sealed, SettingContext(name));
  if (!value.ok()) {
    return WithContext(std::move(value).error(), "the setting '" + name + "' does not open");
  }
  return std::optional(value->Reveal());
}

Status SqliteStore::PutSetting(const std::string& name, const std::string& value) {
  const std::string sealed = secrets::Seal(master_key_, Secret(value), SettingContext(name));
  SLUICE_RETURN_IF_ERROR(
      database_->Change("INSERT INTO setting (name, sealed_value) VALUES (?, ?)"
                        " ON CONFLICT (name) DO UPDATE SET sealed_value = excluded.sealed_value",
                        name, Blob{sealed}));
  return Done{};
}

}  // namespace sluice::store
