-- Where backups lie, whose they are, and what they must hold. Names are bytes: TEXT where they are valid UTF-8, BLOB otherwise.
-- Words are checked by OR, for IN would build a table of them at every write. Times are microseconds since 1970 UTC, spans microseconds, sizes bytes.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value ANY
) STRICT;

CREATE TABLE repos (
  id INTEGER PRIMARY KEY,
  name ANY NOT NULL CHECK (typeof(name) IN ('text', 'blob') AND length(name) > 0),
  url ANY NOT NULL CHECK (typeof(url) IN ('text', 'blob') AND length(url) > 0),
  read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
  cleaned_by_others INTEGER NOT NULL CHECK (cleaned_by_others >= 0),
  domain ANY,
  marker TEXT,
  declared ANY,
  price_month INTEGER CHECK (price_month >= 0),
  created INTEGER NOT NULL,
  dropped INTEGER
) STRICT;
CREATE UNIQUE INDEX repos_name ON repos (name) WHERE dropped IS NULL;
CREATE UNIQUE INDEX repos_url ON repos (url) WHERE dropped IS NULL;

CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  name ANY NOT NULL CHECK (typeof(name) IN ('text', 'blob') AND length(name) > 0),
  every INTEGER NOT NULL CHECK (every >= 0),
  slack INTEGER NOT NULL CHECK (slack >= 0),
  rpo INTEGER NOT NULL CHECK (rpo >= 0),
  rto INTEGER NOT NULL CHECK (rto >= 0),
  dump_zone TEXT,
  level TEXT CHECK (level = 'present' OR level = 'sealed' OR level = 'whole' OR level = 'covered'
    OR level = 'restored' OR level = 'equal'),
  policy ANY,
  guessed INTEGER NOT NULL CHECK (guessed IN (0, 1)),
  declared ANY,
  created INTEGER NOT NULL,
  dropped INTEGER
) STRICT;
CREATE UNIQUE INDEX sources_name ON sources (name) WHERE dropped IS NULL;

CREATE TABLE source_tables (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  position INTEGER NOT NULL,
  schema_name ANY NOT NULL,
  table_name ANY NOT NULL,
  min_rows INTEGER NOT NULL CHECK (min_rows >= 0),
  max_shrink_pct INTEGER NOT NULL CHECK (max_shrink_pct BETWEEN 0 AND 100),
  PRIMARY KEY (source_id, position)
) STRICT, WITHOUT ROWID;

-- tier NULL: files that match belong to the source; else they are of that tier too
CREATE TABLE source_globs (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  position INTEGER NOT NULL,
  glob ANY NOT NULL,
  tier TEXT CHECK (tier = 'auto' OR tier = 'daily' OR tier = 'weekly' OR tier = 'monthly' OR tier = 'predeploy'),
  PRIMARY KEY (source_id, position)
) STRICT, WITHOUT ROWID;
