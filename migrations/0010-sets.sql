-- Backups of several files: what each file is to its set, and what a copy of a set has not. A file that may become one of a set has
-- its row before the others come.
CREATE TABLE set_parts (
  artifact_id INTEGER PRIMARY KEY REFERENCES artifacts (id),
  part TEXT NOT NULL CHECK (part = 'roles' OR part = 'schema' OR part = 'data'),
  format TEXT NOT NULL,
  content TEXT NOT NULL CHECK (content = 'unknown' OR content = 'full' OR content = 'schema' OR content = 'data'
    OR content = 'roles' OR content = 'empty'),
  database ANY,
  wrapping TEXT,
  taken_at INTEGER,
  taken_from TEXT NOT NULL CHECK (taken_from = 'unknown' OR taken_from = 'artifact' OR taken_from = 'sidecar'
    OR taken_from = 'operator' OR taken_from = 'name' OR taken_from = 'mtime'),
  taken_zone TEXT
) STRICT;

-- waiting 1: the copy is young, and the part may still come
CREATE TABLE set_lacks (
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  part TEXT NOT NULL CHECK (part = 'roles' OR part = 'schema' OR part = 'data'),
  waiting INTEGER NOT NULL CHECK (waiting IN (0, 1)),
  PRIMARY KEY (backup_id, repo_id, part)
) STRICT, WITHOUT ROWID;

-- What earlier versions took for backups of their own.
INSERT INTO set_parts (artifact_id, part, format, content, database, wrapping, taken_at, taken_from, taken_zone)
  SELECT a.id, CASE b.format WHEN 'supabase-roles' THEN 'roles' WHEN 'supabase-schema' THEN 'schema' WHEN 'supabase-data' THEN 'data'
      ELSE b.content END,
    b.format, b.content, b.database, b.wrapping, b.taken_at, b.taken_from, b.taken_zone
  FROM artifacts a JOIN backups b ON b.id = a.backup_id
  WHERE b.format LIKE 'supabase-%' OR (b.format LIKE 'pgdump%' AND (b.content = 'schema' OR b.content = 'data'));

-- A file that got another name is the same file: its row follows it in two steps, so that no stray statement moves one.
DROP TRIGGER artifacts_keep_place;
CREATE TRIGGER artifacts_keep_place BEFORE UPDATE ON artifacts
WHEN NEW.id <> OLD.id OR NEW.repo_id <> OLD.repo_id OR (NEW.path IS NOT OLD.path
  AND NOT (OLD.state_reason IS 'renaming' AND NEW.state_reason IS 'renamed' AND NEW.state IN ('live', 'settling'))) BEGIN
  SELECT RAISE(ABORT, 'an artifact keeps its id, its repo and its path');
END;

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
  UNION ALL
  SELECT b.id, NULL, 0, 'missing', NULL, 'no copy is left' || coalesce(' (' || b.state_reason || ')', '')
  FROM backups b WHERE b.state = 'missing';
