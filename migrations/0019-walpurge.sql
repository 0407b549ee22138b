-- Archived WAL that retention lets go: stretches of whole segments of one timeline in one folder, from the plan that condemned them to
-- what became of them. Never a row a segment, and none of these rows is ever deleted. A deletion is begun (begun, on disk before
-- anything is moved), comes so far (reached: all before it is gone, or was left alone and told), and is ended.
CREATE TABLE wal_condemnations (
  id INTEGER PRIMARY KEY,
  plan_id INTEGER NOT NULL REFERENCES plans (id),
  source_id INTEGER NOT NULL REFERENCES sources (id),
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  folder ANY NOT NULL CHECK (typeof(folder) IN ('text', 'blob')),
  system_id INTEGER NOT NULL,
  timeline INTEGER NOT NULL CHECK (timeline > 0),
  segment_size INTEGER NOT NULL CHECK (segment_size BETWEEN 1048576 AND 1073741824),
  from_lsn INTEGER NOT NULL CHECK (from_lsn % segment_size = 0),
  to_lsn INTEGER NOT NULL CHECK (to_lsn > from_lsn AND to_lsn % segment_size = 0),
  at INTEGER NOT NULL,
  purge_after INTEGER NOT NULL,
  files INTEGER NOT NULL CHECK (files >= 0), -- as they lay there when they were condemned
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  begun INTEGER,
  reached INTEGER NOT NULL CHECK (reached BETWEEN from_lsn AND to_lsn),
  gone_files INTEGER NOT NULL DEFAULT 0,
  gone_bytes INTEGER NOT NULL DEFAULT 0, -- freed
  ended INTEGER,
  outcome TEXT CHECK (outcome = 'undone' OR outcome = 'kept' OR outcome = 'gone' OR outcome = 'missing'),
  CHECK ((ended IS NULL) = (outcome IS NULL)),
  CHECK (begun IS NOT NULL OR (reached = from_lsn AND gone_files = 0 AND gone_bytes = 0)),
  CHECK (outcome IS NULL OR outcome NOT IN ('gone', 'missing') OR (begun IS NOT NULL AND reached = to_lsn))
) STRICT;
CREATE INDEX wal_condemnations_open ON wal_condemnations (repo_id) WHERE ended IS NULL;
CREATE INDEX wal_condemnations_place ON wal_condemnations (repo_id, folder, timeline, from_lsn);
CREATE INDEX wal_condemnations_plan ON wal_condemnations (plan_id);

-- What tells each of those files from another one that takes its name: 8 bytes a file (of name, inode, size and mtime), in pieces of a
-- condemned stretch. Cleared when it is ended.
CREATE TABLE wal_condemned_files (
  condemnation_id INTEGER NOT NULL REFERENCES wal_condemnations (id),
  to_lsn INTEGER NOT NULL, -- the piece ends here, and begins where the one before it ends
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  marks BLOB NOT NULL CHECK (length(marks) = 8 * files),
  UNIQUE (condemnation_id, to_lsn)
) STRICT;

-- Base backups that are there, or may come back, and where each begins in the log.
CREATE VIEW wal_holders AS
  SELECT b.id AS backup_id, b.source_id, p.system_id, p.timeline, p.start_lsn, p.stop_lsn, b.state, b.purge_after,
    b.state = 'live' AND b.verdict IN ('sound', 'unproven') AND b.covered_failed = 0 AND p.start_lsn NOT NULL AS good
  FROM backups b LEFT JOIN physical p ON p.backup_id = b.id
  WHERE (b.kind = 'physical' OR p.backup_id NOT NULL) AND b.state <> 'gone'
    AND NOT (b.state = 'missing' AND b.state_reason IS 'cleaned by others');

-- WAL is condemned only below every base backup of its timeline that is neither condemned nor gone, while a good base backup of its
-- cluster is there, and outside of what a lease holds.
CREATE TRIGGER wal_condemnations_begin BEFORE INSERT ON wal_condemnations WHEN NEW.ended IS NULL BEGIN
  SELECT RAISE(ABORT, 'the log that a base backup needs is kept')
    WHERE EXISTS (SELECT 1 FROM wal_holders h WHERE h.system_id = NEW.system_id AND h.timeline = NEW.timeline
      AND h.start_lsn < NEW.to_lsn AND h.state <> 'condemned');
  SELECT RAISE(ABORT, 'the log of a cluster without a good base backup is kept')
    WHERE NOT EXISTS (SELECT 1 FROM wal_holders h WHERE h.system_id = NEW.system_id AND h.good);
  SELECT RAISE(ABORT, 'the log is kept while the place of a base backup is not known')
    WHERE EXISTS (SELECT 1 FROM wal_holders h WHERE h.source_id = NEW.source_id AND h.state <> 'condemned'
      AND (h.start_lsn IS NULL OR h.system_id IS NULL));
  SELECT RAISE(ABORT, 'leased log is kept until the lease is over')
    WHERE EXISTS (SELECT 1 FROM wal_leases l JOIN holds h ON h.id = l.hold_id WHERE l.system_id = NEW.system_id
      AND l.timeline >= NEW.timeline AND l.from_lsn < NEW.to_lsn AND h.released IS NULL);
  SELECT RAISE(ABORT, 'that log is condemned already')
    WHERE EXISTS (SELECT 1 FROM wal_condemnations c WHERE c.repo_id = NEW.repo_id AND c.folder = NEW.folder
      AND c.timeline = NEW.timeline AND c.from_lsn < NEW.to_lsn AND c.to_lsn > NEW.from_lsn AND c.ended IS NULL);
  SELECT RAISE(ABORT, 'a deletion is begun after its grace') WHERE NEW.begun < NEW.purge_after;
END;
-- A deletion is begun only over the grace, and below every base backup that is not gone.
CREATE TRIGGER wal_condemnations_delete BEFORE UPDATE ON wal_condemnations WHEN OLD.begun IS NULL AND NEW.begun NOT NULL BEGIN
  SELECT RAISE(ABORT, 'only what is over its grace is deleted') WHERE OLD.purge_after > NEW.begun;
  SELECT RAISE(ABORT, 'the log that a base backup needs is kept')
    WHERE EXISTS (SELECT 1 FROM wal_holders h WHERE h.system_id = NEW.system_id AND h.timeline = NEW.timeline
      AND h.start_lsn < NEW.to_lsn);
  SELECT RAISE(ABORT, 'the log of a cluster without a good base backup is kept')
    WHERE NOT EXISTS (SELECT 1 FROM wal_holders h WHERE h.system_id = NEW.system_id AND h.good);
  SELECT RAISE(ABORT, 'leased log is kept until the lease is over')
    WHERE EXISTS (SELECT 1 FROM wal_leases l JOIN holds h ON h.id = l.hold_id WHERE l.system_id = NEW.system_id
      AND l.timeline >= NEW.timeline AND l.from_lsn < NEW.to_lsn AND h.released IS NULL);
END;
CREATE TRIGGER wal_condemnations_keep BEFORE UPDATE ON wal_condemnations
WHEN OLD.ended IS NOT NULL OR NEW.id <> OLD.id OR NEW.plan_id <> OLD.plan_id OR NEW.source_id <> OLD.source_id
  OR NEW.repo_id <> OLD.repo_id OR NEW.folder IS NOT OLD.folder OR NEW.system_id <> OLD.system_id OR NEW.timeline <> OLD.timeline
  OR NEW.segment_size <> OLD.segment_size OR NEW.from_lsn <> OLD.from_lsn OR NEW.to_lsn <> OLD.to_lsn OR NEW.at <> OLD.at
  OR NEW.purge_after <> OLD.purge_after OR NEW.files <> OLD.files OR NEW.bytes <> OLD.bytes
  OR OLD.begun NOT NULL AND NEW.begun IS NOT OLD.begun OR NEW.reached < OLD.reached OR NEW.gone_files < OLD.gone_files BEGIN
  SELECT RAISE(ABORT, 'a condemnation of log is ended once, and keeps what it says');
END;
CREATE TRIGGER wal_condemnations_never_deleted BEFORE DELETE ON wal_condemnations BEGIN
  SELECT RAISE(ABORT, 'a condemnation of log is ended, not deleted');
END;
CREATE TRIGGER wal_condemnations_never_replaced BEFORE INSERT ON wal_condemnations
WHEN EXISTS (SELECT 1 FROM wal_condemnations WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a condemnation of log is ended, not replaced');
END;
-- The marks of a piece stay until the stretch is ended: nothing is deleted by others.
CREATE TRIGGER wal_condemned_files_stay BEFORE DELETE ON wal_condemned_files
WHEN EXISTS (SELECT 1 FROM wal_condemnations WHERE id = OLD.condemnation_id AND ended IS NULL) BEGIN
  SELECT RAISE(ABORT, 'what tells condemned files is known until their deletion is ended');
END;
CREATE TRIGGER wal_condemned_files_keep BEFORE UPDATE ON wal_condemned_files BEGIN
  SELECT RAISE(ABORT, 'what tells condemned files is never changed');
END;
CREATE TRIGGER wal_condemned_files_first BEFORE INSERT ON wal_condemned_files
WHEN EXISTS (SELECT 1 FROM wal_condemned_files WHERE condemnation_id = NEW.condemnation_id AND to_lsn >= NEW.to_lsn)
  OR NOT EXISTS (SELECT 1 FROM wal_condemnations WHERE id = NEW.condemnation_id AND ended IS NULL AND to_lsn >= NEW.to_lsn) BEGIN
  SELECT RAISE(ABORT, 'what tells condemned files is never changed');
END;

-- A lease of log lasts as long as its hold.
CREATE TRIGGER wal_leases_never_deleted BEFORE DELETE ON wal_leases BEGIN
  SELECT RAISE(ABORT, 'a lease of log ends with its hold');
END;
CREATE TRIGGER wal_leases_never_changed BEFORE UPDATE ON wal_leases BEGIN
  SELECT RAISE(ABORT, 'a lease of log ends with its hold');
END;
CREATE TRIGGER wal_leases_never_replaced BEFORE INSERT ON wal_leases WHEN EXISTS (SELECT 1 FROM wal_leases WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a lease of log ends with its hold');
END;

CREATE VIEW wal_let_go AS
  SELECT c.id, s.name AS source, r.name AS repo, c.folder, c.timeline,
    printf('%08X%08X%08X', c.timeline, c.from_lsn >> 32, (c.from_lsn & 4294967295) / c.segment_size) AS first_segment,
    printf('%08X%08X%08X', c.timeline, (c.to_lsn - 1) >> 32, ((c.to_lsn - 1) & 4294967295) / c.segment_size) AS last_segment,
    (c.to_lsn - c.from_lsn) / c.segment_size AS segments, c.files, c.bytes, coalesce(c.outcome, 'condemned') AS state,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.at / 1000000, 'unixepoch') AS condemned_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.purge_after / 1000000, 'unixepoch') AS purge_after,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.ended / 1000000, 'unixepoch') AS ended_at, c.gone_files, c.gone_bytes
  FROM wal_condemnations c JOIN sources s ON s.id = c.source_id JOIN repos r ON r.id = c.repo_id;
