-- Format 1 of the state file. Times are UTC in RFC 3339; JSON is kept as text.
CREATE TABLE binding (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  stack TEXT NOT NULL,
  branch TEXT NOT NULL,
  adopted INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Snapshot: every source record as last read.
CREATE TABLE record (
  record_key TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE rejection (
  record_key TEXT PRIMARY KEY,
  run TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  place TEXT NOT NULL,
  raw TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE isbn_join (
  isbn TEXT PRIMARY KEY,
  work_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE source_mark (
  source TEXT PRIMARY KEY,
  mark TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Records whose last change has not fully reached the stack yet.
CREATE TABLE pending_record (
  record_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Ledger: what we know that the stack holds.
CREATE TABLE entry (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  uid TEXT NOT NULL,
  PRIMARY KEY (kind, source_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE version (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  locale TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  version INTEGER NOT NULL,
  fields TEXT NOT NULL,
  PRIMARY KEY (kind, source_key, locale)
) STRICT, WITHOUT ROWID;
-- fingerprint is empty when the place is known to hold the entry but not which content.
CREATE TABLE publication (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  environment TEXT NOT NULL,
  locale TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (kind, source_key, environment, locale)
) STRICT, WITHOUT ROWID;
CREATE TABLE url (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (kind, source_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE file (
  link TEXT NOT NULL,
  mark TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (link, mark)
) STRICT, WITHOUT ROWID;
CREATE TABLE asset (
  sha256 TEXT PRIMARY KEY,
  uid TEXT NOT NULL,
  users TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE asset_publication (
  sha256 TEXT NOT NULL,
  environment TEXT NOT NULL,
  locale TEXT NOT NULL,
  PRIMARY KEY (sha256, environment, locale)
) STRICT, WITHOUT ROWID;
CREATE TABLE term (
  taxonomy TEXT NOT NULL,
  term TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (taxonomy, term)
) STRICT, WITHOUT ROWID;

-- Intents and outcomes of every mutating call.
CREATE TABLE operation (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  intended_at TEXT NOT NULL,
  outcome TEXT,
  detail TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_open ON operation (outcome) WHERE outcome IS NULL;
CREATE INDEX operation_target ON operation (target);

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  source TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  summary TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE run_record (
  run TEXT NOT NULL,
  record_key TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (run, record_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE run_finding (
  run TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  finding TEXT NOT NULL,
  PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;
