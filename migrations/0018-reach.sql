-- The database that a source's dumps must name where they name one at all.
ALTER TABLE sources ADD COLUMN database ANY CHECK (typeof(database) IN ('null', 'text', 'blob'));

-- A tier that was asked for by a name of the source's policy beyond the four words; then backups.tier is auto.
ALTER TABLE backups ADD COLUMN tier_name TEXT CHECK (tier_name IS NULL OR tier_name <> '' AND tier = 'auto');
