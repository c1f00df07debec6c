#include "sluice/store/sqlite_store.h"

namespace sluice::store {

using api::StoredAnswer;
using api::StoredConnector;
using api::StoredFlow;
using api::StoredProfile;

namespace {

constexpr std::chrono::hours kAnswersKept{8};

Result<StoredConnector> ReadConnector(Statement& row) {
  return StoredConnector{.label = row.Text(),
                         .arn = row.Text(),
                         .function_arn = row.Text(),
                         .description = row.Text(),
                         .configuration = row.Text(),
                         .registered_by = row.Text(),
                         .registered_at = row.At()};
}

Result<StoredProfile> ReadProfile(Statement& row) {
  return StoredProfile{.name = row.Text(),
                       .arn = row.Text(),
                       .connector_type = row.Text(),
                       .connector_label = row.Text(),
                       .connection_mode = row.Text(),
                       .properties = row.Text(),
                       .secret_arn = row.Text(),
                       .authentication_type = row.Text(),
                       .kms_arn = row.Text(),
                       .created_at = row.At(),
                       .updated_at = row.At()};
}

Result<StoredFlow> ReadFlow(Statement& row) {
  return StoredFlow{.name = row.Text(),
                    .arn = row.Text(),
                    .status = row.Text(),
                    .document = row.Text(),
                    .fields = row.Text(),
                    .tags = row.Text(),
                    .kms_arn = row.Text(),
                    .schema_version = row.Int(),
                    .created_by = row.Text(),
                    .updated_by = row.Text(),
                    .created_at = row.At(),
                    .updated_at = row.At()};
}

Result<StoredAnswer> ReadAnswer(Statement& row) {
  return StoredAnswer{.request_sha256 = row.Text(), .response = row.Text()};
}

}  // namespace

Result<bool> SqliteStore::InsertConnector(const StoredConnector& connector) {
  SLUICE_ASSIGN(int64_t inserted,
                database_->Change("INSERT INTO connector (label, arn, function_arn, description,"
                                  " configuration, registered_by, registered_at)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (label) DO NOTHING",
                                  connector.label, connector.arn, connector.function_arn,
                                  connector.description, connector.configuration,
                                  connector.registered_by, connector.registered_at));
  return inserted == 1;
}

Result<std::optional<StoredConnector>> SqliteStore::FindConnector(const std::string& label) {
  return database_->One(ReadConnector,
                        "SELECT label, arn, function_arn, description, configuration,"
                        " registered_by, registered_at FROM connector WHERE label = ?",
                        label);
}

Result<std::vector<StoredConnector>> SqliteStore::ListConnectors(const std::string& after,
                                                                 int64_t limit) {
  return database_->All(ReadConnector,
                        "SELECT label, arn, function_arn, description, configuration,"
                        " registered_by, registered_at FROM connector"
                        " WHERE label > ? ORDER BY label LIMIT ?",
                        after, limit);
}

Status SqliteStore::UpdateConnector(const StoredConnector& connector) {
  return database_->ChangeExisting(
      "connector '" + connector.label + "'",
      "UPDATE connector SET arn = ?, function_arn = ?, description = ?, configuration = ?,"
      " registered_by = ?, registered_at = ? WHERE label = ?",
      connector.arn, connector.function_arn, connector.description, connector.configuration,
      connector.registered_by, connector.registered_at, connector.label);
}

Status SqliteStore::DeleteConnector(const std::string& label) {
  return database_->ChangeExisting("connector '" + label + "'",
                                   "DELETE FROM connector WHERE label = ?", label);
}

Result<bool> SqliteStore::InsertProfile(const StoredProfile& profile) {
  SLUICE_ASSIGN(
      int64_t inserted,
      database_->Change("INSERT INTO profile (name, arn, connector_type, connector_label,"
                        " connection_mode, properties, secret_arn, authentication_type, kms_arn,"
                        " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        " ON CONFLICT (name) DO NOTHING",
                        profile.name, profile.arn, profile.connector_type, profile.connector_label,
                        profile.connection_mode, profile.properties, profile.secret_arn,
                        profile.authentication_type, profile.kms_arn, profile.created_at,
                        profile.updated_at));
  return inserted == 1;
}

Result<std::optional<StoredProfile>> SqliteStore::FindProfile(const std::string& name) {
  return database_->One(ReadProfile,
                        "SELECT name, arn, connector_type, connector_label, connection_mode,"
                        " properties, secret_arn, authentication_type, kms_arn, created_at,"
                        " updated_at FROM profile WHERE name = ?",
                        name);
}

Result<std::vector<StoredProfile>> SqliteStore::ListProfiles(const std::string& after,
                                                             int64_t limit) {
  return database_->All(ReadProfile,
                        "SELECT name, arn, connector_type, connector_label, connection_mode,"
                        " properties, secret_arn, authentication_type, kms_arn, created_at,"
                        " updated_at FROM profile WHERE name > ? ORDER BY name LIMIT ?",
                        after, limit);
}

Status SqliteStore::UpdateProfile(const StoredProfile& profile) {
  return database_->ChangeExisting(
      "connector profile '" + profile.name + "'",
      "UPDATE profile SET arn = ?, connector_type = ?, connector_label = ?, connection_mode = ?,"
      " properties = ?, secret_arn = ?, authentication_type = ?, kms_arn = ?, created_at = ?,"
      " updated_at = ? WHERE name = ?",
      profile.arn, profile.connector_type, profile.connector_label, profile.connection_mode,
      profile.properties, profile.secret_arn, profile.authentication_type, profile.kms_arn,
      profile.created_at, profile.updated_at, profile.name);
}

Status SqliteStore::DeleteProfile(const std::string& name) {
  return database_->ChangeExisting("connector profile '" + name + "'",
                                   "DELETE FROM profile WHERE name = ?", name);
}

Result<bool> SqliteStore::InsertFlow(const StoredFlow& flow) {
  SLUICE_ASSIGN(
      int64_t inserted,
      database_->Change(
          "INSERT INTO flow (name, arn, status, document, fields, tags, kms_arn,"
          " schema_version, created_by, updated_by, created_at, updated_at)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
          flow.name, flow.arn, flow.status, flow.document, flow.fields, flow.tags, flow.kms_arn,
          flow.schema_version, flow.created_by, flow.updated_by, flow.created_at, flow.updated_at));
  return inserted == 1;
}

Status SqliteStore::UpdateFlow(const StoredFlow& flow) {
  return database_->ChangeExisting(
      "flow '" + flow.name + "'",
      "UPDATE flow SET arn = ?, status = ?, document = ?, fields = ?, tags = ?, kms_arn = ?,"
      " schema_version = ?, created_by = ?, updated_by = ?, created_at = ?, updated_at = ?"
      " WHERE name = ?",
      flow.arn, flow.status, flow.document, flow.fields, flow.tags, flow.kms_arn,
      flow.schema_version, flow.created_by, flow.updated_by, flow.created_at, flow.updated_at,
      flow.name);
}

Result<std::optional<StoredFlow>> SqliteStore::FindFlow(const std::string& name) {
  return database_->One(
      ReadFlow,
      "SELECT name, arn, status, document, fields, tags, kms_arn,"
      " schema_version, created_by, updated_by, created_at, updated_at FROM flow WHERE name = ?",
      name);
}

Result<std::vector<StoredFlow>> SqliteStore::ListFlows(const std::string& after, int64_t limit) {
  return database_->All(ReadFlow,
                        "SELECT name, arn, status, document, fields, tags, kms_arn,"
                        " schema_version, created_by, updated_by, created_at, updated_at FROM flow"
                        " WHERE name > ? ORDER BY name LIMIT ?",
                        after, limit);
}

Status SqliteStore::DeleteFlow(const std::string& name) {
  return database_->ChangeExisting("flow '" + name + "'", "DELETE FROM flow WHERE name = ?", name);
}

Result<std::optional<StoredAnswer>> SqliteStore::FindAnswer(const std::string& operation,
                                                            const std::string& client_token,
                                                            Time not_before) {
  return database_->One(ReadAnswer,
                        "SELECT request_sha256, response FROM answer"
                        " WHERE operation = ? AND client_token = ? AND answered_at >= ?",
                        operation, client_token, not_before);
}

Status SqliteStore::SaveAnswer(const std::string& operation, const std::string& client_token,
                               const StoredAnswer& answer, Time now) {
  return database_->Write([&](Connection& writer) -> Status {
    SLUICE_RETURN_IF_ERROR(
        Statement(writer, "DELETE FROM answer WHERE answered_at < ?", now - kAnswersKept).Run());
    SLUICE_RETURN_IF_ERROR(
        Statement(writer,
                  "INSERT OR REPLACE INTO answer"
                  " (operation, client_token, request_sha256, response, answered_at)"
                  " VALUES (?, ?, ?, ?, ?)",
                  operation, client_token, answer.request_sha256, answer.response, now)
            .Run());
    return Done{};
  });
}

}  // namespace sluice::store
