-- Restore points over base backups and archived log: what verify learned of each run for them, leases of log, provider windows.

-- Where the last proven record begins; when the newest segment was written (mtime), and the usual time between two.
ALTER TABLE wal_runs ADD COLUMN last_record INTEGER; -- NULL: it and last_xact are not known
ALTER TABLE wal_runs ADD COLUMN pass_xact INTEGER; -- the latest commit or abort that this pass of reading saw
ALTER TABLE wal_runs ADD COLUMN newest INTEGER;
ALTER TABLE wal_runs ADD COLUMN usual INTEGER;

-- Places in the log that recovery can aim at or that tell a time. LSN: behind the record that tells it, or where a bad segment begins.
CREATE TABLE wal_marks (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES wal_runs (id) ON DELETE CASCADE,
  lsn INTEGER NOT NULL,
  -- point: somebody gave it a name; stop: a base backup ended; bad: what is not proven begins
  kind TEXT NOT NULL CHECK (kind IN ('point', 'stop', 'bad')),
  time INTEGER, -- of a point its own; else the latest commit or abort that was read before the end of its segment (stop), before it (bad)
  name ANY, -- of a point
  start_lsn INTEGER, -- of a stop: where that backup begins
  UNIQUE (run_id, lsn, kind)
) STRICT;

-- A lease of log: what a running restore reads of it is not let go.
CREATE TABLE wal_leases (
  id INTEGER PRIMARY KEY,
  hold_id INTEGER NOT NULL REFERENCES holds (id), -- of the backup that is restored
  system_id INTEGER NOT NULL,
  timeline INTEGER NOT NULL, -- the newest that is read; those that it left, too
  from_lsn INTEGER NOT NULL,
  to_lsn INTEGER NOT NULL CHECK (to_lsn >= from_lsn),
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX wal_leases_until ON wal_leases (until);

-- What a provider says that it keeps, and nobody verified.
CREATE TABLE provider_windows (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  kind TEXT NOT NULL CHECK (kind = 'daily' OR kind = 'pitr'),
  length INTEGER NOT NULL CHECK (length > 0),
  since INTEGER NOT NULL, -- when somebody said so
  PRIMARY KEY (source_id, kind)
) STRICT, WITHOUT ROWID;

-- What was read before this told none of it: it is read again.
UPDATE wal_runs SET read_lsn = start_lsn, read_began = NULL, carry = NULL;

CREATE VIEW restore_marks AS
  SELECT s.name AS source, r.name AS repo, w.folder, w.timeline, m.kind, m.name,
    printf('%X/%X', m.lsn >> 32 & 4294967295, m.lsn & 4294967295) AS lsn,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.time / 1000000, 'unixepoch') AS time
  FROM wal_marks m JOIN wal_runs w ON w.id = m.run_id JOIN repos r ON r.id = w.repo_id LEFT JOIN sources s ON s.id = w.source_id;

CREATE VIEW leases AS
  SELECT l.id, h.backup_id, printf('%u', l.system_id) AS system_id, l.timeline,
    printf('%X/%X', l.from_lsn >> 32 & 4294967295, l.from_lsn & 4294967295) AS from_lsn,
    printf('%X/%X', l.to_lsn >> 32 & 4294967295, l.to_lsn & 4294967295) AS to_lsn,
    strftime('%Y-%m-%dT%H:%M:%SZ', l.until / 1000000, 'unixepoch') AS until
  FROM wal_leases l JOIN holds h ON h.id = l.hold_id WHERE h.released IS NULL;
