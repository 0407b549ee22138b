-- Buckets whose server keeps objects by itself, and keys that may delete beside those that read.
-- reaper_profile: in ~/.aws, whose keys write and delete; NULL: those of profile do
ALTER TABLE repos ADD COLUMN reaper_profile TEXT;

-- What the server last said of an artifact that retention would let go. until NULL and legal_hold 0: nothing keeps it.
CREATE TABLE locks (
  artifact_id INTEGER PRIMARY KEY REFERENCES artifacts (id),
  until INTEGER,
  legal_hold INTEGER NOT NULL CHECK (legal_hold IN (0, 1)),
  seen INTEGER NOT NULL
) STRICT;
