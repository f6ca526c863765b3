-- Format 9 of the state file adds records that a person disregards: one row for each text ever disregarded, none of them ever deleted.
CREATE TABLE disregard (
  record_key TEXT NOT NULL,
  text_digest TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  said_by TEXT NOT NULL,
  said_at TEXT NOT NULL,
  PRIMARY KEY (record_key, text_digest)
) STRICT, WITHOUT ROWID;
