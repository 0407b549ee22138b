-- What backups are held against: the largest shrink that a source allows for each of its tables (0: not said), and the row counts that
-- came with a backup in its manifest (NULL: none did).
ALTER TABLE sources ADD COLUMN max_shrink_pct INTEGER NOT NULL DEFAULT 0 CHECK (max_shrink_pct BETWEEN 0 AND 100);
ALTER TABLE inventory_tables ADD COLUMN told_rows INTEGER CHECK (told_rows >= 0);
