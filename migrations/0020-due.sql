-- When a file's bytes were last read to their end, and when the levels above `sealed` were proven of them, by which generation of the
-- verifier: a look that compares digests alone moves the first and keeps the others (docs/decisions/0012).
ALTER TABLE artifacts ADD COLUMN read_at INTEGER;
ALTER TABLE artifacts ADD COLUMN proven_at INTEGER;
ALTER TABLE artifacts ADD COLUMN proven_by INTEGER;
ALTER TABLE backups ADD COLUMN proven_at INTEGER;

-- Of proofs made before this step nobody wrote down by which generation: they are renewed when they are due.
UPDATE artifacts SET
  read_at = (SELECT max(c.ended) FROM checks c WHERE c.artifact_id = artifacts.id AND c.bytes_read >= artifacts.size
    AND c.verdict NOT IN ('unknown', 'unreadable', 'missing')),
  proven_at = CASE WHEN whole IN ('pass', 'unprovable') THEN
    (SELECT max(c.ended) FROM checks c WHERE c.artifact_id = artifacts.id AND c.whole = artifacts.whole) END
WHERE check_id IS NOT NULL;
UPDATE backups SET proven_at = (SELECT min(a.proven_at) FROM artifacts a
  WHERE a.backup_id = backups.id AND a.repo_id = backups.best_repo_id AND a.state NOT IN ('missing', 'gone'))
WHERE level IS NOT NULL AND level NOT IN ('present', 'sealed');

DROP VIEW inventory;
CREATE VIEW inventory AS
  SELECT b.id, b.label, s.name AS source, b.kind, b.format, b.content, b.database, b.tier,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.taken_at / 1000000, 'unixepoch') AS taken_at, b.taken_from, b.size,
    (SELECT group_concat(name, ',') FROM (SELECT DISTINCT r.name FROM artifacts a JOIN repos r ON r.id = a.repo_id
      WHERE a.backup_id = b.id AND a.state IN ('live', 'settling', 'condemned') ORDER BY r.name)) AS repos,
    b.state, b.state_reason, b.verdict, b.level,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.verified_at / 1000000, 'unixepoch') AS verified_at,
    (b.source_guessed OR s.guessed) AS source_guessed,
    EXISTS (SELECT 1 FROM holds h WHERE h.backup_id = b.id AND h.released IS NULL) AS held,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.first_seen / 1000000, 'unixepoch') AS first_seen,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.purge_after / 1000000, 'unixepoch') AS purge_after,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.proven_at / 1000000, 'unixepoch') AS proven_at
  FROM backups b JOIN sources s ON s.id = b.source_id;

DROP VIEW due;
CREATE VIEW due AS
  SELECT a.id AS artifact_id, a.backup_id, s.name AS source, r.name AS repo, a.path, a.size,
    CASE WHEN a.verified_at IS NULL THEN 'new'
      WHEN a.state = 'settling' THEN 'settling'
      WHEN a.verdict IN ('unreadable', 'unknown') THEN 'could-not-look'
      ELSE 'read-again' END AS why,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.verified_at / 1000000, 'unixepoch') AS verified_at,
    (CAST(strftime('%s', 'now') AS INTEGER) - a.read_at / 1000000) / 86400 AS days_unread,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.read_at / 1000000, 'unixepoch') AS read_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.proven_at / 1000000, 'unixepoch') AS proven_at
  FROM artifacts a JOIN backups b ON b.id = a.backup_id JOIN sources s ON s.id = b.source_id JOIN repos r ON r.id = a.repo_id
  WHERE a.state IN ('live', 'settling')
  ORDER BY a.verified_at IS NOT NULL, a.read_at IS NOT NULL, a.read_at, a.id;
