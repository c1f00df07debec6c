-- A function's revision is new with each change, its code's folder only with new code.
ALTER TABLE function ADD COLUMN code_id TEXT NOT NULL DEFAULT '';
UPDATE function SET code_id = revision_id;
