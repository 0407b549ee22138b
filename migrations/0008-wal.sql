-- Archived write-ahead log: not a row a file, but runs of segments without a gap. Log sequence numbers (LSN) and system identifiers
-- are unsigned 64-bit numbers as SQLite's signed ones. Rows are what lies there now; what was, the journal of runs tells.
CREATE TABLE wal_runs (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  source_id INTEGER REFERENCES sources (id), -- NULL: no source claims it
  folder ANY NOT NULL CHECK (typeof(folder) IN ('text', 'blob')), -- in the repo; '' is its root
  system_id INTEGER NOT NULL,
  timeline INTEGER NOT NULL CHECK (timeline > 0),
  segment_size INTEGER NOT NULL CHECK (segment_size BETWEEN 1048576 AND 1073741824),
  version INTEGER NOT NULL, -- major, of PostgreSQL
  start_lsn INTEGER NOT NULL, -- the first byte of the first segment
  end_lsn INTEGER NOT NULL CHECK (end_lsn >= start_lsn AND (end_lsn - start_lsn) % segment_size = 0), -- one past the last segment
  bytes INTEGER NOT NULL CHECK (bytes >= 0), -- of its files as they lie there
  partial INTEGER NOT NULL CHECK (partial IN (0, 1)), -- the segment at end_lsn is there, too, as .partial
  read_lsn INTEGER NOT NULL CHECK (read_lsn BETWEEN start_lsn AND end_lsn), -- this pass of reading came so far
  read_began INTEGER, -- when this pass began
  carry BLOB, -- what the next segment is checked against: of this program alone
  proven_lsn INTEGER NOT NULL CHECK (proven_lsn >= start_lsn), -- the end of the last valid record, of this pass or the one before
  last_xact INTEGER, -- the latest commit or abort before it
  partial_lsn INTEGER, -- the end of the last valid record in the .partial one
  partial_xact INTEGER,
  verified_at INTEGER,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  CHECK (end_lsn > start_lsn OR partial = 1)
) STRICT;
CREATE INDEX wal_runs_place ON wal_runs (repo_id, folder);
CREATE INDEX wal_runs_log ON wal_runs (system_id, timeline, start_lsn);

-- What stands against segments and what is missing between them.
CREATE TABLE wal_findings (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  folder ANY NOT NULL CHECK (typeof(folder) IN ('text', 'blob')),
  run_id INTEGER REFERENCES wal_runs (id) ON DELETE CASCADE, -- NULL: of a file that is in no run
  segment ANY NOT NULL, -- the base name of the file, or the first one missing
  lsn INTEGER, -- where that segment begins
  told_by TEXT NOT NULL CHECK (told_by = 'scan' OR told_by = 'verify'),
  code TEXT NOT NULL,
  place TEXT,
  text ANY NOT NULL,
  found INTEGER NOT NULL
) STRICT;
CREATE INDEX wal_findings_place ON wal_findings (repo_id, folder);
CREATE INDEX wal_findings_run ON wal_findings (run_id);

-- Trouble that somebody knows of. The first segment that a gap lacks names the gap.
CREATE TABLE wal_acks (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  folder ANY NOT NULL CHECK (typeof(folder) IN ('text', 'blob')),
  segment ANY NOT NULL,
  code TEXT NOT NULL,
  reason ANY NOT NULL,
  created INTEGER NOT NULL,
  until INTEGER
) STRICT;
CREATE INDEX wal_acks_place ON wal_acks (repo_id, folder, segment);

-- Where each timeline left its ancestors, as the .history files tell.
CREATE TABLE wal_forks (
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  folder ANY NOT NULL CHECK (typeof(folder) IN ('text', 'blob')),
  timeline INTEGER NOT NULL,
  ancestor INTEGER NOT NULL CHECK (ancestor < timeline),
  lsn INTEGER NOT NULL, -- the first that is no more the ancestor's
  PRIMARY KEY (repo_id, folder, timeline, ancestor)
) STRICT, WITHOUT ROWID;

CREATE VIEW wal AS
  SELECT w.id, r.name AS repo, w.folder, s.name AS source, printf('%u', w.system_id) AS system_id, w.timeline,
    'PostgreSQL ' || w.version AS version, w.segment_size, (w.end_lsn - w.start_lsn) / w.segment_size AS segments, w.bytes,
    printf('%08X%08X%08X', w.timeline, w.start_lsn >> 32, (w.start_lsn & 4294967295) / w.segment_size) AS first_segment,
    CASE WHEN w.end_lsn > w.start_lsn THEN printf('%08X%08X%08X', w.timeline, (w.end_lsn - 1) >> 32,
      ((w.end_lsn - 1) & 4294967295) / w.segment_size) END AS last_segment,
    printf('%X/%X', w.start_lsn >> 32, w.start_lsn & 4294967295) AS start_lsn,
    printf('%X/%X', w.end_lsn >> 32, w.end_lsn & 4294967295) AS end_lsn,
    printf('%X/%X', w.proven_lsn >> 32, w.proven_lsn & 4294967295) AS proven_lsn,
    (w.end_lsn - w.read_lsn) / w.segment_size AS unread,
    strftime('%Y-%m-%dT%H:%M:%SZ', w.last_xact / 1000000, 'unixepoch') AS last_commit,
    w.partial, CASE WHEN w.partial_lsn NOT NULL THEN printf('%X/%X', w.partial_lsn >> 32, w.partial_lsn & 4294967295) END AS partial_lsn,
    strftime('%Y-%m-%dT%H:%M:%SZ', w.partial_xact / 1000000, 'unixepoch') AS partial_commit,
    (SELECT count(*) FROM wal_findings f WHERE f.run_id = w.id) AS troubles,
    strftime('%Y-%m-%dT%H:%M:%SZ', w.verified_at / 1000000, 'unixepoch') AS verified_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', w.first_seen / 1000000, 'unixepoch') AS first_seen,
    strftime('%Y-%m-%dT%H:%M:%SZ', w.last_seen / 1000000, 'unixepoch') AS last_seen
  FROM wal_runs w JOIN repos r ON r.id = w.repo_id LEFT JOIN sources s ON s.id = w.source_id;

-- Stretches of the log that were read and are valid, without the segments that something stands against. LSNs as numbers.
CREATE VIEW wal_proven AS
  WITH edges AS (
    SELECT id AS run_id, start_lsn AS from_lsn FROM wal_runs
    UNION
    SELECT f.run_id, f.lsn + w.segment_size FROM wal_findings f JOIN wal_runs w ON w.id = f.run_id
      WHERE f.told_by = 'verify' AND f.lsn NOT NULL
  ), stretches AS (
    SELECT e.run_id, e.from_lsn, min(w.proven_lsn, coalesce((SELECT min(f.lsn) FROM wal_findings f
      WHERE f.run_id = e.run_id AND f.told_by = 'verify' AND f.lsn >= e.from_lsn), w.proven_lsn)) AS to_lsn
    FROM edges e JOIN wal_runs w ON w.id = e.run_id
  )
  SELECT w.id AS run_id, r.name AS repo, w.folder, s.name AS source, printf('%u', w.system_id) AS system_id, w.timeline,
    t.from_lsn, t.to_lsn, CASE WHEN t.to_lsn = w.proven_lsn
      THEN strftime('%Y-%m-%dT%H:%M:%SZ', w.last_xact / 1000000, 'unixepoch') END AS last_commit
  FROM stretches t JOIN wal_runs w ON w.id = t.run_id JOIN repos r ON r.id = w.repo_id LEFT JOIN sources s ON s.id = w.source_id
  WHERE t.to_lsn > t.from_lsn;

CREATE VIEW wal_trouble AS
  SELECT f.id, r.name AS repo, f.folder, s.name AS source, printf('%u', w.system_id) AS system_id, f.segment, f.code, f.place, f.text,
    f.told_by, strftime('%Y-%m-%dT%H:%M:%SZ', f.found / 1000000, 'unixepoch') AS found,
    EXISTS (SELECT 1 FROM wal_acks k WHERE k.repo_id = f.repo_id AND k.folder = f.folder AND k.segment = f.segment
      AND k.code = f.code AND (k.until IS NULL OR k.until > CAST(strftime('%s', 'now') AS INTEGER) * 1000000)) AS acked
  FROM wal_findings f JOIN repos r ON r.id = f.repo_id LEFT JOIN wal_runs w ON w.id = f.run_id
    LEFT JOIN sources s ON s.id = w.source_id;
