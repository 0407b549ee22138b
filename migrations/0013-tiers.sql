-- Tiers have names of their own choosing: what a slot is called is the policy's matter.
CREATE TABLE slots_before AS SELECT source_id, kind, tier, bucket, backup_id, since FROM slots;
DROP TABLE slots;
CREATE TABLE slots (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  kind TEXT NOT NULL CHECK (kind = 'logical' OR kind = 'physical' OR kind = 'sqlite' OR kind = 'files'),
  tier TEXT NOT NULL CHECK (tier <> ''),
  bucket TEXT NOT NULL,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  since INTEGER NOT NULL,
  -- a bucket can have two holders: what one holds, the other may lack
  PRIMARY KEY (source_id, kind, tier, bucket, backup_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX slots_backup ON slots (backup_id);
INSERT INTO slots SELECT source_id, kind, tier, bucket, backup_id, since FROM slots_before;
DROP TABLE slots_before;
