-- Where the source has a refused record, for a person.
ALTER TABLE refused ADD COLUMN place TEXT NOT NULL DEFAULT '';
