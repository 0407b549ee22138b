-- Backups and the files they are made of. These rows are never deleted: what is gone stays as a tombstone.
CREATE TABLE backups (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  source_guessed INTEGER NOT NULL CHECK (source_guessed IN (0, 1)),
  label ANY NOT NULL CHECK (typeof(label) IN ('text', 'blob') AND length(label) > 0),
  kind TEXT NOT NULL CHECK (kind = 'logical' OR kind = 'physical' OR kind = 'sqlite' OR kind = 'files'),
  format TEXT NOT NULL,
  content TEXT NOT NULL CHECK (content = 'unknown' OR content = 'full' OR content = 'schema' OR content = 'data'
    OR content = 'roles' OR content = 'empty'),
  database ANY,
  -- outermost first, a comma between; '' is none, NULL is not known yet
  wrapping TEXT,
  taken_at INTEGER,
  taken_from TEXT NOT NULL CHECK (taken_from = 'unknown' OR taken_from = 'artifact' OR taken_from = 'sidecar'
    OR taken_from = 'operator' OR taken_from = 'name' OR taken_from = 'mtime'),
  taken_zone TEXT,
  time_confirmed INTEGER NOT NULL CHECK (time_confirmed IN (0, 1)),
  size INTEGER NOT NULL CHECK (size >= 0),
  tier TEXT NOT NULL CHECK (tier = 'auto' OR tier = 'daily' OR tier = 'weekly' OR tier = 'monthly'
    OR tier = 'predeploy'),
  reason ANY,
  state TEXT NOT NULL CHECK (state = 'live' OR state = 'settling' OR state = 'missing' OR state = 'condemned'
    OR state = 'gone'),
  state_reason TEXT,
  first_seen INTEGER NOT NULL,
  purge_after INTEGER,
  -- of its best copy, as the checks left it
  best_repo_id INTEGER REFERENCES repos (id),
  verdict TEXT NOT NULL DEFAULT 'unknown' CHECK (verdict = 'unknown' OR verdict = 'sound' OR verdict = 'unproven'
    OR verdict = 'damaged' OR verdict = 'incomplete' OR verdict = 'unreadable' OR verdict = 'unsupported'
    OR verdict = 'missing'),
  level TEXT CHECK (level = 'present' OR level = 'sealed' OR level = 'whole' OR level = 'covered'
    OR level = 'restored' OR level = 'equal'),
  verified_at INTEGER,
  bad_since INTEGER,
  covered_failed INTEGER NOT NULL DEFAULT 0 CHECK (covered_failed IN (0, 1)),
  -- the tables as its last sound look at data counted them: what later backups are held against
  inventory_id INTEGER REFERENCES inventories (id),
  merged_into INTEGER REFERENCES backups (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX backups_stream ON backups (source_id, kind, taken_at);
CREATE INDEX backups_history ON backups (source_id, taken_at, id) WHERE inventory_id IS NOT NULL;
CREATE INDEX backups_label ON backups (label);

CREATE TABLE artifacts (
  id INTEGER PRIMARY KEY,
  backup_id INTEGER NOT NULL REFERENCES backups (id),
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  path ANY NOT NULL CHECK (typeof(path) IN ('text', 'blob') AND length(path) > 0),
  size INTEGER NOT NULL CHECK (size >= 0),
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  mtime INTEGER,
  xxh3_128 BLOB CHECK (length(xxh3_128) = 16),
  sha256 BLOB CHECK (length(sha256) = 32),
  digest_from TEXT CHECK (digest_from IN ('first-sight', 'birth')),
  state TEXT NOT NULL CHECK (state = 'live' OR state = 'settling' OR state = 'missing' OR state = 'condemned'
    OR state = 'gone'),
  state_reason TEXT,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- what stands about it: the check that says so, and what it said
  check_id INTEGER REFERENCES checks (id) DEFERRABLE INITIALLY DEFERRED,
  inventory_id INTEGER REFERENCES inventories (id),
  verdict TEXT NOT NULL DEFAULT 'unknown' CHECK (verdict = 'unknown' OR verdict = 'sound' OR verdict = 'unproven'
    OR verdict = 'damaged' OR verdict = 'incomplete' OR verdict = 'unreadable' OR verdict = 'unsupported'
    OR verdict = 'missing'),
  present TEXT NOT NULL DEFAULT 'not-run' CHECK (present = 'not-run' OR present = 'pass' OR present = 'fail'
    OR present = 'unprovable'),
  sealed TEXT NOT NULL DEFAULT 'not-run' CHECK (sealed = 'not-run' OR sealed = 'pass' OR sealed = 'fail'
    OR sealed = 'unprovable'),
  whole TEXT NOT NULL DEFAULT 'not-run' CHECK (whole = 'not-run' OR whole = 'pass' OR whole = 'fail'
    OR whole = 'unprovable'),
  covered TEXT NOT NULL DEFAULT 'not-run' CHECK (covered = 'not-run' OR covered = 'pass' OR covered = 'fail'
    OR covered = 'unprovable'),
  restored TEXT NOT NULL DEFAULT 'not-run' CHECK (restored = 'not-run' OR restored = 'pass' OR restored = 'fail'
    OR restored = 'unprovable'),
  equal TEXT NOT NULL DEFAULT 'not-run' CHECK (equal = 'not-run' OR equal = 'pass' OR equal = 'fail'
    OR equal = 'unprovable'),
  verified_at INTEGER,
  CHECK ((digest_from IS NULL) = (xxh3_128 IS NULL AND sha256 IS NULL))
) STRICT;
CREATE INDEX artifacts_backup ON artifacts (backup_id);
CREATE INDEX artifacts_place ON artifacts (repo_id, CAST(path AS BLOB), id) WHERE state <> 'gone';
CREATE INDEX artifacts_inode ON artifacts (inode) WHERE state <> 'gone';
CREATE INDEX artifacts_sha256 ON artifacts (sha256, repo_id) WHERE sha256 IS NOT NULL;
