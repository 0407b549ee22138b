-- What people did on schedule, and restores done by hand. Each row was told to the journal when it was written; rows stay as they are.
CREATE TABLE tasks_done (
  id INTEGER PRIMARY KEY,
  task ANY NOT NULL CHECK (typeof(task) IN ('text', 'blob') AND length(task) > 0),
  at INTEGER NOT NULL,
  note TEXT NOT NULL CHECK (length(note) > 0),
  evidence ANY CHECK (evidence IS NULL OR typeof(evidence) IN ('text', 'blob')),
  evidence_size INTEGER CHECK (evidence_size > 0),
  evidence_sha256 BLOB CHECK (length(evidence_sha256) = 32),
  recorded INTEGER NOT NULL,
  CHECK ((evidence IS NULL) = (evidence_size IS NULL) AND (evidence IS NULL) = (evidence_sha256 IS NULL))
) STRICT;
CREATE INDEX tasks_done_task ON tasks_done (task, at);

CREATE TABLE drills (
  id INTEGER PRIMARY KEY,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  result TEXT NOT NULL CHECK (result = 'pass' OR result = 'fail'),
  -- of the backup, when it was restored
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  note TEXT,
  evidence ANY NOT NULL CHECK (typeof(evidence) IN ('text', 'blob')),
  evidence_size INTEGER NOT NULL CHECK (evidence_size > 0),
  evidence_sha256 BLOB NOT NULL CHECK (length(evidence_sha256) = 32),
  recorded INTEGER NOT NULL,
  CHECK (ended > started)
) STRICT;
CREATE INDEX drills_backup ON drills (backup_id, ended);

CREATE TRIGGER tasks_done_never_deleted BEFORE DELETE ON tasks_done BEGIN
  SELECT RAISE(ABORT, 'what was done stays recorded');
END;
CREATE TRIGGER tasks_done_never_changed BEFORE UPDATE ON tasks_done BEGIN
  SELECT RAISE(ABORT, 'what was done stays recorded as it was');
END;
CREATE TRIGGER tasks_done_never_replaced BEFORE INSERT ON tasks_done
WHEN EXISTS (SELECT 1 FROM tasks_done WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'what was done stays recorded as it was');
END;
CREATE TRIGGER drills_never_deleted BEFORE DELETE ON drills BEGIN
  SELECT RAISE(ABORT, 'a drill stays recorded');
END;
CREATE TRIGGER drills_never_changed BEFORE UPDATE ON drills BEGIN
  SELECT RAISE(ABORT, 'a drill stays recorded as it was');
END;
CREATE TRIGGER drills_never_replaced BEFORE INSERT ON drills WHEN EXISTS (SELECT 1 FROM drills WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a drill stays recorded as it was');
END;

-- Backups whose latest drill failed.
CREATE VIEW failed_drills AS
  SELECT d.backup_id, d.id AS drill_id,
    'the restore by hand that ended ' || strftime('%Y-%m-%dT%H:%M:%SZ', d.ended / 1000000, 'unixepoch') || ' failed'
      || coalesce(': ' || d.note, '') AS text
  FROM drills d JOIN backups b ON b.id = d.backup_id
  WHERE d.result = 'fail' AND b.state NOT IN ('missing', 'gone')
    AND NOT EXISTS (SELECT 1 FROM drills n WHERE n.backup_id = d.backup_id
      AND (n.ended > d.ended OR n.ended = d.ended AND n.id > d.id));

-- All that stands against a backup: what the program found, and what people found.
CREATE VIEW all_errors AS
  SELECT backup_id, artifact_id, position, code, place, text FROM standing_errors
  UNION ALL
  SELECT backup_id, NULL, 0, 'drill-failed', NULL, text FROM failed_drills;

DROP VIEW trouble;
CREATE VIEW trouble AS
  SELECT e.backup_id, b.label, s.name AS source, b.state, b.verdict, e.code, e.place, e.text,
    EXISTS (SELECT 1 FROM acks k JOIN ack_codes c ON c.ack_id = k.id AND c.code = e.code
      WHERE k.backup_id = b.id
        AND (k.until IS NULL OR k.until > CAST(strftime('%s', 'now') AS INTEGER) * 1000000)) AS acked
  FROM all_errors e JOIN backups b ON b.id = e.backup_id JOIN sources s ON s.id = b.source_id;

CREATE VIEW task_history AS
  SELECT id, task, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') AS at, note, evidence, evidence_size,
    lower(hex(evidence_sha256)) AS evidence_sha256, strftime('%Y-%m-%dT%H:%M:%SZ', recorded / 1000000, 'unixepoch') AS recorded
  FROM tasks_done;

CREATE VIEW drill_history AS
  SELECT d.id, d.backup_id, b.label, s.name AS source, b.kind, b.format,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.started / 1000000, 'unixepoch') AS started,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.ended / 1000000, 'unixepoch') AS ended,
    (d.ended - d.started) / 1000000 AS seconds, d.bytes, d.result, d.note, d.evidence, d.evidence_size,
    lower(hex(d.evidence_sha256)) AS evidence_sha256,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.recorded / 1000000, 'unixepoch') AS recorded
  FROM drills d JOIN backups b ON b.id = d.backup_id JOIN sources s ON s.id = b.source_id;
