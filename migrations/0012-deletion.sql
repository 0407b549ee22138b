-- What retention carried out: plans, what each condemned, and deletions that were begun. None of these rows is ever deleted.
CREATE TABLE plans (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  command TEXT NOT NULL CHECK (command = 'apply' OR command = 'run'),
  at INTEGER NOT NULL,
  run_id INTEGER REFERENCES runs (id)
) STRICT;
CREATE INDEX plans_hash ON plans (hash);

-- One artifact, from the plan that condemned it to what became of it. outcome NULL: it is condemned still.
CREATE TABLE condemnations (
  id INTEGER PRIMARY KEY,
  plan_id INTEGER NOT NULL REFERENCES plans (id),
  artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
  at INTEGER NOT NULL,
  purge_after INTEGER NOT NULL,
  reasons ANY NOT NULL,
  ended INTEGER,
  outcome TEXT CHECK (outcome = 'undone' OR outcome = 'kept' OR outcome = 'gone' OR outcome = 'missing'),
  CHECK ((ended IS NULL) = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX condemnations_open ON condemnations (artifact_id) WHERE ended IS NULL;
CREATE INDEX condemnations_plan ON condemnations (plan_id);

-- A deletion that was begun: on disk before anything is moved. grave is its name in the repo's trash. outcome NULL: nobody knows
-- yet how far it came, and the next purge finds out.
CREATE TABLE intents (
  id INTEGER PRIMARY KEY,
  artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  path ANY NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime INTEGER,
  folder INTEGER NOT NULL CHECK (folder IN (0, 1)),
  grave TEXT NOT NULL,
  begun INTEGER NOT NULL,
  ended INTEGER,
  outcome TEXT CHECK (outcome = 'gone' OR outcome = 'back' OR outcome = 'missing'),
  bytes INTEGER,
  CHECK ((ended IS NULL) = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX intents_open ON intents (artifact_id) WHERE ended IS NULL;

-- The files of a folder whose deletion was begun, as they were found right before; cleared when it is done.
CREATE TABLE intent_members (
  intent_id INTEGER NOT NULL REFERENCES intents (id),
  position INTEGER NOT NULL,
  name ANY NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime INTEGER,
  PRIMARY KEY (intent_id, position)
) STRICT, WITHOUT ROWID;

-- What the clocks said at each run that may delete. accepted 1: a person said that the wall clock is right; what was before counts
-- no more.
CREATE TABLE clocks (
  id INTEGER PRIMARY KEY,
  wall INTEGER NOT NULL,
  boottime INTEGER NOT NULL,
  boot TEXT NOT NULL,
  run_id INTEGER REFERENCES runs (id),
  accepted INTEGER NOT NULL CHECK (accepted IN (0, 1))
) STRICT;

CREATE TRIGGER plans_never_deleted BEFORE DELETE ON plans BEGIN
  SELECT RAISE(ABORT, 'a plan that was carried out is never deleted');
END;
CREATE TRIGGER plans_never_changed BEFORE UPDATE ON plans BEGIN
  SELECT RAISE(ABORT, 'a plan that was carried out is never changed');
END;
CREATE TRIGGER plans_never_replaced BEFORE INSERT ON plans WHEN EXISTS (SELECT 1 FROM plans WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'a plan that was carried out is never replaced');
END;

CREATE TRIGGER condemnations_never_deleted BEFORE DELETE ON condemnations BEGIN
  SELECT RAISE(ABORT, 'a condemnation is ended, not deleted');
END;
CREATE TRIGGER condemnations_never_replaced BEFORE INSERT ON condemnations
WHEN EXISTS (SELECT 1 FROM condemnations WHERE id = NEW.id)
  OR NEW.ended IS NULL AND EXISTS (SELECT 1 FROM condemnations WHERE artifact_id = NEW.artifact_id AND ended IS NULL) BEGIN
  SELECT RAISE(ABORT, 'a condemnation is ended, not replaced');
END;
CREATE TRIGGER condemnations_keep BEFORE UPDATE ON condemnations
WHEN OLD.ended IS NOT NULL OR NEW.id <> OLD.id OR NEW.plan_id <> OLD.plan_id OR NEW.artifact_id <> OLD.artifact_id
  OR NEW.at <> OLD.at OR NEW.purge_after <> OLD.purge_after OR NEW.reasons IS NOT OLD.reasons BEGIN
  SELECT RAISE(ABORT, 'a condemnation is ended once, and keeps what it says');
END;

-- A deletion is begun only of what is condemned and over its grace, by what the row itself says; never of what is held.
CREATE TRIGGER intents_begin BEFORE INSERT ON intents WHEN NEW.ended IS NULL BEGIN
  SELECT RAISE(ABORT, 'only what is condemned is deleted')
    WHERE NOT EXISTS (SELECT 1 FROM artifacts a JOIN condemnations c ON c.artifact_id = a.id AND c.ended IS NULL
      WHERE a.id = NEW.artifact_id AND a.state = 'condemned' AND c.purge_after <= NEW.begun
        AND a.repo_id = NEW.repo_id AND a.path IS NEW.path);
  SELECT RAISE(ABORT, 'a held backup is kept until the hold is released')
    WHERE EXISTS (SELECT 1 FROM holds h JOIN artifacts a ON a.backup_id = h.backup_id
      WHERE a.id = NEW.artifact_id AND h.released IS NULL);
  SELECT RAISE(ABORT, 'a pre-deployment backup is kept until its tier is changed')
    WHERE EXISTS (SELECT 1 FROM artifacts a JOIN backups b ON b.id = a.backup_id
      WHERE a.id = NEW.artifact_id AND b.tier = 'predeploy' AND b.state = 'condemned');
  SELECT RAISE(ABORT, 'the last good backups of a stream are kept')
    WHERE EXISTS (SELECT 1 FROM artifacts a JOIN backups b ON b.id = a.backup_id
      WHERE a.id = NEW.artifact_id AND b.state = 'condemned'
        AND (SELECT count(*) FROM backups o WHERE o.source_id = b.source_id AND o.kind = b.kind AND o.id <> b.id
            AND o.state = 'live' AND o.covered_failed = 0 AND (o.verdict = 'sound'
              OR (o.verdict = 'unproven' AND o.format NOT IN ('raw', 'sql', 'mysqldump'))))
          < CASE WHEN b.verdict IN ('sound', 'unproven', 'unknown') THEN 2 ELSE 1 END);
  SELECT RAISE(ABORT, 'the last copy goes only with its backup')
    WHERE EXISTS (SELECT 1 FROM artifacts a JOIN backups b ON b.id = a.backup_id
      WHERE a.id = NEW.artifact_id AND b.state <> 'condemned' AND NOT EXISTS (SELECT 1 FROM artifacts o
        WHERE o.backup_id = b.id AND o.repo_id <> a.repo_id AND o.state = 'live'));
END;
CREATE TRIGGER intents_never_deleted BEFORE DELETE ON intents BEGIN
  SELECT RAISE(ABORT, 'a deletion that was begun is ended, not deleted');
END;
CREATE TRIGGER intents_never_replaced BEFORE INSERT ON intents
WHEN EXISTS (SELECT 1 FROM intents WHERE id = NEW.id)
  OR NEW.ended IS NULL AND EXISTS (SELECT 1 FROM intents WHERE artifact_id = NEW.artifact_id AND ended IS NULL) BEGIN
  SELECT RAISE(ABORT, 'a deletion that was begun is ended, not replaced');
END;
CREATE TRIGGER intents_keep BEFORE UPDATE ON intents
WHEN OLD.ended IS NOT NULL OR NEW.id <> OLD.id OR NEW.artifact_id <> OLD.artifact_id OR NEW.repo_id <> OLD.repo_id
  OR NEW.path IS NOT OLD.path OR NEW.device <> OLD.device OR NEW.inode <> OLD.inode OR NEW.size <> OLD.size
  OR NEW.mtime IS NOT OLD.mtime OR NEW.folder <> OLD.folder OR NEW.grave <> OLD.grave OR NEW.begun <> OLD.begun BEGIN
  SELECT RAISE(ABORT, 'a deletion that was begun is ended once, and keeps what it says');
END;
CREATE TRIGGER intent_members_stay BEFORE DELETE ON intent_members
WHEN EXISTS (SELECT 1 FROM intents WHERE id = OLD.intent_id AND ended IS NULL) BEGIN
  SELECT RAISE(ABORT, 'the files of a deletion are known until it is ended');
END;

CREATE TRIGGER clocks_never_deleted BEFORE DELETE ON clocks BEGIN
  SELECT RAISE(ABORT, 'what the clocks said is never deleted');
END;
CREATE TRIGGER clocks_never_changed BEFORE UPDATE ON clocks BEGIN
  SELECT RAISE(ABORT, 'what the clocks said is never changed');
END;
CREATE TRIGGER clocks_never_replaced BEFORE INSERT ON clocks WHEN EXISTS (SELECT 1 FROM clocks WHERE id = NEW.id) BEGIN
  SELECT RAISE(ABORT, 'what the clocks said is never changed');
END;

-- What is condemned is gone only by a deletion that was begun; what vanished by itself is missing first.
CREATE TRIGGER artifacts_deleted_by_intent BEFORE UPDATE ON artifacts WHEN NEW.state = 'gone' AND OLD.state = 'condemned' BEGIN
  SELECT RAISE(ABORT, 'an artifact goes by a deletion that was begun')
    WHERE NOT EXISTS (SELECT 1 FROM intents WHERE artifact_id = OLD.id AND ended IS NULL);
END;

-- A hold ends in the open: who releases one writes it into the journal first, and that row names the backup; one whose time is over
-- ends at that time. Its reason, kind and begin stay, and its end only moves away.
CREATE TRIGGER holds_released_in_the_open BEFORE UPDATE ON holds WHEN NEW.released IS NOT OLD.released BEGIN
  SELECT RAISE(ABORT, 'a hold that was released stays released') WHERE OLD.released IS NOT NULL;
  SELECT RAISE(ABORT, 'a hold is released by backstay hold release, which tells the journal')
    WHERE NOT EXISTS (SELECT 1 FROM journal WHERE id = (SELECT max(id) FROM journal)
      AND (action = 'hold-release' AND substr(object, 1, length(OLD.backup_id) + 1) = OLD.backup_id || ' '
        OR action = 'hold-end' AND NEW.released IS OLD.until));
END;
CREATE TRIGGER holds_keep BEFORE UPDATE ON holds
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.reason IS NOT OLD.reason OR NEW.created <> OLD.created
  OR NEW.until IS NOT OLD.until AND (OLD.until IS NULL OR NEW.until IS NOT NULL AND NEW.until < OLD.until) BEGIN
  SELECT RAISE(ABORT, 'a hold keeps what it says, and ends no earlier');
END;
