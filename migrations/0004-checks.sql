-- Runs of the program, what each look found, and the journal of who changed what.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  program TEXT NOT NULL,
  host ANY,
  pid INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  status INTEGER CHECK (status BETWEEN 0 AND 255),
  counts TEXT
) STRICT;

CREATE TABLE checks (
  id INTEGER PRIMARY KEY,
  run_id INTEGER REFERENCES runs (id),
  artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  bytes_read INTEGER NOT NULL CHECK (bytes_read >= 0),
  program TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict = 'unknown' OR verdict = 'sound' OR verdict = 'unproven'
    OR verdict = 'damaged' OR verdict = 'incomplete' OR verdict = 'unreadable' OR verdict = 'unsupported'
    OR verdict = 'missing'),
  present TEXT NOT NULL CHECK (present = 'not-run' OR present = 'pass' OR present = 'fail' OR present = 'unprovable'),
  sealed TEXT NOT NULL CHECK (sealed = 'not-run' OR sealed = 'pass' OR sealed = 'fail' OR sealed = 'unprovable'),
  whole TEXT NOT NULL CHECK (whole = 'not-run' OR whole = 'pass' OR whole = 'fail' OR whole = 'unprovable'),
  covered TEXT NOT NULL CHECK (covered = 'not-run' OR covered = 'pass' OR covered = 'fail' OR covered = 'unprovable'),
  restored TEXT NOT NULL CHECK (restored = 'not-run' OR restored = 'pass' OR restored = 'fail'
    OR restored = 'unprovable'),
  equal TEXT NOT NULL CHECK (equal = 'not-run' OR equal = 'pass' OR equal = 'fail' OR equal = 'unprovable'),
  inventory_id INTEGER REFERENCES inventories (id)
) STRICT;
CREATE INDEX checks_artifact ON checks (artifact_id);

CREATE TABLE findings (
  check_id INTEGER NOT NULL REFERENCES checks (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity = 'note' OR severity = 'warning' OR severity = 'error'),
  place ANY,
  text ANY NOT NULL,
  PRIMARY KEY (check_id, position)
) STRICT, WITHOUT ROWID;

-- hash: SHA-256 over prev and the canonical text of the other columns; docs/catalog.md has its form
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  login ANY,
  pid INTEGER NOT NULL,
  host ANY,
  action TEXT NOT NULL,
  object ANY,
  detail ANY,
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
