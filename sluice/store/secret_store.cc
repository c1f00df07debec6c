#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using secrets::SealedSecret;

namespace {

Result<SealedSecret> ReadSecret(Statement& row) {
  return SealedSecret{.name = row.Text(),
                      .arn = row.Text(),
                      .description = row.Text(),
                      .version_id = row.Text(),
                      .sealed = row.Text(),
                      .created_at = row.At(),
                      .updated_at = row.At()};
}

}  // namespace

Result<bool> SqliteStore::InsertSecret(const SealedSecret& secret) {
  SLUICE_ASSIGN(int64_t inserted,
                database_->Change("INSERT INTO secret (name, arn, description, version_id, sealed,"
                                  " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
                                  " ON CONFLICT (name) DO NOTHING",
                                  secret.name, secret.arn, secret.description, secret.version_id,
                                  Blob{secret.sealed}, secret.created_at, secret.updated_at));
  return inserted == 1;
}

Status SqliteStore::UpdateSecret(const SealedSecret& secret) {
  return database_->ChangeExisting("secret " + secret.arn,
                                   "UPDATE secret SET description = ?, version_id = ?, sealed = ?,"
                                   " created_at = ?, updated_at = ? WHERE name = ? AND arn = ?",
                                   secret.description, secret.version_id, Blob{secret.sealed},
                                   secret.created_at, secret.updated_at, secret.name, secret.arn);
}

Result<std::optional<SealedSecret>> SqliteStore::FindSecret(const std::string& name_or_arn) {
  return database_->One(ReadSecret,
                        "SELECT name, arn, description, version_id, sealed, created_at, updated_at"
                        " FROM secret WHERE name = ?1 OR arn = ?1",
                        name_or_arn);
}

Result<std::vector<SealedSecret>> SqliteStore::ListSecrets() {
  return database_->All(ReadSecret,
                        "SELECT name, arn, description, version_id, sealed, created_at, updated_at"
                        " FROM secret ORDER BY name");
}

Status SqliteStore::DeleteSecret(const std::string& name) {
  return database_->ChangeExisting("secret '" + name + "'", "DELETE FROM secret WHERE name = ?",
                                   name);
}

}  // namespace sluice::store
