-- The fields of both sides as they were when the flow was saved.

ALTER TABLE flow ADD COLUMN fields TEXT NOT NULL DEFAULT '';
