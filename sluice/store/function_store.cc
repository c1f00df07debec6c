#include "sluice/base/json.h"
#include "sluice/secrets/sealing.h"
#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using functions::Function;

namespace {

// The columns of a function that are sealed, for their contexts.
constexpr char kEnvironment[] = "environment";
constexpr char kSecretAccessKey[] = "secret_access_key";
constexpr char kSessionToken[] = "session_token";

std::string Context(const std::string& function, const char* column) {
  return "function:" + function + ":" + column;
}

// A function with its sealed columns as they lie in the file.
struct FunctionRow {
  Function function;
  std::string environment, secret_access_key, session_token;
};

Result<FunctionRow> ReadFunction(Statement& row) {
  FunctionRow read;
  read.function = {.name = row.Text(),
                   .arn = row.Text(),
                   .runtime = row.Text(),
                   .handler = row.Text(),
                   .role = row.Text(),
                   .description = row.Text(),
                   .timeout_s = static_cast<int>(row.Int()),
                   .memory_mb = static_cast<int>(row.Int()),
                   .code_sha256 = row.Text(),
                   .code_size = row.Int(),
                   .code_id = row.Text(),
                   .revision_id = row.Text(),
                   .last_modified = row.At(),
                   .access_key_id = row.Text()};
  read.environment = row.Text();
  read.secret_access_key = row.Text();
  read.session_token = row.Text();
  return read;
}

std::string SealColumn(const Secret& master_key, const Function& function, const char* column,
                       const Secret& value) {
  return secrets::Seal(master_key, value, Context(function.name, column));
}

FunctionRow Seal(const Secret& master_key, const Function& function) {
  json::Object environment;
  for (const auto& [name, value] : function.environment) environment[name] = value;
  return {function,
          SealColumn(master_key, function, kEnvironment, Secret(json::ToText(environment))),
          SealColumn(master_key, function, kSecretAccessKey, function.secret_access_key),
          SealColumn(master_key, function, kSessionToken, function.session_token)};
}

Result<Secret> UnsealColumn(const Secret& master_key, const Function& function, const char* column,
                            const std::string& sealed) {
  auto value = secrets::Unseal(master_key, sealed, Context(function.name, column));
  if (value.ok()) return value;
  return WithContext(std::move(value).error(), "the " + std::string(column) + " of the function '" +
                                                   function.name + "' does not open");
}

Result<Function> Unseal(const Secret& master_key, FunctionRow row) {
  Function& function = row.function;
  SLUICE_ASSIGN(Secret text, UnsealColumn(master_key, function, kEnvironment, row.environment));
  SLUICE_ASSIGN(json::Object environment, json::ParseObject(text.Reveal()));
  for (const auto& [name, value] : environment) function.environment[name] = value.as_string();
  SLUICE_ASSIGN(function.secret_access_key,
                UnsealColumn(master_key, function, kSecretAccessKey, row.secret_access_key));
  SLUICE_ASSIGN(function.session_token,
                UnsealColumn(master_key, function, kSessionToken, row.session_token));
  return std::move(function);
}

}  // namespace

Result<bool> SqliteStore::InsertFunction(const Function& function) {
  const FunctionRow row = Seal(master_key_, function);
  SLUICE_ASSIGN(int64_t inserted,
                database_->Change(
                    "INSERT INTO function (name, arn, runtime, handler, role, description,"
                    " timeout_s, memory_mb, code_sha256, code_size, code_id, revision_id,"
                    " last_modified, access_key_id, sealed_environment,"
                    " sealed_secret_access_key, sealed_session_token)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (name) DO NOTHING",
                    function.name, function.arn, function.runtime, function.handler, function.role,
                    function.description, function.timeout_s, function.memory_mb,
                    function.code_sha256, function.code_size, function.code_id,
                    function.revision_id, function.last_modified, function.access_key_id,
                    Blob{row.environment}, Blob{row.secret_access_key}, Blob{row.session_token}));
  return inserted == 1;
}

Status SqliteStore::UpdateFunction(const Function& function) {
  const FunctionRow row = Seal(master_key_, function);
  return database_->ChangeExisting(
      "function '" + function.name + "'",
      "UPDATE function SET arn = ?, runtime = ?, handler = ?, role = ?, description = ?,"
      " timeout_s = ?, memory_mb = ?, code_sha256 = ?, code_size = ?, code_id = ?, revision_id = ?,"
      " last_modified = ?, access_key_id = ?, sealed_environment = ?,"
      " sealed_secret_access_key = ?, sealed_session_token = ? WHERE name = ?",
      function.arn, function.runtime, function.handler, function.role, function.description,
      function.timeout_s, function.memory_mb, function.code_sha256, function.code_size,
      function.code_id, function.revision_id, function.last_modified, function.access_key_id,
      Blob{row.environment}, Blob{row.secret_access_key}, Blob{row.session_token}, function.name);
}

Result<std::optional<Function>> SqliteStore::FindFunction(const std::string& name) {
  SLUICE_ASSIGN(
      std::optional<FunctionRow> row,
      database_->One(ReadFunction,
                     "SELECT name, arn, runtime, handler, role, description, timeout_s,"
                     " memory_mb, code_sha256, code_size, code_id, revision_id, last_modified,"
                     " access_key_id, sealed_environment, sealed_secret_access_key,"
                     " sealed_session_token FROM function WHERE name = ?",
                     name));
  if (!row) return std::optional<Function>();
  SLUICE_ASSIGN(Function function, Unseal(master_key_, *std::move(row)));
  return std::optional(std::move(function));
}

Result<std::vector<Function>> SqliteStore::ListFunctions() {
  SLUICE_ASSIGN(
      std::vector<FunctionRow> rows,
      database_->All(ReadFunction,
                     "SELECT name, arn, runtime, handler, role, description, timeout_s,"
                     " memory_mb, code_sha256, code_size, code_id, revision_id, last_modified,"
                     " access_key_id, sealed_environment, sealed_secret_access_key,"
                     " sealed_session_token FROM function ORDER BY name"));
  std::vector<Function> functions;
  for (FunctionRow& row : rows) {
    SLUICE_ASSIGN(Function function, Unseal(master_key_, std::move(row)));
    functions.push_back(std::move(function));
  }
  return functions;
}

Status SqliteStore::DeleteFunction(const std::string& name) {
  return database_->ChangeExisting("function '" + name + "'", "DELETE FROM function WHERE name = ?",
                                   name);
}

}  // namespace sluice::store
