-- The rules that must never break stand in the file itself, so that a stray statement meets them too. An INSERT that names an id
-- that is there is refused: REPLACE would delete the old row without a word.
CREATE TRIGGER backups_never_deleted BEFORE DELETE ON backups BEGIN
  SELECT RAISE(ABORT, 'rows about backups are never deleted');
END;
CREATE TRIGGER backups_never_replaced BEFORE INSERT ON backups WHEN EXISTS (SELECT 1 FROM backups WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'rows about backups are never replaced');
END;
CREATE TRIGGER backups_keep_id BEFORE UPDATE ON backups WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ABORT, 'a backup keeps its id');
END;
CREATE TRIGGER backups_state_order BEFORE UPDATE ON backups WHEN NEW.state <> OLD.state BEGIN
  SELECT RAISE(ABORT, 'a backup that is gone stays gone') WHERE OLD.state = 'gone';
  SELECT RAISE(ABORT, 'a backup is condemned before it is gone')
    WHERE NEW.state = 'gone' AND OLD.state IN ('live', 'settling') AND NEW.merged_into IS NULL;
  SELECT RAISE(ABORT, 'a backup whose files are there is not gone')
    WHERE NEW.state = 'gone' AND EXISTS (SELECT 1 FROM artifacts
      WHERE backup_id = OLD.id AND state IN ('live', 'settling', 'condemned'));
END;
CREATE TRIGGER backups_held BEFORE UPDATE ON backups
WHEN NEW.state IN ('condemned', 'gone') AND NEW.state <> OLD.state BEGIN
  SELECT RAISE(ABORT, 'a held backup is kept until the hold is released')
    WHERE EXISTS (SELECT 1 FROM holds WHERE backup_id = OLD.id AND released IS NULL);
  SELECT RAISE(ABORT, 'a pre-deployment backup is kept until its tier is changed')
    WHERE OLD.tier = 'predeploy' AND NEW.merged_into IS NULL;
END;
-- A good backup goes only while two other good ones of its stream stay; a bad one only while one good one stays. What is missing
-- already, or lives on in another row, is lost by no statement here.
CREATE TRIGGER backups_floor BEFORE UPDATE ON backups
WHEN NEW.state IN ('condemned', 'gone') AND NEW.state <> OLD.state AND OLD.state <> 'missing' AND NEW.merged_into IS NULL BEGIN
  SELECT RAISE(ABORT, 'the last good backups of a stream are kept')
    WHERE (SELECT count(*) FROM backups b
        WHERE b.source_id = OLD.source_id AND b.kind = OLD.kind AND b.id <> OLD.id AND b.state = 'live'
          AND b.covered_failed = 0 AND (b.verdict = 'sound'
            OR (b.verdict = 'unproven' AND b.format NOT IN ('raw', 'sql', 'mysqldump'))))
      < CASE WHEN OLD.verdict IN ('sound', 'unproven', 'unknown') THEN 2 ELSE 1 END;
END;

CREATE TRIGGER artifacts_never_deleted BEFORE DELETE ON artifacts BEGIN
  SELECT RAISE(ABORT, 'rows about artifacts are never deleted');
END;
CREATE TRIGGER artifacts_never_replaced BEFORE INSERT ON artifacts WHEN EXISTS (SELECT 1 FROM artifacts WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'rows about artifacts are never replaced');
END;
CREATE TRIGGER artifacts_keep_place BEFORE UPDATE ON artifacts
WHEN NEW.id <> OLD.id OR NEW.repo_id <> OLD.repo_id OR NEW.path IS NOT OLD.path BEGIN
  SELECT RAISE(ABORT, 'an artifact keeps its id, its repo and its path');
END;
CREATE TRIGGER artifacts_keep_digest BEFORE UPDATE ON artifacts
WHEN (OLD.sha256 IS NOT NULL AND NEW.sha256 IS NOT OLD.sha256 OR OLD.xxh3_128 IS NOT NULL AND NEW.xxh3_128 IS NOT OLD.xxh3_128)
  AND NOT (OLD.digest_from = 'first-sight' AND NEW.digest_from = 'birth') BEGIN
  SELECT RAISE(ABORT, 'a registered digest is never changed');
END;
CREATE TRIGGER artifacts_state_order BEFORE UPDATE ON artifacts WHEN NEW.state <> OLD.state BEGIN
  SELECT RAISE(ABORT, 'an artifact that is gone stays gone') WHERE OLD.state = 'gone';
  SELECT RAISE(ABORT, 'an artifact is condemned or missing before it is gone')
    WHERE NEW.state = 'gone' AND OLD.state IN ('live', 'settling');
  SELECT RAISE(ABORT, 'a held backup is kept until the hold is released')
    WHERE (NEW.state = 'condemned' OR NEW.state = 'gone' AND OLD.state = 'condemned')
      AND EXISTS (SELECT 1 FROM holds WHERE backup_id = OLD.backup_id AND released IS NULL);
  SELECT RAISE(ABORT, 'the last copy goes only with its backup')
    WHERE NEW.state = 'condemned'
      AND (SELECT state FROM backups WHERE id = OLD.backup_id) <> 'condemned'
      AND NOT EXISTS (SELECT 1 FROM artifacts
        WHERE backup_id = OLD.backup_id AND repo_id <> OLD.repo_id AND state = 'live');
END;

CREATE TRIGGER holds_never_deleted BEFORE DELETE ON holds BEGIN
  SELECT RAISE(ABORT, 'a hold is released, not deleted');
END;
CREATE TRIGGER holds_never_replaced BEFORE INSERT ON holds WHEN EXISTS (SELECT 1 FROM holds WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a hold is released, not replaced');
END;
CREATE TRIGGER repos_never_deleted BEFORE DELETE ON repos WHEN EXISTS (SELECT 1 FROM artifacts WHERE repo_id = OLD.id) BEGIN
  SELECT RAISE(ABORT, 'a repo with a history is dropped, not deleted');
END;
CREATE TRIGGER repos_never_replaced BEFORE INSERT ON repos
WHEN EXISTS (SELECT 1 FROM repos WHERE id = NEW.id OR dropped IS NULL AND (name = NEW.name OR url = NEW.url)) BEGIN
  SELECT RAISE(ABORT, 'a repo of that id, name or place is there');
END;
CREATE TRIGGER sources_never_deleted BEFORE DELETE ON sources WHEN EXISTS (SELECT 1 FROM backups WHERE source_id = OLD.id) BEGIN
  SELECT RAISE(ABORT, 'a source with a history is dropped, not deleted');
END;
CREATE TRIGGER sources_never_replaced BEFORE INSERT ON sources
WHEN EXISTS (SELECT 1 FROM sources WHERE id = NEW.id OR dropped IS NULL AND name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'a source of that id or name is there');
END;

CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal BEGIN
  SELECT RAISE(ABORT, 'the journal is only added to');
END;
CREATE TRIGGER journal_never_changed BEFORE UPDATE ON journal BEGIN
  SELECT RAISE(ABORT, 'the journal is only added to');
END;
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM journal)
  OR NEW.prev IS NOT coalesce((SELECT hash FROM journal ORDER BY id DESC LIMIT 1), zeroblob(32)) BEGIN
  SELECT RAISE(ABORT, 'the journal is only added to');
END;
