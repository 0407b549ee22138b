-- The tables that a look found inside, with their rows; each distinct list stands here once.
CREATE TABLE inventories (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  tables INTEGER NOT NULL
) STRICT;

CREATE TABLE inventory_tables (
  inventory_id INTEGER NOT NULL REFERENCES inventories (id),
  position INTEGER NOT NULL,
  database ANY,
  schema_name ANY,
  table_name ANY NOT NULL,
  parent_schema ANY,
  parent_name ANY,
  ddl INTEGER NOT NULL CHECK (ddl IN (0, 1)),
  data INTEGER NOT NULL CHECK (data IN (0, 1)),
  rows INTEGER CHECK (rows >= 0),
  PRIMARY KEY (inventory_id, position)
) STRICT, WITHOUT ROWID;
