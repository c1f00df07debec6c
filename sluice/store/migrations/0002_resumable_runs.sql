-- What it takes to go on with a run after a restart, and to say where its time and records went.

ALTER TABLE run ADD COLUMN flow_document TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN replay_of TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN guarantee TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE run ADD COLUMN read_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN map_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN write_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN wait_us INTEGER NOT NULL DEFAULT 0;
-- [["Validate Name VALIDATE_NON_NULL", 3], …]
ALTER TABLE run ADD COLUMN filters TEXT NOT NULL DEFAULT '[]';

-- Runs of earlier versions can't be gone on with: their partitions were not kept.
DROP TABLE progress;
CREATE TABLE partition (
  id INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL REFERENCES run (execution_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0,
  token TEXT NOT NULL DEFAULT '',
  is_finished INTEGER NOT NULL DEFAULT 0,
  UNIQUE (execution_id, name)
) STRICT;

ALTER TABLE refused ADD COLUMN field TEXT NOT NULL DEFAULT '';
ALTER TABLE refused ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE refused ADD COLUMN replayed_by TEXT NOT NULL DEFAULT '';
