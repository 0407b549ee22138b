-- What people query: readable times (RFC 3339, UTC) and hex digests. As stable as the command line; docs/catalog.md explains them.

-- Errors that stand against a backup: of the latest look at each copy (a bad one beside a good one is trouble too, and it is told),
-- copies that vanished, or why there is nothing to look at.
CREATE VIEW standing_errors AS
  SELECT a.backup_id, a.id AS artifact_id, f.position, f.code, f.place, f.text
  FROM backups b JOIN artifacts a ON a.backup_id = b.id JOIN findings f ON f.check_id = a.check_id
  WHERE f.severity = 'error' AND a.state = 'live' AND b.state NOT IN ('missing', 'gone')
  UNION ALL
  SELECT a.backup_id, a.id, 0, 'missing', NULL, 'the copy in ' || r.name || ' is not there any more'
  FROM backups b JOIN artifacts a ON a.backup_id = b.id JOIN repos r ON r.id = a.repo_id
  WHERE a.state = 'missing' AND a.state_reason = 'vanished' AND b.state NOT IN ('missing', 'gone')
    AND NOT EXISTS (SELECT 1 FROM artifacts n WHERE n.backup_id = a.backup_id AND n.repo_id = a.repo_id
      AND n.state IN ('live', 'settling') AND n.path IS a.path)
  UNION ALL
  SELECT b.id, NULL, 0, b.verdict, NULL, 'the best copy is ' || b.verdict
  FROM backups b
  WHERE b.state NOT IN ('missing', 'gone') AND b.verdict IN ('damaged', 'incomplete', 'unreadable', 'unsupported', 'missing')
    AND NOT EXISTS (SELECT 1 FROM artifacts a JOIN findings f ON f.check_id = a.check_id
      WHERE a.backup_id = b.id AND a.repo_id = b.best_repo_id AND a.state = 'live' AND f.severity = 'error')
  UNION ALL
  SELECT b.id, NULL, 0, 'missing', NULL, 'no copy is left' || coalesce(' (' || b.state_reason || ')', '')
  FROM backups b WHERE b.state = 'missing';

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
    strftime('%Y-%m-%dT%H:%M:%SZ', b.purge_after / 1000000, 'unixepoch') AS purge_after
  FROM backups b JOIN sources s ON s.id = b.source_id;

CREATE VIEW copies AS
  SELECT a.backup_id, a.id AS artifact_id, r.name AS repo, a.path, a.size, a.state, a.state_reason, a.verdict,
    lower(hex(a.xxh3_128)) AS xxh3_128, lower(hex(a.sha256)) AS sha256, a.digest_from,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.mtime / 1000000, 'unixepoch') AS mtime,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.first_seen / 1000000, 'unixepoch') AS first_seen,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.last_seen / 1000000, 'unixepoch') AS last_seen
  FROM artifacts a JOIN repos r ON r.id = a.repo_id;

CREATE VIEW latest_check AS
  SELECT a.backup_id, a.id AS artifact_id, b.label, s.name AS source, r.name AS repo, a.path, c.id AS check_id, c.verdict,
    c.present, c.sealed, c.whole, c.covered, c.restored, c.equal, c.bytes_read, c.program,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.started / 1000000, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.ended / 1000000, 'unixepoch') AS ended,
    (SELECT group_concat(f.code, ',') FROM findings f WHERE f.check_id = c.id AND f.severity = 'error') AS errors,
    lower(hex(a.sha256)) AS sha256
  FROM artifacts a JOIN checks c ON c.id = (SELECT max(id) FROM checks WHERE artifact_id = a.id)
    JOIN backups b ON b.id = a.backup_id JOIN sources s ON s.id = b.source_id JOIN repos r ON r.id = a.repo_id;

CREATE VIEW table_rows AS
  SELECT b.id AS backup_id, b.label, s.name AS source, r.name AS repo,
    strftime('%Y-%m-%dT%H:%M:%SZ', b.taken_at / 1000000, 'unixepoch') AS taken_at,
    t.database, t.schema_name, t.table_name, t.rows, t.ddl, t.data, b.state, b.verdict
  FROM backups b JOIN sources s ON s.id = b.source_id JOIN artifacts a ON a.backup_id = b.id JOIN repos r ON r.id = a.repo_id
    JOIN inventory_tables t ON t.inventory_id = a.inventory_id
  WHERE a.repo_id = b.best_repo_id;

CREATE VIEW due AS
  SELECT a.id AS artifact_id, a.backup_id, s.name AS source, r.name AS repo, a.path, a.size,
    CASE WHEN a.verified_at IS NULL THEN 'new'
      WHEN a.state = 'settling' THEN 'settling'
      WHEN a.verdict IN ('unreadable', 'unknown') THEN 'could-not-look'
      ELSE 'read-again' END AS why,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.verified_at / 1000000, 'unixepoch') AS verified_at,
    (CAST(strftime('%s', 'now') AS INTEGER) - a.verified_at / 1000000) / 86400 AS days_unread
  FROM artifacts a JOIN backups b ON b.id = a.backup_id JOIN sources s ON s.id = b.source_id JOIN repos r ON r.id = a.repo_id
  WHERE a.state IN ('live', 'settling')
  ORDER BY a.verified_at IS NOT NULL, a.verified_at, a.id;

CREATE VIEW trouble AS
  SELECT e.backup_id, b.label, s.name AS source, b.state, b.verdict, e.code, e.place, e.text,
    EXISTS (SELECT 1 FROM acks k JOIN ack_codes c ON c.ack_id = k.id AND c.code = e.code
      WHERE k.backup_id = b.id
        AND (k.until IS NULL OR k.until > CAST(strftime('%s', 'now') AS INTEGER) * 1000000)) AS acked
  FROM standing_errors e JOIN backups b ON b.id = e.backup_id JOIN sources s ON s.id = b.source_id;

CREATE VIEW source_summary AS
  SELECT s.id, s.name AS source, s.guessed, s.every / 1000000 AS every_seconds, s.rpo / 1000000 AS rpo_seconds,
    s.rto / 1000000 AS rto_seconds,
    count(b.id) FILTER (WHERE b.state IN ('live', 'settling', 'condemned')) AS backups,
    count(b.id) FILTER (WHERE b.state = 'live' AND b.verdict = 'sound') AS sound,
    count(b.id) FILTER (WHERE b.state = 'missing') AS missing,
    coalesce(sum(b.size) FILTER (WHERE b.state IN ('live', 'settling', 'condemned')), 0) AS bytes,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(b.taken_at) FILTER (WHERE b.state = 'live') / 1000000, 'unixepoch') AS newest,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(b.taken_at) FILTER (WHERE b.state = 'live' AND b.verdict = 'sound') / 1000000,
      'unixepoch') AS newest_sound
  FROM sources s LEFT JOIN backups b ON b.source_id = s.id WHERE s.dropped IS NULL GROUP BY s.id;

CREATE VIEW run_history AS
  SELECT id, command, program, host, pid, strftime('%Y-%m-%dT%H:%M:%SZ', started / 1000000, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%SZ', ended / 1000000, 'unixepoch') AS ended, (ended - started) / 1000000 AS seconds, status, counts
  FROM runs;

CREATE VIEW changes AS
  SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') AS at, login, uid, host, action, object, detail,
    lower(hex(hash)) AS hash
  FROM journal;
