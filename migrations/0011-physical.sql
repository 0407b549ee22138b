-- What base backups tell of themselves, as the last look that found out left it. Log sequence numbers (LSN) and system identifiers
-- are unsigned 64-bit numbers as SQLite's signed ones; NULL is not known.
CREATE TABLE physical (
  backup_id INTEGER PRIMARY KEY REFERENCES backups (id),
  system_id INTEGER,
  version INTEGER CHECK (version > 0), -- major, of PostgreSQL
  timeline INTEGER CHECK (timeline > 0),
  start_lsn INTEGER, -- replay begins here
  stop_lsn INTEGER, -- consistent from here on
  segment_size INTEGER CHECK (segment_size > 0), -- of its WAL, bytes
  started INTEGER,
  stopped INTEGER,
  label ANY,
  -- of an incremental one: where the backup begins that it builds on, and that backup
  needs_lsn INTEGER,
  needs_timeline INTEGER,
  parent_id INTEGER REFERENCES backups (id) CHECK (parent_id <> backup_id), -- NULL: none is there
  waiting INTEGER NOT NULL CHECK (waiting IN (0, 1)), -- none is there, and it may still come
  CHECK (needs_lsn NOT NULL OR (parent_id IS NULL AND NOT waiting))
) STRICT;
CREATE INDEX physical_start ON physical (system_id, start_lsn);
CREATE INDEX physical_needs ON physical (system_id, needs_lsn) WHERE needs_lsn NOT NULL;
CREATE INDEX physical_parent ON physical (parent_id) WHERE parent_id NOT NULL;

-- Base backups that earlier versions looked at are read again: what they tell was not kept.
UPDATE artifacts SET verified_at = NULL WHERE state IN ('live', 'settling')
  AND backup_id IN (SELECT id FROM backups WHERE format = 'pg-basebackup');

-- While one of these is a base backup, an incremental one may build on it.
CREATE INDEX backups_unknown ON backups (format) WHERE verdict = 'unknown';

CREATE VIEW base_backups AS
  SELECT b.id, b.label, s.name AS source, printf('%u', p.system_id) AS system_id, 'PostgreSQL ' || p.version AS version, p.timeline,
    printf('%X/%X', p.start_lsn >> 32 & 4294967295, p.start_lsn & 4294967295) AS start_lsn,
    CASE WHEN p.stop_lsn NOT NULL THEN printf('%X/%X', p.stop_lsn >> 32 & 4294967295, p.stop_lsn & 4294967295) END AS stop_lsn,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.started / 1000000, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.stopped / 1000000, 'unixepoch') AS stopped,
    CASE WHEN p.needs_lsn NOT NULL THEN printf('%X/%X', p.needs_lsn >> 32 & 4294967295, p.needs_lsn & 4294967295) END AS incremental_from,
    p.parent_id, p.needs_lsn NOT NULL AND p.parent_id IS NULL AND NOT p.waiting AS parent_missing, b.state, b.verdict
  FROM physical p JOIN backups b ON b.id = p.backup_id JOIN sources s ON s.id = b.source_id;

DROP VIEW standing_errors;
CREATE VIEW standing_errors AS
  SELECT a.backup_id, a.id AS artifact_id, f.position, f.code, f.place, f.text
  FROM backups b JOIN artifacts a ON a.backup_id = b.id JOIN findings f ON f.check_id = a.check_id
  WHERE f.severity = 'error' AND a.state = 'live' AND b.state NOT IN ('missing', 'gone')
  UNION ALL
  SELECT l.backup_id, NULL, 0, 'member-missing', NULL, 'the set in ' || r.name || ' has no ' || l.part
  FROM set_lacks l JOIN backups b ON b.id = l.backup_id JOIN repos r ON r.id = l.repo_id
  WHERE NOT l.waiting AND b.state NOT IN ('missing', 'gone')
  UNION ALL
  SELECT p.backup_id, NULL, 0, 'parent-missing', NULL, 'the backup that it builds on, which begins at '
    || printf('%X/%X', p.needs_lsn >> 32 & 4294967295, p.needs_lsn & 4294967295) || ' on timeline ' || p.needs_timeline
    || ', is not there'
  FROM physical p JOIN backups b ON b.id = p.backup_id
  WHERE p.needs_lsn NOT NULL AND p.parent_id IS NULL AND NOT p.waiting AND b.state NOT IN ('missing', 'gone')
  UNION ALL
  SELECT a.backup_id, a.id, 0, 'missing', NULL, 'the copy in ' || r.name || ' is not there any more'
  FROM backups b JOIN artifacts a ON a.backup_id = b.id JOIN repos r ON r.id = a.repo_id
  WHERE a.state = 'missing' AND a.state_reason = 'vanished' AND b.state NOT IN ('missing', 'gone')
    AND NOT EXISTS (SELECT 1 FROM artifacts n WHERE n.backup_id = a.backup_id AND n.repo_id = a.repo_id
      AND n.state IN ('live', 'settling') AND n.path IS a.path)
    AND NOT EXISTS (SELECT 1 FROM set_lacks l WHERE l.backup_id = a.backup_id AND l.repo_id = a.repo_id)
  UNION ALL
  SELECT b.id, NULL, 0, b.verdict, NULL, 'the best copy is ' || b.verdict
  FROM backups b
  WHERE b.state NOT IN ('missing', 'gone') AND b.verdict IN ('damaged', 'incomplete', 'unreadable', 'unsupported', 'missing')
    AND NOT EXISTS (SELECT 1 FROM artifacts a JOIN findings f ON f.check_id = a.check_id
      WHERE a.backup_id = b.id AND a.repo_id = b.best_repo_id AND a.state = 'live' AND f.severity = 'error')
    AND NOT EXISTS (SELECT 1 FROM set_lacks l WHERE l.backup_id = b.id AND l.repo_id = b.best_repo_id AND NOT l.waiting)
    AND NOT EXISTS (SELECT 1 FROM physical p WHERE p.backup_id = b.id AND p.needs_lsn NOT NULL AND p.parent_id IS NULL AND NOT p.waiting)
  UNION ALL
  SELECT b.id, NULL, 0, 'missing', NULL, 'no copy is left' || coalesce(' (' || b.state_reason || ')', '')
  FROM backups b WHERE b.state = 'missing';
