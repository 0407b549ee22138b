-- What people say about backups: holds, acknowledgements; and the holders that closed retention slots were given.
CREATE TABLE holds (
  id INTEGER PRIMARY KEY,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  kind TEXT NOT NULL CHECK (kind = 'pin' OR kind = 'legal' OR kind = 'lease' OR kind = 'suspicion'),
  reason ANY NOT NULL,
  created INTEGER NOT NULL,
  until INTEGER,
  released INTEGER
) STRICT;
CREATE INDEX holds_backup ON holds (backup_id);

CREATE TABLE acks (
  id INTEGER PRIMARY KEY,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  reason ANY NOT NULL,
  created INTEGER NOT NULL,
  until INTEGER
) STRICT;
CREATE INDEX acks_backup ON acks (backup_id);

-- the kinds of trouble that were there when somebody acknowledged; another kind is news
CREATE TABLE ack_codes (
  ack_id INTEGER NOT NULL REFERENCES acks (id),
  code TEXT NOT NULL,
  PRIMARY KEY (ack_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE slots (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  kind TEXT NOT NULL CHECK (kind = 'logical' OR kind = 'physical' OR kind = 'sqlite' OR kind = 'files'),
  tier TEXT NOT NULL CHECK (tier = 'daily' OR tier = 'weekly' OR tier = 'monthly'),
  bucket TEXT NOT NULL,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  since INTEGER NOT NULL,
  -- a bucket can have two holders: what one holds, the other may lack
  PRIMARY KEY (source_id, kind, tier, bucket, backup_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX slots_backup ON slots (backup_id);
