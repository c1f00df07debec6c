-- The runs of all flows, newest first.
CREATE INDEX run_in_time ON run (started_at, execution_id);
