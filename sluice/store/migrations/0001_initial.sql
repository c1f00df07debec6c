-- Times are microseconds since 1970, UTC. Columns named sealed_… hold secrets::Seal's output.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  sealed_value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connector (
  label TEXT PRIMARY KEY,
  arn TEXT NOT NULL,
  function_arn TEXT NOT NULL,
  description TEXT NOT NULL,
  configuration TEXT NOT NULL,
  registered_by TEXT NOT NULL,
  registered_at INTEGER NOT NULL
) STRICT;

CREATE TABLE profile (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL,
  connector_type TEXT NOT NULL,
  connector_label TEXT NOT NULL,
  connection_mode TEXT NOT NULL,
  properties TEXT NOT NULL,
  secret_arn TEXT NOT NULL,
  authentication_type TEXT NOT NULL,
  kms_arn TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE flow (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL,
  status TEXT NOT NULL,
  document TEXT NOT NULL,
  tags TEXT NOT NULL,
  kms_arn TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE answer (
  operation TEXT NOT NULL,
  client_token TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  response TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  PRIMARY KEY (operation, client_token)
) STRICT;
CREATE INDEX answer_by_age ON answer (answered_at);

-- The order of ids is that of the beginnings.
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution_id TEXT NOT NULL UNIQUE,
  flow_name TEXT NOT NULL,
  status TEXT NOT NULL,
  records_processed INTEGER NOT NULL,
  bytes_processed INTEGER NOT NULL,
  bytes_written INTEGER NOT NULL,
  put_failures INTEGER NOT NULL,
  message TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX run_of_flow ON run (flow_name, id);
CREATE UNIQUE INDEX run_unfinished ON run (flow_name)
  WHERE status IN ('InProgress', 'CancelStarted');

CREATE TABLE progress (
  execution_id TEXT NOT NULL REFERENCES run (execution_id) ON DELETE CASCADE,
  partition TEXT NOT NULL,
  seq INTEGER NOT NULL,
  token TEXT NOT NULL,
  PRIMARY KEY (execution_id, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE refused (
  execution_id TEXT NOT NULL REFERENCES run (execution_id) ON DELETE CASCADE,
  partition TEXT NOT NULL,
  seq INTEGER NOT NULL,
  row_index INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  retry_after_s INTEGER,
  PRIMARY KEY (execution_id, partition, seq, row_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE function (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL,
  runtime TEXT NOT NULL,
  handler TEXT NOT NULL,
  role TEXT NOT NULL,
  description TEXT NOT NULL,
  timeout_s INTEGER NOT NULL,
  memory_mb INTEGER NOT NULL,
  sealed_environment BLOB NOT NULL,
  code_sha256 TEXT NOT NULL,
  code_size INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  last_modified INTEGER NOT NULL,
  access_key_id TEXT NOT NULL,
  sealed_secret_access_key BLOB NOT NULL,
  sealed_session_token BLOB NOT NULL
) STRICT;

CREATE TABLE log_group (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE log_stream (
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL REFERENCES log_group (id),
  name TEXT NOT NULL,
  UNIQUE (group_id, name)
) STRICT;

CREATE TABLE log_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  group_id INTEGER NOT NULL REFERENCES log_group (id),
  stream_id INTEGER NOT NULL REFERENCES log_stream (id),
  timestamp INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX log_event_in_time ON log_event (group_id, timestamp, id);
CREATE INDEX log_event_of_stream ON log_event (stream_id);

CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  arn TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  version_id TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
